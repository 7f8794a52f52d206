"""The numbers that are looked for, and a quick answer whether one may stand in a text.

Every usual way to write a number ends with its last seven digits. So a text is read down to runs of
digits, and only numbers whose end stands in one of them are looked for with care: thousands of them
cost no more than a few, and a text without seven digits near one another asks for none at all.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import decimal
from urllib.parse import unquote

from calltrack.numbers import PhoneNumber
from wagtail_calltrack.phones import number_of

END_DIGITS = 7
"""No tracking number is shorter than this, as it is written at home."""

_RUN = re.compile(rf"\d(?:\W{{0,8}}+\d){{{END_DIGITS - 1},}}+")
_TAG = re.compile(r"<[^>]*+>")
_BLANKS = re.compile(r"\s+")
_NO_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Stock:
    """Numbers by their last digits."""

    by_end: Mapping[str, tuple[str, ...]]

    def near(self, runs: Iterable[str]) -> frozenset[PhoneNumber]:
        """Give the numbers that may stand in these digits. None is a sure no."""
        found: set[str] = set()
        for run in runs:
            for at in range(len(run) - END_DIGITS + 1):
                found.update(self.by_end.get(run[at : at + END_DIGITS], ()))
        return frozenset(filter(None, map(number_of, found)))


def stock_of(numbers: Iterable[str]) -> Stock:
    """Make a stock of E.164 texts."""
    by_end: dict[str, tuple[str, ...]] = {}
    for text in numbers:
        end = text[-END_DIGITS:]
        by_end[end] = (*by_end.get(end, ()), text)
    return Stock(by_end)


def runs_in(text: str) -> list[str]:
    """Give the runs of at least seven digits in a text, however they are written."""
    readings = [text]
    if "&" in text or "%" in text:
        readings = [unquote(html.unescape(text))]
    if "<" in text:
        readings.append(_TAG.sub("", readings[0]))
    return [_digits(run) for reading in readings for run in _RUN.findall(_BLANKS.sub(" ", reading))]


def _digits(run: str) -> str:
    digits = _NO_DIGIT.sub("", run)
    return digits if digits.isascii() else "".join(str(decimal(one)) for one in digits)
