"""A place on a page where a number stands, or will stand.

A page becomes pieces: bytes that everybody gets, and slots. Writing each slot's `raw` gives the
page as it was. Another number is written in the old one's pattern: the digits are exchanged, and
every separator, entity and tag between them stays.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from calltrack.grouping import kept
from calltrack.numbers import Mould, PhoneNumber, national_text
from proxy.rewrite.syntax import ANY_TAG

_TAG = re.compile(ANY_TAG.pattern.decode("ascii"))

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
    """How a number is written: the mould of its digits, and what stands between its groups."""

    mould: Mould
    gaps: tuple[bytes, ...]  # one fewer than there are groups
    encoding: str = "ascii"
    shown: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """Numbers that are written in it already, by their E.164 text: quicker to look up than one."""

    def show(self, new: PhoneNumber) -> bytes:
        """Write another number in it."""
        if len(self.shown) >= SHOWN_KEPT:
            self.shown.clear()
        written = self.shown[new.e164] = self._written(self.mould.groups(new))
        return written

    def _written(self, groups: Sequence[str]) -> bytes:
        raw = [group.encode(self.encoding) for group in groups]
        gaps = [b"", *self.gaps, b""]
        if not all(raw):  # some separators lose their use; tags never do
            charset = "latin-1" if self.encoding == "ascii" else self.encoding
            gaps = _that_stay(groups, [gap.decode(charset) for gap in gaps], charset)
        return b"".join([part for pair in zip(gaps, [*raw, b""], strict=True) for part in pair])


def _that_stay(groups: Sequence[str], gaps: Sequence[str], charset: str) -> list[bytes]:
    plain = [_TAG.sub("", gap) for gap in gaps]
    stay = kept(groups, plain)
    return [
        (gap if now == before else "".join(_TAG.findall(gap)) + now).encode(charset)
        for gap, before, now in zip(gaps, plain, stay, strict=True)
    ]


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
        if pattern is None:
            text = new.e164 if self.place is Place.LINK else national_text(new)
            return text.encode(self.encoding)
        written = pattern.shown.get(new.e164)
        if written is None:
            written = self.raw if new == self.number else pattern.show(new)
        return written


Piece = bytes | Slot


def fill(pieces: Iterable[Piece], show: Callable[[Slot], PhoneNumber | None]) -> bytes:
    """Put a page together. `show` names the number of each slot; None keeps what stands there."""
    return b"".join(
        [piece if isinstance(piece, bytes) else _shown(piece, show(piece)) for piece in pieces]
    )


def _shown(slot: Slot, new: PhoneNumber | None) -> bytes:
    return slot.raw if new is None else slot.show(new)
