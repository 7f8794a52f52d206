"""How the process stands, looked up when somebody asks: the store, events, and figures of both.

Whatever does not answer is told as not answering, and holds up nothing else.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from calltrack.errors import OutboxError, StoreError
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.sqlite_outbox import SqliteOutbox
from proxy.counters import Counters
from proxy.dry_report import MOST_PATHS, DryReport
from proxy.means import Clock, utc_now
from proxy.metrics import NOW, Figures, Metrics, summed
from proxy.plan_state import PlanState
from proxy.shipping_state import ShippingState
from proxy.status_page import Events, Now
from proxy.watched_store import WatchedStore
from proxy.workers.snapshots import CALLS, COUNTERS, FIGURES, Snapshots
from proxy.workers.snapshots import summed as all_of
from snippet_server.call_desk import CallDesk
from snippet_server.standing import together

LOOK_WITHIN = timedelta(milliseconds=500)
LIST_WITHIN = timedelta(seconds=2)
"""People wait for a list of who holds what; not for a store that hangs."""

DRY_RUN = "dry_run"
"""The part of a worker's report that holds the pages of a dry run."""


def never() -> bool:
    """Say that nobody told it to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Status:
    """What the status page shows."""

    plan: PlanState | None
    upstream: str
    store: WatchedStore | None
    counters: Counters
    events: "EventStatus | None" = None
    clock: Clock | None = None
    calls: CallDesk | None = None
    metrics: Metrics | None = None
    snapshots: Snapshots | None = None
    """What all processes report; None: this one is all there is."""
    is_draining: Callable[[], bool] = never
    dry_run: DryReport | None = None


@dataclass(frozen=True, slots=True)
class EventStatus:
    """Where events are: in memory until the disk takes them, on disk until they are shipped."""

    writer: EventWriter
    outbox: SqliteOutbox
    shipping: ShippingState | None = None

    async def counts(self) -> Mapping[str, int]:
        """Count what waits, what was lost and what was refused. Errors: OutboxError."""
        standing = await self.outbox.standing()
        return {
            **self.in_memory(),
            "on_disk": standing.backlog,
            "lost_on_disk": sum(standing.dropped.values()),
            "refused": standing.refused,
        }

    def in_memory(self) -> Mapping[str, int]:
        """Count what the disk does not hold."""
        return {"in_memory": self.writer.waiting, "lost_in_memory": self.writer.dropped}

    def figures(self) -> Figures:
        """Tell monitoring what this process holds in memory."""
        return {
            f"{NOW}events.in_memory": self.writer.waiting,
            f"{NOW}events_lost.in_memory": self.writer.dropped,
        }


async def look(status: Status, *, within: timedelta = LIST_WITHIN) -> Now:
    """Ask the store who holds what."""
    at = (status.clock or utc_now)()
    if status.store is None:
        return Now(at, (), (), None)
    now = at if status.clock else None
    try:
        async with asyncio.timeout(within.total_seconds()):
            leases = await status.store.held(now=now)
            return Now(at, leases, await status.store.fill(now=now), status.store.failure)
    except StoreError as error:
        return Now(at, (), (), str(error))
    except TimeoutError:
        return Now(at, (), (), "it does not answer")


async def look_at_events(status: Status) -> Events:
    """Ask the outbox what waits."""
    if status.events is None:
        return Events({})
    shipping = status.events.shipping
    try:
        return Events(await status.events.counts(), shipping=shipping)
    except OutboxError as error:
        return Events(status.events.in_memory(), str(error), shipping)


async def counted(status: Status) -> Mapping[str, int]:
    """Give what all processes have counted."""
    if status.snapshots is None:
        return status.counters.snapshot()
    found = all_of(await status.snapshots.collect(), COUNTERS)
    return {name: int(count) for name, count in found.items()}


async def calls_of_all(status: Status) -> Mapping[str, Any] | None:
    """Tell how it stands with calls, all processes together; None: nobody calls here."""
    if status.calls is None:
        return None
    if status.snapshots is None:
        return status.calls.facts()
    found = await status.snapshots.collect()
    return together([one.parts[CALLS] for one in found if CALLS in one.parts])


async def dry_pages(status: Status) -> Sequence[Mapping[str, Any]] | None:
    """Give the last pages of a dry run, the latest first; None: it is none."""
    if status.dry_run is None:
        return None
    if status.snapshots is None:
        return status.dry_run.facts()
    found = await status.snapshots.collect()
    pages = [page for one in found for page in one.parts.get(DRY_RUN, ())]
    return sorted(pages, key=lambda page: page["seen_at"], reverse=True)[:MOST_PATHS]


async def figures(status: Status, *, within: timedelta = LOOK_WITHIN) -> Figures:
    """Give all figures for monitoring: those of each process, and those of the machine."""
    store, events, measured = await asyncio.gather(
        _of_store(status, within), _of_events(status, within), _measured(status)
    )
    return summed([measured, store, events, _of_plan(status)])


async def _measured(status: Status) -> Figures:
    if status.snapshots is None:
        own = status.metrics.snapshot() if status.metrics else status.counters.snapshot()
        return {**own, f"{NOW}workers": 1}
    found = await status.snapshots.collect()
    live = sum(one.is_live for one in found)
    return {**all_of(found, FIGURES), f"{NOW}workers": live}


async def _of_store(status: Status, within: timedelta) -> Figures:
    if status.store is None:
        return {}
    try:
        async with asyncio.timeout(within.total_seconds()):
            fills = await status.store.fill(now=status.clock() if status.clock else None)
    except (StoreError, TimeoutError):
        return {}
    name = f"{NOW}pool_numbers"
    return {
        f"{NOW}store_up": float(status.store.failure is None),
        f"{name}.promised": sum(fill.promised for fill in fills),
        f"{name}.kept": sum(fill.kept for fill in fills),
        f"{name}.resting": sum(fill.resting for fill in fills),
        f"{name}.free": sum(fill.free for fill in fills),
    }


async def _of_events(status: Status, within: timedelta) -> Figures:
    """Tell what the disk holds, once for all processes."""
    if status.events is None:
        return {}
    try:
        async with asyncio.timeout(within.total_seconds()):
            standing = await status.events.outbox.standing()
    except (OutboxError, TimeoutError):
        return {}
    return {
        f"{NOW}events.on_disk": standing.backlog,
        f"{NOW}events_lost.on_disk": sum(standing.dropped.values()),
        f"{NOW}events_lost.refused": standing.refused,
    }


def _of_plan(status: Status) -> Figures:
    plan = status.plan
    if plan is None:
        return {}
    now = (status.clock or utc_now)()
    return {
        f"{NOW}plan_serial": plan.plan.serial,
        f"{NOW}plan_age_seconds": _since(plan.since, now),
        f"{NOW}plan_heard_seconds": _since(plan.answered_at or plan.since, now),
        f"{NOW}plan_problem": float(plan.problem is not None),
    }


def _since(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())
