"""A store that is away when the proxy starts gets its pools when it is there."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import PlanError, StoreError
from calltrack.leases import Stock
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_leases import SqliteLeaseStore
from calltrack.stores.sqlite_rows import LEASES
from proxy.stock_sync import StockSync, sync
from tests.calltrack.plans import make_plan

AT_ONCE = timedelta(0)
PLAN = make_plan(serial=2)
PATIENCE_SECONDS = 30
NUMBER = "+31201234567"


class Away(SqliteLeaseStore):
    """A real store that does not answer the first few times it is told of a Plan."""

    failures = 0
    syncs = 0

    def __init__(self, file: SqliteFile) -> None:
        super().__init__(file)
        self.was_asked_often = asyncio.Event()
        self.has_refused = asyncio.Event()

    async def sync(self, stock: Stock) -> bool:
        self.syncs += 1
        if self.failures:
            self.failures -= 1
            raise StoreError("nobody there")
        is_taken = await super().sync(stock)
        if self.syncs > 3:
            self.was_asked_often.set()
        if not is_taken:
            self.has_refused.set()
        return is_taken


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Away]:
    found = Away(SqliteFile(tmp_path / "leases.sqlite3", LEASES, error=StoreError))
    yield found
    await found.close()


async def pools(store: Away) -> dict[str, int]:
    return {fill.pool: fill.numbers for fill in await store.fill()}


async def test_a_store_that_is_there_has_its_pools_at_once(store: Away) -> None:
    syncing = StockSync(store, PLAN)

    await syncing.start()

    assert await pools(store) == {"amsterdam": 2, "rotterdam": 2}
    await syncing.close()


async def test_a_store_that_is_away_is_asked_until_it_is_there(store: Away) -> None:
    store.failures = 3
    syncing = StockSync(store, PLAN, first_retry=AT_ONCE)

    await syncing.start()
    assert not syncing.is_done.is_set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await syncing.is_done.wait()

    assert await pools(store) == {"amsterdam": 2, "rotterdam": 2}
    await syncing.close()


async def test_a_store_that_lost_its_pools_gets_them_again(store: Away) -> None:
    syncing = StockSync(store, PLAN, first_retry=AT_ONCE, every=AT_ONCE)
    await syncing.start()

    async with asyncio.timeout(PATIENCE_SECONDS):
        await store.was_asked_often.wait()

    assert syncing.is_done.is_set()
    await syncing.close()


async def test_a_store_that_gives_a_page_no_numbers_is_told_again_at_once(store: Away) -> None:
    """It may have come back empty: the next visitors are to find numbers in it."""
    is_failing = asyncio.Event()
    syncing = StockSync(store, PLAN, first_retry=AT_ONCE, is_failing=is_failing)
    await syncing.start()

    is_failing.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await store.was_asked_often.wait()

    assert syncing.is_done.is_set()
    await syncing.close()


async def test_a_plan_older_than_the_store_s_is_refused_at_the_start(store: Away) -> None:
    await sync(store, PLAN)

    with pytest.raises(PlanError, match="lower than that"):
        await StockSync(store, replace(PLAN, serial=1)).start()


async def test_another_plan_s_pools_take_the_place_of_the_last(store: Away) -> None:
    syncing = StockSync(store, PLAN)
    await syncing.start()

    await syncing.change(make_plan(serial=3, numbers=PLAN.numbers[:1]))

    assert await pools(store) == {"amsterdam": 1, "rotterdam": 0}
    await syncing.close()


async def test_a_change_that_finds_the_store_away_follows_when_it_is_there(store: Away) -> None:
    syncing = StockSync(store, PLAN, first_retry=AT_ONCE)
    await syncing.start()
    store.failures = 3

    await syncing.change(make_plan(serial=3, numbers=()))
    assert not syncing.is_done.is_set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await syncing.is_done.wait()

    assert await pools(store) == {"amsterdam": 0, "rotterdam": 0}
    await syncing.close()


async def test_a_change_that_the_store_refuses_leaves_the_pools_as_they_are(store: Away) -> None:
    syncing = StockSync(store, PLAN, first_retry=AT_ONCE, every=AT_ONCE)
    await syncing.start()

    with pytest.raises(PlanError, match="lower than that"):
        await syncing.change(make_plan(serial=1, numbers=()))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await store.was_asked_often.wait()  # with the Plan in force

    assert await pools(store) == {"amsterdam": 2, "rotterdam": 2}
    await syncing.close()


async def test_a_plan_that_grew_old_meanwhile_leaves_the_pools_alone(
    store: Away, caplog: pytest.LogCaptureFixture
) -> None:
    """Another edge has the next Plan already: this one is about to get it, too."""
    caplog.set_level(logging.WARNING)
    syncing = StockSync(store, PLAN, first_retry=AT_ONCE, every=AT_ONCE)
    await syncing.start()

    await store.sync(make_plan(serial=3, numbers=()).stock())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await store.has_refused.wait()

    assert "keeps its pools" in caplog.records[0].getMessage()
    assert await pools(store) == {"amsterdam": 0, "rotterdam": 0}
    await syncing.close()


async def test_a_mistake_of_ours_does_not_end_it_in_silence(
    store: Away, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_happened = asyncio.Event()

    async def mistake(_stock: Stock) -> bool:
        has_happened.set()
        raise ValueError(NUMBER)

    syncing = StockSync(store, PLAN, first_retry=AT_ONCE, every=AT_ONCE)
    await syncing.start()
    monkeypatch.setattr(store, "sync", mistake)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await has_happened.wait()
    await syncing.close()

    (told,) = caplog.records
    assert told.levelname == "ERROR"
    assert "the store is not told of the Plan any more" in caplog.text
    assert "ValueError" in caplog.text
    assert NUMBER not in caplog.text
