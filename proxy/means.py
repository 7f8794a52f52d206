"""What every visit works with: the Plan in force, the store, the outbox, the cookie, the clock.

Here the store is asked and events are written; nothing here raises. What could not be done is
counted, and the page goes on without.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from calltrack.cookie import SessionCookie
from calltrack.errors import OutboxError, StoreError
from calltrack.events import Event, Outbox
from calltrack.leases import Ask, Client, LeaseStore, SessionId, Taken
from calltrack.plan import Site
from calltrack.sources import Arrival, read_arrival
from proxy.clients import Clients
from proxy.counters import Counters
from proxy.gate import RequestFacts
from proxy.plan_in_force import PlanInForce

Clock = Callable[[], datetime]
Region = Callable[[RequestFacts], str]

STORE_BUDGET = timedelta(milliseconds=50)
ANSWER_TURNS = 5  # of the event loop: from the store's thread to the one who waits


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def no_region(_request: RequestFacts) -> str:
    """Know no regions."""
    return ""


@dataclass(slots=True)
class Means:
    """Everything a visit needs, for all visits. `force` changes while the proxy serves."""

    force: PlanInForce
    store: LeaseStore
    outbox: Outbox
    cookie: SessionCookie
    counters: Counters
    clients: Clients
    region: Region = no_region
    clock: Clock | None = None  # None: the machine's here, and in the store the store's own
    store_budget: timedelta = STORE_BUDGET

    def for_visit(self) -> "Means":
        """Give the means as they are now: what comes in force later is not this visit's."""
        return Means(
            self.force,
            self.store,
            self.outbox,
            self.cookie,
            self.counters,
            self.clients,
            self.region,
            self.clock,
            self.store_budget,
        )

    def now(self) -> datetime:
        """Read the clock, once a request."""
        return (self.clock or utc_now)()

    def arrival(self, request: RequestFacts, site: Site, *, now: datetime) -> Arrival:
        """Read where a visitor came from."""
        return read_arrival(
            request,
            own_hosts=site.hosts,
            cookie_domain=site.cookie_domain,
            now=now,
            region=self.region(request),
        )

    async def take(
        self,
        kind: str,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None,
        now: datetime,
    ) -> Taken | None:
        """Ask the store once, within the budget. None: it was down or slow, and that is counted.

        Where this process was busy with other pages the store's answer may wait for us, and not we
        for it: what is there when the time is over still counts.
        """
        self.counters.add("store", kind)
        store_now = now if self.clock else None
        asking = asyncio.ensure_future(self.store.take(session, asks, client=client, now=store_now))
        try:
            await asyncio.sleep(0)  # it is asked now: what kept us till here is not its time
            await asyncio.wait({asking}, timeout=self.store_budget.total_seconds())
            for _ in range(ANSWER_TURNS):
                if not asking.done():
                    await asyncio.sleep(0)
            if asking.done():
                return asking.result()
            self.counters.add("store", "slow")
        except StoreError:
            self.counters.add("store", "down")
        finally:
            asking.cancel()
        return None

    async def record(self, events: Sequence[Event]) -> None:
        """Write events to the outbox."""
        if not events:
            return
        try:
            await self.outbox.append(events)
        except OutboxError:
            self.counters.add("outbox", "late", len(events))
