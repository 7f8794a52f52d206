"""Who held a number at a moment, from events alone."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from calltrack.events import EndReason, Event, Kind
from calltrack.history import Fold, holders, holders_among, holdings
from calltrack.numbers import PhoneNumber

NUMBER, OTHER = PhoneNumber("+31301234567"), PhoneNumber("+31301234568")
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def _event(kind: Kind, minute: float, session: str, **more: str) -> Event:
    data = {"session": session, "vestiging": "utrecht", "pool": "p", "number": NUMBER.e164}
    return Event(kind, at(minute), data | more)


def _moments(**moments: float) -> dict[str, str]:
    return {f"{name}_until": at(minute).isoformat() for name, minute in moments.items()}


def given(
    minute: float, session: str, *, until: float, kept: float | None = None, **more: str
) -> Event:
    moments = _moments(promised=until, kept=until if kept is None else kept)
    return _event(Kind.LEASE_GIVEN, minute, session, **moments, **more)


def renewed(minute: float, session: str, *, until: float, since: float, **more: str) -> Event:
    moments = _moments(promised=until, kept=until) | {"given_at": at(since).isoformat()}
    return _event(Kind.LEASE_RENEWED, minute, session, **moments, **more)


def ended(minute: float, session: str, reason: EndReason, *, since: float | None = None) -> Event:
    which = {} if since is None else {"given_at": at(since).isoformat()}
    return _event(Kind.LEASE_ENDED, minute, session, reason=reason.value, **which)


def pinned(minute: float, session: str, *, until: float, since: float = 0) -> Event:
    moments = _moments(pinned=until) | {"given_at": at(since).isoformat()}
    return _event(Kind.LEASE_PINNED, minute, session, **moments)


def unpinned(minute: float, session: str, *, until: float, since: float = 0) -> Event:
    moments = _moments(promised=until) | {"given_at": at(since).isoformat()}
    return _event(Kind.LEASE_UNPINNED, minute, session, **moments)


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
FIRST_PAGE = [given(0, "a", until=1, kept=33)]
CONFIRMED = [*FIRST_PAGE, renewed(20, "a", until=53, since=0)]
TAKEN_BACK = [*FIRST_PAGE, ended(5, "a", EndReason.TAKEN_BACK, since=0), given(5, "b", until=38)]
END_LOST = [FIRST_PAGE[0], TAKEN_BACK[2]]
TAKEN_FROM_LOST = [*FIRST_PAGE, renewed(25, "b", until=58, since=5)]
SHARED = [*ONE, given(5, "b", until=38, shared="1")]
SHARED_AND_RENEWED = [*SHARED, renewed(20, "a", until=53, since=0)]
SHARE_TAKEN_BACK = [
    given(0, "a", until=5),
    given(2, "b", until=3, kept=35, shared="1"),
    ended(10, "b", EndReason.TAKEN_BACK, since=2),
    given(10, "c", until=43),
]
OWNER_AGAIN = [
    *ONE,
    given(2, "b", until=3, kept=35, shared="1"),
    ended(5, "a", EndReason.RELEASED, since=0),
    given(6, "a", until=39),
]
CALLED = [*ONE, pinned(20, "a", until=80), unpinned(40, "a", until=70)]
CALLED_LATE = [*ONE, pinned(100, "a", until=160), unpinned(110, "a", until=140, since=110)]


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
    ("events", "minute", "promised", "kept", "candidates"),
    [
        pytest.param(FIRST_PAGE, 0.5, ["a"], [], ["a"], id="within the minute"),
        pytest.param(FIRST_PAGE, 20, [], ["a"], ["a"], id="kept"),
        pytest.param(FIRST_PAGE, 33, [], [], ["a"], id="the moment the keep is over"),
        pytest.param(CONFIRMED, 15, ["a"], [], ["a"], id="confirmed later: its own all along"),
        pytest.param(TAKEN_BACK, 4, [], ["a"], ["a"], id="before it was taken back"),
        pytest.param(TAKEN_BACK, 5, ["b"], [], ["b"], id="taken back: the keep is cut"),
        pytest.param(TAKEN_BACK, 99, [], [], ["b"], id="long after: the latest"),
        pytest.param(END_LOST, 20, ["b"], [], ["b"], id="its end is lost: it is another's"),
        pytest.param(TAKEN_FROM_LOST, 20, ["b"], [], ["b"], id="only a renewal tells of the other"),
        pytest.param(SHARED, 4, ["a"], [], ["a"], id="before the share"),
        pytest.param(SHARED, 20, ["a", "b"], [], ["a", "b"], id="shared: two candidates"),
        pytest.param(SHARED, 35, ["b"], [], ["b"], id="only the share goes on"),
        pytest.param(SHARED, 50, [], [], ["a", "b"], id="shared, and both are over"),
        pytest.param(SHARED_AND_RENEWED, 50, ["a"], [], ["a"], id="only the holder goes on"),
        pytest.param(SHARE_TAKEN_BACK, 9, [], ["b"], ["b"], id="a share that is kept"),
        pytest.param(SHARE_TAKEN_BACK, 11, ["c"], [], ["c"], id="a share taken back"),
        pytest.param(
            OWNER_AGAIN, 9, ["a"], ["b"], ["b", "a"], id="the holder's new lease cuts none"
        ),
        pytest.param(CALLED, 50, ["a"], [], ["a"], id="promised after a call"),
        pytest.param(CALLED, 75, [], [], ["a"], id="the hold after the call is over"),
        pytest.param(CALLED_LATE, 50, [], [], ["a"], id="before a late call: not promised"),
        pytest.param(CALLED_LATE, 105, [], [], ["a"], id="a late call is no promise"),
        pytest.param(CALLED_LATE, 120, ["a"], [], ["a"], id="promised after a late call"),
    ],
)
def test_the_events_tell_who_is_meant(
    events: Sequence[Event],
    minute: float,
    promised: Sequence[str],
    kept: Sequence[str],
    candidates: Sequence[str],
) -> None:
    found = holders(events, NUMBER, at(minute))

    assert [holding.session for holding in found.promised] == promised
    assert [holding.session for holding in found.kept] == kept
    assert [holding.session for holding in found.candidates] == candidates


def test_the_last_is_who_had_the_number_last_also_where_it_was_shared() -> None:
    found = holders(SHARED_AND_RENEWED, NUMBER, at(60))

    assert found.last is not None
    assert (found.last.session, found.last.is_shared) == ("a", False)


@pytest.mark.parametrize(
    ("events", "pins"),
    [
        pytest.param(CALLED, [(20, 40)], id="the call ended"),
        pytest.param(CALLED[:2], [(20, 80)], id="nobody told of its end"),
        pytest.param([*CALLED[:2], pinned(30, "a", until=90)], [(20, 90)], id="made longer"),
        pytest.param(
            [*CALLED, pinned(41, "a", until=50)], [(20, 40), (41, 50)], id="a second call"
        ),
        pytest.param([*ONE, pinned(20, "a", until=25), CALLED[2]], [(20, 25)], id="it ran out"),
        pytest.param(CALLED[1:], [], id="the lease is lost"),
    ],
)
def test_a_holding_tells_its_calls(
    events: Sequence[Event], pins: Sequence[tuple[float, float]]
) -> None:
    found = [pin for holding in holdings(events, NUMBER) for pin in holding.pins]

    assert [(pin.since, pin.until) for pin in found] == [(at(s), at(u)) for s, u in pins]


def test_a_call_goes_on_in_the_returning_visitors_holding() -> None:
    events = [*ONE, pinned(5, "a", until=65), given(10, "b", until=43, before="a")]

    first, second = holdings([*events, unpinned(20, "b", until=50, since=10)], NUMBER)

    assert [(pin.since, pin.until) for pin in first.pins] == [(at(5), at(10))]
    assert [(pin.since, pin.until) for pin in second.pins] == [(at(10), at(20))]
    assert second.is_pinned(at(15))
    assert not second.is_pinned(at(20))


def test_a_promise_after_a_lost_call_begins_a_holding() -> None:
    (found,) = holdings([unpinned(110, "a", until=140, since=110)], NUMBER)

    assert (found.session, found.given_at, found.promised_until) == ("a", at(110), at(140))


def test_a_share_whose_beginning_was_lost_ends_nobodys_keep() -> None:
    share = renewed(25, "b", until=58, since=5, shared="1")

    found = holders([*FIRST_PAGE, share], NUMBER, at(26))

    assert [h.session for h in found.promised] == ["b"]
    assert [h.session for h in found.kept] == ["a"]


def test_a_holding_that_seemed_over_and_was_renewed_is_handed_over_as_any_other() -> None:
    back = given(50, "b", until=83, before="a")

    found = holders([*ONE, renewed(40, "a", until=73, since=0), back], NUMBER, at(55))

    assert [h.session for h in found.candidates] == ["b"]


def test_a_history_may_be_folded_as_it_grows() -> None:
    fold, seen = Fold(), []
    for event in TAKEN_BACK:
        fold.add(event)
        seen.append([holding.session for holding in holders_among(fold.holdings(), at(6)).kept])

    assert seen == [["a"], [], []]
    assert fold.holdings() == holdings(TAKEN_BACK, NUMBER)


def test_a_long_history_is_folded_in_a_straight_line() -> None:
    events = [given(40 * n, f"s{n}", until=40 * n + 33) for n in range(3000)]
    looked_at = 0

    class Counted(Fold):
        def _cut(self, i: int, at: datetime, *, promise: bool = False) -> None:
            nonlocal looked_at
            looked_at += 1
            super()._cut(i, at, promise=promise)

    fold = Counted()
    for event in events:
        fold.add(event)

    assert len(fold.holdings()) == 3000
    assert looked_at == 0  # what is over is not looked at again


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(RENEWED, id="renewed"),
        pytest.param(RETURNED, id="returned"),
        pytest.param(GIVEN_EVENT_LOST, id="an event lost"),
        pytest.param([*RELEASED, *TWO[1:]], id="released, then another"),
        pytest.param(CONFIRMED, id="confirmed"),
        pytest.param(SHARED_AND_RENEWED, id="shared"),
        pytest.param(CALLED, id="called"),
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
