"""The walk over a page, token by token where it matters and in strides elsewhere.

Between tags that may matter a stride (`strides`) walks over text, tags, comments and scripts alike.
It stops at digits that may be a number of ours. In a region (`regions`) every tag is taken by
itself.

Units: `at` and other positions are in the source's `data`; regions hold offsets in the page.
"""

import re

from proxy.rewrite import elements, syntax
from proxy.rewrite.alphabet import NUMERIC_ENTITY
from proxy.rewrite.bindings import Bindings
from proxy.rewrite.expressions import compiled
from proxy.rewrite.groups import may_follow_digits
from proxy.rewrite.opaque import BOGUS, CDATA, COMMENT, Opaque, raw_text
from proxy.rewrite.outline import Outline
from proxy.rewrite.patterns import patterns_for
from proxy.rewrite.places import Places
from proxy.rewrite.regions import Ended, Regions
from proxy.rewrite.slots import Slot
from proxy.rewrite.source import BEHIND_BYTES, Source
from proxy.rewrite.tags import CHOICES, NO_MARK, Mark, attributes_of, mark_of

CARRY_BYTES_MAX = 64 * 1024
"""Of a tag, alone or inside a number."""
LONG_TAG_BYTES = 1024
"""More than this is waited for only by a tag."""
NESTING_MAX = 512
"""Of elements inside a region."""

_TOO_LONG = "a tag of over 64 KB"
_LESS_THAN = ord("<")
_ENTITY = compiled(NUMERIC_ENTITY)
_COMMENT = compiled(syntax.COMMENT)
_SHORTEST_COMMENT = len("<!--->")
_DECLARATIONS = (b"<!--", b"<![CDATA[")
_BEGUN = (b"", b"/")


