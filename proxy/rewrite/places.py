"""From a run of digits, a phone link or a placeholder to slots.

Units: positions in the source's `data`; slots carry offsets in the page.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from calltrack.numbers import PhoneNumber
from proxy.rewrite.alphabet import RUN_DIGITS_MAX
from proxy.rewrite.expressions import compiled
from proxy.rewrite.finder import Hit
from proxy.rewrite.groups import NO_DIGITS, Group
from proxy.rewrite.known import DIGITS_MAX
from proxy.rewrite.patterns import Patterns
from proxy.rewrite.regions import Ended
from proxy.rewrite.slots import Pattern, Place, Slot
from proxy.rewrite.source import BEHIND_BYTES, Source
from proxy.rewrite.tags import NO_MARK, PHONE_SCHEME, Mark

AHEAD_BYTES = 40
"""How far the surroundings of a number are looked at behind it; before it, see `source`."""

_LINKS = frozenset({b"href", b"xlink:href"})
_UNREAD = compiled(rb"[-+0-9./() ]*+")
_PAUSE_OR_EXTENSION = compiled(rb"[pPwWxX]")


class Places:
    """Collects the slots of a page, in the order in which they stand there."""

    def __init__(self, source: Source, patterns: Patterns) -> None:
        self.found: list[Slot] = []
        self._source = source
        self._patterns = patterns

    def in_text(self, start: int, end: int, at: int, mark: Mark) -> tuple[bool, int]:
        """Find the numbers in a run in the text that stand at `at` or behind.

        Gives whether there was one, and how far the run is read: a very long one only in part.
        """
        if end <= start:
            return False, end
        data = self._source.data
        raw = data[start:end]
        before, after = data[max(0, at - BEHIND_BYTES) : start], data[end : end + AHEAD_BYTES]
        hits = self._patterns.finder.find(raw, before, after, anyone=mark is not NO_MARK)
        if len(raw) >= RUN_DIGITS_MAX:
            border = _border(self._patterns.finder.reader.read(raw)[1])
            hits = [hit for hit in hits if hit.start < border]
            end = start + max([border, *(hit.end for hit in hits)])
        for hit in hits:
            if start + hit.start >= at:
                self._add_hit(hit, start, Place.TEXT, mark)
        return bool(hits), end

    def in_tag(self, values: Mapping[bytes, tuple[int, int]], mark: Mark) -> PhoneNumber | None:
        """Find the numbers in a start tag: in its phone link, and in attributes that are text.

        Gives the number that the link dials.
        """
        data, linked = self._source.data, None
        for name, (start, end) in values.items():
            if name in _LINKS:
                linked = self._in_link(data, start, end, mark) or linked
            elif name in self._patterns.texts:
                for m in self._patterns.run_in_value.finditer(data, start, end):
                    before = data[max(start, m.start() - BEHIND_BYTES) : m.start()]
                    after = data[m.end() : min(m.end() + AHEAD_BYTES, end)]
                    finder, anyone = self._patterns.finder, mark is not NO_MARK
                    for hit in finder.find(m[0], before, after, anyone=anyone):
                        self._add_hit(hit, m.start(), Place.ATTRIBUTE, mark)
        return linked

    def may_be_in(self, values: Mapping[bytes, tuple[int, int]]) -> bool:
        """Say whether a start tag is a phone link, or may hold a number of ours as text."""
        shortest = self._patterns.known.shortest
        if not shortest:
            return False
        data = self._source.data
        for name, (start, end) in values.items():
            if name in _LINKS:
                if PHONE_SCHEME.match(data, start, end):
                    return True
            elif name in self._patterns.texts:
                digits = len(data[start:end].translate(None, NO_DIGITS))
                if digits >= shortest or self._patterns.leads.search(data, start, end):
                    return True
        return False

    def as_whole(self, region: Ended) -> None:
        """Take all content of a placeholder as a number's place."""
        raw = self._source.page(region.start, region.end)
        if region.closed or not raw.strip():
            self._add(raw, region.start, Place.PLACEHOLDER, region.mark, region.linked)

    def _in_link(self, data: bytes, start: int, end: int, mark: Mark) -> PhoneNumber | None:
        scheme = PHONE_SCHEME.match(data, start, end)
        if scheme is None:
            return None
        m = self._patterns.link.match(data, scheme.end(), end)
        if m is None:
            self._add_unread_link(scheme.end(), end, mark)
            return None
        after = data[m.end() : min(m.end() + AHEAD_BYTES, end)]
        if _PAUSE_OR_EXTENSION.match(after):
            after = b""
        hits = self._patterns.link_finder.find(m[1], b"", after, anyone=mark is not NO_MARK)
        if not hits or not hits[0].is_first:
            self._add_unread_link(scheme.end(), end, mark)
            return None
        self._add_hit(hits[0], m.start(1), Place.LINK, mark)
        return hits[0].number

    def _add_unread_link(self, start: int, end: int, mark: Mark) -> None:
        """Let a placeholder's link without a number dial what its text shows."""
        source = self._source
        if mark.key is not None and _UNREAD.fullmatch(source.data, start, end):
            base = source.base
            self._add(source.page(base + start, base + end), base + start, Place.LINK, mark)

    def _add_hit(self, hit: Hit, start: int, place: Place, mark: Mark) -> None:
        source = self._source
        base = source.base + start
        raw, pattern = hit.raw, hit.pattern
        if source.charset.mask is not None:
            raw = source.page(base + hit.start, base + hit.end)
            gaps = (source.page(base + a.end, base + b.start) for a, b in pairwise(hit.groups))
            pattern = Pattern(pattern.mould, tuple(gaps), source.charset.encoding)
        self._add(raw, base + hit.start, place, mark, hit.number, pattern)

    def _add(
        self,
        raw: bytes,
        at: int,
        place: Place,
        mark: Mark,
        number: PhoneNumber | None = None,
        pattern: Pattern | None = None,
    ) -> None:
        charset = self._source.charset
        self.found.append(
            Slot(
                raw,
                at * charset.width,
                place,
                number,
                mark.key,
                mark.vestiging,
                pattern,
                charset.encoding,
            )
        )


def _border(groups: Sequence[Group]) -> int:
    """Give where a run that is too long is cut: behind white space, well before its end."""
    border = groups[-1].end
    left = sum(len(group.digits) for group in groups)
    if left < RUN_DIGITS_MAX:
        return border
    for before, group in pairwise(groups):
        left -= len(before.digits)
        if left < 2 * DIGITS_MAX:
            break
        if not group.tied:
            border = group.start
    return border
