"""The proxy inside the test's own process, before a real site, with a clock that you can turn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calltrack import planfile
from calltrack.cookie import SessionCookie
from calltrack.plan import Plan
from calltrack.stores.sqlite_leases import open_lease_store
from calltrack.stores.sqlite_outbox import SqliteOutbox, open_outbox
from proxy.app import make_app
from proxy.clients import Clients
from proxy.counters import Counters
from proxy.desk import Desk
from proxy.means import Means
from proxy.plan_in_force import PlanInForce
from proxy.upstream import Upstream

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
        numbers=tuple(row for row in plan.numbers if row.number in kept),
        pools={
            key: replace(pool, rest=timedelta(minutes=rest_minutes))
            for key, pool in plan.pools.items()
        },
    )


class Turned:
    """A proxy under test."""

    def __init__(self, url: str, clock: Clock, counters: Counters, outbox: SqliteOutbox) -> None:
        self.url = url
        self.clock = clock
        self.counters = counters
        self.outbox = outbox


@asynccontextmanager
async def turned_proxy(upstream: str, plan: Plan, folder: Path) -> AsyncIterator[Turned]:
    """Run the proxy with real stores in a folder."""
    store = open_lease_store(folder / "leases.sqlite3")
    outbox = open_outbox(folder / "outbox.sqlite3")
    await store.sync(plan.stock())
    clock, counters = Clock(), Counters()
    means = Means(
        force=PlanInForce(plan),
        store=store,
        outbox=outbox,
        cookie=SessionCookie([KEY], plan.organisation),
        counters=counters,
        clients=Clients(KEY),
        clock=clock,
        store_budget=PATIENT,
    )
    desk = Desk(means)
    app = make_app(
        upstream=Upstream(upstream),
        visitors=desk,
        counters=counters,
        wait_seconds=PATIENT.total_seconds(),
    )
    host, port = await app.start("127.0.0.1", 0)
    try:
        yield Turned(f"http://{host}:{port}", clock, counters, outbox)
    finally:
        await app.stop()
        await desk.close()
        await outbox.close()
        await store.close()
