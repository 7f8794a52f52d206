"""Find the numbers in a run of digits, and remember what was found.

The same few ways of writing a number stand on page after page. What a run holds depends on its
bytes and on what stands around it; where that is calm (a blank or a border before, no letter or
sign behind) only on its bytes, and the answer is kept.

Units: positions are in the run.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from calltrack.numbers import PhoneNumber, mould
from proxy.rewrite import elements
from proxy.rewrite.expressions import compiled
from proxy.rewrite.groups import Group, Reader, plain_digits
from proxy.rewrite.known import Known
from proxy.rewrite.slots import Pattern
from proxy.rewrite.written import MAY_BE_IBAN, Run, find_anyone, find_ours

KEPT = 1 << 14
KEPT_BYTES_MAX = 64
"""Of a run whose answer is kept."""

_BLANKS = (b" ", b"\n", b"\t", b"\r", b"\f")
_STIRRING = compiled(rb"[A-Za-z_@#=&]|\.[a-z]")
_LAST_TAG = compiled(rb"</?([A-Za-z0-9]++)[^<>]*>")
_INLINE = frozenset(elements.INLINE)


class Hit(NamedTuple):
    """A number in a run. A tuple: the compiled stride reads its fields by their places."""

    groups: tuple[Group, ...]
    number: PhoneNumber
    pattern: Pattern
    raw: bytes
    start: int
    end: int
    is_first: bool  # it begins where the run does


class Finder:
    """Finds numbers in runs of one alphabet."""

    def __init__(self, reader: Reader, known: Known) -> None:
        self.reader = reader
        self._known = known
        self.ours: dict[bytes, tuple[Hit, ...]] = {}
        """What is known of runs: of a number of ours, by the run's bytes."""
        self._anyone: dict[bytes, tuple[Hit, ...]] = {}

    def find(self, raw: bytes, before: bytes, after: bytes, *, anyone: bool) -> Sequence[Hit]:
        """Give the numbers in a run, from the left. `anyone`: any phone number, not only ours."""
        kept = self._anyone if anyone else self.ours
        hits = kept.get(raw)
        if hits is None:
            if not anyone and self._is_dull(raw):
                return ()
            if len(raw) > KEPT_BYTES_MAX:
                return self._look(raw, before, after, anyone=anyone)
            hits = self._look_once(kept, raw)
        if is_calm(before, after) or not (hits or raw.startswith(b"00")):
            return hits  # "00" is no prefix in 9:00
        return self._look(raw, before, after, anyone=anyone)

    def ask(self, raw: bytes) -> tuple[Hit, ...] | None:
        """Give our numbers in a run of which nothing is known, in calm; None: look closer."""
        if len(raw) > KEPT_BYTES_MAX:
            return None
        return () if self._is_dull(raw) else self._look_once(self.ours, raw)

    def _look_once(self, kept: dict[bytes, tuple[Hit, ...]], raw: bytes) -> tuple[Hit, ...]:
        hits = self._look(raw, b"", b"", anyone=kept is self._anyone)
        if len(kept) >= KEPT:
            kept.clear()
        kept[raw] = hits
        return hits

    def _is_dull(self, raw: bytes) -> bool:
        """Say whether plain digits surely hold none of our numbers."""
        if len(raw) < self._known.shortest:
            return True
        digits = plain_digits(raw)
        return digits is not None and not self._known.may_stand_in(digits)

    def _look(self, raw: bytes, before: bytes, after: bytes, *, anyone: bool) -> tuple[Hit, ...]:
        plus, groups = self.reader.read(raw)
        run = Run(raw, plus, groups, before, after)
        hits = []
        for written in (find_anyone if anyone else find_ours)(run, self._known):
            found = written.groups
            gaps = tuple(raw[a.end : b.start] for a, b in pairwise(found))
            sizes = tuple(len(group.digits) for group in found)
            start, end = found[0].start, found[-1].end
            digits = "".join(group.digits for group in found)
            pattern = Pattern(mould(written.number, digits, sizes), gaps)
            hits.append(
                Hit(
                    found,
                    written.number,
                    pattern,
                    raw[start:end],
                    start,
                    end,
                    found[0] is groups[0],
                )
            )
        return tuple(hits)


def is_calm(before: bytes, after: bytes) -> bool:
    """Say whether nothing around a run can matter. A no is not sure."""
    if _STIRRING.match(after) or MAY_BE_IBAN.search(before):
        return False
    if before.endswith(b"("):
        before = before[:-1]
    if not before:
        return True
    at = len(before)
    while before.endswith(b">", 0, at):
        less = before.rfind(b"<", 0, at)
        tag = _LAST_TAG.fullmatch(before, less, at) if less >= 0 else None
        if tag is None:
            return False
        if tag[1].lower() not in _INLINE:
            return True
        at = less
    return before.endswith(_BLANKS, 0, at)
