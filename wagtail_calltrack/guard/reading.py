"""Which of some numbers stand in a text, and how they are written there.

The rewriter's own reading of a page is asked (`proxy.rewrite`), so the guard finds what a visitor
can read or dial: in texts, over inline tags, in links, attributes, scripts and comments. A run of
digits that only looks like a number, as in an IBAN or an order number, is none.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Outcome, Rule, explain

READ_AS_TEXT = frozenset(
    {"alt", "aria-label", "aria-description", "content", "label", "placeholder", "title", "value"}
)
"""Attributes whose text people or programs read."""

_AROUND_BYTES = 48
_BORDERS = re.compile(rb"[<>\"'=&?;#]")
_MARKED = frozenset({Rule.IN_PLACEHOLDER, Rule.OPTED_OUT})
_TAG = re.compile(r"<[^>]*+>")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Marks:
    """What makes an element a placeholder."""

    keys: frozenset[str] = frozenset()
    classes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A number as it stands in a text."""

    number: PhoneNumber
    written: str
    is_replaced: bool  # by a proxy, if it were a forwarding number
    is_marked: bool  # a placeholder stands around it, or it is opted out


def numbers_in(
    text: str, numbers: frozenset[PhoneNumber], marks: Marks | None = None
) -> Iterator[Read]:
    """Give the numbers of these that stand in a text, which may be HTML."""
    marks = marks or Marks()
    bindings = Bindings(numbers, keys=marks.keys, classes=marks.classes, attributes=READ_AS_TEXT)
    page = text.encode("utf-8", "replace")
    for found in explain(page, bindings, charset="utf-8"):
        if found.number not in numbers:
            continue
        is_replaced = found.outcome is Outcome.REPLACED
        end = found.offset + len(found.text.encode("utf-8", "replace"))
        if is_replaced or _is_number(page, found.offset, end, found.number):
            is_marked = found.rule in _MARKED
            sign = page[max(0, found.offset - 1) : found.offset].decode("utf-8", "ignore")
            written = as_read((sign if sign in {"+", "("} else "") + found.text)
            yield Read(found.number, written, is_replaced, is_marked)


def as_read(text: str) -> str:
    """Give a piece of HTML as people read it."""
    return _BLANKS.sub(" ", html.unescape(_TAG.sub("", text))).strip()


def _is_number(page: bytes, start: int, end: int, number: PhoneNumber) -> bool:
    """Say whether what proxies leave alone is a number all the same, if it stood by itself."""
    around = page[max(0, start - _AROUND_BYTES) : end + _AROUND_BYTES]
    alone = _BORDERS.sub(b" ", unquote_to_bytes(around))
    found = explain(alone, Bindings(frozenset({number})), charset="utf-8")
    return any(
        one.number == number and (one.outcome is Outcome.REPLACED or one.rule is Rule.ADDRESS)
        for one in found
    )
