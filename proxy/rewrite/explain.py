"""Every phone number of a page, and why it was replaced or left alone.

For people who set up a site. The slots are the scanner's own; around them the page is read once
more, slowly, for numbers anywhere else: in scripts, comments, attributes, opt-outs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from calltrack.numbers import PhoneNumber
from proxy.rewrite.bindings import Bindings
from proxy.rewrite.patterns import Patterns, patterns_for
from proxy.rewrite.places import AHEAD_BYTES
from proxy.rewrite.scanner import Scanner
from proxy.rewrite.slots import Place, Slot
from proxy.rewrite.source import BEHIND_BYTES, Source
from proxy.rewrite.tags import NO_MARK, PHONE_SCHEME, attributes_of, mark_of
from proxy.rewrite.tokens import Kind, Token, tokens
from proxy.rewrite.tree import Element, OpenElements
from proxy.rewrite.written import Run, Written, find_in_use, find_left


class Outcome(StrEnum):
    """What a rewrite does with a number."""

    REPLACED = "replaced"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Finding:
    """One phone number of a page, or a placeholder without one. Units: `line` counts from 1."""

    offset: int
    line: int
    place: str
    text: str
    number: PhoneNumber | None
    outcome: Outcome
    reason: str


def explain(page: bytes, bindings: Bindings, *, charset: str | None = None) -> list[Finding]:
    """List the phone numbers of a page in the order in which they stand there."""
    source = Source(charset)
    source.add(page, last=True)
    scanner = Scanner(bindings, charset=charset)
    pieces = [*scanner.feed(page), *scanner.close()]
    slots = [piece for piece in pieces if isinstance(piece, Slot)]
    survey = _Survey(source, bindings, slots, scanner.gave_up)
    found = [*map(survey.replaced, slots), *survey.left()]
    return sorted(found, key=lambda finding: finding.offset)


_INSIDE = {
    Kind.COMMENT: ("comment", "inside a comment"),
    Kind.BOGUS: ("declaration", "inside a declaration or a broken tag"),
    Kind.CDATA: ("CDATA", "inside a CDATA section"),
}
_OPTED_OUT = "in an opt-out region"


@dataclass(slots=True, eq=False)
class _Open:
    """An element that is opted out, or a placeholder, and has not ended."""

    element: Element
    opted_out: bool
    key: str | None
    content: int
    children: bool = False


class _Survey:
    """Reads a page for what the scanner passed by."""

    def __init__(
        self, source: Source, bindings: Bindings, slots: list[Slot], gave_up: str | None
    ) -> None:
        self._source = source
        self._data = source.data
        self._width = source.charset.width
        self._bindings = bindings
        self._patterns: Patterns = patterns_for(bindings, source.alphabet)
        self._taken = [(s.offset, s.offset + len(s.raw)) for s in slots]
        self._gave_up = gave_up
        self._open: list[_Open] = []
        self._read_to = 0

    def replaced(self, slot: Slot) -> Finding:
        """Report a slot."""
        reason = "a placeholder's content" if slot.number is None else "a forwarding number"
        if slot.placeholder is not None and slot.number is not None:
            reason = "in a placeholder"
        return self._finding(
            slot.offset, slot.raw, slot.place, slot.number, Outcome.REPLACED, reason
        )

    def left(self) -> Iterator[Finding]:
        """Report what stands elsewhere."""
        for token in tokens(self._data, OpenElements()):
            yield from self._closed(token.start)
            if token.kind is Kind.TEXT:
                yield from self._in_text(token)
            elif token.kind is Kind.RAW:
                name = token.name.decode("latin-1")
                yield from self._in_part(token.start, token.end, name, f"inside <{name}>")
            elif token.kind in _INSIDE:
                yield from self._in_part(token.start, token.end, *_INSIDE[token.kind])
            elif token.kind is Kind.START:
                yield from self._in_tag(token)
        self._open = [mark for mark in self._open if mark.key is not None]
        yield from self._closed(len(self._data), at_end=True)

    def _in_text(self, token: Token) -> Iterator[Finding]:
        at = max(token.start, self._read_to)
        for m in self._patterns.run.finditer(self._data, at):
            if m.start() >= token.end:
                break
            self._read_to = m.end()
            why = _OPTED_OUT if any(mark.opted_out for mark in self._open) else None
            yield from self._in_run(m.start(), m.end(), "text", why)

    def _in_part(self, start: int, end: int, place: str, why: str | None) -> Iterator[Finding]:
        for m in self._patterns.run_in_value.finditer(self._data, start, end):
            yield from self._in_run(m.start(), m.end(), place, why)

    def _in_tag(self, token: Token) -> Iterator[Finding]:
        assert token.tag is not None  # noqa: S101 - a start tag has its match
        values = attributes_of(self._data, *token.tag.span(3))
        mark = mark_of(self._data, values, self._bindings)
        for open_mark in self._open:
            open_mark.children = True
        for name, (start, end) in values.items():
            place, why = self._attribute(name.decode("latin-1"), start, end, token)
            yield from self._in_part(start, end, place, _OPTED_OUT if mark.opted_out else why)
        if mark is NO_MARK:
            return
        if token.element is not None:
            self._open.append(_Open(token.element, mark.opted_out, mark.key, token.end))
        elif mark.key is not None:
            yield self._empty(token.start, token.end, "a placeholder that can hold no text")

    def _attribute(self, name: str, start: int, end: int, token: Token) -> tuple[str, str | None]:
        """Give what to call an attribute's value, and why numbers in it are left alone."""
        if name != "href":
            tag = token.name.decode("latin-1")
            place = f"attribute {name}"
            is_text = name in self._bindings.attributes
            why = None if is_text else f"in the attribute {name} of <{tag}>"
        else:
            place = Place.LINK
            is_phone = PHONE_SCHEME.match(self._data, start, end)
            why = None if is_phone else "in a link that is no phone link"
        return place, _OPTED_OUT if any(mark.opted_out for mark in self._open) else why

    def _in_run(self, start: int, end: int, place: str, why: str | None) -> Iterator[Finding]:
        data, known = self._data, self._patterns.known
        raw = data[start:end]
        plus, groups = self._patterns.finder.reader.read(raw)
        before, after = data[max(0, start - BEHIND_BYTES) : start], data[end : end + AHEAD_BYTES]
        run = Run(raw, plus, groups, before, after)
        seen: list[tuple[int, int]] = []
        for written, reason in [
            *find_left(run, known),
            *((written, self._not_ours(written)) for written in find_in_use(run, known)),
        ]:
            span = (start + written.groups[0].start, start + written.groups[-1].end)
            if any(span[0] < b and a < span[1] for a, b in seen) or self._is_taken(*span):
                continue
            seen.append(span)
            first = start if plus and written.groups[0] is groups[0] else span[0]
            yield self._left(first, span[1], place, written.number, why or reason)

    def _not_ours(self, written: Written) -> str:
        if written.number not in self._bindings.numbers:
            return "not a forwarding number of the Plan"
        return self._gave_up or "not whole in one element"

    def _is_taken(self, start: int, end: int) -> bool:
        return any(start * self._width < b and a < end * self._width for a, b in self._taken)

    def _closed(self, at: int, *, at_end: bool = False) -> Iterator[Finding]:
        """Report the placeholders that have ended without a number."""
        over = [mark for mark in self._open if at_end or not mark.element.is_open]
        self._open = [mark for mark in self._open if mark not in over]
        for mark in over:
            if mark.key is None or self._holds_slot(mark.content, at):
                continue
            why = "a placeholder with child elements and without a number"
            if not mark.children:
                why = "a placeholder without a number that never ends, or is too long"
            yield self._empty(mark.content, at, why)

    def _holds_slot(self, start: int, end: int) -> bool:
        first, last = start * self._width, end * self._width
        return any(first <= a and b <= last for a, b in self._taken)

    def _empty(self, start: int, end: int, why: str) -> Finding:
        return self._left(start, min(end, start + 80), Place.PLACEHOLDER, None, why)

    def _left(
        self, start: int, end: int, place: str, number: PhoneNumber | None, why: str
    ) -> Finding:
        raw = self._source.page(start, end)
        return self._finding(start * self._width, raw, place, number, Outcome.LEFT, why)

    def _finding(
        self,
        offset: int,
        raw: bytes,
        place: str,
        number: PhoneNumber | None,
        outcome: Outcome,
        reason: str,
    ) -> Finding:
        line = self._data.count(b"\n", 0, offset // self._width) + 1
        encoding = "utf-8" if self._width == 1 else self._source.charset.encoding
        text = raw.decode(encoding, "replace")
        return Finding(offset, line, place, text, number, outcome, reason)
