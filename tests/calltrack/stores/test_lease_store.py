"""The contract of every lease store: who gets which number, and until when."""

import asyncio

import pytest

from calltrack.errors import StoreError
from calltrack.events import Kind
from calltrack.leases import LeaseStore, SessionId, VestigingKey
from tests.calltrack.stores.conftest import OpenStore
from tests.calltrack.stores.words import (
    FREE_AGAIN,
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


async def test_numbers_never_given_go_out_in_the_order_of_the_plan(store: LeaseStore) -> None:
    await store.sync(stock(p=[3, 1, 2]))

    given = [shown(await store.take(SessionId(s), [ask()], now=START))["A"] for s in "abc"]

    assert given == [3, 1, 2]


async def test_a_lease_tells_what_was_agreed(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))

    taken = await store.take(A, [ask()], now=START)

    lease = taken.leases[VestigingKey("A")]
    assert (lease.number, lease.pool, lease.vestiging, lease.session) == (number(1), "p", "A", A)
    assert (lease.given_at, lease.promised_until, lease.ended_at) == (START, at(PROMISE), None)


async def test_the_own_number_comes_again_with_a_new_promise(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)

    taken = await store.take(A, [ask()], now=at(20))

    lease = taken.leases[VestigingKey("A")]
    assert (lease.number, lease.given_at, lease.promised_until) == (
        number(1),
        START,
        at(20 + PROMISE),
    )


async def test_a_pool_that_is_empty_gives_no_lease_and_says_so(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    taken = await store.take(B, [ask()], now=START)

    assert taken.leases == {}
    assert [(e.kind, e.at, e.data) for e in taken.events] == [
        (Kind.POOL_EXHAUSTED, START, {"session": B, "vestiging": "A", "pool": "p"})
    ]


@pytest.mark.parametrize(
    ("minute", "rest", "expected"),
    [
        pytest.param(PROMISE - 0.01, 0, {}, id="promised"),
        pytest.param(PROMISE, 0, {"A": 1}, id="no rest: free when the promise is over"),
        pytest.param(FREE_AGAIN - 0.01, REST, {}, id="resting"),
        pytest.param(FREE_AGAIN, REST, {"A": 1}, id="rested"),
        pytest.param(FREE_AGAIN, REST + 1, {}, id="a rest made longer counts at once"),
        pytest.param(PROMISE + 1, 1, {"A": 1}, id="a rest made shorter counts at once"),
    ],
)
async def test_a_number_is_free_when_promise_and_rest_are_over(
    store: LeaseStore, minute: float, rest: float, expected: dict[str, int]
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    assert shown(await store.take(B, [ask(rest=rest)], now=at(minute))) == expected


async def test_the_longest_idle_goes_first(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2, 3]))
    for session, minute in ((A, 0), (B, 1), (C, 2)):
        await store.take(session, [ask()], now=at(minute))
    await store.take(A, [ask()], now=at(20))  # so number 1 is idle last

    given = [shown(await store.take(SessionId(s), [ask()], now=at(90)))["A"] for s in "xyz"]

    assert given == [2, 3, 1]


async def test_a_session_gets_its_own_number_after_the_promise_unless_somebody_has_it(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask()], now=START)

    resting = await store.take(A, [ask()], now=at(PROMISE + 1))
    long_after = await store.take(B, [ask()], now=at(500))
    await store.take(C, [ask()], now=at(501))
    too_late = await store.take(A, [ask()], now=at(502))

    assert shown(resting) == {"A": 1}
    assert shown(long_after) == {"A": 2}
    assert shown(too_late) == {}  # C had the longest idle: number 1


@pytest.mark.parametrize(
    ("before", "minute", "expected"),
    [
        pytest.param((2, "b"), 5, 2, id="still that session's, promised"),
        pytest.param((2, "b"), PROMISE + 1, 2, id="still that session's, resting"),
        pytest.param((2, "b"), 500, 2, id="still that session's, free"),
        pytest.param((2, "x"), 500, 2, id="another's, but free"),
        pytest.param((2, "x"), 5, 3, id="another's, promised"),
        pytest.param((2, "x"), PROMISE + 1, 3, id="another's, resting"),
        pytest.param((4, "b"), 5, 3, id="of another pool"),
        pytest.param((9, "b"), 5, 3, id="of no pool"),
    ],
)
async def test_a_returning_visitor_gets_the_old_number_while_nobody_else_has_it(
    store: LeaseStore, before: tuple[int, str], minute: float, expected: int
) -> None:
    await store.sync(stock(p=[1, 2, 3], q=[4]))
    for session in (A, B):
        await store.take(session, [ask()], now=START)

    taken = await store.take(C, [ask(before=before)], now=at(minute))

    assert shown(taken) == {"A": expected}


