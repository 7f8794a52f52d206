"""The contract of every lease store: browsers that have not shown themselves again, and caps."""

import pytest

from calltrack.events import Kind
from calltrack.leases import Ask, LeaseStore, PoolFill, PoolKey, SessionId, VestigingKey
from tests.calltrack.stores.words import (
    FREE_AGAIN,
    HOME,
    MINUTE,
    OFFICE,
    PROMISE,
    START,
    A,
    B,
    C,
    D,
    ask,
    at,
    kinds,
    number,
    only,
    shown,
    stock,
    told,
)


async def test_a_first_page_promises_a_minute_and_keeps_for_the_hold(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))

    taken = await store.take(A, [ask()], client=HOME, now=START)

    lease = only(taken)
    assert (lease.promised_until, lease.kept_until) == (at(MINUTE), at(PROMISE))
    assert not lease.is_confirmed
    assert taken.events[0].data["promised_until"] == at(MINUTE).isoformat()
    assert taken.events[0].data["kept_until"] == at(PROMISE).isoformat()


async def test_a_hold_shorter_than_a_minute_is_not_promised_for_longer(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))

    lease = only(await store.take(A, [ask(hold=0.5)], client=HOME, now=START))

    assert (lease.promised_until, lease.kept_until) == (at(0.55), at(0.55))


@pytest.mark.parametrize(
    "minute",
    [
        pytest.param(0.5, id="within the minute"),
        pytest.param(PROMISE - 0.01, id="while it is kept"),
    ],
)
async def test_a_take_without_a_client_confirms(store: LeaseStore, minute: float) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], client=HOME, now=START)

    taken = await store.take(A, [ask()], now=at(minute))

    lease = only(taken)
    assert lease.is_confirmed
    assert (lease.given_at, lease.promised_until) == (START, at(minute + PROMISE))
    assert told(taken) == ["lease.renewed"]


async def test_a_confirmation_never_shortens_the_keep(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=60)], client=HOME, now=START)

    lease = only(await store.take(A, [ask(hold=5)], now=at(1)))

    assert (lease.promised_until, lease.kept_until) == (at(66), at(66))


@pytest.mark.parametrize(
    "asked", [pytest.param(["A"], id="beside the asks"), pytest.param([], id="nothing asked")]
)
async def test_a_take_confirms_all_that_the_session_keeps(
    store: LeaseStore, asked: list[str]
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask("A"), ask("B")], client=HOME, now=START)

    taken = await store.take(A, [ask(vestiging) for vestiging in asked], now=at(5))

    held = await store.held(now=at(PROMISE - 0.01))
    assert [(h.vestiging, h.is_confirmed) for h in held] == [("A", True), ("B", True)]
    assert told(taken) == ["lease.renewed", "lease.renewed"]
    assert taken.events[1].data["promised_until"] == at(PROMISE).isoformat()
    assert set(taken.leases) == set(asked)


async def test_what_is_over_released_or_out_of_the_pools_is_not_confirmed(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2, 3]))
    asks = [ask("A", hold=1), ask("B"), ask("C")]
    await store.take(A, asks, client=HOME, now=START)
    await store.sync(stock(2, p=[1, 2], released={2: 3}))

    taken = await store.take(A, [], now=at(5))

    assert list(taken.events) == []
    assert await store.fill(now=at(5)) == [
        PoolFill(PoolKey("p"), 2, promised=0, kept=1, resting=1, free=0)
    ]


async def test_a_client_renews_an_unconfirmed_lease_for_another_minute(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)

    taken = await store.take(A, [ask()], client=HOME, now=at(5))

    lease = only(taken)
    assert (lease.promised_until, lease.kept_until) == (at(5 + MINUTE), at(5 + PROMISE))
    assert told(taken) == ["lease.renewed"]


