"""Visits to a site of a real Plan, with real store and outbox, and a clock that you can turn."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from multidict import CIMultiDict, CIMultiDictProxy

from calltrack.cookie import SessionCookie
from calltrack.errors import OutboxError, StoreError
from calltrack.events import Event, Kind
from calltrack.leases import Ask, Client, SessionId, Taken
from calltrack.numbers import PhoneNumber
from calltrack.plan import Plan
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_leases import SqliteLeaseStore
from calltrack.stores.sqlite_outbox import SqliteOutbox, open_outbox
from calltrack.stores.sqlite_rows import LEASES
from proxy.clients import Clients
from proxy.counters import Counters
from proxy.desk import Desk
from proxy.gate import RequestFacts
from proxy.means import Means
from proxy.page_visit import PageVisit
from proxy.plan_in_force import PlanInForce
from proxy.rewrite import Slot, scan
from tests.calltrack.plans import SITE, make_plan

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAGE = b"<p>020 123 45 67 <p>010 123 45 67 <p>(020) 1234567"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
KEY = b"k" * 32
COOKIE = SessionCookie([KEY], make_plan().organisation)
COOKIE_NAME = COOKIE.name(SITE.key)


class Clock:
    """A clock that you can turn."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


class CountingStore(SqliteLeaseStore):
    """A real store whose calls are kept, and that can be made to fail."""

    def __init__(self, file: SqliteFile) -> None:
        super().__init__(file)
        self.asks: list[int] = []
        self.asked: list[Ask] = []
        self.clients: list[Client | None] = []
        self.error: Exception | None = None
        self.hangs = False

    async def take(
        self,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None = None,
        now: datetime | None = None,
    ) -> Taken:
        self.asks.append(len(asks))
        self.asked += asks
        self.clients.append(client)
        if self.error is not None:
            raise self.error
        if self.hangs:
            await asyncio.Event().wait()
        return await super().take(session, asks, client=client, now=now)


class Front:
    """A desk under test, and what it works with."""

    def __init__(self, folder: Path) -> None:
        self.store = CountingStore(SqliteFile(folder / "leases.sqlite3", LEASES, error=StoreError))
        self.outbox = open_outbox(folder / "outbox.sqlite3")
        self.clock = Clock()
        self.counters = Counters()
        self.desk = Desk(
            Means(
                force=PlanInForce(make_plan()),
                store=self.store,
                outbox=self.outbox,
                cookie=COOKIE,
                counters=self.counters,
                clients=Clients(KEY),
                clock=self.clock,
                store_budget=timedelta(seconds=30),
            )
        )

    @property
    def plan(self) -> Plan:
        return self.desk.means.force.plan

    async def use(self, plan: Plan, *, client_cap: int | None = None) -> None:
        self.desk.means.force = PlanInForce(plan, client_cap=client_cap)
        await self.store.sync(plan.stock())

    async def close(self) -> None:
        await self.desk.close()
        await self.store.close()
        await self.outbox.close()

    def counted(self, name: str) -> int:
        return self.counters.snapshot().get(name, 0)

    async def events(self) -> Sequence[Event]:
        return await self.outbox.pending(limit=10_000)

    async def kinds(self) -> Counter[Kind]:
        return Counter(event.kind for event in await self.events())

    def visit(
        self,
        target: str = "/contact",
        *,
        cookie: str | None = None,
        scheme: str = "http",
        client: str = "127.0.0.1",
        **headers: str,
    ) -> PageVisit:
        found = self.desk.begin(
            facts(target, cookie=cookie, scheme=scheme, client=client, **headers)
        )
        assert isinstance(found, PageVisit)
        return found

    def slots(self, page: bytes = PAGE, path: str = "/contact") -> list[Slot]:
        pieces = scan(page, self.desk.means.force.bindings(self.plan.sites[0], path))
        return [piece for piece in pieces if isinstance(piece, Slot)]

    async def view(
        self,
        cookie: str | None = None,
        page: bytes = PAGE,
        target: str = "/contact",
        **said: str,
    ) -> tuple[list[PhoneNumber | None], str | None]:
        """View a page; give the numbers shown, and the browser's cookie afterwards."""
        seen = self.visit(target, cookie=cookie, **said)
        slots = self.slots(page, target.partition("?")[0])
        show = await seen.numbers(slots)
        headers = seen.cookies()
        await seen.finish(200)
        seen.over()
        await self.desk.close()
        return [show(slot) for slot in slots], kept(headers, cookie)

    async def meet(self, page: bytes = PAGE) -> tuple[list[PhoneNumber | None], str | None]:
        """View a page, and at once again: the browser is confirmed, and its numbers promised."""
        _, cookie = await self.view(page=page)
        shown, cookie = await self.view(cookie, page=page)
        self.store.asks.clear()
        return shown, cookie


def kept(headers: Sequence[str], cookie: str | None) -> str | None:
    """Give the cookie that a browser has after an answer."""
    if not headers:
        return cookie
    return None if "Max-Age=0" in headers[0] else headers[0].split(";")[0]


def facts(
    target: str = "/contact",
    *,
    cookie: str | None = None,
    scheme: str = "http",
    client: str = "127.0.0.1",
    method: str = "GET",
    **headers: str,
) -> RequestFacts:
    """Describe a request; `Sec_GPC="1"` is a header."""
    names = {"User-Agent": FIREFOX, "Accept": "text/html"}
    names |= {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie is not None:
        names["Cookie"] = cookie
    return RequestFacts(
        method=method,
        scheme=scheme,
        authority="localhost:8080",
        host="localhost",
        target=target,
        peer="127.0.0.1",
        client=client,
        is_trusted=False,
        headers=CIMultiDictProxy(CIMultiDict(names)),
        fields=[(name.encode(), value.encode()) for name, value in names.items()],
    )


class FullDisk(SqliteOutbox):
    """A real outbox on a disk that takes nothing more."""

    async def append(self, events: Sequence[Event]) -> None:
        raise OutboxError(f"the disk is full: {len(events)} events")
