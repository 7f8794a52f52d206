"""A place on a page where a number stands, or will stand.

A page becomes pieces: bytes that everybody gets, and slots. Writing each slot's `raw` gives the
page as it was. Another number is written in the old one's pattern: the digits are exchanged, and
every separator, entity and tag between them stays.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from calltrack.grouping import kept
from calltrack.numbers import MARKS, Mould, PhoneNumber, national_text
from proxy.rewrite.syntax import ANY_TAG

_TAG = re.compile(ANY_TAG.pattern.decode("ascii"))
_MARK = re.compile(b"[" + MARKS.encode("ascii") + b"]")

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
    form: list[bytes] = field(default_factory=list, compare=False, repr=False)
    """The pattern with marks for digits, once one was written; b"": the gaps hold a mark too."""

    def show(self, new: PhoneNumber) -> bytes:
        """Write another number in it."""
        if len(self.shown) >= SHOWN_KEPT:
            self.shown.clear()
        written = self.shown[new.e164] = self._exchanged(new) or self._written(new)
        return written

    def _exchanged(self, new: PhoneNumber) -> bytes:
        """Write a number whose digits take the old ones' places one for one; else give b""."""
        exchange = self.mould.exchange(new)
        if exchange is None:
            return b""
        if not self.form:
            hidden = _MARK.search(b"".join(self.gaps))
            self.form.append(b"" if hidden else self._joined(self.mould.marks, self.gaps))
        return self.form[0].translate(exchange)

    def _written(self, new: PhoneNumber) -> bytes:
        groups, gaps = self.mould.groups(new), self.gaps
        if all(groups):
            return self._joined(groups, gaps)
        # some separators lose their use; tags never do
        charset = "latin-1" if self.encoding == "ascii" else self.encoding
        before, *between, after = _that_stay(
            groups, ["", *(gap.decode(charset) for gap in gaps), ""], charset
        )
        return before + self._joined(groups, between) + after

    def _joined(self, groups: Sequence[str], gaps: Sequence[bytes]) -> bytes:
        raw = [group.encode(self.encoding) for group in groups]
        return b"".join([part for pair in zip(raw, [*gaps, b""], strict=True) for part in pair])


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
