"""The contract of every lease store: new Plans, and the promises that outlive them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from calltrack.errors import StoreError
from calltrack.leases import LeaseStore, PoolKey, Stock
from tests.calltrack.stores.words import (
    PROMISE,
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

NANOSECONDS = 1_770_000_000_000_000_001
"""A serial made of the clock."""


async def _release(store: LeaseStore) -> None:
    await store.release(A, now=at(1))


async def _disable(store: LeaseStore) -> None:
    await store.sync(stock(2, p=[]))
    await store.sync(stock(3, p=[1]))


async def _remove_pool(store: LeaseStore) -> None:
    await store.sync(stock(2))
    await store.sync(stock(3, p=[1]))


async def _move_away_and_back(store: LeaseStore) -> None:
    await store.sync(stock(2, q=[1]))
    await store.sync(stock(3, p=[1]))


@pytest.mark.parametrize(
    "happening",
    [
        pytest.param(_release, id="release"),
        pytest.param(_disable, id="disabled and enabled"),
        pytest.param(_remove_pool, id="pool removed and made again"),
        pytest.param(_move_away_and_back, id="moved away and back"),
    ],
)
async def test_a_promise_stands_whatever_happens(store: LeaseStore, happening: Any) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(rest=0)], now=START)

    await happening(store)

    assert shown(await store.take(B, [ask(rest=0)], now=at(PROMISE - 0.01))) == {}
    assert shown(await store.take(B, [ask(rest=0)], now=at(PROMISE))) == {"A": 1}


async def test_a_store_that_was_never_told_its_pools_says_so(store: LeaseStore) -> None:
    """That a pool is empty would be untrue, and nobody would look after it."""
    with pytest.raises(StoreError, match="knows no pools"):
        await store.take(A, [ask()], now=START)


async def test_a_number_takes_its_promise_along_to_another_pool(store: LeaseStore) -> None:
    await store.sync(stock(p=[1], q=[2]))
    await store.take(A, [ask()], now=START)
    await store.sync(stock(2, p=[], q=[1, 2]))

    given = [shown(await store.take(s, [ask(pool="q")], now=at(1))) for s in (B, C)]

    assert given == [{"A": 2}, {}]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param({"p": [2]}, id="disabled"),
        pytest.param({"p": [2], "q": [1]}, id="moved"),
    ],
)
async def test_a_number_that_left_its_pool_is_not_shown_any_more(
    store: LeaseStore, after: Mapping[str, Sequence[int]]
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.sync(stock(2, released=None, **after))

    taken = await store.take(A, [ask()], now=at(1))

    assert shown(taken) == {"A": 2}
    assert told(taken) == ["lease.given", "lease.ended"]
    assert taken.events[1].data == {
        "session": A,
        "vestiging": "A",
        "pool": "p",
        "number": number(1).e164,
        "reason": "replaced",
        "given_at": START.isoformat(),
    }


async def test_a_number_back_in_its_pool_does_not_displace_the_one_that_replaced_it(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.sync(stock(2, p=[2]))
    await store.take(A, [ask()], now=at(1))
    await store.sync(stock(3, p=[1, 2]))

    taken = await store.take(A, [ask()], now=at(2))

    assert shown(taken) == {"A": 2}
    assert told(taken) == ["lease.renewed"]


async def test_a_number_that_moved_with_its_vestiging_stays_the_sessions(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.sync(stock(2, q=[2, 1]))

    taken = await store.take(A, [ask(pool="q")], now=at(1))

    assert shown(taken) == {"A": 1}
    assert told(taken) == ["lease.renewed"]


async def test_a_number_back_in_its_pool_is_not_taken_for_a_new_one(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask(hold=60)], now=START)
    await store.take(B, [ask(hold=30)], now=START)
    await store.sync(stock(2, p=[2]))
    await store.sync(stock(3, p=[1, 2]))

    taken = await store.take(C, [ask()], now=at(500))

    assert shown(taken) == {"A": 2}


@pytest.mark.parametrize(
    ("last", "serial", "counts"),
    [
        pytest.param(7, 6, False, id="lower"),
        pytest.param(7, 7, True, id="the same, written by hand"),
        pytest.param(7, 8, True, id="higher"),
        pytest.param(10, 9, False, id="of fewer digits"),
        pytest.param(9, 10, True, id="of more digits"),
        pytest.param(NANOSECONDS, NANOSECONDS - 1, False, id="lower by a nanosecond"),
        pytest.param(NANOSECONDS, NANOSECONDS + 1, True, id="higher by a nanosecond"),
    ],
)
async def test_a_lower_serial_changes_nothing(
    store: LeaseStore, last: int, serial: int, counts: bool
) -> None:
    await store.sync(stock(last, p=[1]))

    answer = await store.sync(stock(serial, p=[2]))

    assert answer is counts
    assert shown(await store.take(A, [ask()], now=START)) == {"A": 2 if counts else 1}


async def test_the_same_pools_again_change_nothing(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)

    assert await store.sync(stock(p=[1, 2]))
    assert await store.sync(stock(2, p=[1, 2]))

    assert shown(await store.take(A, [ask()], now=at(1))) == {"A": 1}


async def test_a_number_in_two_pools_is_refused_and_nothing_changes(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))

    with pytest.raises(ValueError, match="pool q is in pool p too"):
        await store.sync(stock(2, p=[2], q=[2]))

    assert shown(await store.take(A, [ask()], now=START)) == {"A": 1}


# -- released by hand


async def test_a_lease_given_before_its_number_was_released_is_over(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.sync(stock(2, released={1: 5}, p=[1, 2]))

    taken = await store.take(A, [ask()], now=at(6))

    assert shown(taken) == {"A": 2}
    assert told(taken) == ["lease.given", "lease.ended"]


async def test_the_promise_of_a_released_number_stands(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(rest=0)], now=START)
    await store.sync(stock(2, released={1: 5}, p=[1]))

    given = [
        shown(await store.take(A, [ask(rest=0)], now=at(6))),
        shown(await store.take(B, [ask(rest=0, before=(1, "a"))], now=at(7))),
        shown(await store.take(B, [ask(rest=0)], now=at(PROMISE))),
    ]

    assert given == [{}, {}, {"A": 1}]


@pytest.mark.parametrize(
    ("released", "minute"),
    [
        pytest.param({1: 0}, 6, id="given at that very moment"),
        pytest.param({1: 7}, 6, id="a moment still to come"),
        pytest.param({2: 5}, 6, id="another number"),
        pytest.param({9: 5}, 6, id="a number that is in no pool"),
        pytest.param({}, 6, id="taken out of the Plan again"),
    ],
)
async def test_other_leases_go_on(
    store: LeaseStore, released: Mapping[int, float], minute: float
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.sync(stock(2, released={1: 5}, p=[1, 2]))
    await store.sync(stock(3, released=released, p=[1, 2]))

    taken = await store.take(A, [ask()], now=at(minute))

    assert shown(taken) == {"A": 1}
    assert told(taken) == ["lease.renewed"]


async def test_a_release_still_to_come_counts_when_it_comes(store: LeaseStore) -> None:
    await store.sync(stock(released={1: 7}, p=[1, 2]))
    await store.take(A, [ask()], now=START)

    given = [shown(await store.take(A, [ask()], now=at(minute))) for minute in (6, 7)]

    assert given == [{"A": 1}, {"A": 2}]


async def test_a_release_alone_is_a_change_of_the_stock(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)

    await store.sync(stock(1, released={1: 5}, p=[1, 2]))

    assert shown(await store.take(A, [ask()], now=at(6))) == {"A": 2}


async def test_a_release_without_a_time_zone_is_refused(store: LeaseStore) -> None:
    naive = {number(1): START.replace(tzinfo=None)}

    with pytest.raises(TypeError):
        await store.sync(Stock({PoolKey("p"): [number(1)]}, 1, naive))

    assert await store.fill(now=START) == []
