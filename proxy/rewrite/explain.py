"""Every phone number of a page, and why it was replaced or left alone.

For people who set up a site. The slots are the scanner's own; around them the page is read once
more, slowly, for numbers anywhere else: in scripts, comments, attributes, opt-outs.

Findings stand in the order of the page, and none overlaps another.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from calltrack.numbers import PhoneNumber
from proxy.rewrite.bindings import Bindings
from proxy.rewrite.findings import Finding, Outcome, Rule
from proxy.rewrite.patterns import Patterns, patterns_for
from proxy.rewrite.places import AHEAD_BYTES
from proxy.rewrite.positions import Positions
from proxy.rewrite.scanner import Scanner
from proxy.rewrite.slots import Place, Slot
from proxy.rewrite.source import BEHIND_BYTES, Source
from proxy.rewrite.stack import Element
from proxy.rewrite.tags import NO_MARK, PHONE_SCHEME, attributes_of, mark_of
from proxy.rewrite.tokens import Kind, Token, tokens
from proxy.rewrite.tree import OpenElements
from proxy.rewrite.written import Run, Written, find_in_use, find_left

DEPTH_MAX = 512
"""Of elements in one another, as deep as browsers nest them; what is deeper is not followed."""
SHOWN_BYTES = 80
"""Of a placeholder's content, where it holds no number."""

Why = tuple[Rule, str]


