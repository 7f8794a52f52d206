"""A phone number as a value, and every usual way to write it.

- A number is its E.164 text and nothing else: "+31850199999". Two ways to write it are one number.
- A spelling is a string of digits, with "+" and separators left out. `spellings` gives all usual
  ones of a number, so finding a number in a page is one look-up in a dictionary.
- A written number keeps its pattern when another takes its place (`mould`, and `print_like` for
  whole texts): digit for digit where both have the same length, else as `calltrack.grouping` says.
- What is usual in a country comes from phonenumbers' metadata (`calltrack.forms`, `dialling`).

Errors: NumberError for a text that is no phone number.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from calltrack import dialling, grouping
from calltrack.errors import NumberError
from calltrack.forms import DIGITS, KEPT, Spelling, body, form_like, forms_of, usual_form

__all__ = [
    "MARKS",
    "SHORTEST_SPELLING",
    "Mould",
    "PhoneNumber",
    "Spelling",
    "digits",
    "has_usual_length",
    "mould",
    "national_text",
    "parse",
    "print_like",
    "spellings",
    "usual",
]

SHORTEST_SPELLING = 5
"""Fewer digits than this are not looked for in pages: they are years and prices."""

MARKS = "".join(map(chr, range(0x0E, 0x1D)))
"""What stands for the digits of a number, from the left: signs that no written number holds."""
_EXCHANGES_KEPT = 256
"""A page shows few numbers, each in many places and a few spellings."""

_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_WRITTEN = re.compile(r"[\s(\[]*[+＋]?[\d\s()\[\]/.\-‐-―−·]+")


@dataclass(frozen=True, slots=True, order=True)
class PhoneNumber:
    """One phone number. Errors: NumberError when `e164` is no "+", country code and number."""

    e164: str

    def __post_init__(self) -> None:
        """Refuse what is no number, so that everything below can rely on it."""
        if not _E164.fullmatch(self.e164) or dialling.split(self.e164) is None:
            raise NumberError(f"«{_short(self.e164)}» is no phone number of the form +31850199999")

    def __eq__(self, other: object) -> bool:
        """Compare the E.164 texts. Written out, as is the hash: numbers are keys everywhere."""
        return self.e164 == other.e164 if isinstance(other, PhoneNumber) else NotImplemented

    def __hash__(self) -> int:
        """Hash the E.164 text, which keeps its hash."""
        return hash(self.e164)

    def __str__(self) -> str:
        """Give the E.164 text."""
        return self.e164

    @property
    def country_code(self) -> int:
        """The calling code: 31 for the Netherlands."""
        return _parts(self)[0]

    @property
    def national(self) -> str:
        """The digits after the country code, without a national prefix: "850199999"."""
        return _parts(self)[1]

    @property
    def region(self) -> str:
        """The country as ISO 3166 names it: "NL"; "001" for numbers of the whole world."""
        return _region(self)


def parse(text: str, *, region: str | None = None) -> PhoneNumber:
    """Read a phone number as people write it.

    Shape: with a country code ("+31 (0)85 …", "0031 85 …"), or national when `region` tells whose.
    Errors: NumberError, with a sentence that says what is wrong.
    """
    start = f"«{_short(text)}» is no phone number: "
    written = "".join(c for c in text if unicodedata.category(c) != "Cf").strip()
    if not any(c.isdecimal() for c in written):
        raise NumberError(start + "it holds no digits")
    if not _WRITTEN.fullmatch(written):
        raise NumberError(start + "it holds more than digits and separators")
    plain = _plain_digits(written)
    if "+" in written or "＋" in written:
        return _read("+" + plain, None, start)
    # Australia's 0011; as 00 it would be before +1 1…, where no number begins.
    prefix = next((p for p in ("0011", "00") if plain.startswith(p)), None)
    abroad = _read_if_possible("+" + plain[len(prefix) :]) if prefix else None
    if abroad and (region is None or dialling.is_in_use(*_parts(abroad))):
        return abroad
    try:
        return _read(plain, region, start)
    except NumberError:
        if abroad is None:
            raise
        return abroad


def spellings(number: PhoneNumber) -> Mapping[str, Spelling]:
    """Give every usual digit string of a number, each with how it is written.

    A string that could be read in two ways counts as the first of `Spelling`: "14155552671" is
    international, not national.
    """
    return _spellings(number)


def digits(number: PhoneNumber, spelling: Spelling) -> str:
    """Give a number's digits in one spelling, the most usual of that kind.

    Where a country has no such spelling the nearest one counts: no trunk prefix, no TRUNK.
    """
    return usual_form(*_parts(number), spelling).digits


def usual(number: PhoneNumber, spelling: Spelling, *, separator: str | None = None) -> str:
    """Write a number in its country's usual pattern: "085 019 9999", "+31 85 019 9999".

    With a `separator` this stands between all groups; without one the country's own do.
    """
    code, national = _parts(number)
    if spelling is Spelling.NATIONAL:
        text = dialling.national_text(code, national)
    else:
        form = usual_form(code, national, spelling)
        text = dialling.international_text(code, national).removeprefix(f"+{code}").lstrip(" -")
        trunk = f"({form.trunk})" if form.trunk else ""
        start = f"{form.prefix or '+'}{form.code} {trunk}" if form.code else form.prefix
        text = start + text
    if separator is None:
        return text
    return ("+" if text.startswith("+") else "") + separator.join(DIGITS.findall(text))


def national_text(number: PhoneNumber) -> str:
    """Write a number as people in its own country do: "085 019 9999"."""
    return usual(number, Spelling.NATIONAL)


class Mould:
    """One way in which an old number is written, ready to take new ones. Immutable."""

    __slots__ = ("_before", "_cut", "_head", "_likeness", "_old", "_sizes", "_start", "marks")

    def __init__(self, old: PhoneNumber, written: str, sizes: tuple[int, ...]) -> None:
        """Take an old number, one of its `spellings`, and the lengths of its groups in order."""
        code, national = _parts(old)
        self._before = next(f for f in forms_of(code, national) if f.digits == written)
        self._old, self._sizes, self._start = old, sizes, f"+{code}"
        end = len(old.e164) if written.endswith(national) else 0  # as long as no number
        self._head = written.removesuffix(national)
        home = None if self._before.spelling.is_from_abroad else code
        spare = self._before.has_spare_prefix
        self._likeness = self._start, end, home, self._head if home else "", spare
        self._cut = grouping.cutter(sizes)
        self.marks: tuple[str, ...] = self._cut(self._head + MARKS[: len(national)])
        """The groups, with a mark for each of the number's own digits (`exchange`)."""

    def groups(self, new: PhoneNumber) -> tuple[str, ...]:
        """Cut a new number's digits into the groups the old one is written in.

        Shape: as many groups as the old one has. A group may be empty: then a bracket round it and
        a separator beside it have lost their use. Where a national spelling would be read as a
        number of the old one's country, the first group begins with "+" and the country code.
        """
        if self.exchange(new) is not None:
            return self._cut(self._head + new.e164[len(self._start) :])
        before = self._before
        if new.country_code != self._old.country_code and not before.spelling.is_from_abroad:
            return _from_abroad(new, self._sizes)
        after = form_like(*_parts(new), before)
        if len(after.code) == len(before.code) and len(after.digits) == sum(self._sizes):
            return self._cut(after.digits)
        return grouping.regroup(after.sections, before.sections, self._sizes)

    def exchange(self, new: PhoneNumber) -> bytes | None:
        """Give what turns marks into a new number's digits, for bytes.translate.

        Quick, and the ordinary case: same country, same length, same prefix, so that the digits
        take the old ones' places one for one. None in all others.
        """
        return _exchange(new.e164, self._likeness)


