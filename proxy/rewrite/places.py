"""From a run of digits, a phone link or a placeholder to slots.

Units: positions in the source's `data`; slots carry offsets in the page.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from proxy.rewrite.alphabet import RUN_DIGITS_MAX
from proxy.rewrite.patterns import Patterns
from proxy.rewrite.regions import Ended
from proxy.rewrite.slots import Pattern, Place, Slot
from proxy.rewrite.source import Source
from proxy.rewrite.tags import NO_MARK, PHONE_SCHEME, Mark
from proxy.rewrite.written import (
    AHEAD_BYTES,
    BEHIND_BYTES,
    DIGITS_MAX,
    Group,
    Run,
    Written,
    find_anyone,
    find_ours,
    plain_digits,
)

_PAUSE_OR_EXTENSION = re.compile(rb"[pPwWxX]")


def _border(groups: Sequence[Group]) -> int | None:
    """Give where a run that is too long is cut: behind white space, well before its end."""
    left = sum(len(group.digits) for group in groups)
    if left < RUN_DIGITS_MAX:
        return None
    border = groups[-1].end
    for before, group in pairwise(groups):
        left -= len(before.digits)
        if left < 2 * DIGITS_MAX:
            break
        if not group.tied:
            border = group.start
    return border


class Places:
    """Collects the slots of a page, in the order in which they stand there."""

    def __init__(self, source: Source, patterns: Patterns, attributes: frozenset[str]) -> None:
        self.found: list[Slot] = []
        self._source = source
        self._patterns = patterns
        self._texts = frozenset(name.encode() for name in attributes)

    def in_text(self, start: int, end: int, mark: Mark) -> tuple[bool, int]:
        """Find the numbers in a run in the text.

        Gives whether there was one, and how far the run is read: a very long one only in part.
        """
        if end <= start:
            return False, end
        data = self._source.data
        if end - start < RUN_DIGITS_MAX and self._is_dull(data, start, end, mark):
            return False, end
        run = self._read(data, start, end, 0, len(data))
        border = _border(run.groups)
        found = [w for w in self._find(run, mark) if border is None or w.start < border]
        for written in found:
            self._add_written(written, Place.TEXT, mark)
        if border is None:
            return bool(found), end
        return bool(found), max([border, *(written.end for written in found)])

    def in_tag(self, values: Mapping[bytes, tuple[int, int]], mark: Mark) -> None:
        """Find the numbers in a start tag: in its phone link, and in attributes that are text."""
        data = self._source.data
        for name, (start, end) in values.items():
            if name == b"href":
                self._in_link(data, start, end, mark)
            elif name in self._texts:
                for m in self._patterns.run_in_value.finditer(data, start, end):
                    if self._is_dull(data, *m.span(), mark):
                        continue
                    for written in self._find(self._read(data, *m.span(), start, end), mark):
                        self._add_written(written, Place.ATTRIBUTE, mark)

    def as_whole(self, region: Ended) -> None:
        """Take all content of a placeholder as a number's place."""
        raw = self._source.page(region.start, region.end)
        if region.closed or not raw.strip():
            self._add(raw, region.start, Place.PLACEHOLDER, region.mark)

    def _is_dull(self, data: bytes, start: int, end: int, mark: Mark) -> bool:
        """Say whether plain digits surely hold none of our numbers: a short cut."""
        if mark is not NO_MARK:
            return False
        if end - start < self._patterns.known.shortest:
            return True
        digits = plain_digits(data[start:end])
        return digits is not None and not self._patterns.known.may_stand_in(digits)

    def _read(self, data: bytes, start: int, end: int, floor: int, ceiling: int) -> Run:
        plus = self._patterns.plus.match(data, start, end)
        groups = self._patterns.reader.read(data, plus.end() if plus else start, end)
        before = data[max(floor, start - BEHIND_BYTES) : start]
        after = data[end : min(end + AHEAD_BYTES, ceiling)]
        return Run(data, groups, plus is not None, before, after)

    def _in_link(self, data: bytes, start: int, end: int, mark: Mark) -> None:
        scheme = PHONE_SCHEME.match(data, start, end)
        m = self._patterns.link.match(data, scheme.end(), end) if scheme else None
        if m is None:
            return
        groups = self._patterns.link_reader.read(data, *m.span("digits"))
        after = data[m.end() : min(m.end() + AHEAD_BYTES, end)]
        if _PAUSE_OR_EXTENSION.match(after):
            after = b""
        run = Run(data, groups, m["plus"] is not None, b"", after)
        number = next(iter(self._find(run, mark)), None)
        if number is not None and number.start == groups[0].start:
            self._add_written(number, Place.LINK, mark)

    def _find(self, run: Run, mark: Mark) -> list[Written]:
        find = find_ours if mark is NO_MARK else find_anyone
        return list(find(run, self._patterns.known))

    def _add_written(self, written: Written, place: Place, mark: Mark) -> None:
        base = self._source.base
        groups = written.groups
        gaps = (self._gap(a, b) for a, b in pairwise(groups))
        pattern = Pattern(written.spelling, tuple(len(g.digits) for g in groups), tuple(gaps))
        raw = self._source.page(base + written.start, base + written.end)
        self._add(raw, base + written.start, place, mark, written, pattern)

    def _gap(self, before: Group, after: Group) -> bytes:
        base = self._source.base
        return self._source.page(base + before.end, base + after.start)

    def _add(
        self,
        raw: bytes,
        at: int,
        place: Place,
        mark: Mark,
        written: Written | None = None,
        pattern: Pattern | None = None,
    ) -> None:
        charset = self._source.charset
        self.found.append(
            Slot(
                raw=raw,
                offset=at * charset.width,
                place=place,
                number=written.number if written else None,
                placeholder=mark.key,
                vestiging=mark.vestiging,
                pattern=pattern,
                encoding=charset.encoding,
            )
        )
