"""The proxy inside the test's own process, before a real site, with a clock that you can turn."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from calltrack import planfile
from calltrack.cookie import SessionCookie
from calltrack.events import Event, Kind
from calltrack.plan import Plan
from calltrack.stores.sqlite_leases import open_lease_store
from calltrack.stores.sqlite_outbox import SqliteOutbox, open_outbox
from proxy.admin import Status, make_admin_app
from proxy.app import make_app
from proxy.clients import Clients
from proxy.counters import Counters
from proxy.desk import Desk
from proxy.forwarded import Network
from proxy.means import Means
from proxy.plan_in_force import PlanInForce
from proxy.plan_state import PlanState
from proxy.upstream import Upstream
from proxy.watched_store import WatchedStore

DEMO_PLAN = Path(__file__).resolve().parents[2] / "demo" / "plan.toml"
KEY = b"k" * 32
PATIENT = timedelta(seconds=30)  # a shared machine may be slow; no number is lost to that here


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


def demo_plan(*, numbers_per_pool: int = 4, rest_minutes: float = 0) -> Plan:
    """Load the demo's Plan, with pools of another size and another rest."""
    plan = planfile.load(DEMO_PLAN)
    kept = {number for pool in plan.stock().pools.values() for number in pool[:numbers_per_pool]}
    return replace(
        plan,
        numbers=tuple(row for row in plan.numbers if row.pool is None or row.number in kept),
        pools={
            key: replace(pool, rest=timedelta(minutes=rest_minutes))
            for key, pool in plan.pools.items()
        },
    )


class Turned:
    """A proxy under test."""

    def __init__(self, url: str, status_url: str, desk: Desk, outbox: SqliteOutbox) -> None:
        self.url = url
        self.status_url = status_url
        self.desk = desk
        self.means = means = desk.means
        self.counters = means.counters
        self.outbox = outbox

    @property
    def clock(self) -> Clock:
        assert isinstance(self.means.clock, Clock)
        return self.means.clock

    async def events(self, *kinds: Kind) -> list[Event]:
        """Give what the outbox holds, of these kinds, or all."""
        events = await self.outbox.pending(limit=100_000)
        return [event for event in events if not kinds or event.kind in kinds]


@asynccontextmanager
async def turned_proxy(
    upstream: str,
    plan: Plan,
    folder: Path,
    *,
    clock: Clock | None = None,
    trusted: Sequence[Network] = (),
    wait: timedelta = PATIENT,
    idle_seconds: float = 4.0,
) -> AsyncIterator[Turned]:
    """Run the proxy with real stores in a folder; several share them, and a clock.

    `wait`: how long a page's head waits for its end. `idle_seconds`: how long a connection to the
    site is kept; 0: each answer has one of its own.
    """
    store = WatchedStore(open_lease_store(folder / "leases.sqlite3", busy=PATIENT))
    outbox = open_outbox(folder / "outbox.sqlite3", busy=PATIENT)
    await store.sync(plan.stock())
    means = Means(
        force=PlanInForce(plan),
        store=store,
        outbox=outbox,
        cookie=SessionCookie([KEY], plan.organisation),
        counters=Counters(),
        clients=Clients(KEY),
        clock=clock or Clock(),
        store_budget=PATIENT,
    )
    desk = Desk(means)
    app = make_app(
        upstream=Upstream(upstream, idle_seconds=idle_seconds),
        visitors=desk,
        counters=means.counters,
        trusted=trusted,
        wait_seconds=wait.total_seconds(),
    )
    host, port = await app.start("127.0.0.1", 0)
    state = PlanState(plan, "a test", means.now())
    status = Status(state, upstream, store, means.counters, clock=means.clock)
    async with _admin(status) as status_url:
        try:
            yield Turned(f"http://{host}:{port}", status_url, desk, outbox)
        finally:
            await app.stop()
            await desk.close()
            await outbox.close()
            await store.close()


@asynccontextmanager
async def _admin(status: Status) -> AsyncIterator[str]:
    """Open the status page."""
    runner = web.AppRunner(make_admin_app(status), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/"
    finally:
        await runner.cleanup()
