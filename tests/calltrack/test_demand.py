"""What visitors asked of a pool, out of events."""

from datetime import UTC, datetime, timedelta

import pytest

from calltrack.demand import Measured, measure
from calltrack.events import EndReason, Event, Kind
from calltrack.leases import PoolKey

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
POOL = PoolKey("p")
HOLD = 30


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def _event(kind: Kind, minute: float, session: str, number: int = 1, **more: str | int) -> Event:
    data = {"session": session, "vestiging": "v", "pool": "p", "number": f"+3120700000{number}"}
    return Event(kind, at(minute), data | more)


def given(minute: float, session: str, number: int = 1, **more: str | int) -> Event:
    until = at(minute + HOLD * 1.1).isoformat()
    moments = {"promised_until": until, "kept_until": until}
    return _event(Kind.LEASE_GIVEN, minute, session, number, **(moments | more))


def renewed(minute: float, session: str, *, since: float, number: int = 1) -> Event:
    until = at(minute + HOLD * 1.1).isoformat()
    moments = {"promised_until": until, "kept_until": until, "given_at": at(since).isoformat()}
    return _event(Kind.LEASE_RENEWED, minute, session, number, **moments)


def missed(minute: float, session: str) -> Event:
    return Event(
        Kind.POOL_EXHAUSTED, at(minute), {"session": session, "vestiging": "v", "pool": "p"}
    )


UNCONFIRMED: dict[str, str | int] = {"promised_until": at(1).isoformat()}
PINNED = [
    _event(Kind.LEASE_PINNED, 5, "a", pinned_until=at(65).isoformat(), given_at=at(0).isoformat()),
    _event(
        Kind.LEASE_UNPINNED, 30, "a", promised_until=at(60).isoformat(), given_at=at(0).isoformat()
    ),
]
ENDED = _event(Kind.LEASE_ENDED, 3, "a", reason=EndReason.RELEASED.value)


def only(*events: Event) -> Measured:
    return measure(events)[POOL]


@pytest.mark.parametrize(
    ("events", "visitors", "stay"),
    [
        pytest.param([given(0, "a")], 1, 33, id="one page"),
        pytest.param([given(0, "a"), renewed(7, "a", since=0)], 1, 40, id="a later page"),
        pytest.param([given(0, "a"), ENDED], 1, 33, id="an end leaves the promise"),
        pytest.param([given(0, "a", 1, **UNCONFIRMED)], 1, 33, id="unconfirmed: kept for the hold"),
        pytest.param([given(0, "a"), given(10, "b")], 2, 21.5, id="taken back for the next"),
        pytest.param([given(0, "a"), given(40, "b")], 2, 33, id="one after another"),
        pytest.param([given(0, "a"), given(0, "b", 2)], 2, 33, id="two at once"),
        pytest.param([given(0, "a"), given(31, "b", before="a")], 1, 64, id="the visitor returned"),
        pytest.param([given(0, "a"), given(50, "a")], 2, 33, id="came again after the promise"),
        pytest.param([renewed(7, "a", since=0)], 1, 33, id="given before the history begins"),
        pytest.param([given(0, "a"), *PINNED], 1, 60, id="a call, and a hold after it"),
        pytest.param([given(0, "a"), given(5, "b", shared=1)], 2, 33, id="one shares: without"),
    ],
)
def test_it_counts_visitors_and_how_long_they_kept_a_number(
    events: list[Event], visitors: int, stay: float
) -> None:
    found = only(*events)

    assert sum(found.visitors) == visitors
    assert found.stay == timedelta(minutes=stay)
    assert found.events == len(events)


def test_hours_are_those_of_the_clock_with_their_visitors_and_numbers_in_use() -> None:
    found = only(given(30, "a"), given(30, "b", 2), given(70, "c", 3), renewed(170, "d", since=169))

    assert found.first_hour == START
    assert found.visitors == (2, 1, 1)
    assert found.in_use == pytest.approx((1, (2 * 3 + 33) / 60, 11 / 60))
    assert found.busiest == 0


def test_who_found_no_number_is_a_visitor_too() -> None:
    found = only(given(0, "a"), missed(1, "b"), missed(2, "b"), missed(3, "c"), given(4, "c", 2))

    assert found.without == 1
    assert sum(found.visitors) == 3


def test_the_hold_is_told_from_the_promises() -> None:
    assert only(given(0, "a"), renewed(7, "a", since=0)).hold == timedelta(minutes=HOLD)


def test_each_pool_is_measured_by_itself_and_one_without_leases_is_not() -> None:
    other = given(0, "x", pool="q")
    dry = Event(Kind.POOL_EXHAUSTED, at(0), {"session": "x", "vestiging": "v", "pool": "dry"})

    found = measure([given(0, "a"), other, dry])

    assert [(key, row.events) for key, row in found.items()] == [("p", 1), ("q", 1)]


def test_no_events_are_no_pools() -> None:
    assert measure([]) == {}
