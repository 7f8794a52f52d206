"""A desk for calls with real store and outbox, a clock that you can turn, and signed webhooks."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from standardwebhooks.webhooks import Webhook as Signer

from calltrack.calls import CallReport, from_event
from calltrack.errors import OutboxError, StoreError
from calltrack.events import Event, Kind
from calltrack.leases import Ask, Lease, PoolKey, SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Plan, Provider
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_leases import SqliteLeaseStore
from calltrack.stores.sqlite_outbox import OUTBOX, SqliteOutbox
from calltrack.stores.sqlite_rows import LEASES
from calltrack.telephony.carriers import CARRIERS
from calltrack.telephony.webhook import Carrier
from proxy.border import Border
from proxy.counters import Counters
from snippet_server.account_secrets import AccountSecrets
from snippet_server.app import make_app
from snippet_server.call_desk import CallDesk, CallMeans
from snippet_server.pins import Pins
from tests.calltrack.plans import AMSTERDAM_POOL, CARRIER, make_plan

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD = timedelta(minutes=30)
PATIENCE = timedelta(seconds=60)  # for a store or a disk that a busy machine is slow with
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_YW5vdGhlciBzZWNyZXQsIGFzIGxvbmc="
ENVIRONMENT = {"CALLTRACK_SECRET_MAIN_LINE": SECRET}
ORIGIN = "https://www.example.nl"
WEBHOOKS = "/_calltrack/calls/main-line/"
NUMBER = AMSTERDAM_POOL[0]
CALLER = "+31612345678"
ANNA = SessionId("anna")

Client = TestClient[web.Request, web.Application]


class Store(SqliteLeaseStore):
    """A real store that can be made to fail, or to keep whoever asks waiting."""

    def __init__(self, folder: Path) -> None:
        super().__init__(SqliteFile(folder / "leases.sqlite3", LEASES, error=StoreError))
        self.error: StoreError | None = None
        self.has_pinned = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def pin(
        self, number: PhoneNumber, longest: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        await self._wait()
        events = await super().pin(number, longest, now=now)
        self.has_pinned.set()
        return events

    async def unpin(
        self, number: PhoneNumber, hold: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        await self._wait()
        return await super().unpin(number, hold, now=now)

    async def _wait(self) -> None:
        await self.open.wait()
        if self.error is not None:
            raise self.error


class Disk(SqliteOutbox):
    """A real outbox on a disk that can be made slow, or to refuse so many times."""

    def __init__(self, folder: Path) -> None:
        super().__init__(SqliteFile(folder / "outbox.sqlite3", OUTBOX, error=OutboxError), cap=1000)
        self.refuses = 0
        self.open = asyncio.Event()
        self.open.set()

    async def append(self, events: Sequence[Event]) -> None:
        await self.open.wait()
        if self.refuses:
            self.refuses -= 1
            raise OutboxError("another process has the disk")
        await super().append(events)


class Exchange:
    """A desk for calls under test, and what it works with."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] = ENVIRONMENT,
        origin: str = ORIGIN,
        carriers: Mapping[Provider, Carrier] = CARRIERS,
    ) -> None:
        self.plan = make_plan(telephony={CARRIER.key: CARRIER})
        self.now = NOW
        self.store = Store(folder)
        self.disk = Disk(folder)
        self.writer = EventWriter(
            self.disk, wait=timedelta(milliseconds=10), limit=PATIENCE, last=PATIENCE
        )
        self.counters = Counters()
        border = Border(self.counters)
        self.calls = CallDesk(
            CallMeans(
                plan=lambda: self.plan,
                pins=Pins(
                    self.store,
                    self.writer.append,
                    self.counters,
                    border,
                    clock=lambda: self.now,
                    wait=PATIENCE,
                ),
                outbox=self.writer,
                counters=self.counters,
                border=border,
                carriers=carriers,
                secrets=AccountSecrets(environment),
                clock=lambda: self.now,
                origin=origin,
                disk_wait=PATIENCE,
            )
        )
        self.app = make_app(self.calls, prefix="/_calltrack/")

    def lose_patience(self) -> None:
        """Wait for store and disk no longer than a moment from here on."""
        moment = timedelta(milliseconds=20)
        self.calls.means = replace(self.calls.means, disk_wait=moment)
        self.calls.means.pins._wait = moment

    async def use(self, plan: Plan) -> None:
        self.plan = plan
        await self.store.sync(plan.stock())

    async def take(
        self,
        session: SessionId = ANNA,
        vestiging: str = "amsterdam",
        pool: str = "amsterdam",
    ) -> PhoneNumber:
        """Give a session a number, as a page would."""
        ask = Ask(VestigingKey(vestiging), PoolKey(pool), HOLD, timedelta(0))
        taken = await self.store.take(session, [ask], now=self.now)
        return taken.leases[ask.vestiging].number

    async def lease(self, number: PhoneNumber = NUMBER) -> Lease | None:
        leases = await self.store.held(now=self.now)
        return next((one for one in leases if one.number == number), None)

    async def events(self, *kinds: Kind) -> list[Event]:
        """Give what is on the disk."""
        found = await self.disk.pending(limit=1000)
        return [event for event in found if not kinds or event.kind in kinds]

    async def reports(self) -> list[CallReport]:
        return [from_event(event) for event in await self.events(Kind.CALL_REPORTED)]

    def counted(self, name: str) -> int:
        return self.counters.snapshot().get(name, 0)

    async def close(self, *, failures: Sequence[str] = ()) -> None:
        self.store.open.set()
        self.disk.open.set()
        self.disk.refuses = 0
        await self.calls.close()
        await self.writer.close()
        await self.store.close()
        failed = [name for name in self.counters.snapshot() if name.startswith("failure.")]
        assert failed == list(failures)

    def client(self) -> Client:
        return TestClient(TestServer(self.app))


def told(event: str = "offered", **more: Any) -> bytes:
    """Write what a carrier tells of a call."""
    fields = {"event": event, "call": "call-1", "number": NUMBER.e164, "caller": CALLER, **more}
    return json.dumps(fields).encode()


def signed(body: bytes, *, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    """Give the headers of a webhook."""
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(secret).sign("msg_1", at, body.decode()),
    }


async def call(client: Client, event: str = "offered", **more: Any) -> dict[str, Any]:
    """Tell of a call; give what came back."""
    body = told(event, **more)
    async with client.post(WEBHOOKS, data=body, headers=signed(body)) as answer:
        assert answer.status in {200, 204}, answer.status
        text = await answer.text()
    said: dict[str, Any] = json.loads(text) if text else {}
    return said
