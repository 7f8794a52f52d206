"""Cells as people and programs write them."""

from datetime import date
from decimal import Decimal

import pytest

from wagtail_calltrack.importing.cells import (
    CellError,
    amount_doubt,
    amount_of,
    day_doubt,
    day_of,
    number_of,
    text_of,
)

MOST = Decimal("99999999.99")

NUMBERS = [
    pytest.param(cell, id=cell)
    for cell in (
        "020 765 43 01",
        "020-7654301",
        "(020) 765 43 01",
        "+31207654301",
        "+31 (0)20 765 43 01",
        "0031 20 765 43 01",
        "31207654301",
        "207654301",
        "'0207654301",
        "’+31207654301",
        '="+31207654301"',
        '="0207654301"',
        " \u00a0020\u00a0765\u00a043\u00a001 ",
        "'+31207654301",
    )
]


@pytest.mark.parametrize("cell", NUMBERS)
def test_a_number_is_read_in_every_written_form(cell: str) -> None:
    assert number_of(cell, "NL") == "+31207654301"


NO_NUMBERS = [
    pytest.param("3.12012E+10", "Format the column as text", id="scientific"),
    pytest.param("3,12012e+10", "Format the column as text", id="scientific, Dutch"),
    pytest.param("31207654301.0", "Format the column as text", id="a float"),
    pytest.param("12", "too short", id="too short"),
    pytest.param("reception", "no digits", id="a word"),
    pytest.param('=HYPERLINK("http://x")', "no phone number", id="a formula"),
]


@pytest.mark.parametrize(("cell", "reason"), NO_NUMBERS)
def test_what_is_no_number_is_refused_with_the_reason(cell: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        number_of(cell, "NL")


AMOUNTS = [
    pytest.param(cell, Decimal(read), id=cell)
    for cell, read in (
        ("1234", "1234"),
        ("1234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567.8", "1234567.80"),
        ("1.234", "1234"),
        ("1,234", "1234"),
        ("1.234.567", "1234567"),
        ("€ 12,50", "12.50"),
        ("€12.5", "12.50"),
        ("12,50 EUR", "12.50"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("€ 1.250,-", "1250"),
        ("0,00", "0"),
        ("'12,50", "12.50"),
    )
]


@pytest.mark.parametrize(("cell", "amount"), AMOUNTS)
def test_an_amount_is_read_in_every_written_form(cell: str, amount: Decimal) -> None:
    assert amount_of(cell, MOST) == amount


NO_AMOUNTS = [
    pytest.param("-5", "below zero", id="negative"),
    pytest.param("€ -5,00", "below zero", id="negative, with its currency"),
    pytest.param("1,2345", "two decimals", id="four decimals"),
    pytest.param("0.125", "two decimals", id="no thousands"),
    pytest.param("1.23,45", "not an amount", id="groups of two"),
    pytest.param("12 dollar", "not an amount", id="another currency"),
    pytest.param("free", "not an amount", id="a word"),
    pytest.param("1,234.567,89", "not an amount", id="both, mixed up"),
    pytest.param("100000000", "the most is", id="too much"),
    pytest.param("1E+3", "not an amount", id="scientific"),
]


@pytest.mark.parametrize(("cell", "reason"), NO_AMOUNTS)
def test_what_is_no_amount_is_refused_with_the_reason(cell: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        amount_of(cell, MOST)


@pytest.mark.parametrize(
    ("cell", "is_doubtful"),
    [("1.234", True), ("1,234", True), ("1.234,00", False), ("1.234.567", False), ("12,5", False)],
)
def test_three_digits_behind_one_mark_are_told_to_be_thousands(
    cell: str, is_doubtful: bool
) -> None:
    assert ("read as 1234" in amount_doubt(cell)) is is_doubtful


DAYS = [
    pytest.param(cell, date(2026, 11, day), id=cell)
    for cell, day in (
        ("2026-11-01", 1),
        ("2026/11/1", 1),
        ("20261101", 1),
        ("2026-11-01 00:00:00", 1),
        ("2026-11-01T00:00:00Z", 1),
        ("1-11-2026", 1),
        ("01-11-2026", 1),
        ("01/11/2026", 1),
        ("1.11.2026", 1),
        ("25/11/2026", 25),
        ("'25-11-2026", 25),
    )
]


@pytest.mark.parametrize(("cell", "day"), DAYS)
def test_a_day_is_read_in_every_written_form(cell: str, day: date) -> None:
    assert day_of(cell) == day


NO_DAYS = [
    pytest.param("11/25/2026", "no month 25", id="the month first"),
    pytest.param("31-11-2026", "no such day", id="a day that is not there"),
    pytest.param("2026-13-01", "no such day", id="a month that is not there"),
    pytest.param("1-11-26", "four digits", id="a short year"),
    pytest.param("46327", "as Excel counts", id="a serial"),
    pytest.param("1 november", "not a date", id="words"),
    pytest.param("2026-11-01 14:30", "not a date", id="a time of day"),
]


@pytest.mark.parametrize(("cell", "reason"), NO_DAYS)
def test_what_is_no_day_is_refused_with_the_reason(cell: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        day_of(cell)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("01/11/2026", "1 November 2026"),
        ("11/11/2026", ""),
        ("25/11/2026", ""),
        ("1-11-2026", ""),
        ("2026/11/01", ""),
    ],
)
def test_a_day_that_could_be_two_is_told_how_it_is_read(cell: str, told: str) -> None:
    assert told in day_doubt(cell)
    assert bool(day_doubt(cell)) is bool(told)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  KPN ", "KPN"),
        ('="KPN ""zakelijk"""', 'KPN "zakelijk"'),
        ("'-10% korting", "-10% korting"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("''=x", "'=x"),
    ],
)
def test_a_text_loses_what_spreadsheets_put_round_it_and_nothing_else(cell: str, text: str) -> None:
    assert text_of(cell) == text