async def test_a_client_leaves_a_confirmed_lease_confirmed(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    lease = only(await store.take(A, [ask()], client=HOME, now=at(5)))

    assert (lease.promised_until, lease.is_confirmed) == (at(5 + PROMISE), True)


# -- taking back


@pytest.mark.parametrize(
    ("minute", "expected"),
    [
        pytest.param(MINUTE - 0.01, {}, id="promised"),
        pytest.param(MINUTE, {"A": 1}, id="the minute is over"),
        pytest.param(PROMISE - 0.01, {"A": 1}, id="the last moment of the keep"),
        pytest.param(PROMISE, {}, id="it rests"),
        pytest.param(FREE_AGAIN, {"A": 1}, id="it is free"),
    ],
)
async def test_an_unconfirmed_number_goes_to_another_when_nothing_is_free(
    store: LeaseStore, minute: float, expected: dict[str, int]
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)

    assert shown(await store.take(B, [ask()], now=at(minute))) == expected


async def test_what_is_free_goes_before_what_is_kept(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], client=HOME, now=START)

    given = [shown(await store.take(s, [ask()], now=at(5))) for s in (B, C)]

    assert given == [{"A": 2}, {"A": 1}]


async def test_the_one_whose_promise_was_over_first_is_taken_back(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2, 3]))
    for session, minute in ((A, 0), (B, 1), (C, 2)):
        await store.take(session, [ask()], client=HOME, now=at(minute))
    await store.take(A, [ask()], client=HOME, now=at(10))

    taken = await store.take(D, [ask("A"), ask("B"), ask("C")], now=at(20))

    assert shown(taken) == {"A": 2, "B": 3, "C": 1}


async def test_taking_back_ends_the_keep_and_is_told(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], client=HOME, now=START)

    taken = await store.take(B, [ask(hold=5)], now=at(5))

    lease = only(taken)
    assert (lease.session, lease.given_at, lease.kept_until) == (B, at(5), at(5 + 5.5))
    assert [(e.kind, e.at, e.data["session"], e.data.get("reason")) for e in taken.events] == [
        (Kind.LEASE_ENDED, at(5), A, "taken_back"),
        (Kind.LEASE_GIVEN, at(5), B, None),
    ]
    assert "before" not in taken.events[1].data


async def test_who_was_taken_back_gets_another_number(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)
    await store.take(B, [ask()], now=at(5))
    await store.sync(stock(2, p=[1, 2]))

    taken = await store.take(A, [ask()], now=at(6))

    assert shown(taken) == {"A": 2}
    assert told(taken) == ["lease.given"]


async def test_a_session_takes_nothing_back_from_itself(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask("A")], client=HOME, now=START)

    taken = await store.take(A, [ask("B")], now=at(5))

    assert shown(taken) == {}
    assert told(taken) == ["lease.renewed", "pool.exhausted"]  # A is confirmed beside it


async def test_a_number_let_go_is_taken_back_without_a_second_end(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)
    await store.release(A, now=at(2))

    taken = await store.take(B, [ask()], now=at(5))

    assert told(taken) == ["lease.given"]


async def test_a_returning_visitor_takes_promise_and_keep_along(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask(hold=300)], client=HOME, now=START)

    taken = await store.take(B, [ask(before=(1, "a"))], now=at(5))

    assert only(taken).number == number(1)
    assert (only(taken).promised_until, only(taken).is_confirmed) == (at(330), True)
    assert told(taken) == ["lease.ended", "lease.given"]
    assert taken.events[1].data["before"] == A


async def test_fill_counts_what_could_be_taken_back(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2, 3]))
    await store.take(A, [ask()], client=HOME, now=START)
    await store.take(B, [ask()], now=START)

    fills = [(await store.fill(now=at(minute)))[0] for minute in (0, MINUTE, PROMISE, FREE_AGAIN)]

    assert [(f.promised, f.kept, f.resting, f.free) for f in fills] == [
        (2, 0, 0, 1),
        (1, 1, 0, 1),
        (0, 0, 2, 1),
        (0, 0, 0, 3),
    ]


async def test_held_lists_what_is_kept(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)

    held = [await store.held(now=at(minute)) for minute in (PROMISE - 0.01, PROMISE)]

    assert [[h.session for h in leases] for leases in held] == [[A], []]


# -- caps


async def test_a_client_over_its_cap_gets_nothing_new(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2, 3], q=[4]))
    asks = [ask("A", cap=1), ask("B", cap=1), ask("C", "q", cap=1)]

    taken = await store.take(A, asks, client=HOME, now=START)

    assert shown(taken) == {"A": 1, "C": 4}
    assert taken.capped == {VestigingKey("B")}
    assert told(taken) == ["lease.given", "lease.given"]  # the pool is not exhausted


