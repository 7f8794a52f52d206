"""A place on a page where a number stands, or will stand.

A page becomes pieces: bytes that everybody gets, and slots. Writing each slot's `raw` gives the
page as it was. Another number is written in the old one's pattern: the digits are exchanged, and
every separator, entity and tag between them stays.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from calltrack.numbers import PhoneNumber, Spelling, national_text, regroup


SHOWN_KEPT = 64
"""Numbers written in one pattern that are kept ready."""


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
    shown: dict[PhoneNumber, bytes] = field(default_factory=dict, compare=False, repr=False)
    """Numbers written in it. A pattern is kept with the bytes of its number, and belongs to it."""


class Slot(NamedTuple):
    """One place that can show a number. A tuple: the compiled stride makes most of them."""

    raw: bytes
    """What stands in the page; showing the original is writing this."""
    offset: int
    """Of `raw` in the page's bytes."""
    place: Place
    number: PhoneNumber | None = None
    """The number written here, or dialled by the placeholder's own link, if there is one."""
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
        shown = pattern.shown.get(new)
        if shown is None:
            if len(pattern.shown) >= SHOWN_KEPT:
                pattern.shown.clear()
            shown = pattern.shown[new] = _written(pattern, new, self.number, self.encoding)
        return shown


Piece = bytes | Slot


_TAG = re.compile(r"<[^>]*+>")


def fill(pieces: Iterable[Piece], show: Callable[[Slot], PhoneNumber | None]) -> bytes:
    """Put a page together. `show` names the number of each slot; None keeps what stands there."""
    return b"".join(
        [piece if isinstance(piece, bytes) else _shown(piece, show(piece)) for piece in pieces]
    )


def _shown(slot: Slot, new: PhoneNumber | None) -> bytes:
    return slot.raw if new is None else slot.show(new)


def _written(pattern: Pattern, new: PhoneNumber, old: PhoneNumber, encoding: str) -> bytes:
    """Write a number in a pattern."""
    groups = [g.encode(encoding) for g in regroup(new, pattern.spelling, pattern.sizes, old=old)]
    written = [groups[0]]
    for gap, before, group in zip(pattern.gaps, groups, groups[1:], strict=False):
        # Beside an empty group nothing of a gap is kept but its tags.
        written += [gap if before and group else _tags(gap, encoding), group]
    return b"".join(written)


def _tags(gap: bytes, encoding: str) -> bytes:
    charset = "latin-1" if encoding == "ascii" else encoding
    return "".join(_TAG.findall(gap.decode(charset))).encode(charset)
