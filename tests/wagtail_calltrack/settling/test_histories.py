"""How much of a number's history a call asks for."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wagtail_calltrack.settling.story import (
    DAY,
    NUMBER,
    OTHER,
    called,
    leased,
    tell,
    the_call,
)
from wagtail_calltrack.settling.histories import holdings_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("events", "sessions"),
    [
        pytest.param(lambda: [leased(-100, "S1"), leased(-50, "S2")], ["S1", "S2"], id="today"),
        pytest.param(
            lambda: [leased(-9 * DAY, "S1"), leased(-8 * DAY, "S2")], ["S1", "S2"], id="this month"
        ),
        pytest.param(
            lambda: [leased(-99 * DAY, "S1"), leased(-50 * DAY, "S2"), leased(-49 * DAY, "S3")],
            ["S2", "S3"],
            id="long ago, and a day before that",
        ),
        pytest.param(lambda: [leased(-9, "S1", OTHER)], [], id="never"),
    ],
)
def test_history_is_read_back_to_those_who_had_the_number_last(
    events: Callable[[], list[object]], sessions: list[str]
) -> None:
    tell(*events(), *called(0))

    found = holdings_of([the_call()])

    assert [one.session for one in found[the_call().pk]] == sessions


def test_several_calls_long_after_find_who_had_it_before_each() -> None:
    tell(leased(-90 * DAY, "S1"), *called(0, "CA1"), leased(DAY, "S2"), *called(50 * DAY, "CA2"))
    calls = [the_call("CA1"), the_call("CA2")]

    found = holdings_of(calls)

    assert [[one.session for one in found[call.pk]] for call in calls] == [["S1", "S2"]] * 2
    assert [(call.step, call.session) for call in calls] == [("late", "S1"), ("late", "S2")]


@pytest.mark.parametrize("count", [1, 40])
def test_it_costs_the_same_queries_for_many_calls(count: int) -> None:
    for at in range(count):
        number = NUMBER[:-2] + f"{at:02}"
        tell(leased(-80 * DAY, f"S{at}", number), *called(at, f"CA{at}", number))
    calls = [the_call(f"CA{at}") for at in range(count)]

    with CaptureQueriesContext(connection) as queries:
        holdings_of(calls)

    assert len(queries) <= 5