def explain(page: bytes, bindings: Bindings, *, charset: str | None = None) -> list[Finding]:
    """List the phone numbers of a page in the order in which they stand there."""
    source = Source(charset)
    source.add(page, last=True)
    scanner = Scanner(bindings, charset=charset)
    pieces = [*scanner.feed(page), *scanner.close()]
    slots = [piece for piece in pieces if isinstance(piece, Slot)]
    width = source.charset.width
    found = [_replaced(slot) for slot in slots]
    taken = [(one.start // width, one.end // width) for one in found]
    found += (one.times(width) for one in _Survey(source, bindings, taken, scanner.gave_up).left())
    return _placed(page, source, _apart(found))


@dataclass(frozen=True, slots=True)
class _Found:
    """What becomes a finding."""

    start: int
    end: int
    place: str
    number: PhoneNumber | None
    outcome: Outcome
    why: Why

    def times(self, width: int) -> "_Found":
        """Go from what the scanner reads to the page."""
        return replace(self, start=self.start * width, end=self.end * width)


def _replaced(slot: Slot) -> _Found:
    why = Rule.FORWARDING_NUMBER, "a forwarding number"
    if slot.number is None:
        why = Rule.PLACEHOLDER_CONTENT, "a placeholder's content"
    elif slot.placeholder is not None:
        why = Rule.IN_PLACEHOLDER, "in a placeholder"
    end = slot.offset + len(slot.raw)
    return _Found(slot.offset, end, slot.place, slot.number, Outcome.REPLACED, why)


def _apart(found: list[_Found]) -> list[_Found]:
    """Sort, and end each finding where the next begins: a placeholder's content may hold others."""
    found.sort(key=lambda one: (one.start, one.number is not None))
    nexts = [one.start for one in found[1:]]
    ends = [min(one.end, after) for one, after in zip(found, nexts, strict=False)]
    return [replace(one, end=end) for one, end in zip(found, ends, strict=False)] + found[-1:]


def _placed(page: bytes, source: Source, found: list[_Found]) -> list[Finding]:
    cuts = (offset for one in found for offset in (one.start, one.end))
    positions = Positions(page, source.charset, cuts)
    return [
        Finding(
            one.start,
            *positions.place(one.start),
            one.place,
            positions.text(one.start, one.end),
            one.number,
            one.outcome,
            *one.why,
        )
        for one in found
    ]


_INSIDE = {
    Kind.COMMENT: ("comment", (Rule.COMMENT, "inside a comment")),
    Kind.BOGUS: ("declaration", (Rule.DECLARATION, "inside a declaration or a broken tag")),
    Kind.CDATA: ("CDATA", (Rule.CDATA, "inside a CDATA section")),
}
_INSIDE_RAW = {
    b"script": Rule.INSIDE_SCRIPT,
    b"style": Rule.INSIDE_STYLE,
    b"textarea": Rule.INSIDE_TEXTAREA,
    b"title": Rule.INSIDE_TITLE,
}
_WRITTEN = {
    Rule.TIED_TO_LONGER_NUMBER: "part of a longer number",
    Rule.LETTERS_TOUCH: "letters or signs touch it",
    Rule.NOT_INTERNATIONAL: "no international number, though written with a +",
    Rule.ABROAD: "part of another country's number",
    Rule.ADDRESS: "inside an address",
    Rule.IBAN: "part of an IBAN",
}
"""What is said where how a number is written decides."""
_OPTED_OUT = Rule.OPTED_OUT, "in an opt-out region"
_CHOICE = Rule.FORM_CHOICE, "inside <select>: the form sends it"
_WITH_ELEMENTS = (
    Rule.PLACEHOLDER_WITH_ELEMENTS,
    "a placeholder with child elements and without a number",
)
_WITHOUT_TEXT = Rule.PLACEHOLDER_WITHOUT_TEXT, "a placeholder that can hold no text"
_WITHOUT_END = (
    Rule.PLACEHOLDER_WITHOUT_END,
    "a placeholder without a number that never ends, or is too long",
)


class _BoundedElements(OpenElements):
    """Open elements of any page at a cost that has a bound."""

    def start(self, name: bytes, attributes: bytes = b"") -> Element | None:
        """Open an element, if it is not too deep."""
        return super().start(name, attributes) if len(self) < DEPTH_MAX else Element(name)


@dataclass(slots=True, eq=False)
class _Open:
    """An element that is opted out, or a placeholder, and has not ended."""

    element: Element
    kept: Why | None
    key: str | None
    content: int
    tags_before: int


class _Survey:
    """Reads a page for what the scanner passed by. Units: offsets in the source's data."""

    def __init__(
        self,
        source: Source,
        bindings: Bindings,
        taken: list[tuple[int, int]],
        gave_up: str | None,
    ) -> None:
        self._data = source.data
        self._bindings = bindings
        self._patterns: Patterns = patterns_for(bindings, source.alphabet)
        self._taken = taken
        self._taken_ends = [end for _, end in taken]
        self._gave_up = gave_up
        self._open: list[_Open] = []
        self._tags = 0
        self._read_to = 0
        self._run: re.Match[bytes] | None = None
        self._no_more = False

    def left(self) -> Iterator[_Found]:
        """Report what stands elsewhere."""
        for token in tokens(self._data, _BoundedElements()):
            if self._open:
                yield from self._closed(token.start)
            if token.kind is Kind.TEXT:
                yield from self._in_text(token)
            elif token.kind is Kind.RAW:
                name = token.name.decode("latin-1")
                why = _INSIDE_RAW.get(token.name, Rule.INSIDE_RAW_TEXT), f"inside <{name}>"
                yield from self._in_part(token.start, token.end, name, why)
            elif token.kind in _INSIDE:
                yield from self._in_part(token.start, token.end, *_INSIDE[token.kind])
            elif token.kind is Kind.START:
                yield from self._in_tag(token)
        self._open = [mark for mark in self._open if mark.key is not None]
        yield from self._closed(len(self._data), at_end=True)

    def _in_text(self, token: Token) -> Iterator[_Found]:
        at = max(token.start, self._read_to)
        while (m := self._next_run(at)) and m.start() < token.end:
            at = self._read_to = m.end()
            yield from self._in_run(m.start(), m.end(), "text", self._kept())

    def _next_run(self, at: int) -> re.Match[bytes] | None:
        """Find the next digits. Kept: between two numbers there may be many tokens."""
        if not self._no_more and (self._run is None or self._run.start() < at):
            self._run = self._patterns.run.search(self._data, at)
            self._no_more = self._run is None
        return self._run

    def _in_part(self, start: int, end: int, place: str, why: Why | None) -> Iterator[_Found]:
        for m in self._patterns.run_in_value.finditer(self._data, start, end):
            yield from self._in_run(m.start(), m.end(), place, why)

    def _in_tag(self, token: Token) -> Iterator[_Found]:
        assert token.tag is not None  # noqa: S101 - a start tag has its match
        self._tags += 1
        values = attributes_of(self._data, *token.tag.span(3))
        mark = mark_of(self._data, values, self._bindings)
        kept = _OPTED_OUT if mark.opted_out else None
        if token.name == b"select":
            kept, mark = _CHOICE, NO_MARK
        around = kept or self._kept()
        for name, (start, end) in values.items():
            place, why = self._attribute(name.decode("latin-1"), start, end, token)
            yield from self._in_part(start, end, place, around or why)
        if kept is None and mark is NO_MARK:
            return
        if token.element is None:
            if mark.key is not None:
                yield self._empty(token.start, token.end, _WITHOUT_TEXT)
        elif len(self._open) < DEPTH_MAX:
            self._open.append(_Open(token.element, kept, mark.key, token.end, self._tags))

    def _kept(self) -> Why | None:
        """Say what around here keeps all in it as it is."""
        return next((mark.kept for mark in self._open if mark.kept), None)

    def _attribute(self, name: str, start: int, end: int, token: Token) -> tuple[str, Why | None]:
        """Give what to call an attribute's value, and why numbers in it are left alone."""
        if name in {"href", "xlink:href"}:
            is_phone = PHONE_SCHEME.match(self._data, start, end)
            why = None if is_phone else (Rule.NO_PHONE_LINK, "in a link that is no phone link")
            return Place.LINK, why
        if name in self._bindings.attributes:
            return f"attribute {name}", None
        tag = token.name.decode("latin-1")
        reason = f"in the attribute {name} of <{tag}>"
        return f"attribute {name}", (Rule.ATTRIBUTE_NOT_TEXT, reason)

    def _in_run(self, start: int, end: int, place: str, why: Why | None) -> Iterator[_Found]:
        data, known = self._data, self._patterns.known
        raw = data[start:end]
        plus, groups = self._patterns.finder.reader.read(raw)
        before, after = data[max(0, start - BEHIND_BYTES) : start], data[end : end + AHEAD_BYTES]
        run = Run(raw, plus, groups, before, after)
        seen: list[tuple[int, int]] = []
        for written, its in [
            *((one, (rule, _WRITTEN[rule])) for one, rule in find_left(run, known)),
            *((one, self._not_ours(one)) for one in find_in_use(run, known)),
        ]:
            span = (start + written.groups[0].start, start + written.groups[-1].end)
            if any(span[0] < b and a < span[1] for a, b in seen) or self._is_taken(*span):
                continue
            seen.append(span)
            first = start if plus and written.groups[0] is groups[0] else span[0]
            yield _Found(first, span[1], place, written.number, Outcome.LEFT, why or its)

    def _not_ours(self, written: Written) -> Why:
        if written.number not in self._bindings.numbers:
            return Rule.NOT_A_FORWARDING_NUMBER, "not a forwarding number that is looked for"
        if self._gave_up:
            return Rule.GAVE_UP, self._gave_up
        return Rule.NOT_WHOLE, "not whole in one element"

    def _is_taken(self, start: int, end: int) -> bool:
        """Say whether a slot stands here, or in a part of it."""
        at = bisect_left(self._taken_ends, start + 1)
        return at < len(self._taken) and self._taken[at][0] < end

    def _closed(self, at: int, *, at_end: bool = False) -> Iterator[_Found]:
        """Report the placeholders that have ended without a number."""
        over = [mark for mark in self._open if at_end or not mark.element.is_open]
        if not over:
            return
        self._open = [mark for mark in self._open if mark not in over]
        for mark in over:
            if mark.key is not None and not self._holds_slot(mark.content, at):
                has_children = self._tags > mark.tags_before
                why = _WITH_ELEMENTS if has_children else _WITHOUT_END
                yield self._empty(mark.content, at, why)

    def _holds_slot(self, start: int, end: int) -> bool:
        at = bisect_left(self._taken, (start, 0))
        return at < len(self._taken) and self._taken[at][1] <= end

    def _empty(self, start: int, end: int, why: Why) -> _Found:
        end = min(end, start + SHOWN_BYTES)
        return _Found(start, end, Place.PLACEHOLDER, None, Outcome.LEFT, why)
