"""A phone number as a value, and every usual way to write it.

- A number is its E.164 text and nothing else: "+31850199999". Two ways to write it are one number.
- A spelling is a string of digits, with "+" and separators left out. `spellings` gives all usual
  ones of a number, so finding a number in a page is one look-up in a dictionary.
- A written number keeps its pattern when another takes its place (`regroup`, and `print_like` for
  whole texts): digit for digit where both have the same length, else as `calltrack.grouping` says.
- What is usual in a country comes from phonenumbers' metadata (`calltrack.dialling`).

Errors: NumberError for a text that is no phone number.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
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

SHORTEST_SPELLING = 5
"""Fewer digits than this are not looked for in pages: they are years and prices."""

KEPT = 1 << 16
"""For how many numbers the spellings are kept ready: more than one organisation rents."""

_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_WRITTEN = re.compile(r"[\s(\[]*[+＋]?[\d\s()\[\]/.\-‐-―−·]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, order=True)
class PhoneNumber:
    """One phone number. Errors: NumberError when `e164` is no "+", country code and number."""

    e164: str

    def __post_init__(self) -> None:
        """Refuse what is no number, so that everything below can rely on it."""
        if not _E164.fullmatch(self.e164) or dialling.split(self.e164) is None:
            raise NumberError(f"«{_short(self.e164)}» is no phone number of the form +31850199999")

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


class Spelling(Enum):
    """How the digits of a number are written."""

    INTERNATIONAL = "international"  # 31850199999, after "+" or bare
    DIALLED = "dialled"  # 0031850199999
    TRUNK = "trunk"  # 310850199999: +31 (0)85 …
    DIALLED_TRUNK = "dialled_trunk"  # 00310850199999
    NATIONAL = "national"  # 0850199999: as at home, with the prefix that is usual there
    SUBSCRIBER = "subscriber"  # 4951234567: without the prefix, where people leave it out

    @property
    def is_from_abroad(self) -> bool:
        """Say whether the country code is part of it."""
        return self not in {Spelling.NATIONAL, Spelling.SUBSCRIBER}


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
    abroad = _read_if_possible("+" + plain[2:]) if plain.startswith("00") else None
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
    return _form(number, spelling).digits


def usual(number: PhoneNumber, spelling: Spelling, *, separator: str | None = None) -> str:
    """Write a number in its country's usual pattern: "085 019 9999", "+31 85 019 9999".

    With a `separator` this stands between all groups; without one the country's own do.
    """
    code, national = _parts(number)
    if spelling is Spelling.NATIONAL:
        text = dialling.national_text(code, national)
    else:
        form = _form(number, spelling)
        text = dialling.international_text(code, national).removeprefix(f"+{code}").lstrip(" -")
        trunk = f"({form.trunk})" if form.trunk else ""
        start = f"{form.prefix or '+'}{form.code} {trunk}" if form.code else form.prefix
        text = start + text
    if separator is None:
        return text
    return ("+" if text.startswith("+") else "") + separator.join(_DIGITS.findall(text))


def national_text(number: PhoneNumber) -> str:
    """Write a number as people in its own country do: "085 019 9999"."""
    return usual(number, Spelling.NATIONAL)


def regroup(
    new: PhoneNumber, spelling: Spelling, sizes: Sequence[int], *, old: PhoneNumber
) -> tuple[str, ...]:
    """Cut a new number's digits into the groups an old one is written in.

    Shape: as many groups as `sizes`, which holds the lengths of the old groups in order. A group
    may be empty: then a bracket round it and a separator beside it have lost their use. Where a
    national spelling would be read as a number of the old one's country, the first group begins
    with "+" and the country code.
    """
    if new.country_code != old.country_code and not spelling.is_from_abroad:
        after = _form(new, Spelling.INTERNATIONAL)
        rest = after.body if len(sizes) > 1 else ()
        start = "".join(("+", after.code, *after.body[len(rest) :]))
        return (start, *grouping.fit(rest, sizes[1:]))
    before = _form(old, spelling, length=sum(sizes))
    after = _form(new, spelling, like=before)
    if len(before.digits) != sum(sizes):
        return tuple(grouping.fit([g for section in after.sections for g in section], sizes))
    if len(after.code) == len(before.code) and len(after.digits) == sum(sizes):
        return grouping.cut(after.digits, sizes)
    return grouping.regroup(after.sections, before.sections, sizes)


def print_like(new: PhoneNumber, pattern: str, *, old: PhoneNumber) -> str:
    """Write a new number as `pattern` writes the old one, separators kept.

    A pattern that is no usual spelling of the old number gives the new one's own usual form.
    """
    spelling = _spellings(old).get(_plain_digits(pattern))
    abroad = new.country_code != old.country_code
    if spelling is None:
        as_abroad = abroad or "+" in pattern
        return usual(new, Spelling.INTERNATIONAL if as_abroad else Spelling.NATIONAL)
    sizes = [len(group) for group in _DIGITS.findall(pattern)]
    text = grouping.join(regroup(new, spelling, sizes, old=old), _DIGITS.split(pattern))
    if abroad and spelling is Spelling.INTERNATIONAL and "+" not in text:
        return "+" + text  # "1-415-555-2671" is read as international at home only
    return text


@dataclass(frozen=True, slots=True)
class _Form:
    """One digit string of a number, in sections."""

    spelling: Spelling
    prefix: str  # what is dialled first: "00" before a country code, "0" before an area code
    code: str
    trunk: str  # a national prefix behind the country code
    body: tuple[str, ...]  # the number itself, in its usual groups

    @property
    def digits(self) -> str:
        return "".join((self.prefix, self.code, self.trunk, *self.body))

    @property
    def sections(self) -> grouping.Sections:
        area = 1 if len(self.body) > 1 else 0
        return (self.prefix,), (self.code,), (self.trunk,), self.body[:area], self.body[area:]


def _form(
    number: PhoneNumber, spelling: Spelling, *, length: int = 0, like: _Form | None = None
) -> _Form:
    """Choose the form of a spelling: one of this length, or with another's prefixes, or the usual.

    Where a country does not have the spelling at all, the nearest one is given under its name.
    """
    forms = [form for form in _forms(number) if form.spelling is spelling]
    for form in forms:
        if len(form.digits) == length:
            return form
        if like and (form.prefix, form.trunk) == (like.prefix, like.trunk):
            return form
    if forms:
        return forms[0]
    code, national = _parts(number)
    prefix = "00" if spelling is Spelling.DIALLED_TRUNK else ""
    cc = str(code) if spelling is not Spelling.SUBSCRIBER else ""
    return _Form(spelling, prefix, cc, "", _body(code, national))


@lru_cache(maxsize=KEPT)
def _forms(number: PhoneNumber) -> tuple[_Form, ...]:
    code, national = _parts(number)
    return (*_forms_abroad(code, national), *_forms_at_home(code, national))


def _forms_abroad(code: int, national: str) -> Iterator[_Form]:
    cc, body = str(code), _body(code, national)
    # A country that dials its own code at home (+1) has no "+1 (1) …".
    trunks = [p for p in dialling.national_prefixes(code) if p != cc]
    yield _Form(Spelling.INTERNATIONAL, "", cc, "", body)
    yield from (_Form(Spelling.DIALLED, p, cc, "", body) for p in dialling.INTERNATIONAL_PREFIXES)
    yield from (_Form(Spelling.TRUNK, "", cc, t, body) for t in trunks)
    for prefix in dialling.INTERNATIONAL_PREFIXES:
        yield from (_Form(Spelling.DIALLED_TRUNK, prefix, cc, t, body) for t in trunks)


def _forms_at_home(code: int, national: str) -> Iterator[_Form]:
    if dialling.main_region(code) == dialling.NOT_A_COUNTRY:
        return
    groups = _DIGITS.findall(dialling.national_text(code, national))
    home = "".join(groups)
    prefix = home.removesuffix(national) if home.endswith(national) else ""
    body = _without(prefix, groups)
    yield _Form(Spelling.NATIONAL, prefix, "", "", body)
    if "".join(body) != national:
        return  # written with other digits at home: Argentina's "15"
    others = (p for p in dialling.national_prefixes(code) if p != prefix)
    yield from (_Form(Spelling.NATIONAL, p, "", "", body) for p in others)
    if prefix and dialling.is_prefix_optional(code, national):
        yield _Form(Spelling.SUBSCRIBER, "", "", "", body)


def _body(code: int, national: str) -> tuple[str, ...]:
    groups = _DIGITS.findall(dialling.international_text(code, national))
    return _without(str(code), groups)


def _without(prefix: str, groups: Sequence[str]) -> tuple[str, ...]:
    """Take a prefix off the first digits of some groups."""
    left = list(groups)
    while prefix:
        taken = min(len(prefix), len(left[0]))
        prefix, left[0] = prefix[taken:], left[0][taken:]
        left = left if left[0] else left[1:]
    return tuple(left)


@lru_cache(maxsize=KEPT)
def _spellings(number: PhoneNumber) -> Mapping[str, Spelling]:
    found: dict[str, Spelling] = {}
    for form in _forms(number):
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
    if result != ValidationResult.IS_POSSIBLE:
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
