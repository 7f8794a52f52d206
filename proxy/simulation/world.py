"""A site, its visitors' browsers and the store, on a turned clock.

What a page shows is decided by the code that decides it in the proxy: the source is read from the
request, campaigns are matched, the session is kept as the cookie keeps it, and the store is asked
when a number is new, unconfirmed or due for renewal. HTTP and the rewriting of pages are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from calltrack import planfile
from calltrack.decision import Decision, Place, decide, known
from calltrack.leases import Ask, Client, PoolKey, SessionId, Stock, Taken, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Plan, StockNumber
from calltrack.sessions import Held, Session, start
from calltrack.sources import read_arrival
from proxy.simulation.figures import Figures
from proxy.simulation.traffic import HOST, Act, Happening, Request

POOL, VESTIGING = PoolKey("pool"), VestigingKey("vestiging")
_CAMPAIGN = {"method": "dynamic", "exhaustion": "original"}
_SKELETON = {
    "serial": 1,
    "region": "NL",
    "organisation": {"name": "Simulation", "kvk": "00000000"},
    "sites": [
        {
            "key": "site",
            "hosts": [HOST],
            "mode": "automatic",
            "consent": "not_required",
            "hold_minutes": 30,
        }
    ],
    "vestigingen": [
        {
            "key": VESTIGING,
            "name": "Vestiging",
            "forwarding_number": "+31201234567",
            "pool": POOL,
        }
    ],
    "pools": [{"key": POOL}],
    "campaigns": [
        {
            "key": "ads",
            "name": "Ads",
            "rules": [{"channel": ["paid_search", "paid_social"]}],
            **_CAMPAIGN,
        },
        {"key": "mail", "name": "Mail", "rules": [{"channel": ["email"]}], **_CAMPAIGN},
        {"key": "everyone", "name": "Everyone", **_CAMPAIGN},
    ],
}


class Numbers(Protocol):
    """What the world asks of a store: every `LeaseStore` is one."""

    async def sync(self, stock: Stock) -> bool:
        """Make the pools hold these numbers."""

    async def take(
        self,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Give or renew numbers."""


def make_plan(numbers: int, *, hold: timedelta, rest: timedelta) -> Plan:
    """Build a Plan: one site, one vestiging, one pool of so many numbers, a few campaigns."""
    plan = planfile.check(_SKELETON)
    stock = (StockNumber(PhoneNumber(f"+3185{i:07}"), POOL) for i in range(numbers))
    return replace(
        plan,
        sites=tuple(replace(site, hold=hold) for site in plan.sites),
        pools={POOL: replace(plan.pools[POOL], rest=rest)},
        numbers=tuple(stock),
    )


@dataclass(slots=True)
class _Browser:
    """What a visitor has in the browser and before the eyes."""

    session: Session
    page_at: datetime
    shown: PhoneNumber | None = None  # None: the original


class World:
    """Lets things happen, one after another, and has the figures counted."""

    def __init__(self, plan: Plan, numbers: Numbers, figures: Figures) -> None:
        """Begin with a Plan whose numbers the store knows."""
        self._plan = plan
        self._site = plan.sites[0]
        self._numbers = numbers
        self._figures = figures
        self._browsers: dict[int, _Browser] = {}
        self._place = Place(number=plan.vestigingen[VESTIGING].forwarding_number)

    async def happen(self, one: Happening) -> None:
        """Let one thing happen."""
        if one.act is Act.CALL:
            self._call(one)
        elif one.act is Act.ASSET:
            await self._confirm(one)
        elif one.request is not None:
            await self._view(one, one.request)

    def _call(self, one: Happening) -> None:
        browser = self._browsers[one.visitor.id]
        quiet = one.at - browser.page_at
        self._figures.note_call(one.at, one.visitor.id, browser.shown, quiet <= self._site.hold)

    async def _confirm(self, one: Happening) -> None:
        """Let a picture be asked for: the browser shows itself again."""
        session = self._browsers[one.visitor.id].session
        if session.unconfirmed(self._site.hold, now=one.at):
            taken = await self._numbers.take(session.id, (), client=None, now=one.at)
            self._figures.note_events(taken.events)

    async def _view(self, one: Happening, request: Request) -> None:
        browser = self._browsers.get(one.visitor.id)
        is_new = browser is None or browser.session.has_ended(one.at)
        client = Client(f"client {one.visitor.id}") if browser is None else None
        browser = self._opened(one, request, browser, is_new=is_new)
        decision = self._decide(browser.session, one.at)
        held = self._fresh(browser.session, one.at)
        if held is not None:
            browser.shown = held.number
        else:
            await self._take(browser, decision, one.at, client=client)
        browser.session = browser.session.seen(one.at)
        browser.page_at = one.at
        self._figures.note_page(
            is_first=not request.is_internal, has_number=browser.shown is not None
        )

    def _opened(
        self, one: Happening, request: Request, browser: _Browser | None, *, is_new: bool
    ) -> _Browser:
        """Give the visitor's browser with its session: the known one, or a new one."""
        if browser is not None and not is_new and request.is_internal:
            return browser  # a link of the site itself tells of no other source
        arrival = read_arrival(request, own_hosts=self._site.hosts, cookie_domain=None, now=one.at)
        if browser is None:
            session = start(self._site.key, arrival.touch, now=one.at)
            browser = self._browsers[one.visitor.id] = _Browser(session, one.at)
        elif is_new:
            browser.session = start(self._site.key, arrival.touch, now=one.at, last=browser.session)
        elif browser.session.is_new_source(arrival.touch):
            browser.session = browser.session.with_touch(arrival.touch)
        if is_new:
            self._figures.note_session(browser.session.id, one.visitor.id)
        return browser

    def _decide(self, session: Session, at: datetime) -> Decision:
        return decide(self._plan, self._place, known(self._plan, session, now=at))

    def _fresh(self, session: Session, at: datetime) -> Held | None:
        """Give the number that needs no store: it stays for the hold from now."""
        return next((h for h in session.held if h.is_fresh(self._site.hold, now=at)), None)

    async def _take(
        self, browser: _Browser, decision: Decision, at: datetime, *, client: Client | None
    ) -> None:
        """Ask the store, as the proxy does, and show what it gives."""
        session = browser.session
        if decision.pool is None or decision.vestiging is None or decision.campaign is None:
            raise AssertionError("every campaign of the simulator's Plan leases from the pool")
        ask = Ask(
            vestiging=decision.vestiging,
            pool=decision.pool,
            hold=self._site.hold,
            rest=self._plan.pools[decision.pool].rest,
            before=session.before_for(decision.vestiging),
        )
        taken = await self._numbers.take(session.id, [ask], client=client, now=at)
        self._figures.note_events(taken.events)
        campaigns = {decision.vestiging: decision.campaign}
        browser.session = session.with_leases(taken.leases.values(), campaigns, now=at)
        lease = taken.leases.get(decision.vestiging)
        browser.shown = lease.number if lease is not None else None