@lru_cache(maxsize=_EXCHANGES_KEPT)
def _exchange(e164: str, likeness: tuple[str, int, int | None, str, bool]) -> bytes | None:
    start, end, home, head, spare = likeness
    if len(e164) != end or not e164.startswith(start):
        return None
    national = e164[len(start) :]
    if home and not dialling.is_written_with(home, national, head, spare=spare):
        return None
    return bytes.maketrans(MARKS[: len(national)].encode("ascii"), national.encode("ascii"))


@lru_cache(maxsize=KEPT)
def mould(old: PhoneNumber, written: str, sizes: tuple[int, ...]) -> Mould:
    """Give the mould of a written number (`Mould`), made once."""
    return Mould(old, written, sizes)


def _from_abroad(new: PhoneNumber, sizes: Sequence[int]) -> tuple[str, ...]:
    code, national = _parts(new)
    groups = body(code, national)
    rest = groups if len(sizes) > 1 else ()
    start = "".join((f"+{code}", *groups[len(rest) :]))
    return (start, *grouping.fit(rest, sizes[1:]))


def print_like(new: PhoneNumber, pattern: str, *, old: PhoneNumber) -> str:
    """Write a new number as `pattern` writes the old one, separators kept.

    A pattern that is no usual spelling of the old number gives the new one's own usual form.
    """
    spelling = _spellings(old).get(_plain_digits(pattern))
    abroad = new.country_code != old.country_code
    if spelling is None:
        as_abroad = abroad or "+" in pattern
        return usual(new, Spelling.INTERNATIONAL if as_abroad else Spelling.NATIONAL)
    groups = [_plain_digits(group) for group in DIGITS.findall(pattern)]
    sizes = tuple(len(group) for group in groups)
    filled = mould(old, "".join(groups), sizes).groups(new)
    text = grouping.join(filled, DIGITS.split(pattern))
    if abroad and spelling is Spelling.INTERNATIONAL and "+" not in text:
        return "+" + text  # "1-415-555-2671" is read as international at home only
    return text


