"""What an edge tells of itself with each batch of events: who it is, and how it fares.

It never raises, and never waits for long: a store that is down or slow is told as that, within a
budget, and an outbox that does not answer as it was the last time. It names no visitor and no
number. Its size is bounded: of many pools those with the least free are told.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from calltrack.errors import OutboxError, StoreError
from calltrack.leases import PoolFill
from calltrack.stores.sqlite_outbox import SqliteOutbox, Standing
from proxy.counters import Counters
from proxy.plan_state import PlanState
from proxy.watched_store import WatchedStore
from proxy.workers.snapshots import CALLS, COUNTERS, Snapshots, summed
from snippet_server.call_desk import CallDesk
from snippet_server.standing import together

BUDGET = timedelta(milliseconds=250)
MOST_POOLS = 150
LONGEST_PROBLEM = 1_000

_NOTHING_KNOWN = Standing(0, None, {}, 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an edge is: `id` stays, `name` is for people."""

    id: str
    name: str
    version: str


@dataclass(slots=True)
class EdgeReport:
    """What there is to tell, looked up when asked for."""

    identity: Identity
    plan: PlanState
    store: WatchedStore
    outbox: SqliteOutbox
    counters: Counters
    started_at: datetime
    calls: CallDesk | None = None
    snapshots: Snapshots | None = None
    """What all processes of this edge counted; None: this one is all there is."""
    budget: timedelta = BUDGET
    _standing: Standing = _NOTHING_KNOWN

    async def tell(self) -> Mapping[str, Any]:
        """Give the edge's part of a batch."""
        fills = await self._fills()
        counters, calls = await self._counted()
        standing = await self._look_at_outbox()
        oldest = standing.oldest_at
        report = {
            "started_at": self.started_at.isoformat(),
            "backlog": standing.backlog,
            "oldest_at": oldest.isoformat() if oldest is not None else None,
            "dropped": dict(standing.dropped),
            "refused": standing.refused,
            "store": "down" if fills is None or self.store.failure is not None else "up",
            "plan_problem": (self.plan.problem or "")[:LONGEST_PROBLEM],
            "pools": _told(fills or ()),
            **({"calls": calls} if calls is not None else {}),
            **_counted(counters),
        }
        return {
            "id": self.identity.id,
            "name": self.identity.name,
            "version": self.identity.version,
            "serial": self.plan.plan.serial,
            "report": report,
        }

    async def _counted(self) -> tuple[Mapping[str, float], Mapping[str, Any] | None]:
        """Give the counters of all processes, and how calls fare."""
        if self.snapshots is None:
            return self.counters.snapshot(), self.calls.facts() if self.calls is not None else None
        found = await self.snapshots.collect()
        calls = [one.parts[CALLS] for one in found if CALLS in one.parts]
        return summed(found, COUNTERS), together(calls) if calls else None

    async def _fills(self) -> Sequence[PoolFill] | None:
        try:
            async with asyncio.timeout(self.budget.total_seconds()):
                return await self.store.fill()
        except (StoreError, TimeoutError):
            return None

    async def _look_at_outbox(self) -> Standing:
        with suppress(OutboxError):  # the shipper tells of it
            self._standing = await self.outbox.standing()
        return self._standing


def _told(fills: Sequence[PoolFill]) -> Sequence[Mapping[str, str | int]]:
    """Tell of the pools, those with the least free first where there are many."""
    if len(fills) > MOST_POOLS:
        fills = sorted(fills, key=lambda fill: fill.free / max(fill.numbers, 1))[:MOST_POOLS]
    return [
        {
            "key": fill.pool,
            "numbers": fill.numbers,
            "promised": fill.promised,
            "kept": fill.kept,
            "resting": fill.resting,
            "free": fill.free,
        }
        for fill in fills
    ]


def _counted(counts: Mapping[str, float]) -> Mapping[str, Mapping[str, float]]:
    """Tell apart what was viewed, and all else that was counted since the start."""
    views = {name.removeprefix("view."): n for name, n in counts.items() if _is_view(name)}
    return {"views": views, "counters": {n: c for n, c in counts.items() if not _is_view(n)}}


def _is_view(name: str) -> bool:
    return name.startswith("view.")
