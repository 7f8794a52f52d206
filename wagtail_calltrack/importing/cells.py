"""One cell of a file, read as what it means, however people and programs write it.

Rule 1: what could mean two things is read one way, always the same, and `doubt` says which.
Rule 2: what a spreadsheet program has damaged is refused, with the cause: a number that Excel has
rounded looks like a number.

Errors: CellError, with a sentence for the person who has the file.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calltrack.errors import NumberError
from calltrack.numbers import has_usual_length, parse
from wagtail_calltrack.exports import given_text
from wagtail_calltrack.models.organisation import LOST_DIGIT
from wagtail_calltrack.refusals import in_words

_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_FLOAT = re.compile(r"\d{7,}[.,]0+")

_CURRENCY = re.compile(r"€|\bEUR\b|\beuro\b", re.IGNORECASE)
_NO_CENTS = re.compile(r"(?<=\d)[.,][-–—]+$")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_GROUPED = re.compile(r"\d{1,3}(?:(?:\.\d{3})+,\d{1,2}|(?:,\d{3})+\.\d{1,2})")
_PLAIN = re.compile(r"\d+(?:[.,]\d{1,2})?")
_TOO_FINE = re.compile(r"\d+[.,]\d{3,}")

_TIME = r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_TIME}")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}")
_SERIAL = re.compile(r"\d{5}")


class CellError(ValueError):
    """A cell that can not be read. The text says why, and what to write."""


def text_of(cell: str) -> str:
    """Give a cell's text, without what spreadsheet programs put round it."""
    text = cell.strip()
    formula = _FORMULA.fullmatch(text)
    if formula:
        return formula[1].replace('""', '"').strip()
    return given_text(text)


def number_of(cell: str, region: str) -> str:
    """Give a phone number in its one form."""
    text = text_of(cell).lstrip("'’").strip()
    if _SCIENTIFIC.fullmatch(text) or _FLOAT.fullmatch(text):
        raise CellError(
            _(
                "«%(text)s»: the spreadsheet program read the phone number as a plain number, and "
                "its last digits may be lost. Format the column as text, enter the numbers "
                "again, and save."
            )
            % {"text": text}
        )
    try:
        number = parse(text, region=region)
    except NumberError as error:
        raise CellError(in_words(str(error))) from error
    if not has_usual_length(number):
        raise CellError(f"«{text}»: {LOST_DIGIT}")
    return number.e164


def amount_of(cell: str, most: Decimal) -> Decimal:
    """Give an amount in euros, with at most two decimals."""
    text = _amount_text(cell)
    plain = _CURRENCY.sub("", text).strip()
    if plain.startswith(("-", "−", "–")) and any(one.isdigit() for one in plain):
        raise CellError(_("«%(text)s»: an amount is not below zero") % {"text": text})
    if _TOO_FINE.fullmatch(plain) and not _THOUSANDS.fullmatch(plain):
        raise CellError(_("«%(text)s»: an amount has at most two decimals") % {"text": text})
    if _THOUSANDS.fullmatch(plain):
        found = Decimal(re.sub(r"[.,]", "", plain))
    elif _GROUPED.fullmatch(plain) or _PLAIN.fullmatch(plain):
        whole, _point, cents = re.sub(r"[.,](?=\d{3})", "", plain).replace(",", ".").partition(".")
        found = Decimal(f"{whole}.{cents or 0}")
    else:
        raise CellError(
            _("«%(text)s» is not an amount: write it as 1234,56 or 1234.56") % {"text": text}
        )
    if found > most:
        raise CellError(_("«%(text)s»: the most is %(most)s") % {"text": text, "most": most})
    return found.quantize(Decimal("0.01"))


def amount_doubt(cell: str) -> str:
    """Say how an amount is read that could be read in two ways; "" for any other."""
    text = _amount_text(cell)
    if _THOUSANDS.fullmatch(text) and len(re.findall(r"[.,]", text)) == 1:
        read = re.sub(r"[.,]", "", text)
        return _("«%(text)s» is read as %(read)s: three digits are thousands") % {
            "text": text,
            "read": read,
        }
    return ""


def _amount_text(cell: str) -> str:
    """Take away currency, spaces and «,-»."""
    text = unicodedata.normalize("NFKC", text_of(cell)).lstrip("'’")
    spaceless = "".join(one for one in _CURRENCY.sub("", text) if not one.isspace())
    return _NO_CENTS.sub("", spaceless)


def day_of(cell: str) -> date:
    """Give a day. The day comes before the month, unless the year comes first."""
    text = text_of(cell).lstrip("'’")
    year_first = _YEAR_FIRST.fullmatch(text) or _DIGITS.fullmatch(text)
    day_first = _DAY_FIRST.fullmatch(text)
    if year_first:
        year, month, day = (int(one) for one in year_first.groups())
    elif day_first:
        day, month, year = (int(one) for one in day_first.groups())
    else:
        raise CellError(_day_problem(text))
    if day_first and month > 12 >= day:
        raise CellError(
            _("«%(text)s»: there is no month %(month)s. Write the day first, or 2026-11-25")
            % {"text": text, "month": month}
        )
    try:
        return date(year, month, day)
    except ValueError as error:
        raise CellError(_("«%(text)s»: there is no such day") % {"text": text}) from error


def day_doubt(cell: str) -> str:
    """Say how a day is read that could be read in two ways; "" for any other."""
    text = text_of(cell).lstrip("'’")
    found = _DAY_FIRST.fullmatch(text)
    if (
        not found
        or "/" not in text
        or found[1] == found[2]
        or max(map(int, found.groups()[:2])) > 12
    ):
        return ""
    return _("«%(text)s» is read as %(day)s: the day comes first") % {
        "text": text,
        "day": date_format(day_of(cell), "j F Y"),
    }


def _day_problem(text: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return _("«%(text)s»: write the year with four digits, as in 25-11-2026") % {"text": text}
    if _SERIAL.fullmatch(text):
        return _(
            "«%(text)s» is a day as Excel counts them. Format the column as a date, and save again."
        ) % {"text": text}
    return _("«%(text)s» is not a date: write it as 2026-11-25 or 25-11-2026") % {"text": text}