@lru_cache(maxsize=KEPT)
def _spellings(number: PhoneNumber) -> Mapping[str, Spelling]:
    found: dict[str, Spelling] = {}
    for form in forms_of(*_parts(number)):
        if len(form.digits) >= SHORTEST_SPELLING:
            found.setdefault(form.digits, form.spelling)
    return MappingProxyType(found)


def has_usual_length(number: PhoneNumber) -> bool:
    """Say whether the number is as long as its country's phones have it; else a digit was lost.

    Ranges that are not given out yet count as well: only the length is looked at.
    """
    found = phonenumbers.parse(number.e164)
    return phonenumbers.is_valid_number(found) or any(
        phonenumbers.is_possible_number_for_type(found, kind) for kind in _OF_PHONES
    )


@lru_cache(maxsize=KEPT)
def _parts(number: PhoneNumber) -> tuple[int, str]:
    found = dialling.split(number.e164)
    assert found is not None  # noqa: S101 - __post_init__ has refused the others
    return found


@lru_cache(maxsize=KEPT)
def _region(number: PhoneNumber) -> str:
    return dialling.region(*_parts(number))


def _plain_digits(text: str) -> str:
    """Keep the digits of a text, full-width and other ones as plain ones."""
    return "".join(str(int(c)) for c in text if c.isdecimal())


def _read(text: str, region: str | None, start: str) -> PhoneNumber:
    try:
        found = phonenumbers.parse(text, region)
    except NumberParseException as wrong:
        raise NumberError(start + _UNREADABLE[wrong.error_type]) from wrong
    result = phonenumbers.is_possible_number_with_reason(found)
    # Canada's 310-1234 is short, and whole.
    if result != ValidationResult.IS_POSSIBLE and not phonenumbers.is_valid_number(found):
        raise NumberError(start + _IMPOSSIBLE[result])
    return PhoneNumber(phonenumbers.format_number(found, PhoneNumberFormat.E164))


def _read_if_possible(text: str) -> PhoneNumber | None:
    try:
        return _read(text, None, "")
    except NumberError:
        return None


_OF_PHONES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP)

_NO_COUNTRY = "its country is not known; write it with its country code, as +31 10 …"
_UNREADABLE = {
    NumberParseException.INVALID_COUNTRY_CODE: _NO_COUNTRY,
    NumberParseException.NOT_A_NUMBER: "it is too short",
    NumberParseException.TOO_SHORT_AFTER_IDD: "it is too short",
    NumberParseException.TOO_SHORT_NSN: "it is too short",
    NumberParseException.TOO_LONG: "it is too long",
}
_IMPOSSIBLE = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "its area code is missing",
    ValidationResult.INVALID_COUNTRY_CODE: _NO_COUNTRY,
    ValidationResult.TOO_SHORT: "it is too short for its country",
    ValidationResult.INVALID_LENGTH: "no number of its country has this length",
    ValidationResult.TOO_LONG: "it is too long for its country",
}


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
