"""Costs by whole days, and shared out to the cent; and the usual periods."""

from datetime import date
from decimal import Decimal

import pytest

from wagtail_calltrack.reports.costs import part_of, rent_of, shared
from wagtail_calltrack.reports.figures import change
from wagtail_calltrack.reports.periods import Period, preset

TODAY = date(2026, 5, 20)
PRESETS = [
    pytest.param("today", date(2026, 5, 20), TODAY, id="today"),
    pytest.param("yesterday", date(2026, 5, 19), date(2026, 5, 19), id="yesterday"),
    pytest.param("7", date(2026, 5, 14), TODAY, id="7 days"),
    pytest.param("28", date(2026, 4, 23), TODAY, id="28 days"),
    pytest.param("30", date(2026, 4, 21), TODAY, id="30 days"),
    pytest.param("month", date(2026, 5, 1), TODAY, id="this month"),
    pytest.param("last-month", date(2026, 4, 1), date(2026, 4, 30), id="last month"),
    pytest.param("quarter", date(2026, 4, 1), TODAY, id="quarter"),
    pytest.param("year", date(2026, 1, 1), TODAY, id="year"),
    pytest.param("nonsense", date(2026, 4, 21), TODAY, id="what is none: 30 days"),
]


@pytest.mark.parametrize(("name", "first", "last"), PRESETS)
def test_a_preset_is_a_stretch_of_days(name: str, first: date, last: date) -> None:
    assert preset(name, TODAY) == Period(first, last)


def test_the_period_before_is_as_long_and_ends_right_before() -> None:
    before = Period(date(2026, 3, 1), date(2026, 3, 31)).before

    assert before == Period(date(2026, 1, 29), date(2026, 2, 28))


def test_a_day_is_as_long_as_the_clock_has_it() -> None:
    hours = [
        (one.ends_at.timestamp() - one.starts_at.timestamp()) / 3600
        for one in (Period(day, day) for day in (date(2026, 3, 29), date(2026, 10, 25), TODAY))
    ]

    assert hours == [23, 25, 24]


def test_parts_of_periods_that_follow_one_another_add_up_to_the_amount() -> None:
    first, last, amount = date(2026, 1, 1), date(2026, 1, 7), Decimal("100.00")
    days = [Period(date(2026, 1, day), date(2026, 1, day)) for day in range(1, 8)]
    parts = [part_of(amount, first, last, one) for one in days]

    assert sum(parts) == amount
    assert max(parts) - min(parts) <= Decimal("0.01")
    assert part_of(amount, first, last, Period(date(2026, 2, 1), date(2026, 2, 9))) == 0


def test_rent_is_each_months_own_share() -> None:
    period = Period(date(2026, 2, 15), date(2026, 3, 10))

    assert rent_of(Decimal("28.00"), period) == 14 + Decimal("9.03")  # 14 of 28, 10 of 31 days


SHARES = [
    pytest.param("10.00", [1, 1, 1], ["3.34", "3.33", "3.33"], id="thirds"),
    pytest.param("0.05", [1, 0, 3], ["0.01", "0.00", "0.04"], id="none for nobody"),
    pytest.param("0.0125", [1, 1], ["0.0063", "0.0062"], id="parts of cents"),
]


@pytest.mark.parametrize(("amount", "weights", "parts"), SHARES)
def test_shares_sum_to_the_amount_exactly(
    amount: str, weights: list[int], parts: list[str]
) -> None:
    assert list(shared(Decimal(amount), weights)) == [Decimal(one) for one in parts]


def test_what_was_nothing_has_a_difference_and_no_share() -> None:
    found = change(5, 0)

    assert found is not None
    assert (found.difference, found.share) == (Decimal(5), None)
    assert change(0, 0) is None
    assert change(None, 3) is None
