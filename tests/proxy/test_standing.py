"""How the process stands, and how several do: looked up for the status page and for monitoring."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families as read

from calltrack.errors import StoreError
from calltrack.leases import PoolFill
from calltrack.stores.sqlite_leases import SqliteLeaseStore, open_lease_store
from proxy.admin import make_admin_app
from proxy.counters import Counters
from proxy.dry_report import DryReport
from proxy.metrics import Metrics
from proxy.plan_state import PlanState
from proxy.standing import DRY_RUN, Status, counted, dry_pages, figures, look
from proxy.watched_store import WatchedStore
from proxy.workers.snapshots import COUNTERS, ENDED, FIGURES, Snapshot
from tests.calltrack.plans import make_plan
from tests.proxy.browser import NAVIGATION, ask, get
from tests.proxy.conftest import Proxy, StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, html
from tests.proxy.reports import Reports
from tests.proxy.sample import PAGE

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Edge(Reports):
    """Two workers, and what a third one counted before it ended."""

    async def collect(self) -> Sequence[Snapshot]:
        ended = {FIGURES: {"answer.2xx": 5}, COUNTERS: {"answer.2xx": 5}}
        return [*self.found, Snapshot(ENDED, os.getpid(), ended)]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteLeaseStore]:
    found = open_lease_store(tmp_path / "leases.sqlite3")
    await found.sync(make_plan().stock())
    yield found
    await found.close()


async def test_figures_of_all_workers_are_one_sum() -> None:
    one = {FIGURES: {"answer.2xx": 1, "now.in_flight": 2}, COUNTERS: {"answer.2xx": 1}}
    status = Status(None, "", None, Counters(), snapshots=Edge(one, one))

    found = await figures(status)

    assert found["answer.2xx"] == 7
    assert found["now.in_flight"] == 4
    assert found["now.workers"] == 2
    assert await counted(status) == {"answer.2xx": 7}


async def test_one_process_tells_its_own() -> None:
    metrics = Metrics(Counters())
    metrics.in_flight = 3

    found = await figures(Status(None, "", None, metrics.counters, metrics=metrics))

    assert (found["now.in_flight"], found["now.workers"]) == (3, 1)


async def test_pools_and_plan_are_told_once(store: SqliteLeaseStore) -> None:
    plan = make_plan()
    state = PlanState(plan, "", NOW - timedelta(seconds=90), failure="away")
    status = Status(state, "", WatchedStore(store), Counters(), clock=lambda: NOW)

    found = await figures(status)

    numbers = sum(len(pool) for pool in plan.stock().pools.values())
    assert found["now.pool_numbers.free"] == numbers
    assert found["now.store_up"] == 1
    assert found["now.plan_serial"] == plan.serial
    assert found["now.plan_age_seconds"] == 90
    assert found["now.plan_problem"] == 1


async def test_a_lost_store_is_down_and_holds_up_nothing(
    store: SqliteLeaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*, now: datetime | None = None) -> Sequence[PoolFill]:
        raise StoreError(f"away at {now}")

    monkeypatch.setattr(store, "fill", fails)

    found = await figures(Status(None, "", WatchedStore(store), Counters()))

    assert found.get("now.store_up", 0) == 0
    assert found["now.workers"] == 1


async def test_nobody_waits_for_a_store_that_hangs(
    store: SqliteLeaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*, now: datetime | None = None) -> Sequence[PoolFill]:
        await asyncio.Event().wait()
        raise StoreError(f"away at {now}")

    monkeypatch.setattr(store, "fill", hangs)
    status = Status(None, "", WatchedStore(store), Counters())

    found = await look(status, within=timedelta(milliseconds=1))

    assert (found.store_error, found.leases, found.fills) == ("it does not answer", (), ())


async def test_dry_pages_of_all_workers_are_one_list() -> None:
    report, other = DryReport(), DryReport()
    report.note("/a", "personal", 1, now=NOW)
    other.note("/b", "no_slot", 0, now=NOW + timedelta(seconds=1))
    edge = Edge({DRY_RUN: report.facts()}, {DRY_RUN: other.facts()})
    status = Status(None, "", None, Counters(), snapshots=edge, dry_run=report)

    found = await dry_pages(status)

    assert [page["path"] for page in found or ()] == ["/b", "/a"]


async def test_the_status_page_shows_a_dry_run() -> None:
    report = DryReport()
    report.note("/<a>", "original:crawler", 2, now=NOW)
    status = Status(None, "", None, Counters(), dry_run=report)

    async with TestClient(TestServer(make_admin_app(status))) as client:
        page = await (await client.get("/")).text()
        facts = await (await client.get("/status.json")).json()

    assert "<h2>Dry run</h2>" in page
    assert "/&lt;a&gt;" in page
    assert "not looked at yet" in page
    assert facts["dry_run"][0]["outcome"] == "original:crawler"


JUNK = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"BREW / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: site.test\r\n\r\n",
    b"GET /\x01 HTTP/1.1\r\nHost: site.test\r\n\r\n",
    get(b"/" + b"a" * 5000),
    get(b"/%00%0a", b"User-Agent: \xff\xfe"),
    get(b"/", host=b"a b"),
    get(b"/", host=b"elsewhere.test"),
    get(b"/?" + b"x=1&" * 500, b"X-Request-Id: a\x7f"),
    get(b"/", *NAVIGATION, b"User-Agent: bot"),
    get(b"/", *NAVIGATION),
    get(b"/", method=b"TRACE"),
    get(b"/_calltrack/calls/nobody/"),
    get(b"/", b"Expect: a-miracle"),
)


async def scraped(proxy: Proxy, metrics: Metrics) -> dict[str, float]:
    """Ask /metrics; give the figure of each label set."""
    status = Status(None, "", None, proxy.counters, metrics=metrics)
    async with TestClient(TestServer(make_admin_app(status))) as client:
        text = await (await client.get("/metrics")).text()
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in read(text)
        for sample in family.samples
    }


async def test_junk_makes_no_name_more(start_origin: StartOrigin, start_proxy: StartProxy) -> None:
    origin = await start_origin(Origin(html(PAGE, b"Content-Encoding: gzip")))
    metrics = Metrics(Counters())
    guests = Guests(hosts=frozenset({"site.test"}))
    proxy = await start_proxy(origin, guests, metrics=metrics)
    metrics.counters = proxy.counters

    before = await scraped(proxy, metrics)
    for request in JUNK:
        try:
            await ask(proxy.port, request)
        except ConnectionError:  # no answer is one, too
            continue
    after = await scraped(proxy, metrics)

    assert after.keys() == before.keys()
    assert sum(after.values()) > sum(before.values())
