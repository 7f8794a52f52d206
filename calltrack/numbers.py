"""A phone number as a value, and every usual way to write it.

- A number is its E.164 text and nothing else: "+31850199999". Two spellings are one number.
- A spelling is a string of digits, with "+" and separators left out. `spellings` gives all usual
  ones of a number, so finding a number in a page is one look-up in a dictionary.
- A written number keeps its shape when another takes its place: the same groups and separators,
  as far as the digits allow (`regroup`, and `print_like` for whole texts).
- The rules of each country come from phonenumbers' metadata (`calltrack.dialling`).

Errors: NumberError for a text that is no phone number.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from calltrack import dialling
from calltrack.errors import NumberError

SHORTEST_SPELLING = 5
"""Fewer digits than this are not looked for in pages: they are years and prices."""

_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_WRITTEN = re.compile(r"[+＋]?[\d\s()\[\]/.\-‐-―−·,]+")
_GROUP = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, order=True)
class PhoneNumber:
    """One phone number. Errors: NumberError when `e164` is not "+" and 6 to 15 digits."""

    e164: str

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.e164) or dialling.split(self.e164) is None:
            raise NumberError(f"«{_short(self.e164)}» is no phone number of the form +31850199999")

    @property
    def country_code(self) -> int:
        """31 for the Netherlands."""
        return _parts(self)[0]

    @property
    def national(self) -> str:
        """The digits after the country code, without a national prefix: "850199999"."""
        return _parts(self)[1]

    @property
    def region(self) -> str:
        """The country as ISO 3166 names it: "NL"; "001" for numbers of the whole world."""
        return dialling.region(*_parts(self))

    def __str__(self) -> str:
        return self.e164


class Spelling(Enum):
    """How the digits of a number are written."""

    INTERNATIONAL = "international"  # 31850199999, after "+" or bare
    DIALLED = "dialled"  # 0031850199999
    TRUNK = "trunk"  # 310850199999: +31 (0)85 …
    DIALLED_TRUNK = "dialled_trunk"  # 00310850199999
    NATIONAL = "national"  # 0850199999: as at home, with the prefix that is usual there
    SUBSCRIBER = "subscriber"  # 4951234567: without the prefix, where people leave it out


_ABROAD = (
    Spelling.INTERNATIONAL,
    Spelling.DIALLED,
    Spelling.TRUNK,
    Spelling.DIALLED_TRUNK,
)


@dataclass(frozen=True, slots=True)
class _Form:
    """One digit string of a number, and the prefixes that stand in it."""

    digits: str
    spelling: Spelling
    prefix: str  # what is dialled before the country code or the national number
    trunk: str = ""  # the national prefix after a country code


def parse(text: str, *, region: str | None = None) -> PhoneNumber:
    """Read a phone number as people write it.

    Shape: with a country code ("+31 (0)85 …", "0031 85 …"), or national when `region` tells whose.
    Errors: NumberError, with a sentence that says what is wrong.
    """
    shown = f"«{_short(text)}»"
    clean = "".join(c for c in text if unicodedata.category(c) != "Cf").strip()
    if not any(c.isdecimal() for c in clean):
        raise NumberError(f"{shown} is no phone number: it holds no digits")
    if not _WRITTEN.fullmatch(clean):
        raise NumberError(f"{shown} is no phone number: it holds more than digits and separators")
    if region is None and re.match(r"[(\s]*00", clean):
        clean = "+" + clean.replace("00", "", 1)
    try:
        found = phonenumbers.parse(clean, region)
    except NumberParseException as wrong:
        raise NumberError(f"{shown} is no phone number: {_REFUSED[wrong.error_type]}") from wrong
    result = phonenumbers.is_possible_number_with_reason(found)
    if result != ValidationResult.IS_POSSIBLE:
        raise NumberError(f"{shown} is no phone number: {_IMPOSSIBLE[result]}")
    return PhoneNumber(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


_WITH_CODE = "write it with its country code, as +31 10 …"
_REFUSED = {
    NumberParseException.INVALID_COUNTRY_CODE: f"its country is not known; {_WITH_CODE}",
    NumberParseException.NOT_A_NUMBER: "it cannot be read",
    NumberParseException.TOO_SHORT_AFTER_IDD: "it is too short",
    NumberParseException.TOO_SHORT_NSN: "it is too short",
    NumberParseException.TOO_LONG: "it is too long",
}
_IMPOSSIBLE = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "its area code is missing",
    ValidationResult.INVALID_COUNTRY_CODE: f"its country is not known; {_WITH_CODE}",
    ValidationResult.TOO_SHORT: "it is too short for its country",
    ValidationResult.INVALID_LENGTH: "no number of its country has this length",
    ValidationResult.TOO_LONG: "it is too long for its country",
}


@lru_cache(maxsize=1 << 16)
def spellings(number: PhoneNumber) -> Mapping[str, Spelling]:
    """Give every usual digit string of a number, each with how it is written.

    A string that could be read in two ways counts as the first of `Spelling`: "14155552671" is
    international, not national.
    """
    found: dict[str, Spelling] = {}
    for form in _forms(number):
        if len(form.digits) >= SHORTEST_SPELLING:
            found.setdefault(form.digits, form.spelling)
    return MappingProxyType(found)


def digits(number: PhoneNumber, spelling: Spelling) -> str:
    """Give a number's digits in one spelling, the most usual one of that kind.

    Where a country has no such spelling the nearest one counts: no trunk prefix, no TRUNK.
    """
    return "".join(_GROUP.findall(usual(number, spelling)))


def usual(number: PhoneNumber, spelling: Spelling, *, separator: str | None = None) -> str:
    """Write a number in its country's usual pattern: "085 019 9999", "+31 85 019 9999".

    With a `separator` this stands between all groups; without one the country's own do.
    """
    text = _usual(number, spelling)
    if separator is None:
        return text
    plus = "+" if text.startswith("+") else ""
    return plus + separator.join(_GROUP.findall(text))


def national_text(number: PhoneNumber) -> str:
    """Write a number as people in its own country do: "085 019 9999"."""
    return usual(number, Spelling.NATIONAL)


def regroup(
    new: PhoneNumber, spelling: Spelling, sizes: Sequence[int], *, old: PhoneNumber
) -> tuple[str, ...]:
    """Cut a new number's digits into the groups an old one is written in.

    Shape: as many groups as `sizes`, which holds the old groups' lengths in order. A group may be
    empty: the separators and brackets beside it have lost their use. Where a national spelling of
    another country would mislead, the first group begins with "+" and the country code.
    """
    form = _written(old, spelling, sum(sizes))
    if form is not None:
        exact = _same_form(new, form, old=old)
        if len(exact) == len(form.digits):
            return _fill(exact, sizes)
    target, plus = spelling, ""
    if new.country_code != old.country_code and spelling not in _ABROAD:
        target, plus = Spelling.INTERNATIONAL, "+"
    groups = _GROUP.findall(_usual(new, target))
    if len(groups) != len(sizes):
        groups = list(_align(groups, sizes, _GROUP.findall(_usual(old, spelling))))
    return (plus + groups[0], *groups[1:])


def print_like(new: PhoneNumber, pattern: str, *, old: PhoneNumber) -> str:
    """Write a new number as `pattern` writes the old one, separators kept.

    A pattern that is no usual spelling of the old number gives the new one's own usual form.
    """
    written = "".join(str(int(c)) for c in pattern if c.isdecimal())
    spelling = spellings(old).get(written)
    if spelling is None:
        same = new.country_code == old.country_code and "+" not in pattern
        return usual(new, Spelling.NATIONAL if same else Spelling.INTERNATIONAL)
    sizes = [len(group) for group in _GROUP.findall(pattern)]
    groups = regroup(new, spelling, sizes, old=old)
    return _join(groups, _GROUP.split(pattern))


def _join(groups: Sequence[str], separators: Sequence[str]) -> str:
    text = separators[0]
    for group, after in zip(groups, separators[1:], strict=True):
        if group:
            text += group + after
        else:
            text = re.sub(r"[^\d)]+\Z", "", text) + after.lstrip(")").rstrip("(")
    return text


@lru_cache(maxsize=1 << 16)
def _parts(number: PhoneNumber) -> tuple[int, str]:
    found = dialling.split(number.e164)
    assert found is not None  # noqa: S101 - __post_init__ has split it before
    return found


def _forms(number: PhoneNumber) -> list[_Form]:
    code, national = _parts(number)
    cc = str(code)
    dialled = dialling.international_prefixes(code)
    trunks = [p for p in dialling.national_prefixes(code) if p != cc]
    forms = [_Form(cc + national, Spelling.INTERNATIONAL, "")]
    forms += [_Form(p + cc + national, Spelling.DIALLED, p) for p in dialled]
    forms += [_Form(cc + t + national, Spelling.TRUNK, "", t) for t in trunks]
    forms += [
        _Form(p + cc + t + national, Spelling.DIALLED_TRUNK, p, t) for p in dialled for t in trunks
    ]
    if dialling.main_region(code) == dialling.NOT_A_COUNTRY:
        return forms
    home = digits(number, Spelling.NATIONAL)
    forms.append(_Form(home, Spelling.NATIONAL, home.removesuffix(national)))
    forms += [_Form(p + national, Spelling.NATIONAL, p) for p in dialling.national_prefixes(code)]
    if dialling.is_prefix_optional(code, national):
        forms.append(_Form(national, Spelling.SUBSCRIBER, ""))
    return forms


def _written(number: PhoneNumber, spelling: Spelling, length: int) -> _Form | None:
    same = (f for f in _forms(number) if f.spelling is spelling and len(f.digits) == length)
    return next(same, None)


def _same_form(new: PhoneNumber, form: _Form, *, old: PhoneNumber) -> str:
    """Give the new number's digits with the prefixes of an old one's form, or "" if it has none."""
    if form.spelling not in _ABROAD and new.country_code != old.country_code:
        return ""
    for own in _forms(new):
        if (own.spelling, own.prefix, own.trunk) == (form.spelling, form.prefix, form.trunk):
            return own.digits
    return ""


def _usual(number: PhoneNumber, spelling: Spelling) -> str:
    code, national = _parts(number)
    if spelling is Spelling.NATIONAL:
        return dialling.national_text(code, national)
    abroad = dialling.international_text(code, national)
    bare = abroad.removeprefix(f"+{code}").lstrip(" -")
    if spelling is Spelling.SUBSCRIBER:
        return bare
    trunk = ""
    if spelling in {Spelling.TRUNK, Spelling.DIALLED_TRUNK}:
        trunk = next((f"({p})" for p in dialling.national_prefixes(code) if p != str(code)), "")
    start = "00" if spelling in {Spelling.DIALLED, Spelling.DIALLED_TRUNK} else "+"
    return f"{start}{code} {trunk}{bare}"


def _fill(text: str, sizes: Sequence[int]) -> tuple[str, ...]:
    """Cut a text from the left into pieces of these sizes; the last takes the rest."""
    pieces, at = [], 0
    for size in sizes[:-1]:
        pieces.append(text[at : at + size])
        at += size
    return (*pieces, text[at:])


def _align(groups: Sequence[str], sizes: Sequence[int], before: Sequence[str]) -> tuple[str, ...]:
    """Fit usual groups into other sizes: those that stood alone do so still, the rest is filled."""
    alone = 0
    while alone < min(len(groups), len(sizes), len(before)) - 1 and (
        sizes[alone] == len(before[alone])
    ):
        alone += 1
    rest = _fill("".join(groups[alone:]), sizes[alone:])
    return (*groups[:alone], *rest)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
