"""What all peers find and print numbers with, each in its own kind of tree or stream.

One regular expression finds what may be a number, one look-up says whose it is, and it is printed
with the same code as ours. Nothing of this sees a number that is split by tags.
"""

import html
import re
from collections.abc import Callable, Iterable

from calltrack.numbers import PhoneNumber, print_like, spellings

RAW = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
"""Elements whose text is not shown as text."""
SPOKEN = ("aria-label", "title")
"""Attributes that count as text."""

Show = Callable[[str], str]
Way = Callable[[bytes, PhoneNumber], bytes]
"""Write a page with the number for every one that is looked for."""

_GAP = r"[ \t\n\xa0\xad‐-–−\u2009\u200b\u202f\u2060()./-]"
_START, _END = r"(?<![\w.,-])(?:\+|\()?[0-9]", r"(?![\w-])"
_WRITTEN = re.compile(rf"{_START}(?:{_GAP}{{0,4}}[0-9]){{7,14}}{_END}")
_IN_SOURCE = re.compile(rf"{_START}(?:(?:{_GAP}|&#?\w{{2,8}};){{0,4}}[0-9]){{7,14}}{_END}")
_NO_DIGITS = re.compile(r"[^0-9]+")
_has_digit = re.compile(r"[0-9]").search  # most texts have none, and this is many times as fast


class Finding:
    """The numbers that are looked for, made once."""

    def __init__(self, numbers: Iterable[PhoneNumber]) -> None:
        self._known = {digits: number for number in numbers for digits in spellings(number)}

    def shown(self, new: PhoneNumber) -> Show:
        """Give what writes a text with `new` in it."""
        known = self._known

        def show(found: re.Match[str]) -> str:
            old = known.get(_NO_DIGITS.sub("", found[0]))
            return found[0] if old is None else print_like(new, found[0], old=old)

        return lambda text: _WRITTEN.sub(show, text) if _has_digit(text) else text

    def shown_in_source(self, new: PhoneNumber) -> Show:
        """Give the same for a text as it stands in a page, with entities in it."""
        known = self._known

        def show(found: re.Match[str]) -> str:
            text = html.unescape(found[0])
            old = known.get(_NO_DIGITS.sub("", text))
            return found[0] if old is None else print_like(new, text, old=old)

        return lambda text: _IN_SOURCE.sub(show, text) if _has_digit(text) else text
