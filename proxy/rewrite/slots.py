"""A place on a page where a number stands, or will stand.

A page becomes pieces: bytes that everybody gets, and slots. Writing each slot's `raw` gives the
page as it was. Another number is written in the old one's pattern: the digits are exchanged, and
every separator, entity and tag between them stays.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from calltrack.numbers import PhoneNumber, Spelling, national_text, regroup


class Place(StrEnum):
    """Where on a page a number stands."""

    TEXT = "text"
    LINK = "link"  # href="tel:…", href="callto:…"
    ATTRIBUTE = "attribute"  # aria-label, title
    PLACEHOLDER = "placeholder"  # all content of a placeholder without a number in it


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a number is written: groups of digits, and what stands between them."""

    spelling: Spelling
    sizes: tuple[int, ...]
    gaps: tuple[bytes, ...]  # one fewer than sizes


@dataclass(frozen=True, slots=True)
class Slot:
    """One place that can show a number."""

    raw: bytes
    """What stands in the page; showing the original is writing this."""
    offset: int
    """Of `raw` in the page's bytes."""
    place: Place
    number: PhoneNumber | None = None
    """The number written here; None in a placeholder without one."""
    placeholder: str | None = None
    """Key of the placeholder element around it."""
    vestiging: str | None = None
    """The placeholder's data-vestiging."""
    pattern: Pattern | None = None
    encoding: str = "ascii"
    """Of what is written: "ascii" in all charsets but UTF-16."""

    def show(self, new: PhoneNumber) -> bytes:
        """Write another number in this place."""
        pattern = self.pattern
        if self.number is None or pattern is None:
            return national_text(new).encode(self.encoding)
        if new == self.number:
            return self.raw
        groups = _groups(new, pattern.spelling, pattern.sizes, self.number, self.encoding)
        return self._join(groups, pattern.gaps)

    def _join(self, groups: Sequence[bytes], gaps: Sequence[bytes]) -> bytes:
        """Put groups and gaps together. Beside an empty group a gap keeps nothing but its tags."""
        written = [groups[0]]
        for at, group in enumerate(groups[1:]):
            full = group and groups[at]
            written.append(gaps[at] if full else self._tags(gaps[at]))
            written.append(group)
        return b"".join(written)

    def _tags(self, gap: bytes) -> bytes:
        found = _TAG.findall(gap.decode("latin-1" if self.encoding == "ascii" else self.encoding))
        return "".join(found).encode("latin-1" if self.encoding == "ascii" else self.encoding)


Piece = bytes | Slot


@lru_cache(maxsize=1 << 13)
def _groups(
    new: PhoneNumber, spelling: Spelling, sizes: tuple[int, ...], old: PhoneNumber, encoding: str
) -> tuple[bytes, ...]:
    """Cut a new number as an old one is cut. Kept: pages repeat themselves."""
    groups = regroup(new, spelling, sizes, old=old)
    return tuple(group.encode(encoding) for group in groups)


_TAG = re.compile(r"<[^>]*+>")


def fill(pieces: Iterable[Piece], show: Callable[[Slot], PhoneNumber | None]) -> bytes:
    """Put a page together. `show` names the number of each slot; None keeps what stands there."""
    written = []
    for piece in pieces:
        if isinstance(piece, bytes):
            written.append(piece)
            continue
        new = show(piece)
        written.append(piece.raw if new is None else piece.show(new))
    return b"".join(written)
