"""How numbers are dialled and printed in each country, out of phonenumbers' metadata.

Rule 1: a country is its calling code. Regions that share one (US and Canada, Russia and Kazakhstan)
share the prefixes and patterns of the main one.
Rule 2: nothing is known here that the metadata does not say, the rows of `PREFIX_ODDITIES` aside.
Rule 3: a number the metadata has no pattern for (a range handed out last week) still works: prefix
and number, ungrouped.

Shape: a number comes as its calling code (31) and its national digits ("850199999").
"""

import re
from functools import cache

import phonenumbers
from phonenumbers import NumberFormat, PhoneMetadata, PhoneNumberFormat

NOT_A_COUNTRY = "001"
"""The region of calling codes that belong to the world: +800, +870, +883 …"""

INTERNATIONAL_PREFIXES = ("00", "011", "0011")
"""What is dialled before a calling code: most of the world, America, Australia. A site writes its
number for callers abroad, so the prefix of the number's own country (810 in Russia) is not seen;
and 009 (Nigeria) before one number is 00 before another."""

PREFIX_ODDITIES: dict[int, tuple[str, ...]] = {
    # "8 017 …" from afar and "(017) …" at home; the metadata's own prefix is half of the first.
    375: ("80", "0"),
    # The 8 was replaced by 0 in 2023 and stands on many pages still.
    370: ("0", "8"),
    # Out of use since 2021, and read with the digits behind it as a carrier's code.
    57: (),
}


_GROUP = re.compile(r"\\\d")
_GROUP_OR_DIGIT = re.compile(r"\\?\d")


def split(e164: str) -> tuple[int, str] | None:
    """Cut "+31850199999" into 31 and "850199999"; None when no country has such a code."""
    for length in (1, 2, 3):
        code = int(e164[1 : 1 + length])
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return code, e164[1 + length :]
    return None


def main_region(code: int) -> str:
    """Name the region whose rules count for a calling code: "US" for 1."""
    return phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0]


def region(code: int, national: str) -> str:
    """Name the region a number belongs to; the main one of its calling code in doubt."""
    return phonenumbers.region_code_for_number(_number(code, national)) or main_region(code)


@cache
def national_prefixes(code: int) -> tuple[str, ...]:
    """List what may be dialled before a national number, the usual one first; often just "0"."""
    usual = _metadata(code).national_prefix
    return PREFIX_ODDITIES.get(code, (usual,) if usual else ())


def is_in_use(code: int, national: str) -> bool:
    """Say whether a number lies in a range that phonenumbers knows to be handed out.

    A number outside may be a typing error, or out of a range handed out since.
    """
    return phonenumbers.is_valid_number(_number(code, national))


def is_prefix_optional(code: int, national: str) -> bool:
    """Say whether people in this country usually write such a number without its prefix too.

    Of a number without a pattern nobody knows, and phonenumbers itself leaves the prefix out.
    """
    pattern = _pattern(code, national)
    return pattern is None or bool(pattern.national_prefix_optional_when_formatting)


def is_written_with(code: int, national: str, prefix: str, *, spare: bool) -> bool:
    """Say whether at home such a number is its digits with this prefix before them. Quick.

    `spare`: also where it is one that usually is left out.
    """
    return _row(code, national) in _rows_with(code, prefix, spare)


def national_text(code: int, national: str) -> str:
    """Write a number as at home: "085 019 9999", "8 (495) 123-45-67", "(415) 555-2671"."""
    if main_region(code) == NOT_A_COUNTRY:
        return international_text(code, national)
    if _pattern(code, national) is None:
        return "".join(national_prefixes(code)[:1]) + national
    return phonenumbers.format_number(_number(code, national), PhoneNumberFormat.NATIONAL)


def international_text(code: int, national: str) -> str:
    """Write a number as from abroad: "+31 85 019 9999"."""
    return phonenumbers.format_number(_number(code, national), PhoneNumberFormat.INTERNATIONAL)


def _metadata(code: int) -> PhoneMetadata:
    found = PhoneMetadata.metadata_for_region_or_calling_code(code, main_region(code))
    assert found is not None, code  # noqa: S101 - every code that `split` gives has metadata
    return found


def _number(code: int, national: str) -> phonenumbers.PhoneNumber:
    zeros = min(len(national) - len(national.lstrip("0")), len(national) - 1)
    return phonenumbers.PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )


def _pattern(code: int, national: str) -> NumberFormat | None:
    """Choose a number's pattern as phonenumbers does, which does not say what it chose."""
    row = _row(code, national)
    return None if row is None else _metadata(code).number_format[int(row[1:])]


def _row(code: int, national: str) -> str | None:
    m = _rows(code).fullmatch(national)
    return m.lastgroup if m else None


@cache
def _rows(code: int) -> re.Pattern[str]:
    """Build one expression of a country's patterns: the first that fits names its group."""
    choices = []
    for at, row in enumerate(_metadata(code).number_format):
        leading = rf"(?=(?:{row.leading_digits_pattern[-1]}))" if row.leading_digits_pattern else ""
        choices.append(rf"(?P<r{at}>{leading}(?:{row.pattern})\Z)")
    return re.compile("|".join(choices) or r"(?!)")


@cache
def _rows_with(code: int, prefix: str, spare: bool) -> frozenset[str | None]:
    """Name the patterns whose numbers are written with a prefix, their own or another."""
    others = national_prefixes(code)
    usual: dict[str | None, str | None] = {None: "".join(others[:1])}
    for at, row in enumerate(_metadata(code).number_format):
        usual[f"r{at}"] = _prefix_of(row)
    is_known = prefix in others
    return frozenset(
        row
        for row, own in usual.items()
        if own == prefix or (is_known and own is not None and (own != "" or spare))
    )


def _prefix_of(row: NumberFormat) -> str | None:
    """Read what a pattern puts before a number at home; None where it changes its digits."""
    rule = row.national_prefix_formatting_rule or r"\1"
    text = _GROUP.sub(lambda first: rule.replace(r"\1", first[0]), row.format or "", count=1)
    marks = _GROUP_OR_DIGIT.findall(text)
    groups = [rf"\{at}" for at in range(1, re.compile(row.pattern or "").groups + 1)]
    prefix = "".join(marks[: len(marks) - len(groups)])
    return prefix if marks == [*prefix, *groups] else None
