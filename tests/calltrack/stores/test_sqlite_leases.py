"""What the SQLite lease store adds to the contract: its file, its locks, and speed by index."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.errors import StoreError
from calltrack.leases import PoolFill, PoolKey, SessionId, VestigingKey
from calltrack.stores.sqlite import SqliteFile, to_micros
from calltrack.stores.sqlite_leases import SqliteLeaseStore, open_lease_store
from calltrack.stores.sqlite_rows import LEASES
from tests.calltrack.stores.words import (
    HOME,
    OFFICE,
    PROMISE,
    START,
    A,
    B,
    C,
    D,
    ask,
    at,
    number,
    shown,
    stock,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "leases.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteLeaseStore]:
    opened = open_lease_store(path)
    yield opened
    await opened.close()


async def test_a_locked_file_is_an_error_within_the_budget(path: Path) -> None:
    store = open_lease_store(path, busy=timedelta(milliseconds=20))
    await store.sync(stock(p=[1]))

    with closing(sqlite3.connect(path, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is held by another process for too long"):
            await store.take(SessionId("a"), [ask()])
        assert await store.held() == []  # reading waits for nobody
        stranger.execute("ROLLBACK")
    taken = await store.take(SessionId("a"), [ask()])
    await store.close()

    assert shown(taken) == {"A": 1}


async def test_a_full_disk_is_an_error_and_loses_nothing(store: SqliteLeaseStore) -> None:
    await store.sync(stock(p=[1]))
    await store.take(SessionId("a"), [ask()], now=START)
    await store._file.read(lambda connection: connection.execute("PRAGMA max_page_count=1"))

    with pytest.raises(StoreError, match="the disk is full"):
        await store.sync(stock(2, p=range(5000)))

    assert shown(await store.take(SessionId("a"), [ask()], now=at(1))) == {"A": 1}


async def test_a_clock_far_behind_the_store_is_told_once(
    store: SqliteLeaseStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.sync(stock(p=[1]))
    ahead = datetime.now(UTC) + timedelta(days=400)
    await store.take(SessionId("a"), [ask()], now=ahead)

    taken = [await store.take(SessionId("a"), [ask()]) for _ in range(2)]

    assert [t.leases[VestigingKey("A")].given_at for t in taken] == [ahead, ahead]
    assert [r.message.split(",")[0] for r in caplog.records] == [
        "this machine's clock is behind the lease store"
    ]


async def test_every_step_uses_an_index(store: SqliteLeaseStore) -> None:
    await store.sync(stock(p=range(100), q=range(100, 200), r=[200], s=[201]))
    await store.take(A, [ask("R", "r"), ask("S", "s")], now=START)
    await store.take(B, [ask("R", "r")], now=at(50))
    await store.take(C, [ask("S", "s")], client=HOME, now=at(50))
    steps: set[str] = set()

    await store._file.read(lambda connection: connection.set_trace_callback(steps.add))
    asks = [ask("A", before=(0, "x"), cap=1), ask("R", "r", share=True, cap=1), ask("S", "s")]
    taken = await store.take(A, asks, client=OFFICE, now=at(55))
    await store.take(A, [ask("B", "q")], now=at(56))
    await store.take(A, [ask("B", "p")], now=at(57))
    await store.pin(number(0), timedelta(minutes=5), now=at(58))
    await store.unpin(number(0), timedelta(minutes=5), now=at(59))
    await store.release(A, now=at(60))
    await store._file.read(lambda connection: connection.set_trace_callback(None))

    def explain(connection: sqlite3.Connection) -> set[str]:
        finding = [step for step in steps if " number " in step or " share " in step]
        return {
            detail
            for step in finding
            for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {step}")
        }

    plans = await store._file.read(explain)
    counting = "SEARCH number USING COVERING INDEX number_by_client"
    assert shown(taken) == {"A": 0, "R": 200, "S": 201}
    assert {plan for plan in plans if plan.startswith("SCAN")} == set()
    assert {
        "SEARCH number USING INDEX number_by_idleness (pool=? AND <expr><?)",
        "SEARCH number USING INDEX number_by_promise (pool=? AND promised_until<?)",
        "SEARCH number USING INDEX number_by_giving (pool=? AND vestiging=?)",
        f"{counting} (client=? AND leased_from=? AND kept_until>?)",
    } <= plans


async def test_a_file_of_the_release_before_keeps_its_leases(path: Path) -> None:
    file = SqliteFile(path, replace(LEASES, migrations=LEASES.migrations[:1]), error=StoreError)
    rows = [
        (number(1).e164, "p", 0, to_micros(at(PROMISE)), "a", "A", "p", to_micros(START), None),
        (number(2).e164, "p", 1, to_micros(at(5)), "b", "A", "p", to_micros(START), None),
        (number(3).e164, None, 2, to_micros(at(60)), "c", "A", "p", to_micros(START), 1),
        (number(4).e164, "p", 3, 0, None, None, None, None, None),
    ]
    await file.write(lambda c: c.execute("UPDATE state SET serial = 1"))
    await file.write(lambda c: c.execute("INSERT INTO pool (key, rest) VALUES ('p', 0)"))
    await file.write(
        lambda c: c.executemany("INSERT INTO number VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    )
    await file.close()

    store = open_lease_store(path)
    held = await store.held(now=at(1))
    fills = await store.fill(now=at(10))
    given = [shown(await store.take(s, [ask(rest=0)], now=at(10))) for s in (A, C, D)]
    shares = shown(await store.take(SessionId("x"), [ask(rest=0, share=True)], now=at(11)))
    await store.close()

    assert [(h.session, h.promised_until, h.is_confirmed) for h in held] == [
        (A, at(PROMISE), True),
        (B, at(5), True),
        (C, at(60), True),
    ]
    assert fills == [PoolFill(PoolKey("p"), 3, promised=1, kept=0, resting=0, free=2)]
    assert given == [{"A": 1}, {"A": 4}, {"A": 2}]
    assert shares == {"A": 1}  # given least recently: before the file was brought up to date


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 0)])
async def test_only_a_store_that_need_not_last_awaits_no_disk(
    path: Path, durable: bool, synchronous: int
) -> None:
    store = open_lease_store(path, durable=durable)

    found = await store._file.read(lambda c: c.execute("PRAGMA synchronous").fetchone())
    await store.close()

    assert found == (synchronous,)
