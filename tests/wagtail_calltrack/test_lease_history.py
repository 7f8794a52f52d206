"""What lease events in the database tell of now."""

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calltrack.events import Event
from calltrack.history import holdings
from tests.calltrack.test_history import (
    CALLED,
    CALLED_LATE,
    CAME_BACK,
    FIRST_PAGE,
    GIVEN_EVENT_LOST,
    LEASES_LOST,
    LEFT_AND_RETURNED,
    NUMBER,
    OWNER_AGAIN,
    RELEASED,
    RENEWED,
    RETURNED,
    SHARED_AND_RENEWED,
    TAKEN_BACK,
    TAKEN_FROM_LOST,
    TWO,
    at,
    given,
    pinned,
    renewed,
)
from wagtail_calltrack.lease_history import current_holdings, event_of
from wagtail_calltrack.models import LeaseEvent

pytestmark = pytest.mark.django_db

HISTORIES = [
    *(CALLED, CALLED_LATE, CAME_BACK, FIRST_PAGE, GIVEN_EVENT_LOST, LEASES_LOST, TWO),
    *(LEFT_AND_RETURNED, OWNER_AGAIN, RELEASED, RENEWED, RETURNED, SHARED_AND_RENEWED),
    *(TAKEN_BACK, TAKEN_FROM_LOST),
]


def row_of(event: Event) -> LeaseEvent:
    """Write an event as a row, by hand."""
    data = dict(event.data)
    moments = {
        name: datetime.fromisoformat(str(data.pop(name)))
        for name in ("given_at", "promised_until", "kept_until", "pinned_until")
        if name in data
    }
    until = max((value for name, value in moments.items() if name != "given_at"), default=None)
    return LeaseEvent(
        id=uuid.UUID(event.id),
        at=event.at,
        kind=event.kind,
        until=until,
        is_shared=bool(data.pop("shared", "")),
        **moments,
        **data,
    )


def store(*events: Event) -> None:
    rows = [row_of(event) for event in events]
    random.Random(7).shuffle(rows)  # noqa: S311 (a test, the same each time)
    LeaseEvent.objects.bulk_create(rows)


def sessions(now: datetime) -> Sequence[str]:
    return [holding.session for holding in current_holdings(now)]


@pytest.mark.parametrize("events", HISTORIES)
def test_at_each_minute_it_is_what_the_whole_history_says(events: Sequence[Event]) -> None:
    store(*events)

    for minute in range(0, 165, 1):
        now = at(minute + 0.5)
        happened = [event for event in events if event.at <= now]
        right = [h for h in holdings(happened, NUMBER) if h.is_kept(now) or h.is_pinned(now)]
        assert list(current_holdings(now)) == right, f"minute {minute}"


def test_nothing_told_is_nothing_held() -> None:
    assert not current_holdings()


def test_without_a_moment_it_is_now() -> None:
    soon = (timezone.now() - at(0)) / timedelta(minutes=1) + 5
    store(given(soon - 10, "a", until=soon))
    store(given(soon - 10, "over", until=soon - 6, number="+31301234568"))

    assert [holding.session for holding in current_holdings()] == ["a"]


def test_a_number_whose_session_let_go_is_still_promised_and_says_so() -> None:
    store(*RELEASED)

    (holding,) = current_holdings(at(20))

    assert holding.ended_at == at(10)
    assert holding.is_promised(at(20))


def test_a_call_holds_a_number_also_where_its_lease_is_over() -> None:
    store(given(0, "a", until=33), pinned(20, "a", until=80))

    (holding,) = current_holdings(at(60))

    assert holding.is_pinned(at(60))
    assert not holding.is_promised(at(60))


def test_a_lease_of_days_is_whole_beside_one_that_has_just_begun() -> None:
    days = 3 * 24 * 60
    store(
        given(0, "long", until=33, kept=50),
        renewed(days, "long", until=days + 33, since=0),
        given(20, "short", until=53, number="+31301234568"),
        given(days - 5, "new", until=days + 28, number="+31301234568"),
    )

    found = current_holdings(at(days + 1))

    assert [(h.session, h.given_at) for h in found] == [("long", at(0)), ("new", at(days - 5))]


def test_holdings_stand_by_pool_and_number() -> None:
    store(
        given(0, "c", until=33, pool="z"),
        given(1, "b", until=33, number="+31301234569"),
        given(2, "a", until=33, number="+31301234568"),
    )

    assert sessions(at(5)) == ["a", "b", "c"]


def test_a_row_gives_back_its_event() -> None:
    events = {event.id: event for history in HISTORIES for event in history}
    told = {i: (e.kind, e.at, _flag_as_number(e)) for i, e in events.items()}
    store(*events.values())

    found = [event_of(row) for row in LeaseEvent.objects.all()]

    assert {e.id: (e.kind, e.at, e.data) for e in found} == told
    assert all(e.at.tzinfo is UTC for e in found)


def _flag_as_number(event: Event) -> dict[str, str | int]:
    return {**event.data, "shared": 1} if "shared" in event.data else dict(event.data)


@pytest.mark.parametrize("count", [1, 200])
def test_it_costs_three_queries_however_many_are_held(count: int) -> None:
    for i in range(count):
        number = f"+3130{1000000 + i}"
        store(
            given(0, f"s{i}", until=33, number=number),
            renewed(5, f"s{i}", until=40, since=0, number=number),
        )

    with CaptureQueriesContext(connection) as queries:
        found = current_holdings(at(10))

    assert len(found) == count
    assert len(queries) == 3
