"""A watched store: its failure is told once and kept, until it is well again."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import StoreError
from calltrack.leases import Ask, PoolKey, SessionId
from calltrack.stores.sqlite_leases import open_lease_store
from proxy.watched_store import WatchedStore
from tests.calltrack.plans import AMSTERDAM, AMSTERDAM_POOL, make_plan

ASK = Ask(AMSTERDAM, PoolKey("amsterdam"), timedelta(minutes=30), timedelta(0))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[WatchedStore]:
    folder = tmp_path / "data"
    folder.mkdir()
    found = WatchedStore(open_lease_store(folder / "leases.sqlite3"))
    await found.sync(make_plan().stock())
    yield found
    await found.close()


async def test_a_failure_is_told_once_and_kept_until_the_store_is_well_again(
    store: WatchedStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "data").rename(tmp_path / "away")
    for _ in range(3):
        with pytest.raises(StoreError):
            await store.take(SessionId("anna"), [ASK])
    failure = store.failure or ""
    assert "leases.sqlite3" in failure
    assert store.is_failing.is_set()

    (tmp_path / "away").rename(tmp_path / "data")
    for _ in range(2):
        taken = await store.take(SessionId("anna"), [ASK])

    assert taken.leases[AMSTERDAM].number == AMSTERDAM_POOL[0]
    assert (store.failure, store.is_failing.is_set()) == (None, False)
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition(",")[0] for line in said] == [
        "the lease store fails",
        "the lease store is well again",
    ]


async def test_the_rest_of_the_store_is_passed_on(store: WatchedStore) -> None:
    await store.take(SessionId("anna"), [ASK])

    assert [lease.session for lease in await store.held()] == ["anna"]
    assert {fill.pool: fill.promised for fill in await store.fill()} == {
        "amsterdam": 1,
        "rotterdam": 0,
    }
    assert len(await store.release(SessionId("anna"))) == 1