@pytest.mark.parametrize(
    ("happening", "minute", "expected"),
    [
        pytest.param("nothing", 5, {}, id="kept"),
        pytest.param("release", 5, {}, id="let go, and kept"),
        pytest.param("nothing", PROMISE, {"A": 2}, id="over"),
        pytest.param("confirm", 5, {"A": 2}, id="confirmed"),
        pytest.param("take back", 5, {"A": 2}, id="taken back"),
    ],
)
async def test_what_is_kept_unconfirmed_counts_for_the_cap(
    store: LeaseStore, happening: str, minute: float, expected: dict[str, int]
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(cap=1)], client=HOME, now=START)
    if happening == "release":
        await store.release(A, now=at(1))
    if happening == "confirm":
        await store.take(A, [], now=at(1))
    if happening == "take back":
        await store.take(B, [ask()], now=at(1))
    await store.sync(stock(2, p=[1, 2]))

    assert shown(await store.take(C, [ask(cap=1)], client=HOME, now=at(minute))) == expected


async def test_caps_count_each_client_and_pool_by_itself(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2, 3], q=[4]))
    await store.take(A, [ask(cap=1)], client=HOME, now=START)

    taken = [
        shown(await store.take(B, [ask(cap=1)], client=OFFICE, now=START)),
        shown(await store.take(C, [ask(pool="q", cap=1)], client=HOME, now=START)),
        shown(await store.take(C, [ask("B", cap=1)], now=START)),  # no client, no cap
        shown(await store.take(D, [ask(cap=1)], client=HOME, now=START)),
    ]

    assert taken == [{"A": 2}, {"A": 4}, {"B": 3}, {}]


async def test_a_client_at_its_cap_renews_what_goes_on(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask(cap=1)], client=HOME, now=START)

    taken = await store.take(A, [ask("B", cap=1), ask("A", cap=1)], client=HOME, now=at(5))

    assert shown(taken) == {"A": 1}
    assert taken.capped == {VestigingKey("B")}


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(ask(cap=1, before=(2, "b")), id="the number it brought"),
        pytest.param(ask(cap=1), id="free, or taken back"),
        pytest.param(ask(cap=1, share=True), id="shared"),
    ],
)
async def test_a_client_at_its_cap_gets_nothing_by_any_way(store: LeaseStore, wanted: Ask) -> None:
    await store.sync(stock(p=[1, 2, 3]))
    await store.take(A, [ask(cap=1)], client=HOME, now=START)
    await store.take(B, [ask()], client=OFFICE, now=START)

    taken = await store.take(C, [wanted], client=HOME, now=at(5))

    assert shown(taken) == {}
    assert taken.capped == {VestigingKey("A")}


async def test_a_client_gets_its_own_old_number_only_within_its_cap(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask(cap=1, hold=5)], client=HOME, now=START)
    await store.take(B, [ask(cap=1)], client=HOME, now=at(10))

    assert shown(await store.take(A, [ask(cap=1)], client=HOME, now=at(11))) == {}


async def test_a_drain_takes_no_more_than_the_cap(store: LeaseStore) -> None:
    await store.sync(stock(p=range(30)))

    given = [
        shown(await store.take(SessionId(f"s{n}"), [ask(cap=5)], client=HOME, now=at(n / 100)))
        for n in range(300)
    ]

    assert sum(map(len, given)) == 5
    assert (await store.fill(now=at(3)))[0].free == 25
    assert shown(await store.take(A, [ask()], now=at(3))) == {"A": 5}


async def test_a_release_by_the_visitor_tells_of_an_unconfirmed_lease(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)

    events = await store.release(A, now=at(5))  # after the minute, and kept

    assert kinds(events) == ["lease.ended"]


async def test_a_client_under_its_cap_gets_what_is_taken_back_from_another(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(cap=1)], client=HOME, now=START)

    taken = await store.take(B, [ask(cap=1)], client=OFFICE, now=at(5))

    assert shown(taken) == {"A": 1}
