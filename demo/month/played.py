"""The visits played out on a turned clock by the code that serves them: desk, cookie, leases.

Only HTTP and the pages' bytes are left out: which numbers stand on which page is a table here. The
store is a file of its own, thrown away afterwards; of the proxy's own store nothing is touched.
"""

import asyncio
import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from multidict import CIMultiDict, CIMultiDictProxy

from calltrack.calls import CallReport
from calltrack.cookie import SessionCookie
from calltrack.events import Event, EventId
from calltrack.leases import VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Plan
from calltrack.stores.sqlite_leases import open_lease_store
from demo.month.firm import Phones, Ring
from demo.month.visits import Dialled, Happening, Person, View
from proxy.clients import Clients
from proxy.counters import Counters
from proxy.desk import Desk
from proxy.gate import RequestFacts
from proxy.means import Means
from proxy.plan_in_force import PlanInForce
from proxy.rewrite import Place, Slot

ALL = ("/", "/contact/")
"""Pages with the numbers of all vestigingen; the others show the head office, or their own."""

PATIENCE = timedelta(seconds=10)
Progress = Callable[[datetime], None]


@dataclass(slots=True)
class Kept:
    """An outbox in memory."""

    events: list[Event] = field(default_factory=list)

    async def append(self, events: Sequence[Event]) -> None:
        """Keep the events."""
        self.events.extend(events)

    async def pending(self, *, limit: int) -> Sequence[Event]:
        """Give the first of them."""
        return self.events[:limit]

    async def shipped(self, ids: Sequence[EventId]) -> None:
        """Forget these."""
        gone = set(ids)
        self.events = [event for event in self.events if event.id not in gone]

    async def close(self) -> None:
        """Nothing is open."""


@dataclass(slots=True)
class Browser:
    """What a person has in the browser, and before the eyes."""

    cookie: str = ""
    seen: dict[VestigingKey, PhoneNumber] = field(default_factory=dict)


class Played:
    """Lets visits and calls happen, one after another."""

    def __init__(self, plan: Plan, desk: Desk, phones: Phones) -> None:
        """Begin with people who never saw the site."""
        self.now = datetime.now(UTC)
        self._plan, self._desk, self._phones = plan, desk, phones
        self._browsers: dict[int, Browser] = {}
        self._own = {key: row.forwarding_number for key, row in plan.vestigingen.items()}

    async def happen(self, one: Happening) -> Iterator[CallReport]:
        """Let one thing happen; give what a carrier tells of it."""
        self.now = one.at
        if isinstance(one, View):
            await self._view(one)
            return iter(())
        return self._call(one)

    async def _view(self, one: View) -> None:
        browser = self._browsers.setdefault(one.person.id, Browser())
        visit = self._desk.begin(_request(one, browser))
        path = one.target.partition("?")[0]
        slots = {key: _slot(self._own[key]) for key in self._shown_on(path)}
        show = await visit.numbers(list(slots.values()))
        browser.seen |= {key: show(slot) or self._own[key] for key, slot in slots.items()}
        for value in visit.cookies():
            browser.cookie = value.partition(";")[0]
        await visit.finish(200)
        visit.over()

    def _shown_on(self, path: str) -> Sequence[VestigingKey]:
        keys = list(self._own)
        if path in ALL:
            return keys
        own = VestigingKey(path.strip("/"))
        return [keys[0], own] if own in self._own and own != keys[0] else [keys[0]]

    def _call(self, one: Dialled) -> Iterator[CallReport]:
        seen = self._browsers[one.person.id].seen
        town = VestigingKey(one.person.town)
        vestiging = town if town in seen else next(reversed(seen))
        number = seen[vestiging]
        if number == self._own[vestiging]:
            return iter(())  # no carrier hears of a call to the firm's own number
        to = self._own[vestiging].e164
        return self._phones.take(Ring(one.at, one.person.phone, number.e164, vestiging, to))


async def play(
    plan: Plan, what: Sequence[Happening], phones: Phones, progress: Progress
) -> tuple[list[Event], list[CallReport]]:
    """Play it all out; give the events of the proxy, and what carriers tell."""
    kept = Kept()
    reports: list[CallReport] = []
    with tempfile.TemporaryDirectory(prefix="calltrack-month-") as folder:
        store = open_lease_store(Path(folder) / "leases.sqlite3", durable=False)
        try:
            await store.sync(plan.stock())
            key = secrets.token_bytes(32)
            means = Means(
                force=PlanInForce(plan),
                store=store,
                outbox=kept,
                cookie=SessionCookie([key], plan.organisation),
                counters=Counters(),
                clients=Clients(key),
                store_budget=PATIENCE,
            )
            desk = Desk(means)
            world = Played(plan, desk, phones)
            means.clock = lambda: world.now
            for one in what:
                progress(one.at)
                reports += await world.happen(one)
            await desk.close()
        finally:
            await store.close()
    return kept.events, reports


def played(
    plan: Plan, what: Sequence[Happening], phones: Phones, progress: Progress
) -> tuple[list[Event], list[CallReport]]:
    """Do the same where no loop runs."""
    return asyncio.run(play(plan, what, phones, progress))


def _request(one: View, browser: Browser) -> RequestFacts:
    person: Person = one.person
    headers = CIMultiDict(
        {"Host": "localhost", "User-Agent": person.browser, "Accept": "text/html"}
    )
    if one.referrer:
        headers["Referer"] = one.referrer
    if browser.cookie:
        headers["Cookie"] = browser.cookie
    return RequestFacts(
        method="GET",
        scheme="http",
        authority="localhost",
        host="localhost",
        target=one.target,
        peer="127.0.0.1",
        client=person.address,
        is_trusted=False,
        headers=CIMultiDictProxy(headers),
        fields=[],
    )


def _slot(number: PhoneNumber) -> Slot:
    return Slot(raw=b"", offset=0, place=Place.TEXT, number=number)
