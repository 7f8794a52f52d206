"""Numbers in a call: what the store is asked, in which order, and what it is still owed."""

import pytest

from calltrack.errors import StoreError
from snippet_server import pins as module
from tests.calltrack.plans import AMSTERDAM, AMSTERDAM_POOL
from tests.snippet_server.calling import HOLD, NUMBER, Exchange

OTHER = AMSTERDAM_POOL[1]


async def test_the_holder_of_a_number_is_told_by_the_store(exchange: Exchange) -> None:
    await exchange.take()
    pins = exchange.calls.means.pins

    assert await pins.holder(NUMBER) == AMSTERDAM
    assert await pins.holder(OTHER) is None


async def test_of_what_waits_for_the_store_only_the_last_counts(exchange: Exchange) -> None:
    await exchange.take()
    pins = exchange.calls.means.pins
    exchange.store.open.clear()
    pins.pin(NUMBER)
    for _ in range(5):
        pins.unpin(NUMBER, HOLD)
        pins.pin(NUMBER)
    pins.unpin(NUMBER, HOLD)

    exchange.store.open.set()
    await pins.settle()

    assert exchange.counted("store.pin") + exchange.counted("store.unpin") <= 2
    assert pins.owed == 0
    lease = await exchange.lease()
    assert lease is not None
    assert lease.pinned_until is None


async def test_a_store_that_is_away_is_owed_a_bounded_number_of_pins(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WANTED", 1)
    pins = exchange.calls.means.pins
    exchange.store.error = StoreError("it is gone")
    for number in AMSTERDAM_POOL:
        pins.pin(number)
    await pins.settle()

    assert pins.owed == 1
    assert exchange.counted("call.pin_given_up") == 1


async def test_a_holder_that_is_not_known_in_time_is_pinned_all_the_same(
    exchange: Exchange,
) -> None:
    await exchange.take()
    pins = exchange.calls.means.pins
    exchange.lose_patience()
    exchange.store.open.clear()

    holder = await pins.holder(NUMBER)
    exchange.store.open.set()
    await pins.settle()

    lease = await exchange.lease()
    assert holder is None
    assert lease is not None
    assert lease.pinned_until is not None
