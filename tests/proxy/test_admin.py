"""The status page: who holds what, told to this machine only."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from html import escape as html_escape
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from lxml import html

from calltrack.errors import OutboxError, StoreError
from calltrack.events import Event, Kind
from calltrack.leases import Ask, Lease, PoolKey, SessionId
from calltrack.link.outcomes import Failed, Outcome, Refused, Same
from calltrack.plan import Organisation
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_leases import SqliteLeaseStore, open_lease_store
from calltrack.stores.sqlite_outbox import OUTBOX, SqliteOutbox
from calltrack.stores.sqlite_rows import LEASES
from proxy.admin import EventStatus, Status, make_admin_app
from proxy.counters import Counters
from proxy.plan_state import PlanState
from proxy.release import release, rewriter, told
from proxy.shipping_state import ShippingState
from proxy.watched_store import WatchedStore
from proxy.workers.snapshots import CALLS
from tests.calltrack.plans import AMSTERDAM, make_plan
from tests.proxy.reports import Reports
from tests.snippet_server.calling import CALLER, NUMBER, WEBHOOKS, Exchange, call

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD = timedelta(minutes=30)
ANNA = SessionId("anna-anna-anna")

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteLeaseStore]:
    found = open_lease_store(tmp_path / "leases.sqlite3")
    plan = make_plan()
    await found.sync(plan.stock())
    await found.take(ANNA, [Ask(AMSTERDAM, PoolKey("amsterdam"), HOLD, timedelta(0))], now=NOW)
    yield found
    await found.close()


class FullDisk(SqliteOutbox):
    """A real outbox, on a disk that takes nothing more once it is full."""

    is_full = False

    async def append(self, events: Sequence[Event]) -> None:
        if self.is_full:
            raise OutboxError("the disk is full")
        await super().append(events)


@pytest.fixture
async def events(tmp_path: Path) -> AsyncIterator[EventStatus]:
    file = SqliteFile(tmp_path / "outbox.sqlite3", OUTBOX, error=OutboxError)
    outbox = FullDisk(file, cap=1000)
    writer = EventWriter(outbox, limit=timedelta(seconds=30), room=2)
    yield EventStatus(writer, outbox)
    outbox.is_full = False
    await writer.close()


@pytest.fixture
async def client(store: SqliteLeaseStore, events: EventStatus) -> AsyncIterator[Client]:
    plan = make_plan(organisation=Organisation("Dam & <Zonen>", "12345678"))
    counters = Counters()
    counters.add("page", "personal", 3)
    state = PlanState(plan, "http://cms/<plan>", NOW)
    status = Status(
        state, "http://127.0.0.1:1", WatchedStore(store), counters, events, clock=lambda: NOW
    )
    app = make_admin_app(status, hosts=frozenset({"ops.example"}))
    async with TestClient(TestServer(app)) as opened:
        yield opened


async def test_the_page_tells_who_holds_what(client: Client) -> None:
    async with client.get("/") as response:
        page = await response.text()
        tree = html.document_fromstring(page)

    cells = [cell.text_content() for cell in tree.xpath("(//table)[1]//td")]
    assert cells[:6] == [
        "+31 20 765 4301",
        "amsterdam",
        "amsterdam",
        "anna-ann…",
        "12:00:00 UTC",
        "12:33:00 UTC",
    ]
    assert ANNA not in page
    assert "Dam &amp; &lt;Zonen&gt;" in page
    assert "page.personal" in page
    assert html_escape(told()) in page


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    (tmp_path / "calls").mkdir()
    found = Exchange(tmp_path / "calls")
    await found.use(found.plan)
    yield found
    await found.close()


async def test_calls_are_told_by_account_and_without_numbers(
    exchange: Exchange, store: SqliteLeaseStore
) -> None:
    async with exchange.client() as carrier:
        await call(carrier)
        await carrier.post(WEBHOOKS, data=b"{}")
    status = Status(None, "http://x", None, exchange.counters, calls=exchange.calls)
    async with TestClient(TestServer(make_admin_app(status))) as client:
        page = await (await client.get("/")).text()
        told = (await (await client.get("/status.json")).json())["calls"]

    tree = html.document_fromstring(page)
    cells = [cell.text_content() for cell in tree.xpath("//h2[.='Calls']/following::table[1]//td")]
    assert cells == ["main-line", "generic", "1", "2026-03-02 12:00:00 UTC", "1 unsigned", "none"]
    assert "In progress, as far as is known here: 1." in page
    assert (told["under_way"], told["accounts"][0]["refused"]) == (1, {"unsigned": 1})
    assert [number for number in (CALLER[3:], NUMBER.e164[3:]) if number in page] == []


async def test_calls_of_all_workers_are_one_table(exchange: Exchange) -> None:
    async with exchange.client() as carrier:
        await call(carrier)
    of_others = {**exchange.calls.facts(), "pins_owed": 2}
    reports: list[dict[str, object]] = [
        {CALLS: exchange.calls.facts()},
        {CALLS: of_others},
        {},
    ]
    status = Status(
        None,
        "http://x",
        None,
        exchange.counters,
        calls=exchange.calls,
        snapshots=Reports(*reports),
    )
    async with TestClient(TestServer(make_admin_app(status))) as client:
        page = await (await client.get("/")).text()
        told = (await (await client.get("/status.json")).json())["calls"]

    tree = html.document_fromstring(page)
    cells = [cell.text_content() for cell in tree.xpath("//h2[.='Calls']/following::table[1]//td")]
    assert cells[:3] == ["main-line", "generic", "2"]
    assert "as far as is known here: 1. Numbers that the store has yet to hear of: 2." in page
    assert (told["under_way"], told["accounts"][0]["seen"]) == (1, 2)


async def test_the_page_stays_with_the_one_who_asked(client: Client) -> None:
    async with client.get("/") as response:
        headers = response.headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_a_program_reads_the_same(client: Client) -> None:
    async with client.get("/status.json") as response:
        status = await response.json()

    assert (status["release"], status["rewriter"]) == (release(), rewriter())
    assert status["leases"][0]["number"] == "+31207654301"
    assert status["pools"][0] == {
        "pool": "amsterdam",
        "numbers": 2,
        "promised": 1,
        "kept": 0,
        "resting": 0,
        "free": 1,
    }
    assert status["counters"] == {"page.personal": 3}


async def test_events_are_told_apart_by_where_they_wait(
    client: Client, events: EventStatus
) -> None:
    """Only what is lost is lost: what the disk did not take yet waits in memory."""
    assert isinstance(events.outbox, FullDisk)
    await events.writer.append([Event(Kind.LEASE_GIVEN, NOW, {})])
    events.outbox.is_full = True
    for _ in range(3):
        with suppress(OutboxError):
            await events.writer.append([Event(Kind.LEASE_GIVEN, NOW, {})])

    async with client.get("/status.json") as response:
        told = (await response.json())["events"]
    async with client.get("/") as response:
        tree = html.document_fromstring(await response.text())

    assert told == {
        "in_memory": 2,
        "lost_in_memory": 1,
        "on_disk": 1,
        "lost_on_disk": 0,
        "refused": 0,
    }
    rows = [[cell.text_content() for cell in row] for row in tree.xpath("(//table)[3]//tr[td]")]
    assert ["In this process's memory, until the disk takes them", "2"] in rows
    assert len(rows) == 5


async def test_an_outbox_that_does_not_answer_is_told(client: Client, events: EventStatus) -> None:
    await events.writer.append([Event(Kind.PAGE_VIEWED, NOW, {})])
    await events.outbox.close()

    async with client.get("/status.json") as response:
        told = await response.json()
    async with client.get("/") as response:
        assert "The outbox does not answer" in await response.text()

    assert told["events"] == {"in_memory": 1, "lost_in_memory": 0}
    assert "outbox.sqlite3 is closed" in told["outbox_error"]


@pytest.mark.parametrize(
    ("shipping", "said", "problem"),
    [
        pytest.param(ShippingState(None), "They stay on this disk", None, id="nowhere"),
        pytest.param(ShippingState("http://cms/<e>"), "They go to http://cms/<e>", None, id="well"),
        pytest.param(
            ShippingState("http://cms/<e>", failure="it says <no>"),
            "They go to http://cms/<e>",
            "it says <no>",
            id="not at all",
        ),
    ],
)
async def test_it_is_told_where_events_go_and_what_is_in_the_way(
    events: EventStatus, shipping: ShippingState, said: str, problem: str | None
) -> None:
    shown = EventStatus(events.writer, events.outbox, shipping)
    status = Status(None, "http://127.0.0.1:1", None, Counters(), shown)
    async with TestClient(TestServer(make_admin_app(status))) as client:
        async with client.get("/status.json") as response:
            told = (await response.json())["shipping"]
        async with client.get("/") as response:
            tree = html.document_fromstring(await response.text())

    alarms = [one.text_content() for one in tree.xpath("//p[@role='alert']")]
    assert (told["to"], told["problem"]) == (shipping.to, problem)
    assert said in tree.text_content()
    assert [(problem or "") in alarm for alarm in alarms] == ([True] if problem else [])
    assert not tree.xpath("//e | //no")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("localhost:8081", 200, id="localhost"),
        pytest.param("127.0.0.1", 200, id="an address"),
        pytest.param("[::1]:8081", 200, id="an IPv6 address"),
        pytest.param("[::1]", 200, id="an IPv6 address, no port"),
        pytest.param("ops.example:8081", 200, id="a name that ops gave"),
        pytest.param("evil.example", 421, id="another name"),
        pytest.param("localhost.evil.example", 421, id="a name that begins like ours"),
    ],
)
async def test_only_names_of_this_machine_are_answered(
    client: Client, host: str, status: int
) -> None:
    for path in ("/", "/status.json", "/healthz"):
        async with client.get(path, headers={"Host": host}) as response:
            assert response.status == status
            assert ("amsterdam" in await response.text()) is (status == 200 and path != "/healthz")


async def test_a_lost_store_is_told_and_the_process_stays_ready(
    client: Client, store: SqliteLeaseStore
) -> None:
    await store.close()

    async with client.get("/readyz") as response:
        assert response.status == 200
        assert "without its store" in await response.text()
    async with client.get("/") as response:
        page = await response.text()
    assert "The store does not answer" in page
    assert "Nobody holds a number" not in page  # nobody knows
    assert "has no pools" not in page


class Hanging(SqliteLeaseStore):
    """A real store whose answers never come."""

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        await asyncio.Event().wait()
        return await super().held(now=now)


async def test_a_store_that_hangs_keeps_nobody_waiting_who_asks_whether_it_is_ready(
    tmp_path: Path,
) -> None:
    hanging = Hanging(SqliteFile(tmp_path / "leases.sqlite3", LEASES, error=StoreError))
    status = Status(None, "http://127.0.0.1:1", WatchedStore(hanging), Counters())
    app = make_admin_app(status, ready_within=timedelta(milliseconds=1))
    async with (
        asyncio.timeout(30),
        TestClient(TestServer(app)) as client,
        client.get("/readyz") as response,
    ):
        assert response.status == 200
        assert await response.text() == "ready, without its store: it does not answer\n"
    await hanging.close()


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        pytest.param(Same(), None, id="all is well"),
        pytest.param(Failed("it answers <503>"), "it answers <503>", id="no answer"),
        pytest.param(Refused(("serial: «0»",)), "serial: «0»", id="a bad Plan"),
    ],
)
async def test_it_is_told_how_it_stands_with_the_plan(
    outcome: Outcome, problem: str | None
) -> None:
    state = PlanState(make_plan(serial=7), "http://cms/plan", NOW)
    state.note(Same(), now=NOW + timedelta(seconds=2))
    state.note(outcome, now=NOW + timedelta(seconds=2))
    status = Status(state, "http://127.0.0.1:1", None, Counters())
    async with TestClient(TestServer(make_admin_app(status))) as client:
        async with client.get("/status.json") as response:
            told = (await response.json())["plan"]
        async with client.get("/") as response:
            page = await response.text()
        async with client.get("/readyz") as response:
            ready = await response.text()

    assert told == {
        "serial": 7,
        "since": NOW.isoformat(),
        "source": "http://cms/plan",
        "answered_at": (NOW + timedelta(seconds=2)).isoformat(),
        "problem": problem,
    }
    line = "Plan with serial 7, in force since 2026-03-02 12:00:00 UTC; http://cms/plan answered"
    assert ready.startswith(f"ready\n{line}")
    assert (problem or "in force") in ready
    assert html.document_fromstring(page).xpath("//p")[0].text_content().count(line) == 1
    assert ("role=alert" in page) == (problem is not None)
    assert "<503>" not in page


async def test_without_a_plan_the_page_says_so() -> None:
    status = Status(None, "http://127.0.0.1:1", None, Counters())
    async with TestClient(TestServer(make_admin_app(status))) as client:
        async with client.get("/") as response:
            assert "No Plan: every page passes through" in await response.text()
        async with client.get("/readyz") as response:
            assert await response.text() == "ready\n"
