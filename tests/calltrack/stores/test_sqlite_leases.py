"""What the SQLite lease store adds to the contract: processes on one file, and speed by index."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.errors import StoreError
from calltrack.leases import SessionId, VestigingKey
from calltrack.stores.sqlite_leases import SqliteLeaseStore, open_lease_store
from tests.calltrack.stores.others import others
from tests.calltrack.stores.words import START, ask, at, shown, stock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "leases.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteLeaseStore]:
    opened = open_lease_store(path)
    yield opened
    await opened.close()


async def test_four_processes_on_one_file_give_each_number_once(
    store: SqliteLeaseStore, path: Path
) -> None:
    sessions = 4 * 200
    await store.sync(stock(p=range(2 * sessions)))

    with others("take", path, processes=4, count=200) as started:
        told = dict(line for other in started for line in other.lines())
        codes = [other.process.wait() for other in started]
    held = await store.held()

    assert codes == [0, 0, 0, 0]
    given = [number for numbers in told.values() for number in numbers.values()]
    assert len(told) == sessions
    assert sorted(given) == list(range(2 * sessions))
    assert {(h.session, h.vestiging): int(h.number.e164[-7:]) for h in held} == {
        (session, vestiging): number
        for session, numbers in told.items()
        for vestiging, number in numbers.items()
    }
    assert shown(await store.take(SessionId("late"), [ask()])) == {}


async def test_processes_that_open_a_new_file_together_all_get_it(path: Path) -> None:
    with others("take", path, processes=4, count=1) as started:
        told = [line for other in started for line in other.lines()]
        codes = [other.process.wait() for other in started]

    assert codes == [0, 0, 0, 0]
    assert [numbers for _, numbers in told] == [{}, {}, {}, {}]


async def test_a_process_killed_at_work_leaves_every_promise_it_told(
    store: SqliteLeaseStore, path: Path
) -> None:
    await store.sync(stock(p=range(2000)))

    with others("take", path, processes=1, count=1000) as (other,):
        told = [line for line, _ in zip(other.lines(), range(50), strict=False)]
        other.kill()
        told += list(other.lines())
    kept = {
        session: shown(await store.take(SessionId(session), [ask("A"), ask("B")]))
        for session, _ in told
    }

    assert len(told) >= 50
    assert kept == dict(told)


async def test_a_process_killed_inside_a_transaction_leaves_no_trace(
    store: SqliteLeaseStore, path: Path
) -> None:
    await store.sync(stock(p=[1, 2, 3]))
    await store.take(SessionId("a"), [ask()])

    with others("stuck", path, processes=1, count=1) as (other,):
        inside = next(other.lines())
        with pytest.raises(StoreError, match="held by another process"):
            await store.take(SessionId("b"), [ask()])
        other.kill()
    after = await store.take(SessionId("b"), [ask("A"), ask("B")])

    assert inside == ("process0", {"A": 2, "B": 3})
    assert shown(after) == {"A": 2, "B": 3}
    assert [h.session for h in await store.held()] == ["a", "b", "b"]


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


async def test_every_step_of_a_take_uses_an_index(store: SqliteLeaseStore) -> None:
    await store.sync(stock(p=range(100), q=range(100, 200)))
    await store.take(SessionId("a"), [ask()], now=START)
    steps: set[str] = set()
    before = (0, "a")

    await store._file.read(lambda connection: connection.set_trace_callback(steps.add))
    await store.take(SessionId("b"), [ask("A", before=before), ask("B", "q")], now=at(1))
    await store.take(SessionId("b"), [ask("A", "q")], now=at(2))
    await store.release(SessionId("b"), now=at(3))
    await store._file.read(lambda connection: connection.set_trace_callback(None))

    def explain(connection: sqlite3.Connection) -> set[str]:
        finding = [step for step in steps if "number WHERE" in step or "UPDATE number" in step]
        return {
            detail
            for step in finding
            for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {step}")
        }

    plans = await store._file.read(explain)
    assert len(plans) >= 3
    assert {plan for plan in plans if plan.startswith("SCAN")} == set()
    longest_idle = "SEARCH number USING INDEX number_by_idleness (pool=? AND <expr><?)"
    assert longest_idle in plans
