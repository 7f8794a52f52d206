"""The store that longest-idle-first is compared with."""

from datetime import UTC, datetime, timedelta

import pytest

from calltrack.events import Kind
from calltrack.leases import Ask, Before, Client, PoolKey, SessionId, Stock, VestigingKey
from calltrack.numbers import PhoneNumber
from proxy.simulation.random_choice import RandomChoice

START = datetime(2026, 3, 2, tzinfo=UTC)
POOL, VESTIGING = PoolKey("p"), VestigingKey("v")
NUMBERS = tuple(PhoneNumber(f"+3185000000{i}") for i in range(3))
HOLD = timedelta(minutes=30)
A, B, C, D = (SessionId(name) for name in "abcd")


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def ask(before: Before | None = None, rest: float = 0) -> Ask:
    return Ask(VESTIGING, POOL, HOLD, timedelta(minutes=rest), before)


@pytest.fixture
async def store() -> RandomChoice:
    made = RandomChoice(1)
    await made.sync(Stock({POOL: NUMBERS}, serial=1))
    return made


async def test_no_two_sessions_have_one_number_until_none_is_left(store: RandomChoice) -> None:
    taken = [await store.take(session, [ask()], now=at(0)) for session in (A, B, C)]
    last = await store.take(D, [ask()], now=at(32))

    assert {t.leases[VESTIGING].number for t in taken} == set(NUMBERS)
    assert last.leases == {}
    assert [event.kind for event in last.events] == [Kind.POOL_EXHAUSTED]


async def test_a_session_keeps_its_number_and_is_promised_it_longer(store: RandomChoice) -> None:
    first = await store.take(A, [ask()], now=at(0))
    again = await store.take(A, [ask()], now=at(20))

    assert again.leases[VESTIGING].number == first.leases[VESTIGING].number
    assert again.leases[VESTIGING].promised_until == at(53)
    assert [event.kind for event in again.events] == [Kind.LEASE_RENEWED]
    assert again.events[0].data["given_at"] == at(0).isoformat()


async def test_a_returning_visitor_gets_the_old_number(store: RandomChoice) -> None:
    first = await store.take(A, [ask()], now=at(0))
    number = first.leases[VESTIGING].number
    again = await store.take(B, [ask(Before(number, A))], now=at(10))

    assert again.leases[VESTIGING].number == number
    assert again.events[0].data["before"] == A


async def test_a_number_goes_out_again_after_promise_and_rest(store: RandomChoice) -> None:
    for session in (A, B, C):
        await store.take(session, [ask()], now=at(0))

    resting = await store.take(D, [ask(rest=10)], now=at(42))
    free = await store.take(D, [ask(rest=10)], now=at(43))

    assert resting.leases == {}
    assert set(free.leases) == {VESTIGING}


async def test_a_first_request_is_unconfirmed(store: RandomChoice) -> None:
    taken = await store.take(A, [ask()], client=Client("c"), now=at(0))

    lease = taken.leases[VESTIGING]
    assert (lease.promised_until, lease.kept_until) == (at(1), at(33))
    assert not lease.is_confirmed


async def test_it_chooses_in_another_order_than_the_plans_but_the_same_for_a_seed() -> None:
    chosen = []
    for seed in (1, 1, *range(2, 12)):
        store = RandomChoice(seed)
        await store.sync(Stock({POOL: NUMBERS}, serial=1))
        taken = await store.take(A, [ask()], now=at(0))
        chosen.append(taken.leases[VESTIGING].number)

    assert chosen[0] == chosen[1]
    assert len(set(chosen)) > 1


async def test_it_has_no_clock_of_its_own(store: RandomChoice) -> None:
    with pytest.raises(ValueError, match="clock"):
        await store.take(A, [ask()])
