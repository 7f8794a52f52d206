"""The contract of every lease store: a call in progress pins its number."""

from datetime import timedelta

import pytest

from calltrack.leases import LeaseStore
from tests.calltrack.stores.words import (
    FREE_AGAIN,
    HOME,
    PROMISE,
    REST,
    START,
    A,
    B,
    C,
    ask,
    at,
    kinds,
    number,
    only,
    shown,
    stock,
    told,
)

HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)


async def test_a_pin_keeps_the_number_from_others_until_it_is_over(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    events = await store.pin(number(1), HOUR, now=at(30))

    assert [(e.kind, e.at, e.data) for e in events] == [
        (
            "lease.pinned",
            at(30),
            {
                "session": A,
                "vestiging": "A",
                "pool": "p",
                "number": number(1).e164,
                "pinned_until": at(90).isoformat(),
                "given_at": START.isoformat(),
            },
        )
    ]
    given = [shown(await store.take(B, [ask()], now=at(m))) for m in (80, 90 + REST - 0.01)]
    assert given == [{}, {}]
    assert shown(await store.take(B, [ask()], now=at(90 + REST))) == {"A": 1}


async def test_a_pin_pins_the_last_holder_however_long_ago(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    events = await store.pin(number(1), HOUR, now=at(5000))

    assert [e.data["session"] for e in events] == [A]
    assert shown(await store.take(B, [ask()], now=at(5001))) == {}


@pytest.mark.parametrize("n", [pytest.param(1, id="never given"), pytest.param(9, id="unknown")])
async def test_a_number_nobody_had_needs_no_pin(store: LeaseStore, n: int) -> None:
    await store.sync(stock(p=[1]))

    events = [
        *await store.pin(number(n), HOUR, now=START),
        *await store.unpin(number(n), HALF, now=at(1)),
    ]

    assert events == []
    assert shown(await store.take(A, [ask()], now=at(2))) == {"A": 1}


async def test_after_the_call_the_last_holder_is_promised_the_hold(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HOUR, now=at(30))

    events = await store.unpin(number(1), HALF, now=at(32))

    assert [(e.kind, e.at, e.data["session"]) for e in events] == [("lease.unpinned", at(32), A)]
    assert events[0].data["promised_until"] == at(62).isoformat()
    assert events[0].data["given_at"] == START.isoformat()
    assert shown(await store.take(B, [ask(rest=0)], now=at(62 - 0.01))) == {}
    assert shown(await store.take(B, [ask(rest=0)], now=at(62))) == {"A": 1}


async def test_the_end_of_a_call_never_shortens_a_promise(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], now=START)
    await store.pin(number(1), HOUR, now=at(5))

    await store.unpin(number(1), HALF, now=at(6))

    assert [h.promised_until for h in await store.held(now=at(7))] == [at(330)]


async def test_a_call_after_the_lease_was_over_begins_a_new_one_when_it_ends(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HOUR, now=at(500))

    events = await store.unpin(number(1), HALF, now=at(510))
    taken = await store.take(A, [ask()], now=at(520))

    assert events[0].data["given_at"] == at(510).isoformat()
    assert told(taken) == ["lease.renewed"]
    assert only(taken).given_at == at(510)


async def test_a_call_for_who_had_let_go_begins_a_lease_that_goes_on(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.release(A, now=at(1))
    await store.pin(number(1), HOUR, now=at(500))
    await store.unpin(number(1), HALF, now=at(510))

    assert [h.ended_at for h in await store.held(now=at(511))] == [None]
    assert told(await store.take(A, [ask()], now=at(520))) == ["lease.renewed"]


async def test_a_pin_runs_out_by_itself_and_may_still_be_ended(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HALF, now=at(20))

    events = await store.unpin(number(1), HALF, now=at(100))
    again = await store.unpin(number(1), HALF, now=at(101))

    assert kinds(events) == ["lease.unpinned"]
    assert list(again) == []
    assert shown(await store.take(B, [ask()], now=at(129))) == {}


async def test_the_end_of_a_call_promises_nothing_to_who_got_the_number_since(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HALF, now=at(20))
    await store.take(B, [ask(hold=5)], now=at(100))

    assert list(await store.unpin(number(1), HOUR, now=at(101))) == []
    assert [h.promised_until for h in await store.held(now=at(102))] == [at(105.5)]


async def test_a_second_pin_makes_the_first_longer_never_shorter(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    told_until = [
        (await store.pin(number(1), longest, now=at(1)))[0].data["pinned_until"]
        for longest in (HALF, HOUR, HALF)
    ]

    assert told_until == [at(31).isoformat(), at(61).isoformat(), at(61).isoformat()]


async def test_the_own_session_gets_a_pinned_number_again(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HOUR, now=at(30))

    taken = await store.take(A, [ask(hold=5)], now=at(50))

    assert shown(taken) == {"A": 1}
    assert only(taken).pinned_until == at(90)


async def test_a_returning_visitor_gets_the_number_of_the_call_that_goes_on(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HOUR, now=at(30))

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(50))
    events = await store.unpin(number(1), HALF, now=at(60))

    assert shown(taken) == {"A": 1}
    assert events[0].data["session"] == B


async def test_a_pinned_number_is_neither_taken_back_nor_shared(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)
    await store.pin(number(1), timedelta(minutes=10), now=at(1))

    given = [shown(await store.take(B, [ask(share=True)], now=at(m))) for m in (5, 11)]

    assert given == [{}, {"A": 1}]


async def test_a_short_promise_after_a_call_shortens_no_keep(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)
    await store.pin(number(1), HOUR, now=at(1))
    await store.unpin(number(1), timedelta(minutes=5), now=at(2))

    (lease,) = await store.held(now=at(3))

    assert (lease.promised_until, lease.kept_until) == (at(7), at(PROMISE))


async def test_a_pin_leaves_the_cap_as_it_is(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask(cap=1)], client=HOME, now=START)
    await store.pin(number(1), HOUR, now=at(100))
    await store.unpin(number(1), HALF, now=at(101))

    assert shown(await store.take(B, [ask(cap=1)], client=HOME, now=at(102))) == {"A": 2}


async def test_held_and_fill_tell_of_a_pin(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HOUR, now=at(30))

    held = [await store.held(now=at(minute)) for minute in (20, 50, 90)]
    fills = [(await store.fill(now=at(m)))[0] for m in (50, 90, 90 + REST)]

    assert [[(h.session, h.pinned_until) for h in leases] for leases in held] == [
        [(A, at(90))],
        [(A, at(90))],
        [],
    ]
    assert [(f.promised, f.resting, f.free) for f in fills] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


async def test_a_pin_outlives_a_plan_without_the_number(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.pin(number(1), HOUR, now=at(30))
    await store.sync(stock(2, p=[]))
    await store.sync(stock(3, p=[1]))

    assert shown(await store.take(C, [ask()], now=at(FREE_AGAIN + 1))) == {}
    assert PROMISE < FREE_AGAIN
