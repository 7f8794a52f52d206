"""The numbers of one page: what is promised already, and one store call for the rest.

Rules:

- All numbers a page needs are taken in one call, within the store's budget; else the page shows
  what the cookie still promises, and originals where it promises nothing.
- A number that needs no renewal is shown without asking the store.
- A page says one thing about a vestiging: what its first place shows, number or original, all show,
  also where the page streams and the store comes or goes meanwhile.
- A lease event is on disk before the page leaves. If the disk takes none, the page leaves anyway:
  the event waits in memory, and is counted as late.
- Nothing here raises: `_ask_store` is the one place that gives up; it counts the reason.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from calltrack.cookie import SessionCookie
from calltrack.decision import Decision, decide, vestiging_of
from calltrack.errors import OutboxError, StoreError
from calltrack.events import Event, EventId, Kind, Outbox
from calltrack.leases import Ask, LeaseStore, PoolKey, Taken, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Plan, Site, SiteKey
from calltrack.sessions import Held, Session
from proxy.counters import Counters
from proxy.gate import RequestFacts
from proxy.rewrite import Bindings, Slot
from proxy.visit import UNTOUCHED, Show, Visit, show_originals
from proxy.visitor import Clock, Visitor, bindings_for, recognise, utc_now
from proxy.warm_up import warm_up

STORE_BUDGET = timedelta(milliseconds=50)
ANSWER_TURNS = 5  # of the event loop: from the store's thread to the one who waits


@dataclass(slots=True)
class Desk:
    """What every visit works with: the Plan in force, the store, the outbox, the cookie."""

    plan: Plan
    store: LeaseStore
    outbox: Outbox
    cookie: SessionCookie
    counters: Counters
    clock: Clock | None = None  # None: the machine's here, and in the store the store's own
    store_budget: timedelta = STORE_BUDGET
    _bindings: dict[SiteKey, Bindings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Work out now what the first visitor would have to wait for."""
        warm_up(self.plan, [self.bindings_of(site) for site in self.plan.sites])

    def serves(self, host: str) -> bool:
        """Say whether the Plan has a site under this host name."""
        return self.plan.site_for(host) is not None

    def begin(self, request: RequestFacts) -> Visit:
        """Open a visit for one request."""
        site = self.plan.site_for(request.host)
        if site is None or not site.rewrites(request.path):
            return UNTOUCHED
        now = (self.clock or utc_now)()
        visitor = recognise(
            site, method=request.method, headers=request.headers, cookie=self.cookie, now=now
        )
        return PageVisit(self, request, site, visitor, now)

    def bindings_of(self, site: Site) -> Bindings:
        """Give what to look for in a site's pages; worked out once."""
        if site.key not in self._bindings:
            self._bindings[site.key] = bindings_for(self.plan, site)
        return self._bindings[site.key]


class PassThrough:
    """The proxy without a Plan: every host is served, nothing is looked for."""

    def serves(self, _host: str) -> bool:
        """Serve every host."""
        return True

    def begin(self, _request: RequestFacts) -> Visit:
        """Leave every page alone."""
        return UNTOUCHED


