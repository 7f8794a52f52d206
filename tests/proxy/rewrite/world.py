"""The numbers of the world, as phonenumbers has them: an example of each region and kind, in print.

A Print is one way to write a number in a page, and where it is read so.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

import phonenumbers
from phonenumbers import PhoneNumberFormat as Format
from phonenumbers import PhoneNumberType

from calltrack.dialling import national_prefixes
from calltrack.numbers import PhoneNumber

KINDS = tuple(value for value in vars(PhoneNumberType).values() if isinstance(value, int))
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
EVERYWHERE: list[str | int] = [*REGIONS, *sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)]
"""All regions, and the calling codes of no region: +800, +870 …"""
CALLERS = ("NL", "US", "AU", "JP", "RU")
"""What they dial before a country code: 00, 011, 0011, 010, 8~10."""
BETWEEN = {
    "nbsp": "&nbsp;",
    "dashes": "-",
    "dots": ".",
    "slashes": "/",
    "en dashes": " &ndash; ",
    "glued": "",
}
_BETWEEN = re.compile(r"(?<=\d)[ -]+(?=\d)")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Print:
    """One way to write a number. `region`: where it is read; None where it says so itself."""

    name: str
    html: str
    region: str | None

    def read(self, after: str) -> str | None:
        """Read a number that stands in this one's place, as E.164."""
        start = "+" if self.name == "bare" else ""  # a country code without "+" is read at will
        return read(start + after, self.region)


def read(markup: str, region: str | None) -> str | None:
    """Read the number in a piece of HTML as phonenumbers does, as E.164."""
    link = re.search(r'href="(tel:[^"]*)"', markup)
    text = html.unescape(link[1] if link else _TAG.sub("", markup))
    try:
        return e164(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return None


def e164(number: phonenumbers.PhoneNumber) -> str:
    """Give a number's E.164 text."""
    return phonenumbers.format_number(number, Format.E164)


def examples(region: str | int) -> list[PhoneNumber]:
    """Give an example number of each kind that a region has; of an entity of no region, one."""
    if isinstance(region, int):
        found = [phonenumbers.example_number_for_non_geo_entity(region)]
    else:
        found = [phonenumbers.example_number_for_type(region, kind) for kind in KINDS]
    return [PhoneNumber(text) for text in sorted({e164(number) for number in found if number})]


def others(numbers: Iterable[PhoneNumber]) -> dict[PhoneNumber, PhoneNumber]:
    """Give for each number another one of its region, kind and length; no two the same."""
    numbers = list(numbers)
    taken = set(numbers)
    found = {}
    for number in numbers:
        found[number] = next(other for other in _alike(number) if other not in taken)
        taken.add(found[number])
    return found


def _alike(number: PhoneNumber) -> Iterator[PhoneNumber]:
    """Change ever more of a number's last digits: of its kind first, then any of its country."""
    kind = _kind(number)
    yield from (other for other in _changed(number) if _kind(other) == kind)
    yield from (other for other in _changed(number) if read(other.e164, None) == other.e164)


def _changed(number: PhoneNumber) -> Iterator[PhoneNumber]:
    dice = Random(number.e164)  # noqa: S311 - the same numbers in each run
    length = len(number.national)
    for size, _ in product((4, 2, *range(5, length + 1)), range(40)):
        kept = max(length - size, 0)
        head = number.e164[: len(number.e164) - len(number.national) + kept]
        yield PhoneNumber(
            head + "".join(dice.choices("0123456789", k=len(number.e164) - len(head)))
        )


def _kind(number: PhoneNumber) -> tuple[int, str | None]:
    found = phonenumbers.parse(number.e164)
    return phonenumbers.number_type(found), phonenumbers.region_code_for_number(found)


def prints(number: PhoneNumber, region: str | int) -> Iterator[Print]:
    """Print a number in all its formats, each once."""
    seen = set()
    for row in _prints(number, region):
        if (row.html, row.region) not in seen:
            seen.add((row.html, row.region))
            yield row


def _prints(number: PhoneNumber, region: str | int) -> Iterator[Print]:
    found = phonenumbers.parse(number.e164)
    link = phonenumbers.format_number(found, Format.RFC3966)
    yield Print("E.164", number.e164, None)
    yield Print("RFC 3966", link, None)
    yield Print("link", f'<a href="{link}">&#9742;</a>', None)
    for caller in CALLERS:
        text = phonenumbers.format_out_of_country_calling_number(found, caller)
        yield Print(f"from {caller}", text, caller)
    abroad = phonenumbers.format_number(found, Format.INTERNATIONAL)
    code, rest = str(number.country_code), abroad.split(maxsplit=1)[1]
    yield Print("00", f"00{code} {rest}", "NL")
    yield Print("00, glued", f"00{number.e164[1:]}", "NL")
    yield Print("bare", f"{code} {rest}", None)
    yield from _with_separators("international", abroad, None)
    for prefix in set(national_prefixes(number.country_code)[:1]) - {code}:
        yield Print("00, trunk", f"00{code} ({prefix}) {rest}", "NL")
        yield from _with_separators("trunk", f"+{code} ({prefix}){rest}", None)
    if isinstance(region, str):
        home = phonenumbers.format_number(found, Format.NATIONAL)
        yield from _with_separators("national", home, region)


def _with_separators(name: str, text: str, region: str | None) -> Iterator[Print]:
    yield Print(name, text, region)
    for between, separator in BETWEEN.items():
        yield Print(f"{name}, {between}", _BETWEEN.sub(separator, text), region)
    plus = "+" if text.startswith("+") else ""
    first, *groups = re.findall(r"\d+", text)
    yield Print(f"{name}, brackets", f"{plus}({first})" + "".join(f" {g}" for g in groups), region)
    tagged = " ".join(f"<b>{group}</b>" for group in (first, *groups))
    yield Print(f"{name}, tags", plus + tagged, region)
