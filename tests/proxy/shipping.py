"""A shipper on a real outbox and a real receiver, at a brisk rhythm."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calltrack.errors import OutboxError
from calltrack.events import Event, EventId, Kind
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_outbox import OUTBOX, SqliteOutbox
from proxy.border import Border
from proxy.counters import Counters
from proxy.event_line import EventLine
from proxy.shipper import Rhythm, Shipper
from proxy.shipping_lock import ShippingLock
from proxy.shipping_state import ShippingState
from tests.proxy.event_receiver import EventReceiver
from tests.proxy.plan_server import TOKEN
from tests.proxy.visits import NOW

SOON = timedelta(milliseconds=5)
NEVER = timedelta(hours=1)
AT_ONCE = timedelta(microseconds=100)  # it doubles with each failure
BRISK = Rhythm(poll=SOON, sign=NEVER, report=NEVER, retry=AT_ONCE, look_again=SOON)
PATIENCE = timedelta(seconds=20)


class FailingDisk(SqliteOutbox):
    """A real outbox that does not always forget."""

    fails = 0

    async def shipped(self, ids: Sequence[EventId]) -> None:
        if self.fails:
            self.fails -= 1
            raise OutboxError("the disk is full")
        await super().shipped(ids)


class Shipped:
    """A shipper under test, and what it works with. Several may stand on one folder."""

    def __init__(self, folder: Path, receiver: EventReceiver, rhythm: Rhythm = BRISK) -> None:
        file = SqliteFile(folder / "outbox.sqlite3", OUTBOX, error=OutboxError, busy=PATIENCE)
        self.outbox = FailingDisk(file, cap=200_000)
        self.state = ShippingState(receiver.url)
        self.counters = Counters()
        self.told = 0
        self.shipper = Shipper(
            EventLine(receiver.url, token=TOKEN, total_seconds=30),
            self.outbox,
            self.tell,
            self.state,
            ShippingLock(folder),
            Border(self.counters),
            rhythm=rhythm,
        )

    async def tell(self) -> Mapping[str, Any]:
        self.told += 1
        return {"id": "e" * 32, "name": "proxy", "version": "1", "serial": self.told, "report": {}}

    async def until(self, is_so: Callable[["Shipped"], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_so(self):  # noqa: ASYNC110 - many things are waited for here
                await asyncio.sleep(0.002)

    async def until_empty(self) -> None:
        async with asyncio.timeout(60):
            while await self.outbox.backlog():  # noqa: ASYNC110 - no Event comes from a file
                await asyncio.sleep(0.002)

    async def close(self) -> None:
        await self.shipper.close()
        await self.outbox.close()


def some(count: int, kind: Kind = Kind.PAGE_VIEWED) -> list[Event]:
    return [Event(kind, NOW + timedelta(seconds=n), {"path": f"/{n}"}) for n in range(count)]


def ids(events: Sequence[Event]) -> list[str]:
    return [event.id for event in events]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
