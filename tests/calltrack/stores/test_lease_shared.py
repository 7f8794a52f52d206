"""The contract of every lease store: a number given beside its holder when nothing is free."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from calltrack.leases import Ask, Lease, LeaseStore, VestigingKey
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


async def test_what_is_free_is_not_shared(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask()], now=START)

    lease = only(await store.take(B, [ask(share=True)], now=at(1)))

    assert (lease.number, lease.is_shared) == (number(2), False)


async def test_what_can_be_taken_back_is_not_shared(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], client=HOME, now=START)

    lease = only(await store.take(B, [ask(share=True)], now=at(5)))

    assert (lease.number, lease.is_shared) == (number(1), False)


async def test_a_share_is_promised_beside_the_holder_and_says_so(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    taken = await store.take(B, [ask(share=True)], now=at(5))

    lease = only(taken)
    assert (lease.number, lease.session, lease.is_shared) == (number(1), B, True)
    assert (lease.given_at, lease.promised_until) == (at(5), at(5 + PROMISE))
    assert told(taken) == ["lease.given"]
    assert taken.events[0].data == {
        "session": B,
        "vestiging": "A",
        "pool": "p",
        "number": number(1).e164,
        "promised_until": at(5 + PROMISE).isoformat(),
        "kept_until": at(5 + PROMISE).isoformat(),
        "shared": 1,
    }


async def test_the_number_given_least_recently_is_shared_and_shares_count_as_givings(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[3, 1, 2]))
    for session, minute in ((A, 0), (B, 1), (C, 2)):
        await store.take(session, [ask()], now=at(minute))
    await store.take(A, [ask()], now=at(3))  # a renewal is no giving

    given = []
    for minute in range(4, 9):
        given.append(shown(await store.take(D, [ask(share=True)], now=at(minute)))["A"])
        await store.take(A, [ask()], now=at(minute))  # nor does it forget one
        await store.release(D, now=at(minute))

    assert given == [3, 1, 2, 3, 1]


async def test_a_resting_number_is_shared_too(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)

    lease = only(await store.take(B, [ask(share=True)], now=at(PROMISE)))

    assert (lease.number, lease.is_shared) == (number(1), True)


async def test_a_number_is_shared_only_for_the_vestiging_of_its_holder(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask("A"), ask("B")], now=START)

    taken = await store.take(C, [ask("B", share=True), ask("C", share=True)], now=at(1))

    assert shown(taken) == {"B": 2}
    assert told(taken) == ["lease.given", "pool.exhausted"]


async def test_a_share_is_renewed_as_a_share_of_the_same_number(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2]))
    for session in (A, B):
        await store.take(session, [ask()], now=START)
    await store.take(C, [ask(share=True)], now=at(5))
    await store.sync(stock(2, p=[1, 2, 3]))  # one is free now

    taken = await store.take(C, [ask()], now=at(20))

    lease = only(taken)
    assert (lease.number, lease.is_shared) == (number(1), True)
    assert (lease.given_at, lease.promised_until) == (at(5), at(20 + PROMISE))
    assert told(taken) == ["lease.renewed"]
    assert taken.events[0].data["shared"] == 1


async def test_after_a_share_was_over_its_session_asks_like_any_other(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], now=START)
    await store.take(B, [ask(share=True)], now=at(5))

    assert shown(await store.take(B, [ask()], now=at(5 + PROMISE))) == {}


async def test_a_share_keeps_the_number_from_others_and_its_rest_begins_after_it(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(share=True)], now=at(20))

    given = [
        shown(await store.take(C, [ask()], now=at(minute)))
        for minute in (FREE_AGAIN, 20 + FREE_AGAIN - 0.01, 20 + FREE_AGAIN)
    ]

    assert given == [{}, {}, {"A": 1}]


async def test_the_holder_renews_beside_a_share(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(share=True)], now=at(5))

    taken = await store.take(A, [ask()], now=at(10))

    assert not only(taken).is_shared
    assert (only(taken).session, only(taken).promised_until) == (A, at(10 + PROMISE))
    assert told(taken) == ["lease.renewed"]


async def test_a_holder_who_takes_its_number_again_beside_a_share_is_its_holder(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(share=True)], now=at(5))
    await store.release(A, now=at(6))

    taken = await store.take(A, [ask()], now=at(7))

    assert told(taken) == ["lease.given"]
    assert not only(taken).is_shared
    assert "shared" not in taken.events[0].data


async def test_a_holder_whose_lease_was_over_does_not_get_what_a_share_holds(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(share=True)], now=at(20))

    assert shown(await store.take(A, [ask()], now=at(PROMISE))) == {}
    assert shown(await store.take(A, [ask()], now=at(20 + PROMISE))) == {"A": 1}


async def test_a_share_keeps_a_number_from_being_taken_back(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], client=HOME, now=START)
    await store.take(B, [ask(hold=5, share=True)], now=at(0.5))

    given = [shown(await store.take(C, [ask()], now=at(minute))) for minute in (5.9, 6)]

    assert given == [{}, {"A": 1}]


async def test_a_sharer_never_becomes_the_holder(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(share=True)], now=at(1))

    events = await store.pin(number(1), at(20) - START, now=at(40))

    assert events[0].data["session"] == A


async def test_release_ends_shares_and_their_promise_stands(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=5)], now=START)
    await store.take(B, [ask(share=True)], now=at(1))

    events = await store.release(B, now=at(2))
    again = await store.release(B, now=at(3))

    assert [(e.data["session"], e.data["reason"]) for e in events] == [(B, "released")]
    assert list(again) == []
    assert shown(await store.take(C, [ask(rest=0)], now=at(1 + PROMISE - 0.01))) == {}
    assert shown(await store.take(C, [ask(rest=0)], now=at(1 + PROMISE))) == {"A": 1}


async def test_a_share_let_go_and_taken_again_keeps_the_longer_promise(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(hold=300, share=True)], now=at(1))
    await store.release(B, now=at(2))

    taken = await store.take(B, [ask(share=True)], now=at(3))

    assert told(taken) == ["lease.given"]
    assert (only(taken).given_at, only(taken).promised_until) == (at(3), at(331))


async def test_held_lists_the_holder_before_those_who_share(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(C, [ask()], now=START)
    for session in (B, A):
        await store.take(session, [ask(share=True)], now=at(5))
    await store.release(A, now=at(6))

    early, late = await store.held(now=at(7)), await store.held(now=at(PROMISE))

    def seen(leases: Sequence[Lease]) -> list[tuple[str, bool]]:
        return [(lease.session, lease.ended_at is not None) for lease in leases]

    assert seen(early) == [(C, False), (A, True), (B, False)]
    assert seen(late) == [(A, True), (B, False)]


async def test_fill_counts_a_number_that_a_share_holds_as_promised(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(share=True)], now=at(20))

    fills = [(await store.fill(now=at(m)))[0] for m in (PROMISE, 20 + PROMISE, 20 + FREE_AGAIN)]

    assert [(f.promised, f.resting, f.free) for f in fills] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


@pytest.mark.parametrize(
    "released",
    [pytest.param(None, id="moved to another pool"), pytest.param({1: 10}, id="released by hand")],
)
async def test_a_share_of_a_number_that_left_is_not_renewed(
    store: LeaseStore, released: dict[int, float] | None
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(share=True)], now=at(5))
    place = {"p": [1, 2]} if released else {"p": [2], "q": [1]}
    await store.sync(stock(2, released=released, **place))

    taken = await store.take(B, [ask()], now=at(10))

    assert shown(taken) == {"A": 2}
    assert [(e.kind, e.data["number"]) for e in taken.events] == [
        ("lease.given", number(2).e164),
        ("lease.ended", number(1).e164),
    ]


async def test_a_number_released_after_a_share_was_over_may_be_shared_again(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], now=START)
    await store.take(B, [ask(hold=5, share=True)], now=at(5))
    await store.sync(stock(2, released={1: 20}, p=[1]))

    assert shown(await store.take(B, [ask(share=True)], now=at(30))) == {"A": 1}


async def test_a_number_to_be_released_later_may_be_shared_again(store: LeaseStore) -> None:
    await store.sync(stock(released={1: 30}, p=[1]))
    await store.take(A, [ask(hold=300)], now=START)
    await store.take(B, [ask(share=True)], now=at(5))
    await store.release(B, now=at(6))

    given = [shown(await store.take(B, [ask(share=True)], now=at(m))) for m in (10, 30)]

    assert given == [{"A": 1}, {}]


async def test_a_holder_who_renews_ends_no_sharers_promise(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=5)], now=START)
    await store.take(B, [ask(share=True)], now=at(1))
    await store.take(A, [ask(hold=5)], now=at(2))

    assert shown(await store.take(C, [ask(rest=0)], now=at(10))) == {}


async def test_a_lease_that_a_call_began_anew_counts_more_than_a_share(store: LeaseStore) -> None:
    await store.sync(stock(p=[1, 2], q=[]))
    await store.take(A, [ask()], now=START)
    await store.take(B, [ask(hold=300)], now=START)
    await store.pin(number(1), timedelta(hours=2), now=at(20))
    await store.sync(stock(2, p=[2], q=[1]))
    assert shown(await store.take(A, [ask(share=True)], now=at(80))) == {"A": 2}
    await store.unpin(number(1), timedelta(minutes=30), now=at(81))
    await store.sync(stock(3, p=[1, 2], q=[]))

    lease = only(await store.take(A, [ask(share=True)], now=at(82)))

    assert (lease.number, lease.is_shared) == (number(1), False)


# -- shares of browsers that have not shown themselves again


async def test_an_unconfirmed_share_is_promised_a_minute_and_counts_for_the_cap(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1, 2]))
    await store.take(A, [ask("A"), ask("B")], now=START)

    asks = [ask("A", share=True, cap=1), ask("B", share=True, cap=1)]
    taken = await store.take(C, asks, client=HOME, now=at(5))
    other = await store.take(D, [ask("B", share=True, cap=1)], client=OFFICE, now=at(5))

    lease = only(taken)
    assert (lease.promised_until, lease.kept_until) == (at(5 + MINUTE), at(5 + PROMISE))
    assert taken.capped == {VestigingKey("B")}
    assert shown(other) == {"B": 2}


@pytest.mark.parametrize(
    "asked", [pytest.param([ask()], id="asked for again"), pytest.param([], id="nothing asked")]
)
async def test_a_share_is_confirmed_like_a_lease(store: LeaseStore, asked: list[Ask]) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], now=START)
    await store.take(B, [ask(share=True)], client=HOME, now=at(5))

    taken = await store.take(B, asked, now=at(20))

    held: list[Lease] = [h for h in await store.held(now=at(30)) if h.session == B]
    assert told(taken) == ["lease.renewed"]
    assert [(h.given_at, h.is_confirmed, h.is_shared) for h in held] == [(at(5), True, True)]


async def test_an_unconfirmed_share_is_taken_back_when_its_number_goes_to_another(
    store: LeaseStore,
) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=5)], now=START)
    await store.take(B, [ask(share=True)], client=HOME, now=at(5))

    taken = await store.take(C, [ask(rest=0)], now=at(10))
    after = await store.take(B, [], now=at(11))

    assert not only(taken).is_shared
    assert [(e.kind, e.data["session"], e.data.get("reason")) for e in taken.events] == [
        ("lease.ended", B, "taken_back"),
        ("lease.given", C, None),
    ]
    assert kinds(after.events) == []


async def test_a_share_let_go_is_not_confirmed(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=300)], now=START)
    await store.take(B, [ask(share=True)], client=HOME, now=at(5))
    await store.release(B, now=at(6))

    assert list((await store.take(B, [], now=at(7))).events) == []


async def test_a_share_taken_back_counts_no_more_for_the_cap(store: LeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(A, [ask(hold=5)], now=START)
    await store.take(B, [ask(share=True)], client=HOME, now=at(5))
    await store.sync(stock(2, p=[1, 2]))
    asks = [ask("A", before=(1, "b"), rest=0, cap=2), ask("B", rest=0, cap=2)]

    taken = await store.take(C, asks, client=HOME, now=at(10))

    assert shown(taken) == {"A": 1, "B": 2}