class Walk:
    """Walks over what a source holds, and over more when it holds more."""

    def __init__(self, source: Source, bindings: Bindings) -> None:
        self.at = 0
        """All before it is understood."""
        self.gave_up: str | None = None
        self._source = source
        self._bindings = bindings
        self._patterns = patterns_for(bindings, source.alphabet)
        self._places = Places(source, self._patterns)
        self._outline = Outline()
        self._regions = Regions(self._outline)
        self._opaque: Opaque | None = None
        self._stride = self._patterns.path.stride()
        self._seen = 0  # an offset: where the bytes ended the last time
        self._border = 0  # an offset that no run reaches across
        self._last = False

    @property
    def found(self) -> list[Slot]:
        """The slots found and not taken away yet."""
        return self._places.found

    def decided(self) -> int:
        """Give the offset up to which nothing can change any more."""
        waiting = self._regions.waiting_from()
        here = self._source.base + self.at
        return here if waiting is None or self.gave_up else min(here, waiting)

    def go_on(self, *, last: bool, measure: bool) -> None:
        """Walk on as far as it is clear what stands there; to the end when it is the last time.

        `measure`: look whether too much is unclear.
        """
        self._last = last
        data = self._source.data
        hopeless = not (last or measure) and self._is_hopeless()
        self._seen = self._source.end
        if self.at < len(data) and not hopeless:
            if self._begins_too_long(data, self.at):
                self._give_up(_TOO_LONG)
            going = True
            while going and self.at < len(data):
                going = self._step(data, self.at)
            self._regions.waited(self._source.base + self.at)
            if measure and len(data) - self.at > CARRY_BYTES_MAX:
                self._give_up(_TOO_LONG)
        if last:
            self._end(self._regions.close(self._source.end))

    def _begins_too_long(self, data: bytes, at: int) -> bool:
        """Say whether a tag that had not ended the last time is too long."""
        begun = self._opaque is None and data[at] == _LESS_THAN
        tag = syntax.TAG.match(data, at) if begun and len(data) - at > CARRY_BYTES_MAX else None
        return tag is not None and tag.end() - at > CARRY_BYTES_MAX

    def _is_hopeless(self) -> bool:
        """Say whether a long tag waits for its end, and what came since has no ">" in it."""
        base = self._source.base
        waited = self._opaque is None and self._seen - base - self.at > LONG_TAG_BYTES
        return waited and b">" not in self._source.data[self._seen - base :]

    def moved(self, gone: memoryview) -> None:
        """Take note that the source has let go of its first bytes."""
        self._outline.keep(gone, self._source.base - len(gone), len(gone))
        self.at -= len(gone)

    def _give_up(self, reason: str) -> None:
        self.gave_up = reason
        self.at = len(self._source.data)

    # Each step moves on from `at`, or says False: it needs more bytes

    def _step(self, data: bytes, at: int) -> bool:
        waits = False
        if self._opaque is not None:
            self.at, over = self._opaque.walk(data, at, last=self._last)
            if over:
                self._opaque = None
            return over
        if not self._regions.are_open:
            at, waits = self._walk_on(data, at)
        elif self._regions.opted_out:
            at = data.find(b"<", at)
            at = len(data) if at < 0 else at
        else:
            at = _end(self._patterns.text.match(data, at), at)
        self.at = at
        if at == len(data) or waits:
            return False
        return self._markup(data, at) if data[at] == _LESS_THAN else self._digits(data, at)

    def _walk_on(self, data: bytes, at: int) -> tuple[int, bool]:
        base = self._source.base
        at, floor, waits = self._stride.walk(
            data, at, self._border - base, base, self._last, self._places.found
        )
        self._border = max(self._border, base + floor)
        return at, waits

    def _markup(self, data: bytes, at: int) -> bool:
        """Take what begins with "<"."""
        tag = syntax.TAG.match(data, at)
        if tag:
            if tag.end() - at > CARRY_BYTES_MAX:
                self._give_up(_TOO_LONG)
                return True
            matters = self._regions.are_open
            if tag[1]:
                self._end_tag(tag)
            else:
                matters |= self._start_tag(tag)
            if matters:
                self._border = self._source.base + self.at
            return True
        after = data[at + 1 : at + 3]
        if after[:1].isalpha() or (after[:1] == b"/" and after[1:].isalpha()) or after in _BEGUN:
            return self._unended(data, at)
        if after[:1] == b"!":
            return self._declaration(data, at)
        if after[:1] in {b"/", b"?"}:
            self._opaque = BOGUS
        else:
            self.at += 1
        return True

    def _unended(self, data: bytes, at: int) -> bool:
        """Wait for a tag's end, or do without one: then the rest of the page is part of it."""
        if self._last and len(data) - at > CARRY_BYTES_MAX:
            self._give_up(_TOO_LONG)
        self.at = len(data) if self._last else at
        return self._last

    def _declaration(self, data: bytes, at: int) -> bool:
        start = data[at : at + 9]
        if not self._last and any(w.startswith(start) and w != start for w in _DECLARATIONS):
            return False
        if start == b"<![CDATA[" and self._regions.is_foreign:
            self._opaque = CDATA
        elif not start.startswith(b"<!--"):
            self._opaque = BOGUS
        else:
            comment = _COMMENT.match(data, at)
            if comment is None and len(data) - at < _SHORTEST_COMMENT and not self._last:
                return False
            self.at = comment.end() if comment else at + 4
            self._opaque = None if comment else COMMENT
        return True

    def _end_tag(self, tag: re.Match[bytes]) -> None:
        self._end(self._regions.end(tag[2].lower(), self._source.base + tag.start()))
        self.at = tag.end()

    def _start_tag(self, tag: re.Match[bytes]) -> bool:
        """Take a start tag; say whether it matters: no run of digits reaches across it."""
        source = self._source
        name, attributes = tag[2].lower(), tag[3]
        self.at = tag.end()
        values, mark, matters = self._read_tag(tag)
        if not self._regions.are_open and (mark is not NO_MARK or name in elements.FOREIGN):
            self._outline.keep(source.data, source.base, tag.start())
        span = (source.base + tag.start(), source.base + tag.end())
        is_raw, ended = self._regions.start(name, attributes, mark, span)
        self._end(ended)
        if self._regions.depth > NESTING_MAX:
            self._give_up("elements nested over 512 deep")
            return matters
        if is_raw:
            self._opaque = raw_text(name)
        if values and not (self._regions.opted_out or mark.opted_out):
            around = mark if mark.key is not None else self._regions.mark
            linked = self._places.in_tag(values, around)
            if linked is not None:
                self._regions.link_found(mark, linked)
        return matters

    def _read_tag(self, tag: re.Match[bytes]) -> tuple[dict[bytes, tuple[int, int]], Mark, bool]:
        """Read a start tag's attributes and its mark, and say whether it matters."""
        if tag[2].lower() == b"select":
            return {}, CHOICES, True
        if not tag[3]:
            return {}, NO_MARK, False
        values = attributes_of(self._source.data, *tag.span(3))
        mark = mark_of(self._source.data, values, self._bindings)
        return values, mark, mark is not NO_MARK or self._places.may_be_in(values)

    def _end(self, ended: list[Ended]) -> None:
        for region in ended:
            if region.is_whole:
                self._places.as_whole(region)

    def _digits(self, data: bytes, at: int) -> bool:
        """Take a run of digits, or what only looks like the beginning of one."""
        patterns = self._patterns
        run = patterns.run.match(data, at)
        plus = patterns.plus.match(data, at)
        end = run.end() if run else _end(plus, at)
        if not self._last and patterns.undecided.match(data, end):
            return False
        if run is None:
            self.at = max(end, at + 1, _end(_ENTITY.match(data, at), at))
            return True
        if plus is None and not self._regions.are_open:
            start = self._run_start(data, at, end)
            longer = patterns.run.match(data, start) if start < at else None
            run = longer if longer and longer.end() == end else run
        self._run(data, run, at)
        return True

    def _run_start(self, data: bytes, at: int, end: int) -> int:
        """Give where the run begins that the digits here are part of: some were walked over."""
        floor = max(self._border - self._source.base, at - BEHIND_BYTES, 0)
        if not may_follow_digits(data, floor, at):
            return at
        runs = self._patterns.runs.finditer(data, floor, end)
        return next((m.start() for m in runs if m[1] and m.end() > at), at)

    def _run(self, data: bytes, run: re.Match[bytes], at: int) -> None:
        """Take a run of digits. It ends before a tag that may matter, and where a region does."""
        start, end = run.span()
        mark, in_region = self._regions.mark, self._regions.are_open
        ended: list[Ended] = []
        go_on = end
        for tag in syntax.TAG.finditer(data, at, end) if b"<" in run[0] else ():
            if not tag[1] and self._read_tag(tag)[2]:
                go_on = tag.start()
                break
            if in_region:
                ended = self._follow(tag)
                if any(region.mark is not NO_MARK for region in ended):
                    go_on = tag.end()
                    self._border = self._source.base + go_on
                    break
        if go_on != end:
            end = _end(self._patterns.run.match(data, start, tag.start()), start)
        found, read_to = self._places.in_text(start, end, at, mark)
        self.at = max(at + 1, go_on if in_region else min(go_on, read_to))
        if found:
            self._regions.number_found()
        else:
            self._end(ended)

    def _follow(self, tag: re.Match[bytes]) -> list[Ended]:
        """Follow a tag inside a run, one without attributes that matter."""
        span = (self._source.base + tag.start(), self._source.base + tag.end())
        if tag[1]:
            return self._regions.end(tag[2].lower(), span[0])
        return self._regions.start(tag[2].lower(), tag[3], NO_MARK, span)[1]


def _end(m: re.Match[bytes] | None, otherwise: int) -> int:
    return m.end() if m else otherwise
