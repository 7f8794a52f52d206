"""A lease store that is watched: ops hear once when it fails, and once when it is well again.

A store that takes no leases any more may still be read (a full disk), so the status page cannot
tell by looking. What a page's own call said counts, until a later one goes well.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from calltrack.errors import StoreError
from calltrack.events import Event
from calltrack.leases import Ask, Lease, LeaseStore, PoolFill, PoolKey, SessionId, Taken
from calltrack.numbers import PhoneNumber

_log = logging.getLogger("calltrack.proxy")


class WatchedStore:
    """A `LeaseStore` before another. `failure` says why the last `take` failed, if it did."""

    def __init__(self, store: LeaseStore) -> None:
        """Stand before an open store; closing this closes it."""
        self._store = store
        self.failure: str | None = None

    async def sync(self, pools: Mapping[PoolKey, Sequence[PhoneNumber]], *, serial: int) -> bool:
        """Pass the pools on."""
        return await self._store.sync(pools, serial=serial)

    async def take(
        self, session: SessionId, asks: Sequence[Ask], *, now: datetime | None = None
    ) -> Taken:
        """Take numbers, and note how it went."""
        try:
            taken = await self._store.take(session, asks, now=now)
        except StoreError as error:
            if self.failure is None:
                _log.warning("the lease store fails, pages show what is promised: %s", error)
            self.failure = str(error)
            raise
        if self.failure is not None:
            _log.warning("the lease store is well again")
            self.failure = None
        return taken

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """Pass the release on."""
        return await self._store.release(session, now=now)

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases."""
        return await self._store.held(now=now)

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        """Count the pools."""
        return await self._store.fill(now=now)

    async def close(self) -> None:
        """Let go of the store."""
        await self._store.close()
