"""A session: how it starts, goes on, ends, and what it remembers."""

from datetime import UTC, datetime, timedelta

import pytest

from calltrack.leases import Before, Lease, PoolKey, SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import SiteKey
from calltrack.sessions import IDLE, MAX_HELD, NOTE, Held, Session, start

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD = timedelta(minutes=30)
SITE = SiteKey("main")
CITY = VestigingKey("utrecht")
NUMBER = PhoneNumber("+31301234567")


def lease(number: int, *, until: datetime, vestiging: str = "utrecht") -> Lease:
    return Lease(
        PhoneNumber(f"+3130123{number:04}"),
        PoolKey("utrecht"),
        VestigingKey(vestiging),
        SessionId("s"),
        NOW,
        until,
    )


def holding(*held: Held) -> Session:
    session = start(SITE, now=NOW)
    return Session(session.visitor, session.id, SITE, NOW, NOW, held)


def test_two_sessions_have_nothing_in_common() -> None:
    one, other = start(SITE, now=NOW), start(SITE, now=NOW)

    assert one.id != other.id
    assert one.visitor != other.visitor


@pytest.mark.parametrize(
    ("idle", "has_ended"),
    [
        pytest.param(timedelta(0), False, id="at once"),
        pytest.param(IDLE, False, id="just within the time-out"),
        pytest.param(IDLE + timedelta(seconds=1), True, id="a second over it"),
        pytest.param(-timedelta(hours=1), False, id="a clock that was set back"),
    ],
)
def test_a_session_ends_when_its_visitor_is_idle(idle: timedelta, has_ended: bool) -> None:
    assert start(SITE, now=NOW).has_ended(NOW + idle) is has_ended


@pytest.mark.parametrize(
    ("span", "must"),
    [
        pytest.param(NOTE, False, id="seen lately"),
        pytest.param(NOTE + timedelta(seconds=1), True, id="not lately"),
    ],
)
def test_a_page_view_is_noted_now_and_then(span: timedelta, must: bool) -> None:
    session = start(SITE, now=NOW)

    assert session.must_be_noted(NOW + span) is must
    assert not session.seen(NOW + span).must_be_noted(NOW + span)


def test_a_returning_visitor_is_the_same_and_names_the_number_held_before() -> None:
    last = holding(Held(CITY, NUMBER, NOW + HOLD))

    back = start(SITE, now=NOW + timedelta(days=1), last=last)

    assert (back.visitor, back.held) == (last.visitor, ())
    assert back.id != last.id
    assert back.before_for(CITY) == Before(NUMBER, last.id)
    assert back.before_for(VestigingKey("elsewhere")) is None


def test_tabs_that_a_browser_opens_again_are_one_session() -> None:
    last = holding(Held(CITY, NUMBER, NOW + HOLD))
    later = NOW + timedelta(days=1)

    tabs = [start(SITE, now=later + timedelta(seconds=n), last=last) for n in range(5)]
    next_day = start(SITE, now=later + timedelta(days=1), last=last)
    other = start(SITE, now=later, last=holding(Held(CITY, NUMBER, NOW + HOLD)))

    assert len({tab.id for tab in tabs}) == 1
    assert len({tabs[0].id, next_day.id, other.id, last.id}) == 4


def test_the_number_before_survives_a_visit_that_showed_none() -> None:
    last = holding(Held(CITY, NUMBER, NOW + HOLD))

    second = start(SITE, now=NOW, last=last)
    third = start(SITE, now=NOW, last=second)

    assert third.before_for(CITY) == Before(NUMBER, last.id)


def test_a_new_number_takes_the_place_of_the_old_one() -> None:
    session = holding(Held(CITY, NUMBER, NOW))

    after = session.with_leases([lease(9, until=NOW + HOLD)], now=NOW + HOLD)

    assert [(h.number.e164, h.promised_until) for h in after.held] == [("+31301230009", NOW + HOLD)]
    assert after.seen_at == NOW + HOLD


def test_a_number_given_is_no_longer_one_of_the_visit_before() -> None:
    back = start(SITE, now=NOW, last=holding(Held(CITY, NUMBER, NOW + HOLD)))

    assert back.with_leases([lease(9, until=NOW + HOLD)], now=NOW).before_for(CITY) is None


def test_the_latest_numbers_are_remembered() -> None:
    leases = [lease(i, until=NOW + HOLD, vestiging=f"v{i}") for i in range(MAX_HELD + 3)]

    after = start(SITE, now=NOW).with_leases(leases, now=NOW)

    assert [h.vestiging for h in after.held] == [f"v{i}" for i in range(3, MAX_HELD + 3)]


@pytest.mark.parametrize(
    ("left", "is_promised", "is_fresh"),
    [
        pytest.param(HOLD * 1.1, True, True, id="just taken"),
        pytest.param(HOLD, True, True, id="the hold is left: a view now keeps its promise"),
        pytest.param(HOLD - timedelta(seconds=1), True, False, id="a renewal is due"),
        pytest.param(timedelta(0), False, False, id="over"),
    ],
)
def test_a_promise_is_shown_until_its_end_and_renewed_before(
    left: timedelta, is_promised: bool, is_fresh: bool
) -> None:
    session = holding(Held(CITY, NUMBER, NOW + left))

    assert (session.promised(CITY, now=NOW) is not None) is is_promised
    assert bool(session.fresh(HOLD, now=NOW)) is is_fresh
