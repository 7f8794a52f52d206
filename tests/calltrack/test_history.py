"""Who held a number at a moment, from events alone."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from calltrack.events import EndReason, Event, Kind
from calltrack.history import holders, holdings
from calltrack.numbers import PhoneNumber

NUMBER, OTHER = PhoneNumber("+31301234567"), PhoneNumber("+31301234568")
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def _event(kind: Kind, minute: float, session: str, **more: str) -> Event:
    data = {"session": session, "vestiging": "utrecht", "pool": "p", "number": NUMBER.e164}
    return Event(kind, at(minute), data | more)


def given(minute: float, session: str, *, until: float, **more: str) -> Event:
    return _event(Kind.LEASE_GIVEN, minute, session, promised_until=at(until).isoformat(), **more)


def renewed(minute: float, session: str, *, until: float, since: float) -> Event:
    return _event(
        Kind.LEASE_RENEWED,
        minute,
        session,
        promised_until=at(until).isoformat(),
        given_at=at(since).isoformat(),
    )


def ended(minute: float, session: str, reason: EndReason) -> Event:
    return _event(Kind.LEASE_ENDED, minute, session, reason=reason.value)


ONE = [given(0, "a", until=33)]
RENEWED = [*ONE, renewed(20, "a", until=53, since=0)]
RELEASED = [*ONE, ended(10, "a", EndReason.RELEASED)]
HANDED_OVER = given(10, "b", until=43, before="a")
RETURNED = [*ONE, ended(10, "a", EndReason.RETURNED), HANDED_OVER]
CAME_LATE = [*ONE, given(100, "a", until=133)]
CAME_BACK = [*RELEASED, given(20, "a", until=53)]
LEFT_AND_RETURNED = [*ONE, ended(5, "a", EndReason.RELEASED), HANDED_OVER]
TWO = [*ONE, given(40, "b", until=73)]
GIVEN_EVENT_LOST = [*ONE, renewed(50, "b", until=83, since=40)]
LEASES_LOST = [*ONE, given(20, "b", until=53)]


@pytest.mark.parametrize(
    ("events", "minute", "last", "promised"),
    [
        pytest.param(CAME_LATE, 50, "a", [], id="the same session took it later: a gap between"),
        pytest.param(CAME_BACK, 19, "a", ["a"], id="let go, still promised"),
        pytest.param(CAME_BACK, 30, "a", ["a"], id="the same session took it again"),
        pytest.param(LEFT_AND_RETURNED, 9, "a", ["a"], id="left, before the return"),
        pytest.param(LEFT_AND_RETURNED, 10, "b", ["b"], id="left, and took the promise over"),
        pytest.param([], 0, None, [], id="no events"),
        pytest.param(ONE, -1, None, [], id="before the first lease"),
        pytest.param(ONE, 0, "a", ["a"], id="the moment it was given"),
        pytest.param(ONE, 32, "a", ["a"], id="while promised"),
        pytest.param(ONE, 33, "a", [], id="the moment the promise is over"),
        pytest.param(ONE, 9999, "a", [], id="long after, nobody else had it"),
        pytest.param(RENEWED, 40, "a", ["a"], id="a renewal makes the promise longer"),
        pytest.param(RELEASED, 20, "a", ["a"], id="a release does not end the promise"),
        pytest.param(RETURNED, 9, "a", ["a"], id="before the visitor returned"),
        pytest.param(RETURNED, 10, "b", ["b"], id="the returning visitor took the promise along"),
        pytest.param(TWO, 39, "a", [], id="between two leases"),
        pytest.param(TWO, 41, "b", ["b"], id="in the second lease"),
        pytest.param(GIVEN_EVENT_LOST, 41, "b", ["b"], id="a renewal stands in for a lost event"),
        pytest.param(LEASES_LOST, 25, "b", ["a", "b"], id="a store lost leases: two candidates"),
    ],
)
def test_the_events_tell_who_held_a_number(
    events: Sequence[Event], minute: float, last: str | None, promised: Sequence[str]
) -> None:
    found = holders(events, NUMBER, at(minute))

    assert (found.last.session if found.last else None) == last
    assert [holding.session for holding in found.promised] == promised


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(RENEWED, id="renewed"),
        pytest.param(RETURNED, id="returned"),
        pytest.param(GIVEN_EVENT_LOST, id="an event lost"),
        pytest.param([*RELEASED, *TWO[1:]], id="released, then another"),
    ],
)
def test_order_and_repeats_do_not_matter(events: Sequence[Event]) -> None:
    expected = holdings(events, NUMBER)
    mixed = [*events, *events]
    random.Random(1).shuffle(mixed)  # noqa: S311 - any order will do

    assert holdings(mixed, NUMBER) == expected


def test_events_of_other_numbers_and_kinds_do_not_count() -> None:
    view = Event(Kind.PAGE_VIEWED, at(5), {"session": "b", "site": "main", "path": "/"})

    assert holdings([*ONE, view], OTHER) == []
    assert [h.session for h in holdings([*ONE, view], NUMBER)] == ["a"]


def test_an_end_without_its_beginning_is_no_holding() -> None:
    assert holdings([ended(5, "a", EndReason.RELEASED)], NUMBER) == []


def test_a_holding_tells_when_its_session_let_go() -> None:
    assert [h.ended_at for h in holdings(RELEASED, NUMBER)] == [at(10)]
