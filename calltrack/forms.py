"""The forms of a number: every usual string of digits it is written with, in sections.

A form says what is dialled first, whether the country code is written, a trunk prefix behind it,
and the number itself in its usual groups. `forms_of` gives them in the order in which a string that
could be read in two ways counts.

Shape: a number comes as its calling code and its national digits, as in `calltrack.dialling`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from calltrack import dialling, grouping

KEPT = 1 << 16
"""For how many numbers the forms are kept ready: more than one organisation rents."""

DIGITS = re.compile(r"\d+")


class Spelling(StrEnum):
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
        return self not in _AT_HOME


_AT_HOME = frozenset({Spelling.NATIONAL, Spelling.SUBSCRIBER})
_NEAREST = {
    Spelling.TRUNK: Spelling.INTERNATIONAL,
    Spelling.DIALLED_TRUNK: Spelling.DIALLED,
    Spelling.NATIONAL: Spelling.INTERNATIONAL,
    Spelling.SUBSCRIBER: Spelling.NATIONAL,
}
"""What is written where a number has no such spelling."""


@dataclass(frozen=True, slots=True)
class Form:
    """One digit string of a number, in sections."""

    spelling: Spelling
    prefix: str  # what is dialled first: "00" before a country code, "0" before an area code
    code: str
    trunk: str  # a national prefix behind the country code
    body: tuple[str, ...]  # the number itself, in its usual groups
    has_spare_prefix: bool = False  # one that people know and that usually is left out

    @property
    def digits(self) -> str:
        """The whole string."""
        return "".join((self.prefix, self.code, self.trunk, *self.body))

    @property
    def sections(self) -> grouping.Sections:
        """The form as `grouping` takes it."""
        area = 1 if len(self.body) > 1 else 0
        return (self.prefix,), (self.code,), (self.trunk,), self.body[:area], self.body[area:]


@lru_cache(maxsize=KEPT)
def forms_of(code: int, national: str) -> tuple[Form, ...]:
    """Give every usual form of a number."""
    return (*_forms_abroad(code, national), *_forms_at_home(code, national))


def usual_form(code: int, national: str, spelling: Spelling) -> Form:
    """Give the most usual form of a spelling.

    Where a country does not have the spelling at all, the nearest one is given under its name.
    """
    forms = _of_spelling(code, national, spelling)
    if forms:
        return forms[0]
    prefix = "00" if spelling is Spelling.DIALLED_TRUNK else ""
    cc = str(code) if spelling is not Spelling.SUBSCRIBER else ""
    return Form(spelling, prefix, cc, "", body(code, national))


def form_like(code: int, national: str, like: Form) -> Form:
    """Give the form with another's prefixes where there is one, else the usual or the nearest.

    A number that is dialled without a prefix at home gets none (1-800-…, 1300 …), unless the other
    is such a one, too, and has it all the same.
    """
    forms = _of_spelling(code, national, like.spelling)
    forms = forms or _of_spelling(code, national, _NEAREST[like.spelling])
    if like.prefix and not forms[0].prefix and not like.has_spare_prefix:
        return forms[0]
    for form in forms:
        if form.prefix == like.prefix and form.trunk in {like.trunk, ""}:
            return form
    return forms[0]


def body(code: int, national: str) -> tuple[str, ...]:
    """Cut the national digits into their usual groups."""
    groups = DIGITS.findall(dialling.international_text(code, national))
    return _without(str(code), groups)


def _of_spelling(code: int, national: str, spelling: Spelling) -> list[Form]:
    return [form for form in forms_of(code, national) if form.spelling is spelling]


def _forms_abroad(code: int, national: str) -> Iterator[Form]:
    cc, groups = str(code), body(code, national)
    # A country that dials its own code at home (+1) has no "+1 (1) …".
    trunks = [p for p in dialling.national_prefixes(code) if p != cc]
    yield Form(Spelling.INTERNATIONAL, "", cc, "", groups)
    yield from (Form(Spelling.DIALLED, p, cc, "", groups) for p in dialling.INTERNATIONAL_PREFIXES)
    yield from (Form(Spelling.TRUNK, "", cc, t, groups) for t in trunks)
    for prefix in dialling.INTERNATIONAL_PREFIXES:
        yield from (Form(Spelling.DIALLED_TRUNK, prefix, cc, t, groups) for t in trunks)


def _forms_at_home(code: int, national: str) -> Iterator[Form]:
    if dialling.main_region(code) == dialling.NOT_A_COUNTRY:
        return
    groups = DIGITS.findall(dialling.national_text(code, national))
    home = "".join(groups)
    prefix = home.removesuffix(national) if home.endswith(national) else ""
    own = _without(prefix, groups)
    yield Form(Spelling.NATIONAL, prefix, "", "", own)
    if "".join(own) != national:
        return  # written with other digits at home: Argentina's "15"
    others = (p for p in dialling.national_prefixes(code) if p != prefix)
    yield from (Form(Spelling.NATIONAL, p, "", "", own, not prefix) for p in others)
    if prefix and dialling.is_prefix_optional(code, national):
        yield Form(Spelling.SUBSCRIBER, "", "", "", own)


def _without(prefix: str, groups: Sequence[str]) -> tuple[str, ...]:
    """Take a prefix off the first digits of some groups."""
    left = list(groups)
    while prefix:
        taken = min(len(prefix), len(left[0]))
        prefix, left[0] = prefix[taken:], left[0][taken:]
        left = left if left[0] else left[1:]
    return tuple(left)
