"""The contract of every lease store: what it tells, in events, lists and counts, and its clock."""

from datetime import timedelta
from typing import Any

import pytest

from calltrack.events import Event, Kind
from calltrack.leases import LeaseStore, PoolFill, PoolKey, VestigingKey
from tests.calltrack.stores.conftest import OpenStore
from tests.calltrack.stores.words import (
    PROMISE,
    REST,
    START,
    A,
    B,
    C,
    ask,
    at,
    number,
    shown,
    stock,
    told,
)


async def test_release_ends_a_sessions_leases_once(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask("A"), ask("B")], now=START)

    events = await store.release(A, now=at(5))
    again = await store.release(A, now=at(6))

    assert [(e.kind, e.at, e.data["number"], e.data["reason"]) for e in events] == [
        (Kind.LEASE_ENDED, at(5), number(1).e164, "released"),
        (Kind.LEASE_ENDED, at(5), number(2).e164, "released"),
    ]
    assert list(again) == []


async def test_releasing_what_ended_by_itself_tells_nothing(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    assert list(await store.release(A, now=at(500))) == []
    assert list(await store.release(B, now=at(500))) == []


async def test_a_session_that_comes_back_after_its_release_begins_a_new_lease(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.release(A, now=at(5))

    taken = await store.take(A, [ask()], now=at(6))

    assert shown(taken) == {"A": 1}
    assert told(taken) == ["lease.given"]
    assert taken.leases[VestigingKey("A")].given_at == at(6)


def _data(event: Event) -> dict[str, Any]:
    return dict(event.data)


async def test_a_lease_given_and_renewed_is_told_with_its_moments(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    common = {"session": A, "vestiging": "A", "pool": "p", "number": number(1).e164}

    (given,) = (await store.take(A, [ask()], now=START)).events
    (renewed,) = (await store.take(A, [ask()], now=at(10))).events

    assert (given.kind, given.at) == (Kind.LEASE_GIVEN, START)
    until = at(PROMISE).isoformat()
    assert _data(given) == common | {"promised_until": until, "kept_until": until}
    assert (renewed.kind, renewed.at) == (Kind.LEASE_RENEWED, at(10))
    assert _data(renewed) == common | {
        "promised_until": at(10 + PROMISE).isoformat(),
        "kept_until": at(10 + PROMISE).isoformat(),
        "given_at": START.isoformat(),
    }


async def test_a_lease_that_ran_out_begins_anew(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    taken = await store.take(A, [ask()], now=at(PROMISE))

    assert told(taken) == ["lease.given"]


async def test_a_return_ends_the_earlier_sessions_lease(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(5))

    assert told(taken) == ["lease.ended", "lease.given"]
    assert (taken.events[0].data["session"], taken.events[0].data["reason"]) == (A, "returned")
    assert taken.events[1].data["before"] == A


async def test_a_return_after_leaving_tells_whose_promise_it_took_over(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.release(A, now=at(1))

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(5))

    assert told(taken) == ["lease.given"]
    assert taken.events[0].data["before"] == A


async def test_time_never_runs_backwards(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=at(10))

    taken = await store.take(A, [ask()], now=START)

    assert taken.leases[VestigingKey("A")].promised_until == at(10 + PROMISE)
    assert taken.events[0].at == at(10)


async def test_the_latest_moment_outlives_the_store(
    store: LeaseStore, open_store: OpenStore
) -> None:
    await store.sync(stock(p=[1]))
    await store.release(B, now=at(10))
    await store.close()
    opened = open_store()

    taken = await opened.take(A, [ask()], now=START)
    await opened.close()

    assert taken.leases[VestigingKey("A")].given_at == at(10)


async def test_without_a_moment_the_stores_own_clock_counts(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    first = (await store.take(A, [ask()])).leases[VestigingKey("A")]
    second = (await store.take(A, [ask()])).leases[VestigingKey("A")]

    assert first.given_at > START
    assert first.promised_until == first.given_at + timedelta(minutes=PROMISE)
    assert second.promised_until >= first.promised_until


async def test_a_moment_without_a_time_zone_is_refused(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    with pytest.raises(TypeError):
        await store.take(A, [ask()], now=START.replace(tzinfo=None))


async def test_held_lists_what_is_promised_ended_leases_and_lost_numbers_too(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2], q=[3]))
    await store.take(A, [ask(pool="q", hold=60)], now=START)
    await store.take(B, [ask()], now=START)
    await store.take(C, [ask()], now=START)
    await store.release(B, now=at(1))
    await store.sync(stock(2, p=[2]))

    early, late = await store.held(now=at(2)), await store.held(now=at(PROMISE))

    assert [(held.pool, held.number, held.session, held.ended_at) for held in early] == [
        ("p", number(1), B, at(1)),
        ("p", number(2), C, None),
        ("q", number(3), A, None),
    ]
    assert [held.session for held in late] == [A]


@pytest.mark.parametrize(
    ("minute", "promised", "resting"),
    [
        pytest.param(20, 2, 0, id="both promised"),
        pytest.param(PROMISE, 1, 1, id="one rests"),
        pytest.param(PROMISE + REST - 0.01, 1, 1, id="it rests still"),
        pytest.param(PROMISE + REST, 1, 0, id="it is free"),
        pytest.param(20 + PROMISE + REST, 0, 0, id="both are free"),
    ],
)
async def test_fill_counts_each_pool(
    store: LeaseStore, minute: float, promised: int, resting: int
) -> None:
    await store.sync(stock(p=[1, 2, 3, 4], q=[5], r=[]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask()], now=at(20))

    fills = await store.fill(now=at(minute))

    free = 4 - promised - resting
    assert fills == [
        PoolFill(PoolKey("p"), 4, promised=promised, kept=0, resting=resting, free=free),
        PoolFill(PoolKey("q"), 1, promised=0, kept=0, resting=0, free=1),
        PoolFill(PoolKey("r"), 0, promised=0, kept=0, resting=0, free=0),
    ]


async def test_fill_counts_with_the_rest_of_the_last_ask(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2, 3]))
    await store.take(A, [ask("A", rest=REST), ask("B", rest=0)], now=START)
    await store.take(B, [ask("A", rest=0), ask("B", rest=REST)], now=START)

    (fill,) = await store.fill(now=at(PROMISE))

    assert (fill.resting, fill.free) == (3, 0)


async def test_fill_forgets_pools_and_numbers_that_left(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2], q=[3]))
    await store.take(A, [ask()], now=START)
    await store.sync(stock(2, p=[2]))

    assert await store.fill(now=at(1)) == [
        PoolFill(PoolKey("p"), 1, promised=0, kept=0, resting=0, free=1)
    ]