async def test_a_number_brought_for_another_vestiging_is_given_only_where_it_is_free(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask("A")], now=START)

    promised = await store.take(B, [ask("B", before=(1, "a"))], now=at(5))
    free = await store.take(C, [ask("B", before=(1, "a"))], now=at(500))

    assert shown(promised) == {"B": 2}
    assert shown(free) == {"B": 1}
    assert "before" not in free.events[0].data


async def test_who_returns_twice_at_once_gets_the_old_number_once(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)

    first = await store.take(B, [ask(before=(1, "a"))], now=at(1))
    second = await store.take(C, [ask(before=(1, "a"))], now=at(1))

    assert shown(first) == {"A": 1}
    assert shown(second) == {"A": 2}


async def test_a_returning_visitor_keeps_the_longer_promise(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], now=START)

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(1))

    assert taken.leases[VestigingKey("A")].promised_until == at(330)


async def test_all_vestigingen_of_a_page_get_numbers_of_their_own_pools(store: LeaseStore) -> None:
    await store.sync(stock(p=[1], q=[2]))

    taken = await store.take(A, [ask("A", "p"), ask("B", "q"), ask("C", "r")], now=START)

    assert shown(taken) == {"A": 1, "B": 2}
    assert told(taken) == ["lease.given", "lease.given", "pool.exhausted"]


async def test_vestigingen_that_share_a_pool_never_share_a_number(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))

    first = await store.take(A, [ask("A"), ask("B"), ask("C")], now=START)
    again = await store.take(A, [ask("B"), ask("A")], now=at(1))

    assert shown(first) == {"A": 1, "B": 2}
    assert shown(again) == {"A": 1, "B": 2}


async def test_a_page_with_thousands_of_vestigingen_gets_them_all(store: LeaseStore) -> None:
    await store.sync(stock(p=range(9000)))

    taken = await store.take(A, [ask(f"v{n}") for n in range(9000)], now=START)

    assert len({lease.number for lease in taken.leases.values()}) == 9000


async def test_no_ask_takes_what_is_another_asks_own(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask("A")], now=START)

    taken = await store.take(A, [ask("B"), ask("A")], now=at(500))  # number 1 is free now

    assert shown(taken) == {"A": 1, "B": 2}


async def test_no_ask_takes_what_another_ask_had_before(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask("A")], now=START)

    taken = await store.take(B, [ask("B"), ask("A", before=(1, "a"))], now=at(500))

    assert shown(taken) == {"A": 1}


async def test_a_vestiging_asked_for_twice_counts_once_the_first(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2], q=[3]))

    taken = await store.take(A, [ask("A", "p"), ask("A", "q")], now=START)

    assert shown(taken) == {"A": 1}
    assert told(taken) == ["lease.given"]


async def test_nothing_asked_changes_nothing(store: LeaseStore) -> None:
    await store.sync(stock(1, p=[1]))
    taken = await store.take(A, [], now=START)

    assert (taken.leases, list(taken.events)) == ({}, [])


async def test_a_shorter_hold_never_shortens_the_promise(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=60)], now=START)

    taken = await store.take(A, [ask(hold=5)], now=at(1))

    assert taken.leases[VestigingKey("A")].promised_until == at(66)


async def test_two_users_of_one_store_never_give_one_number(
    store: LeaseStore, open_store: OpenStore
) -> None:
    await store.sync(stock(p=[1, 2]))
    other = open_store()

    given = [shown(await user.take(s, [ask()])) for user, s in ((store, A), (other, B))]
    seen = await other.held()
    await other.close()

    assert given == [{"A": 1}, {"A": 2}]
    assert [held.session for held in seen] == [A, B]


async def test_what_was_given_is_there_after_closing(
    store: LeaseStore, open_store: OpenStore
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)
    await store.close()
    opened = open_store()

    taken = await opened.take(A, [ask()], now=at(1))
    await opened.close()

    assert shown(taken) == {"A": 1}


async def test_closing_twice_does_nothing(store: LeaseStore) -> None:
    await store.close()
    await store.close()

    with pytest.raises(StoreError):
        await store.fill()


async def test_many_takes_at_once_give_each_number_once(store: LeaseStore) -> None:
    await store.sync(stock(p=range(100)))

    taken = await asyncio.gather(*(store.take(SessionId(f"s{n}"), [ask()]) for n in range(110)))

    given = [numbers["A"] for numbers in map(shown, taken) if numbers]
    assert sorted(given) == list(range(100))