class PageVisit:
    """One request of one visitor: what its page may show, and what that changes."""

    def __init__(
        self, desk: Desk, request: RequestFacts, site: Site, visitor: Visitor, now: datetime
    ) -> None:
        """Take the facts; nothing is looked up or stored before a page needs it."""
        self._desk = desk
        self._request = request
        self._site = site
        self._now = now
        self._store_now = now if desk.clock else None
        self._session = visitor.session
        self._must_set_cookie = visitor.is_new
        self._start_recorded = not visitor.is_new
        self._lacking: str | None = None  # a number was due and could not be had: why
        self._decisions: dict[VestigingKey | None, Decision] = {}
        self._shown: dict[VestigingKey, PhoneNumber | None] = {}  # None: the original
        self.rewrite: Bindings | None = desk.bindings_of(site)
        self.personal = visitor.session is not None
        self.starts_session = visitor.is_new
        self.why_original = visitor.reason

    @property
    def etag_suffix(self) -> str | None:
        """Name the state that the page's bytes depend on beside the origin's page.

        A number whose renewal is due is left out: its page must come whole, to be renewed with it.
        None: the page lacks a number that the next view may get, so it has no validator.
        """
        if self._lacking:
            return None
        plan, session = self._desk.plan, self._session
        parts = [str(plan.serial), self._site.key, str(self.personal)]
        decisions = map(self._decide_for, plan.vestigingen)
        parts += [f"{d.campaign}:{d.reason}:{d.pool}" for d in decisions]
        fresh = session.fresh(self._site.hold, now=self._now) if session else ()
        parts += sorted(f"{held.vestiging}={held.number.e164}" for held in self._active(fresh))
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    async def numbers(self, slots: Sequence[Slot]) -> Show:
        """Take all numbers that these slots need, at once; say what each slot shows."""
        if self._session is None:
            return show_originals
        decisions = [self._decide(slot) for slot in slots]
        leased = {d.vestiging: d.pool for d in decisions if d.vestiging and d.pool}
        new = {key: pool for key, pool in leased.items() if key not in self._shown}
        if new:
            found = await self._numbers_of(self._session, new)
            self._shown |= {key: found.get(key) for key in new}
            await self._record([self._shown_event(self._session, *pair) for pair in found.items()])
        originals = (d.reason.value for d in decisions if d.pool is None)
        self.why_original = self._lacking or next(originals, self.why_original)
        return self._show

    def _show(self, slot: Slot) -> PhoneNumber | None:
        vestiging = self._decide(slot).vestiging
        return self._shown.get(vestiging) if vestiging is not None else None

    def cookie(self) -> str | None:
        """Give the Set-Cookie value where the session is new, changed, or was not seen lately."""
        session = self._session
        if session is None:
            return None
        if not self._must_set_cookie and not session.must_be_noted(self._now):
            return None
        secure = self._request.scheme == "https"
        return self._desk.cookie.header(session.seen(self._now), self._site, secure=secure)

    async def finish(self, status: int) -> None:
        """Record that the page was viewed."""
        if self._session is None:
            return
        data: dict[str, str | int] = {
            "session": self._session.id,
            "site": self._site.key,
            "path": self._request.path,
            "status": status,
        }
        await self._record([Event(Kind.PAGE_VIEWED, self._now, data)])

    def _decide(self, slot: Slot) -> Decision:
        vestiging = vestiging_of(
            self._desk.plan,
            number=slot.number,
            placeholder=slot.placeholder,
            named=slot.vestiging,
        )
        return self._decide_for(vestiging)

    def _decide_for(self, vestiging: VestigingKey | None) -> Decision:
        if vestiging not in self._decisions:
            self._decisions[vestiging] = decide(self._desk.plan, vestiging, now=self._now)
        return self._decisions[vestiging]

    async def _numbers_of(
        self, session: Session, leased: Mapping[VestigingKey, PoolKey]
    ) -> dict[VestigingKey, PhoneNumber]:
        """Give the numbers that are promised already, and take the others."""
        fresh = session.fresh(self._site.hold, now=self._now)
        found = {h.vestiging: h.number for h in self._active(fresh) if h.vestiging in leased}
        asks = [self._ask(session, *pair) for pair in leased.items() if pair[0] not in found]
        if asks:
            found |= await self._take(session, asks)
        return found

    def _active(self, held: Iterable[Held]) -> list[Held]:
        """Leave out the numbers that the Plan does not let be shown any more."""
        return [one for one in held if one.number in self._desk.plan.shown_numbers]

    def _ask(self, session: Session, vestiging: VestigingKey, pool: PoolKey) -> Ask:
        return Ask(
            vestiging=vestiging,
            pool=pool,
            hold=self._site.hold,
            rest=self._desk.plan.pools[pool].rest,
            before=session.before_for(vestiging),
        )

    async def _take(self, session: Session, asks: Sequence[Ask]) -> dict[VestigingKey, PhoneNumber]:
        """Take numbers from the store, or show what the cookie still promises."""
        taken = await self._ask_store(session, asks)
        if taken is None:
            self._lacking = "no_store"
            promised = (session.promised(ask.vestiging, now=self._now) for ask in asks)
            kept = self._active(held for held in promised if held is not None)
            return {held.vestiging: held.number for held in kept}
        self._session = session.with_leases(taken.leases.values(), now=self._now)
        self._must_set_cookie = True
        if lacking := len(asks) - len(taken.leases):
            self._lacking = "exhausted"
            self._desk.counters.add("pool", "exhausted", lacking)
        await self._record(taken.events)
        return {key: lease.number for key, lease in taken.leases.items()}

    async def _ask_store(self, session: Session, asks: Sequence[Ask]) -> Taken | None:
        """Ask the store once, within the budget. None: it was down or slow, and that is counted.

        Where this process was busy with other pages the store's answer may wait for us, and not we
        for it: what is there when the time is over still counts.
        """
        asking = asyncio.ensure_future(self._desk.store.take(session.id, asks, now=self._store_now))
        try:
            await asyncio.sleep(0)  # it is asked now: what kept us till here is not its time
            await asyncio.wait({asking}, timeout=self._desk.store_budget.total_seconds())
            for _ in range(ANSWER_TURNS):
                if not asking.done():
                    await asyncio.sleep(0)
            if asking.done():
                return asking.result()
            self._desk.counters.add("store", "slow")
        except StoreError:
            self._desk.counters.add("store", "down")
        finally:
            asking.cancel()
        return None

    def _shown_event(self, session: Session, vestiging: VestigingKey, number: PhoneNumber) -> Event:
        data = {
            "session": session.id,
            "vestiging": vestiging,
            "number": number.e164,
            "path": self._request.path,
        }
        return Event(Kind.NUMBER_SHOWN, self._now, data)

    async def _record(self, events: Sequence[Event]) -> None:
        """Write events to the outbox, the session's start before its first ones."""
        written = [*self._start_event(), *events]
        if not written:
            return
        try:
            await self._desk.outbox.append(written)
        except OutboxError:
            self._desk.counters.add("outbox", "late", len(written))

    def _start_event(self) -> list[Event]:
        if self._start_recorded or self._session is None:
            return []
        self._start_recorded = True
        request = self._request
        data = {
            "visitor": self._session.visitor,
            "session": self._session.id,
            "site": self._site.key,
            "path": request.path,
            "query": request.query,
            "referrer": request.headers.get("Referer", ""),
        }
        # Tabs that open at once start one session: its start has one id, and is kept once.
        start_id = hashlib.sha256(f"start {self._session.id}".encode()).hexdigest()[:32]
        return [
            Event(Kind.SESSION_STARTED, self._session.started_at, data, EventId(start_id)),
        ]
