"""The contract of every lease store: who gets which number, and until when."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from calltrack.events import Event, Kind
from calltrack.leases import LeaseStore, PoolFill, PoolKey, SessionId, VestigingKey
from tests.calltrack.stores.conftest import OpenStore
from tests.calltrack.stores.words import HOLD, REST, START, ask, at, number, pools, shown, told

PROMISE = HOLD * 1.1
FREE_AGAIN = PROMISE + REST
A, B, C = SessionId("a"), SessionId("b"), SessionId("c")


async def test_numbers_never_given_go_out_in_the_order_of_the_plan(store: LeaseStore) -> None:
    await store.sync(pools(p=[3, 1, 2]), serial=1)

    given = [shown(await store.take(SessionId(s), [ask()], now=START))["A"] for s in "abc"]

    assert given == [3, 1, 2]


async def test_a_lease_tells_what_was_agreed(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)

    taken = await store.take(A, [ask()], now=START)

    lease = taken.leases[VestigingKey("A")]
    assert (lease.number, lease.pool, lease.vestiging, lease.session) == (number(1), "p", "A", A)
    assert (lease.given_at, lease.promised_until, lease.ended_at) == (START, at(PROMISE), None)


async def test_the_own_number_comes_again_with_a_new_promise(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask()], now=START)

    taken = await store.take(A, [ask()], now=at(20))

    lease = taken.leases[VestigingKey("A")]
    assert (lease.number, lease.given_at, lease.promised_until) == (
        number(1),
        START,
        at(20 + PROMISE),
    )


async def test_a_pool_that_is_empty_gives_no_lease_and_says_so(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
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
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask()], now=START)

    assert shown(await store.take(B, [ask(rest=rest)], now=at(minute))) == expected


async def test_the_longest_idle_goes_first(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2, 3]), serial=1)
    for session, minute in ((A, 0), (B, 1), (C, 2)):
        await store.take(session, [ask()], now=at(minute))
    await store.take(A, [ask()], now=at(20))  # so number 1 is idle last

    given = [shown(await store.take(SessionId(s), [ask()], now=at(90)))["A"] for s in "xyz"]

    assert given == [2, 3, 1]


async def test_a_session_gets_its_own_number_after_the_promise_unless_somebody_has_it(
    store: LeaseStore,
) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
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
    await store.sync(pools(p=[1, 2, 3], q=[4]), serial=1)
    for session in (A, B):
        await store.take(session, [ask()], now=START)

    taken = await store.take(C, [ask(before=before)], now=at(minute))

    assert shown(taken) == {"A": expected}


async def test_who_returns_twice_at_once_gets_the_old_number_once(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask()], now=START)

    first = await store.take(B, [ask(before=(1, "a"))], now=at(1))
    second = await store.take(C, [ask(before=(1, "a"))], now=at(1))

    assert shown(first) == {"A": 1}
    assert shown(second) == {"A": 2}


async def test_a_returning_visitor_keeps_the_longer_promise(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask(hold=300)], now=START)

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(1))

    assert taken.leases[VestigingKey("A")].promised_until == at(330)


async def test_all_vestigingen_of_a_page_get_numbers_of_their_own_pools(store: LeaseStore) -> None:
    await store.sync(pools(p=[1], q=[2]), serial=1)

    taken = await store.take(A, [ask("A", "p"), ask("B", "q"), ask("C", "r")], now=START)

    assert shown(taken) == {"A": 1, "B": 2}
    assert told(taken) == ["lease.given", "lease.given", "pool.exhausted"]


async def test_vestigingen_that_share_a_pool_never_share_a_number(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)

    first = await store.take(A, [ask("A"), ask("B"), ask("C")], now=START)
    again = await store.take(A, [ask("B"), ask("A")], now=at(1))

    assert shown(first) == {"A": 1, "B": 2}
    assert shown(again) == {"A": 1, "B": 2}


async def test_no_ask_takes_what_is_another_asks_own(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask("A")], now=START)

    taken = await store.take(A, [ask("B"), ask("A")], now=at(500))  # number 1 is free now

    assert shown(taken) == {"A": 1, "B": 2}


async def test_no_ask_takes_what_another_ask_had_before(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask("A")], now=START)

    taken = await store.take(B, [ask("B"), ask("A", before=(1, "a"))], now=at(500))

    assert shown(taken) == {"A": 1}


async def test_a_vestiging_asked_for_twice_counts_once_the_first(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2], q=[3]), serial=1)

    taken = await store.take(A, [ask("A", "p"), ask("A", "q")], now=START)

    assert shown(taken) == {"A": 1}
    assert told(taken) == ["lease.given"]


async def test_nothing_asked_changes_nothing(store: LeaseStore) -> None:
    taken = await store.take(A, [], now=START)

    assert (taken.leases, list(taken.events)) == ({}, [])


async def test_a_shorter_hold_never_shortens_the_promise(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask(hold=60)], now=START)

    taken = await store.take(A, [ask(hold=5)], now=at(1))

    assert taken.leases[VestigingKey("A")].promised_until == at(66)


async def _release(store: LeaseStore) -> None:
    await store.release(A, now=at(1))


async def _disable(store: LeaseStore) -> None:
    await store.sync(pools(p=[]), serial=2)
    await store.sync(pools(p=[1]), serial=3)


async def _remove_pool(store: LeaseStore) -> None:
    await store.sync({}, serial=2)
    await store.sync(pools(p=[1]), serial=3)


async def _move_away_and_back(store: LeaseStore) -> None:
    await store.sync(pools(q=[1]), serial=2)
    await store.sync(pools(p=[1]), serial=3)


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
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask(rest=0)], now=START)

    await happening(store)

    assert shown(await store.take(B, [ask(rest=0)], now=at(PROMISE - 0.01))) == {}
    assert shown(await store.take(B, [ask(rest=0)], now=at(PROMISE))) == {"A": 1}


async def test_a_number_takes_its_promise_along_to_another_pool(store: LeaseStore) -> None:
    await store.sync(pools(p=[1], q=[2]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.sync(pools(p=[], q=[1, 2]), serial=2)

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
    store: LeaseStore, after: dict[str, list[int]]
) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.sync(pools(**after), serial=2)

    taken = await store.take(A, [ask()], now=at(1))

    assert shown(taken) == {"A": 2}
    assert told(taken) == ["lease.given", "lease.ended"]
    assert taken.events[1].data == {
        "session": A,
        "vestiging": "A",
        "pool": "p",
        "number": number(1).e164,
        "reason": "replaced",
    }


async def test_a_number_that_moved_with_its_vestiging_stays_the_sessions(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.sync(pools(q=[2, 1]), serial=2)

    taken = await store.take(A, [ask(pool="q")], now=at(1))

    assert shown(taken) == {"A": 1}
    assert told(taken) == ["lease.renewed"]


async def test_a_number_back_in_its_pool_is_not_taken_for_a_new_one(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask(hold=60)], now=START)
    await store.take(B, [ask(hold=30)], now=START)
    await store.sync(pools(p=[2]), serial=2)
    await store.sync(pools(p=[1, 2]), serial=3)

    taken = await store.take(C, [ask()], now=at(500))

    assert shown(taken) == {"A": 2}


@pytest.mark.parametrize(
    ("serial", "counts"),
    [
        pytest.param(6, False, id="lower"),
        pytest.param(7, True, id="the same, written by hand"),
        pytest.param(8, True, id="higher"),
    ],
)
async def test_a_lower_serial_changes_nothing(store: LeaseStore, serial: int, counts: bool) -> None:
    await store.sync(pools(p=[1]), serial=7)

    answer = await store.sync(pools(p=[2]), serial=serial)

    assert answer is counts
    assert shown(await store.take(A, [ask()], now=START)) == {"A": 2 if counts else 1}


async def test_the_same_pools_again_change_nothing(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask()], now=START)

    assert await store.sync(pools(p=[1, 2]), serial=1)
    assert await store.sync(pools(p=[1, 2]), serial=2)

    assert shown(await store.take(A, [ask()], now=at(1))) == {"A": 1}


async def test_a_number_in_two_pools_is_refused_and_nothing_changes(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)

    with pytest.raises(ValueError, match="pool q is in pool p too"):
        await store.sync(pools(p=[2], q=[2]), serial=2)

    assert shown(await store.take(A, [ask()], now=START)) == {"A": 1}


async def test_release_ends_a_sessions_leases_once(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask("A"), ask("B")], now=START)

    events = await store.release(A, now=at(5))
    again = await store.release(A, now=at(6))

    assert [(e.kind, e.at, e.data["number"], e.data["reason"]) for e in events] == [
        (Kind.LEASE_ENDED, at(5), number(1).e164, "released"),
        (Kind.LEASE_ENDED, at(5), number(2).e164, "released"),
    ]
    assert list(again) == []


async def test_releasing_what_ended_by_itself_tells_nothing(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask()], now=START)

    assert list(await store.release(A, now=at(500))) == []
    assert list(await store.release(B, now=at(500))) == []


async def test_a_session_that_comes_back_after_its_release_begins_a_new_lease(
    store: LeaseStore,
) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.release(A, now=at(5))

    taken = await store.take(A, [ask()], now=at(6))

    assert shown(taken) == {"A": 1}
    assert told(taken) == ["lease.given"]
    assert taken.leases[VestigingKey("A")].given_at == at(6)


def _data(event: Event) -> dict[str, Any]:
    return dict(event.data)


async def test_a_lease_given_and_renewed_is_told_with_its_moments(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    common = {"session": A, "vestiging": "A", "pool": "p", "number": number(1).e164}

    (given,) = (await store.take(A, [ask()], now=START)).events
    (renewed,) = (await store.take(A, [ask()], now=at(10))).events

    assert (given.kind, given.at) == (Kind.LEASE_GIVEN, START)
    assert _data(given) == common | {"promised_until": at(PROMISE).isoformat()}
    assert (renewed.kind, renewed.at) == (Kind.LEASE_RENEWED, at(10))
    assert _data(renewed) == common | {
        "promised_until": at(10 + PROMISE).isoformat(),
        "given_at": START.isoformat(),
    }


async def test_a_lease_that_ran_out_begins_anew(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask()], now=START)

    taken = await store.take(A, [ask()], now=at(PROMISE))

    assert told(taken) == ["lease.given"]


async def test_a_return_ends_the_earlier_sessions_lease(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask()], now=START)

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(5))

    assert told(taken) == ["lease.ended", "lease.given"]
    assert (taken.events[0].data["session"], taken.events[0].data["reason"]) == (A, "returned")
    assert taken.events[1].data["before"] == A


async def test_a_return_after_leaving_tells_whose_promise_it_took_over(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.release(A, now=at(1))

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(5))

    assert told(taken) == ["lease.given"]
    assert taken.events[0].data["before"] == A


async def test_time_never_runs_backwards(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.take(A, [ask()], now=at(10))

    taken = await store.take(A, [ask()], now=START)

    assert taken.leases[VestigingKey("A")].promised_until == at(10 + PROMISE)
    assert taken.events[0].at == at(10)


async def test_the_latest_moment_outlives_the_store(
    store: LeaseStore, open_store: OpenStore
) -> None:
    await store.sync(pools(p=[1]), serial=1)
    await store.release(B, now=at(10))
    await store.close()
    opened = open_store()

    taken = await opened.take(A, [ask()], now=START)
    await opened.close()

    assert taken.leases[VestigingKey("A")].given_at == at(10)


async def test_without_a_moment_the_stores_own_clock_counts(store: LeaseStore) -> None:
    await store.sync(pools(p=[1]), serial=1)
    first = (await store.take(A, [ask()])).leases[VestigingKey("A")]
    second = (await store.take(A, [ask()])).leases[VestigingKey("A")]

    assert first.given_at > START
    assert first.promised_until == first.given_at + timedelta(minutes=PROMISE)
    assert second.promised_until >= first.promised_until


async def test_a_moment_without_a_time_zone_is_refused(store: LeaseStore) -> None:
    with pytest.raises(TypeError):
        await store.take(A, [ask()], now=START.replace(tzinfo=None))


async def test_held_lists_what_is_promised_ended_leases_and_lost_numbers_too(
    store: LeaseStore,
) -> None:
    await store.sync(pools(p=[1, 2], q=[3]), serial=1)
    await store.take(A, [ask(pool="q", hold=60)], now=START)
    await store.take(B, [ask()], now=START)
    await store.take(C, [ask()], now=START)
    await store.release(B, now=at(1))
    await store.sync(pools(p=[2]), serial=2)

    early, late = await store.held(now=at(2)), await store.held(now=at(PROMISE))

    assert [(held.pool, held.number, held.session, held.ended_at) for held in early] == [
        ("p", number(1), B, at(1)),
        ("p", number(2), C, None),
        ("q", number(3), A, None),
    ]
    assert [held.session for held in late] == [A]


async def test_fill_counts_each_pool(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2, 3, 4], q=[5], r=[]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask()], now=at(20))

    fills = await store.fill(now=at(PROMISE + 1))

    assert fills == [
        PoolFill(PoolKey("p"), numbers=4, promised=1, resting=1, free=2),
        PoolFill(PoolKey("q"), numbers=1, promised=0, resting=0, free=1),
        PoolFill(PoolKey("r"), numbers=0, promised=0, resting=0, free=0),
    ]


async def test_fill_forgets_pools_and_numbers_that_left(store: LeaseStore) -> None:
    await store.sync(pools(p=[1, 2], q=[3]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.sync(pools(p=[2]), serial=2)

    assert await store.fill(now=at(1)) == [
        PoolFill(PoolKey("p"), numbers=1, promised=0, resting=0, free=1)
    ]


async def test_two_users_of_one_store_never_give_one_number(
    store: LeaseStore, open_store: OpenStore
) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    other = open_store()

    given = [shown(await user.take(s, [ask()])) for user, s in ((store, A), (other, B))]
    seen = await other.held()
    await other.close()

    assert given == [{"A": 1}, {"A": 2}]
    assert [held.session for held in seen] == [A, B]


async def test_what_was_given_is_there_after_closing(
    store: LeaseStore, open_store: OpenStore
) -> None:
    await store.sync(pools(p=[1, 2]), serial=1)
    await store.take(A, [ask()], now=START)
    await store.close()
    opened = open_store()

    taken = await opened.take(A, [ask()], now=at(1))
    await opened.close()

    assert shown(taken) == {"A": 1}


async def test_closing_twice_does_nothing(store: LeaseStore) -> None:
    await store.close()
    await store.close()


async def test_many_takes_at_once_give_each_number_once(store: LeaseStore) -> None:
    await store.sync(pools(p=range(100)), serial=1)

    taken = await asyncio.gather(*(store.take(SessionId(f"s{n}"), [ask()]) for n in range(110)))

    given = [numbers["A"] for numbers in map(shown, taken) if numbers]
    assert sorted(given) == list(range(100))
