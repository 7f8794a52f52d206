"""Many visitors at once, before processes that are killed and stores that go away.

Visitors have cookies of their own, come through a front that names them, and ask any process. One
that does not answer is asked no more for that page: another is, as a balancer does it. Each answer
must be a whole page.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from calltrack.events import Event, Kind
from tests.e2e.edges import FIREFOX, Edge, shown

PATIENCE = aiohttp.ClientTimeout(total=60)
AT_ONCE = 8


@dataclass(slots=True)
class Guest:
    """A visitor, in a network of their own: a first page's numbers are unconfirmed."""

    address: str
    cookie: str = ""
    numbers: set[str] = field(default_factory=set)  # seen so far


@dataclass
class Load:
    """What is going on. `phase` is the test's word for now; `outcomes` are counted by it."""

    edges: list[Edge]
    numbers: Sequence[str]  # that may be shown beside the original
    phase: str = "before"
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    guests: list[Guest] = field(default_factory=list)
    retried: int = 0
    views: int = 0
    _rng: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311
    _viewed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def more(self, views: int) -> None:
        """Wait until so many more pages were seen."""
        goal = self.views + views
        async with self._viewed:
            await self._viewed.wait_for(lambda: self.views >= goal)

    async def keep_coming(self, stop: asyncio.Event) -> None:
        """Be one visitor after another, most of them again and again."""
        own: list[Guest] = []
        async with aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE
        ) as client:
            while not stop.is_set():
                if not own or self._rng.random() < 0.3:
                    n = len(self.guests)
                    own.append(Guest(f"203.{n // 250}.{n % 250}.7"))
                    self.guests.append(own[-1])
                await self._view(client, self._rng.choice(own))

    async def _view(self, client: aiohttp.ClientSession, guest: Guest) -> None:
        phase, who = self.phase, "known" if guest.numbers else "new"
        page = await self._page(client, guest)
        seen = shown(page, self.numbers)
        guest.numbers |= seen
        is_within = phase == self.phase
        self.outcomes[phase if is_within else "between", who, "own" if seen else "original"] += 1
        async with self._viewed:
            self.views += 1
            self._viewed.notify_all()

    async def _page(self, client: aiohttp.ClientSession, guest: Guest) -> bytes:
        """Fetch a whole page from any process that answers."""
        headers = {"User-Agent": FIREFOX, "Accept": "text/html"}
        headers |= {"X-Forwarded-For": guest.address}
        headers |= {"Cookie": guest.cookie} if guest.cookie else {}
        for url in self._rng.sample([edge.url for edge in self.edges], len(self.edges)):
            try:
                async with client.get(url, headers=headers) as answer:
                    page = await answer.read()
            except aiohttp.ClientError:
                self.retried += 1
                continue
            assert answer.status == 200
            assert page.endswith(b"</html>")
            guest.cookie = answer.headers.get("Set-Cookie", guest.cookie).partition(";")[0]
            return page
        raise AssertionError("no process answers")

    def count(self, phase: str, who: str, what: str) -> int:
        return self.outcomes[phase, who, what]

    def assert_no_number_was_seen_by_two(self) -> None:
        seen = Counter(number for guest in self.guests for number in guest.numbers)
        assert [number for number, times in seen.items() if times > 1] == []
        assert [guest.numbers for guest in self.guests if len(guest.numbers) > 1] == []
        assert len(seen) > 40


@asynccontextmanager
async def load(edges: list[Edge], numbers: Sequence[str]) -> AsyncIterator[Load]:
    """Let visitors keep coming until the block ends. `edges` may change meanwhile."""
    running, stop = Load(edges, numbers), asyncio.Event()
    async with asyncio.TaskGroup() as visitors:
        for _ in range(AT_ONCE):
            visitors.create_task(running.keep_coming(stop))
        try:
            yield running
        finally:
            stop.set()


def holders(events: Sequence[Event]) -> dict[str, set[str | int]]:
    """Say for each number which sessions the outbox says it was given to.

    What a store gave when it died is told as a renewal: when the session asks again.
    """
    found: dict[str, set[str | int]] = defaultdict(set)
    for event in events:
        if event.kind in {Kind.LEASE_GIVEN, Kind.LEASE_RENEWED}:
            found[str(event.data["number"])].add(event.data["session"])
    return found
