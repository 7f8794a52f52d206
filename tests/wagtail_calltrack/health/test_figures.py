"""What the database counts of a pool's week is what happened."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wagtail_calltrack.facts import HOLD, ended, exhausted, given, renewed
from wagtail_calltrack.health.figures import PoolFigures, measure

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC) - timedelta(days=days)


def figures(pool: str = "amsterdam") -> PoolFigures:
    return measure(NOW).pools[pool]


def test_a_pool_that_gave_no_number_has_no_figures() -> None:
    assert measure(NOW).pools == {}


def test_visitors_count_in_the_hour_in_which_they_came() -> None:
    given(at(9, 5), "a")
    given(at(9, 55), "b")
    given(at(11, 0), "c")

    assert figures().first_hour == at(9)
    assert figures().visitors == (2, 0, 1, 0)
    assert figures().busiest == 2


def test_who_is_renewed_stays_one_visitor_and_keeps_the_number_longer() -> None:
    first = given(at(9, 0), "a")
    renewed(at(9, 20), first)
    renewed(at(9, 40), first)

    assert figures().visitors == (1, 0, 0, 0)
    assert figures().stay == timedelta(minutes=70)  # to 10:13, in steps of ten minutes


def test_in_use_is_what_was_in_use_at_once() -> None:
    given(at(9, 5), "a", number="+31207654301")
    given(at(9, 6), "b", number="+31207654302")
    given(at(11, 5), "c", number="+31207654301")

    assert figures().in_use == (2, 0, 1, 0)
    assert figures().peak == 2


def test_a_number_that_was_given_on_within_ten_minutes_is_not_counted_twice() -> None:
    first = given(at(9, 1), "a")
    ended(at(9, 31), first, "taken_back")
    given(at(9, 32), "b")

    assert figures().peak == 1
    assert figures().stay == (30 * MINUTE + 30 * MINUTE) / 2


def test_what_a_visitor_let_go_of_is_in_use_until_the_promise_is_over() -> None:
    ended(at(9, 2), given(at(9, 1), "a"), "released")

    assert figures().stay == 30 * MINUTE


def test_who_found_none_free_counts_once_an_hour_and_as_a_visitor() -> None:
    given(at(9, 0), "a")
    exhausted(at(9, 10), "b")
    exhausted(at(9, 11), "b")
    exhausted(at(10, 10), "c")

    assert figures().without == (1, 1, 0, 0)
    assert figures().visitors == (2, 1, 0, 0)
    assert figures().share(168) == 2 / 3


def test_who_shares_a_number_has_none_of_their_own() -> None:
    given(at(9, 0), "a")
    given(at(9, 1), "b", is_shared=True)

    assert figures().without == (1, 0, 0, 0)
    assert figures().peak == 1


def test_the_worst_hour_is_the_first_of_those_with_the_largest_share() -> None:
    for hour in (9, 10, 11):
        given(at(hour, 0), f"a{hour}")
    for session in ("b", "c"):
        exhausted(at(10, 10), session)
        exhausted(at(11, 10), session)

    assert figures().worst == (at(10), 2 / 3)


def test_a_share_is_that_of_the_last_hours() -> None:
    exhausted(at(9, 0, days=2), "old")
    given(at(9, 0), "new")

    assert figures().share(24) == 0
    assert figures().share(168) == 0.5


def test_what_is_older_than_a_week_does_not_count() -> None:
    given(at(9, 0, days=8), "old")
    exhausted(at(9, 0, days=8), "older")
    given(at(9, 0), "new")

    assert sum(figures().visitors) == 1
    assert figures().hours == 4


def test_a_lease_from_before_the_week_is_in_use_and_no_visitor_of_it() -> None:
    first = given(NOW - timedelta(days=7, minutes=10), "a")
    renewed(first.at + 15 * MINUTE, first)

    assert sum(figures().visitors) == 0


def test_pools_are_counted_apart_in_the_same_queries() -> None:
    given(at(9, 0), "a")
    given(at(9, 0), "b", pool="utrecht", number="+31307654301")
    given(at(9, 1), "c", pool="utrecht", number="+31307654302")
    with CaptureQueriesContext(connection) as queries:
        found = measure(NOW).pools

    assert {key: one.visitors[0] for key, one in found.items()} == {"amsterdam": 1, "utrecht": 2}
    assert len(queries) == 3


def test_a_visitor_of_now_counts() -> None:
    given(NOW - MINUTE, "a", promised_until=NOW + HOLD)

    assert figures().visitors == (1,)
