"""A lease store that is watched: ops hear once when it fails, and once when it is well again.

A store that takes no leases any more may still be read (a full disk), so the status page cannot
tell by looking. What a call for a page or a Plan said counts, until a later one goes well.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from calltrack.errors import StoreError
from calltrack.events import Event
from calltrack.leases import (
    Ask,
    Client,
    Lease,
    LeaseStore,
    PoolFill,
    SessionId,
    Stock,
    Taken,
)
from calltrack.numbers import PhoneNumber

T = TypeVar("T")

_log = logging.getLogger("calltrack.proxy")


class WatchedStore:
    """A `LeaseStore` before another. `failure` says why the last call failed, if it did."""

    def __init__(self, store: LeaseStore) -> None:
        """Stand before an open store; closing this closes it."""
        self._store = store
        self.failure: str | None = None
        self.is_failing = asyncio.Event()

    async def sync(self, stock: Stock) -> bool:
        """Pass the pools on, and note how it went."""
        return await self._noted(self._store.sync(stock))

    async def take(
        self,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Take numbers, and note how it went."""
        return await self._noted(self._store.take(session, asks, client=client, now=now))

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """Pass the release on."""
        return await self._store.release(session, now=now)

    async def pin(
        self, number: PhoneNumber, longest: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """Pass the pin on."""
        return await self._store.pin(number, longest, now=now)

    async def unpin(
        self, number: PhoneNumber, hold: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """Pass the end of a pin on."""
        return await self._store.unpin(number, hold, now=now)

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases."""
        return await self._store.held(now=now)

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        """Count the pools."""
        return await self._store.fill(now=now)

    async def close(self) -> None:
        """Let go of the store."""
        await self._store.close()

    async def _noted(self, call: Awaitable[T]) -> T:
        try:
            given = await call
        except StoreError as error:
            if self.failure is None:
                _log.warning("the lease store fails, pages show what is promised: %s", error)
            self.failure = str(error)
            self.is_failing.set()
            raise
        if self.failure is not None:
            _log.warning("the lease store is well again")
            self.failure = None
            self.is_failing.clear()
        return given
