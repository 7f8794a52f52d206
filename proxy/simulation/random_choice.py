"""A store that gives any free number: what longest-idle-first is compared with. For nothing else.

It forgets everything at its end, knows one process, and takes nothing back.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calltrack.events import Event, Kind
from calltrack.leases import (
    UNCONFIRMED,
    Ask,
    Client,
    Lease,
    PoolKey,
    SessionId,
    Stock,
    Taken,
    promise,
)
from calltrack.numbers import PhoneNumber


@dataclass(slots=True)
class _Row:
    number: PhoneNumber
    lease: Lease | None = None

    def is_free(self, ask: Ask, now: datetime) -> bool:
        return self.lease is None or self.lease.kept_until + ask.rest <= now

    def is_of(self, session: SessionId) -> bool:
        return self.lease is not None and self.lease.session == session


class RandomChoice:
    """Gives a number of a pool at random; whose own it is gets it again, as everywhere."""

    def __init__(self, seed: int) -> None:
        """Choose as the seed has it."""
        self._rng = random.Random(seed)  # noqa: S311 - the same choices each time
        self._pools: dict[PoolKey, list[_Row]] = {}

    async def sync(self, stock: Stock) -> bool:
        """Take the pools over, all numbers free."""
        self._pools = {
            pool: [_Row(number) for number in numbers] for pool, numbers in stock.pools.items()
        }
        return True

    async def take(
        self,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Give the session's own number, the visitor's before, or any that is free."""
        if now is None:
            raise ValueError("this store has no clock of its own")
        taken = Taken({}, ())
        for ask in asks:
            row = self._find(session, ask, now)
            if row is None:
                data = {"session": session, "vestiging": ask.vestiging, "pool": ask.pool}
                event = Event(Kind.POOL_EXHAUSTED, now, data)
                taken = Taken(taken.leases, (*taken.events, event))
                continue
            event = _give(row, session, ask, now, is_confirmed=client is None)
            leases = {**taken.leases, ask.vestiging: row.lease} if row.lease else taken.leases
            taken = Taken(leases, (*taken.events, event))
        return taken

    def _find(self, session: SessionId, ask: Ask, now: datetime) -> _Row | None:
        rows = self._pools[ask.pool]
        own = next((row for row in rows if row.is_of(session)), None)
        if own is not None:
            return own
        before = ask.before
        if before is not None:
            theirs = next((row for row in rows if row.number == before.number), None)
            if theirs is not None and (theirs.is_of(before.session) or theirs.is_free(ask, now)):
                return theirs
        free = [row for row in rows if row.is_free(ask, now)]
        return self._rng.choice(free) if free else None


def _give(row: _Row, session: SessionId, ask: Ask, now: datetime, *, is_confirmed: bool) -> Event:
    before = row.lease if row.lease is not None and now < row.lease.kept_until else None
    is_renewal = before is not None and row.is_of(session)
    kept = promise(ask.hold, now=now)
    row.lease = Lease(
        number=row.number,
        pool=ask.pool,
        vestiging=ask.vestiging,
        session=session,
        given_at=before.given_at if before is not None and is_renewal else now,
        promised_until=kept if is_confirmed else min(kept, now + UNCONFIRMED),
        kept_until=kept,
    )
    data = {
        "session": session,
        "vestiging": ask.vestiging,
        "pool": ask.pool,
        "number": row.number.e164,
        "promised_until": row.lease.promised_until.isoformat(),
        "kept_until": kept.isoformat(),
        "given_at": row.lease.given_at.isoformat(),
    }
    if before is not None and not is_renewal:
        data["before"] = before.session
    return Event(Kind.LEASE_RENEWED if is_renewal else Kind.LEASE_GIVEN, now, data)
