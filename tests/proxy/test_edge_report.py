"""What an edge tells of itself, also while its parts fail."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.errors import StoreError
from calltrack.events import Event, Kind
from calltrack.leases import Ask, PoolFill, PoolKey, SessionId
from calltrack.link.outcomes import Failed
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_leases import SqliteLeaseStore
from calltrack.stores.sqlite_outbox import open_outbox
from calltrack.stores.sqlite_rows import LEASES
from proxy.counters import Counters
from proxy.edge_report import MOST_POOLS, EdgeReport, Identity
from proxy.plan_state import PlanState
from proxy.watched_store import WatchedStore
from tests.calltrack.plans import AMSTERDAM, make_plan
from tests.snippet_server.calling import Exchange

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LARGEST_REPORT_BYTES = 32_000


class Store(SqliteLeaseStore):
    """A real store that can be made to hang, or to have many pools."""

    hangs = False
    many = 0

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        if self.hangs:
            await asyncio.Event().wait()
        if self.many:
            key = "k" * 50
            rows = range(self.many)
            return [PoolFill(PoolKey(f"{key}{n}"), 10**6, 0, 0, 0, n) for n in rows]
        return await super().fill(now=now)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    found = Store(SqliteFile(tmp_path / "leases.sqlite3", LEASES, error=StoreError))
    await found.sync(make_plan().stock())
    yield found
    await found.close()


@pytest.fixture
async def report(tmp_path: Path, store: Store) -> AsyncIterator[EdgeReport]:
    outbox = open_outbox(tmp_path / "outbox.sqlite3", busy=timedelta(seconds=20))
    yield EdgeReport(
        Identity("e" * 32, "proxy", "1.2"),
        PlanState(make_plan(serial=7), "http://cms/plan/", NOW),
        WatchedStore(store),
        outbox,
        Counters(),
        NOW,
        budget=timedelta(seconds=30),
    )
    await outbox.close()


async def test_it_tells_who_it_is_and_how_it_fares(report: EdgeReport, store: Store) -> None:
    hold = timedelta(minutes=30)
    await store.take(SessionId("a"), [Ask(AMSTERDAM, PoolKey("amsterdam"), hold, hold)])
    events = [Event(Kind.PAGE_VIEWED, NOW, {}), Event(Kind.LEASE_GIVEN, NOW, {})]
    await report.outbox.append([*events, Event(Kind.PAGE_VIEWED, NOW, {})])
    await report.outbox.refuse({events[1].id: "no"})
    report.counters.add("view", "new", 3)
    report.counters.add("page", "personal", 2)
    report.plan.note(Failed("no connection"), now=NOW)

    told = await report.tell()

    assert told == {
        "id": "e" * 32,
        "name": "proxy",
        "version": "1.2",
        "serial": 7,
        "report": {
            "started_at": NOW.isoformat(),
            "backlog": 2,
            "oldest_at": NOW.isoformat(),
            "dropped": {},
            "refused": 1,
            "store": "up",
            "plan_problem": "no connection",
            "pools": [
                {
                    "key": "amsterdam",
                    "numbers": 2,
                    "promised": 1,
                    "kept": 0,
                    "resting": 0,
                    "free": 1,
                },
                {
                    "key": "rotterdam",
                    "numbers": 2,
                    "promised": 0,
                    "kept": 0,
                    "resting": 0,
                    "free": 2,
                },
            ],
            "views": {"new": 3},
            "counters": {"page.personal": 2},
        },
    }


async def test_of_a_calm_edge_little_is_told(report: EdgeReport) -> None:
    told = (await report.tell())["report"]

    assert (told["backlog"], told["oldest_at"], told["plan_problem"]) == (0, None, "")


async def test_a_store_that_is_down_is_told_without_its_pools(
    report: EdgeReport, store: Store
) -> None:
    await store.close()

    told = (await report.tell())["report"]

    assert (told["store"], told["pools"]) == ("down", [])


async def test_a_store_that_takes_nothing_more_is_down_though_it_can_be_read(
    report: EdgeReport,
) -> None:
    report.store.failure = "the disk is full"

    told = (await report.tell())["report"]

    assert told["store"] == "down"
    assert len(told["pools"]) == 2


async def test_a_store_that_hangs_is_waited_for_no_longer_than_the_budget(
    report: EdgeReport, store: Store
) -> None:
    store.hangs = True

    async with asyncio.timeout(20):
        told = (await replace(report, budget=timedelta(milliseconds=1)).tell())["report"]

    assert (told["store"], told["pools"]) == ("down", [])


async def test_an_outbox_that_does_not_answer_is_told_as_it_was(report: EdgeReport) -> None:
    await report.outbox.append([Event(Kind.PAGE_VIEWED, NOW, {})])
    await report.tell()
    await report.outbox.close()

    assert (await report.tell())["report"]["backlog"] == 1


async def test_of_many_pools_those_with_the_least_free_are_told(
    report: EdgeReport, store: Store
) -> None:
    store.many = 4 * MOST_POOLS
    report.plan.note(Failed("x" * 9_000), now=NOW)

    told = (await report.tell())["report"]

    assert [pool["free"] for pool in told["pools"]] == list(range(MOST_POOLS))
    assert len(json.dumps(told)) < LARGEST_REPORT_BYTES


async def test_it_tells_how_accounts_fare(report: EdgeReport, tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    exchange = Exchange(tmp_path / "calls", environment={})
    await exchange.calls.look(exchange.plan)
    report.calls = exchange.calls

    told = (await report.tell())["report"]["calls"]

    await exchange.close()
    assert told == {
        "under_way": 0,
        "pins_owed": 0,
        "accounts": [
            {
                "account": "main-line",
                "provider": "generic",
                "seen": 0,
                "refused": {},
                "unreadable": 0,
                "last_at": None,
                "problem": (
                    "CALLTRACK_SECRET_MAIN_LINE is not set, and neither is "
                    "CALLTRACK_SECRET_MAIN_LINE_FILE"
                ),
            }
        ],
    }
