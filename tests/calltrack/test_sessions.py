"""A session: how it starts, goes on, ends, comes back, and what it remembers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.events import Kind
from calltrack.leases import UNCONFIRMED, Before, Lease, PoolKey, SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, NumberState, StockNumber
from calltrack.sessions import IDLE, MAX_HELD, NOTE, Held, Session, left, start
from calltrack.touch import Channel, Touch
from tests.calltrack.plans import AMSTERDAM, AMSTERDAM_POOL, ROTTERDAM, SITE, make_plan

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
HOLD = timedelta(minutes=30)
POOL = PoolKey("amsterdam")
NUMBER, OTHER = AMSTERDAM_POOL
ADVERTS, FOLDER = CampaignKey("adverts"), CampaignKey("folder")
DIRECT = Touch(NOW, Channel.DIRECT)
ADVERT = Touch(NOW, Channel.PAID_SEARCH, source="google", medium="cpc", click_ids=("gclid",))


def begin(*, touch: Touch = DIRECT, now: datetime = NOW, last: Session | None = None) -> Session:
    return start(SITE.key, touch, now=now, last=last)


def lease(number: PhoneNumber = NUMBER, *, until: datetime = NOW + HOLD, **changes: Any) -> Lease:
    given = Lease(number, POOL, AMSTERDAM, SessionId("s"), NOW, until, kept_until=until)
    return replace(given, **changes)


def held(
    number: PhoneNumber = NUMBER, *, until: datetime | None = NOW + HOLD, **changes: Any
) -> Held:
    return replace(Held(AMSTERDAM, number, ADVERTS, NOW, until), **changes)


def holding(*numbers: Held, touch: Touch = DIRECT) -> Session:
    return replace(begin(touch=touch), held=numbers)


def test_two_sessions_have_nothing_in_common() -> None:
    one, other = begin(), begin()

    assert one.id != other.id
    assert one.visitor != other.visitor


@pytest.mark.parametrize(
    ("idle", "has_ended"),
    [
        pytest.param(timedelta(0), False, id="at once"),
        pytest.param(IDLE, False, id="just within the time-out"),
        pytest.param(IDLE + SECOND, True, id="a second over it"),
        pytest.param(-DAY, False, id="a clock that was set back"),
    ],
)
def test_a_session_ends_when_its_visitor_is_idle(idle: timedelta, has_ended: bool) -> None:
    assert begin().has_ended(NOW + idle) is has_ended


@pytest.mark.parametrize(
    ("span", "must"),
    [
        pytest.param(NOTE, False, id="seen lately"),
        pytest.param(NOTE + SECOND, True, id="not lately"),
        pytest.param(-SECOND, False, id="two machines whose clocks differ"),
        pytest.param(-DAY, True, id="a clock that was set back"),
    ],
)
def test_a_page_view_is_noted_now_and_then(span: timedelta, must: bool) -> None:
    session = begin()

    assert session.must_be_noted(NOW + span) is must
    assert not session.seen(NOW + span).must_be_noted(NOW + span)


def test_a_session_from_a_wrong_clock_ends_as_any_other_once_it_was_seen() -> None:
    session = begin(now=NOW + DAY).seen(NOW)

    assert not session.has_ended(NOW + IDLE)
    assert session.has_ended(NOW + IDLE + SECOND)


def test_a_returning_visitor_is_the_same_and_names_the_number_held_before() -> None:
    last = holding(held())

    back = begin(now=NOW + DAY, last=last)

    assert (back.visitor, back.held) == (last.visitor, ())
    assert back.id != last.id
    assert back.before_for(AMSTERDAM) == Before(NUMBER, last.id)
    assert back.before_for(ROTTERDAM) is None


def test_a_static_number_is_everybody_s_and_not_one_to_get_again() -> None:
    back = begin(now=NOW + DAY, last=holding(held(until=None)))

    assert back.before_for(AMSTERDAM) is None


def test_the_number_before_survives_a_visit_that_showed_none() -> None:
    last = holding(held())

    second = begin(now=NOW + DAY, last=last)
    third = begin(now=NOW + 2 * DAY, last=second)

    assert third.before_for(AMSTERDAM) == Before(NUMBER, last.id)


@pytest.mark.parametrize(
    ("last", "new", "channel"),
    [
        pytest.param(None, DIRECT, Channel.DIRECT, id="the first visit"),
        pytest.param(ADVERT, DIRECT, Channel.PAID_SEARCH, id="direct takes no credit"),
        pytest.param(DIRECT, ADVERT, Channel.PAID_SEARCH, id="a source after a direct visit"),
        pytest.param(
            ADVERT, replace(ADVERT, channel=Channel.EMAIL), Channel.EMAIL, id="another source"
        ),
    ],
)
def test_the_last_touch_that_is_not_direct_counts(
    last: Touch | None, new: Touch, channel: Channel
) -> None:
    visit = begin(touch=last) if last else None

    back = begin(touch=replace(new, at=NOW + DAY), now=NOW + DAY, last=visit)

    assert back.touch.channel is channel


def test_tabs_that_a_browser_opens_again_are_one_session() -> None:
    last = holding(held())
    later = NOW + DAY

    tabs = [begin(now=later + n * SECOND, last=last) for n in range(5)]
    next_day = begin(now=later + DAY, last=last)
    other = begin(now=later, last=holding(held()))

    assert len({tab.id for tab in tabs}) == 1
    assert len({tabs[0].id, next_day.id, other.id, last.id}) == 4


def test_tabs_are_one_session_also_where_a_clock_was_set_back() -> None:
    last = holding(held())

    tabs = [begin(now=NOW - n * DAY, last=last) for n in range(3)]

    assert len({tab.id for tab in tabs}) == 1
    assert tabs[0].id != last.id


@pytest.mark.parametrize(
    ("touch", "is_new"),
    [
        pytest.param(DIRECT, False, id="a direct one is none"),
        pytest.param(replace(ADVERT, at=NOW + MINUTE), False, id="the page loaded again"),
        pytest.param(replace(ADVERT, landing_path="/b"), False, id="another page of the same"),
        pytest.param(replace(ADVERT, device="mobile"), False, id="the same, turned"),
        pytest.param(replace(ADVERT, campaign="zomer"), True, id="another campaign"),
        pytest.param(replace(ADVERT, click_ids=()), True, id="no click of an advert"),
        pytest.param(replace(ADVERT, channel=Channel.EMAIL), True, id="another channel"),
    ],
)
def test_another_source_during_a_session_is_a_new_touch(touch: Touch, is_new: bool) -> None:
    session = holding(held(), touch=ADVERT)

    assert session.is_new_source(touch) is is_new
    assert session.with_touch(touch).held == session.held


def test_who_leaves_and_opens_another_page_goes_on() -> None:
    session = holding(held())

    event = left(session, now=NOW + MINUTE)

    assert (event.kind, event.at) == (Kind.SESSION_LEFT, NOW + MINUTE)
    assert event.data == {"session": session.id, "site": SITE.key}
    assert not session.has_ended(NOW + 2 * MINUTE)
    assert session.promised(AMSTERDAM, POOL, make_plan(), now=NOW + 2 * MINUTE) == held()


def test_a_new_number_takes_the_place_of_the_old_one() -> None:
    session = holding(held(campaign=FOLDER))

    after = session.with_leases([lease(OTHER)], {AMSTERDAM: ADVERTS}, now=NOW + MINUTE)

    assert after.held == (held(OTHER),)
    assert after.seen_at == NOW + MINUTE


def test_a_number_given_is_no_longer_one_of_the_visit_before() -> None:
    back = begin(last=holding(held()))

    after = back.with_leases([lease(OTHER)], {AMSTERDAM: ADVERTS}, now=NOW)

    assert after.before_for(AMSTERDAM) is None


def test_a_lease_that_nobody_asked_for_keeps_its_campaign_or_is_left_out() -> None:
    session = holding(held())
    stray = lease(OTHER, vestiging=ROTTERDAM)

    after = session.with_leases([lease(until=NOW + 2 * HOLD), stray], {}, now=NOW)

    assert after.held == (held(until=NOW + 2 * HOLD),)


def test_the_next_request_confirms_what_the_first_one_was_given() -> None:
    given = lease(until=NOW + UNCONFIRMED, kept_until=NOW + 1.1 * HOLD)
    first = begin().with_leases([given], {AMSTERDAM: ADVERTS}, now=NOW)
    confirmed = lease(until=NOW + 1.1 * HOLD)

    second = first.with_leases([confirmed], {}, now=NOW + SECOND)

    assert [h.number for h in first.unconfirmed(HOLD, now=NOW + HOLD)] == [NUMBER]
    assert first.unconfirmed(HOLD, now=NOW + 2 * HOLD) == ()
    assert second.unconfirmed(HOLD, now=NOW + HOLD) == ()
    assert (first.held[0].is_confirmed, second.held[0].is_confirmed) == (False, True)


def test_a_static_number_is_remembered_once_and_beside_a_lease() -> None:
    session = holding(held())

    once = session.with_static(AMSTERDAM, OTHER, ADVERTS, now=NOW + MINUTE)
    again = once.with_static(AMSTERDAM, OTHER, ADVERTS, now=NOW + 2 * MINUTE)
    renewed = once.with_leases([lease()], {AMSTERDAM: ADVERTS}, now=NOW + 2 * MINUTE)

    assert once.held == (held(OTHER, until=None, given_at=NOW + MINUTE), held())
    assert again is once
    assert renewed.held == once.held


def test_a_campaign_s_new_static_number_takes_the_place_of_its_old_one() -> None:
    session = holding(held(until=None), held(until=None, campaign=FOLDER))

    after = session.with_static(AMSTERDAM, OTHER, ADVERTS, now=NOW)

    assert after.held == (held(until=None, campaign=FOLDER), held(OTHER, until=None))


def leases(count: int) -> Sequence[Lease]:
    return [
        lease(PhoneNumber(f"+3120765{i:04}"), vestiging=VestigingKey(f"v{i}")) for i in range(count)
    ]


def test_the_latest_leases_are_remembered() -> None:
    given = leases(MAX_HELD + 3)

    after = begin().with_leases(given, {one.vestiging: ADVERTS for one in given}, now=NOW)

    assert [h.vestiging for h in after.held] == [f"v{i}" for i in range(3, MAX_HELD + 3)]


def test_the_first_static_numbers_are_remembered_so_that_a_page_changes_nothing_twice() -> None:
    keys = [VestigingKey(f"v{i}") for i in range(MAX_HELD + 3)]
    session = begin()
    for key in keys:
        session = session.with_static(key, NUMBER, ADVERTS, now=NOW)
    again = session
    for key in keys:
        again = again.with_static(key, NUMBER, ADVERTS, now=NOW + MINUTE)

    assert [h.vestiging for h in session.held] == keys[:MAX_HELD]
    assert again is session


def test_leases_are_remembered_before_static_numbers() -> None:
    given = leases(MAX_HELD)
    session = holding(held(until=None))

    after = session.with_leases(given, {one.vestiging: ADVERTS for one in given}, now=NOW)

    assert all(h.is_lease for h in after.held)
    assert after.with_static(AMSTERDAM, OTHER, ADVERTS, now=NOW) is after


@pytest.mark.parametrize(
    ("left_of_it", "is_promised", "is_fresh"),
    [
        pytest.param(HOLD * 1.1, True, True, id="just taken"),
        pytest.param(HOLD, True, True, id="the hold is left: a view now keeps its promise"),
        pytest.param(HOLD - SECOND, True, False, id="a renewal is due"),
        pytest.param(timedelta(0), False, False, id="over"),
        pytest.param(HOLD + DAY, True, True, id="a clock that was set back"),
    ],
)
def test_a_promise_is_shown_until_its_end_and_renewed_before(
    left_of_it: timedelta, is_promised: bool, is_fresh: bool
) -> None:
    session = holding(held(until=NOW + left_of_it))

    found = session.promised(AMSTERDAM, POOL, make_plan(), now=NOW)

    assert (found is not None) is is_promised
    assert session.held[0].is_fresh(HOLD, now=NOW) is is_fresh


def test_an_unconfirmed_lease_and_a_static_number_are_never_fresh() -> None:
    assert not held(until=NOW + 2 * HOLD, is_confirmed=False).is_fresh(HOLD, now=NOW)
    assert not held(until=None).is_fresh(HOLD, now=NOW)


@pytest.mark.parametrize(
    ("row", "may"),
    [
        pytest.param({}, True, id="in its pool"),
        pytest.param({"state": NumberState.DISABLED}, False, id="disabled"),
        pytest.param({"released_at": NOW + SECOND}, False, id="released since"),
        pytest.param({"released_at": NOW}, True, id="given when it was released"),
        pytest.param({"released_at": NOW + DAY}, True, id="to be released tomorrow"),
        pytest.param({"pool": PoolKey("rotterdam")}, False, id="in another pool"),
        pytest.param({"pool": None, "campaign": ADVERTS}, False, id="a static number now"),
    ],
)
def test_a_number_that_the_plan_took_away_is_promised_but_not_shown(
    row: dict[str, Any], may: bool
) -> None:
    plan = make_plan(numbers=(replace(StockNumber(NUMBER, POOL), **row),))
    later = NOW + MINUTE

    found = holding(held()).promised(AMSTERDAM, POOL, plan, now=later)

    assert (found is not None) is may
    assert held().is_promised(later)


def test_a_number_that_the_plan_does_not_know_is_not_shown() -> None:
    plan = make_plan(numbers=())

    assert holding(held()).promised(AMSTERDAM, POOL, plan, now=NOW) is None
    assert not held().may_be_shown(plan, now=NOW)
