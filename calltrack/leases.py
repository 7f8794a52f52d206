"""Who holds which number, and until when.

A lease ties one number to one session, for one vestiging, for a while. Two sessions never hold the
same number at once: a caller would be credited to the wrong one.

- A lease is **promised** until a moment: whatever happens, the number goes to nobody else before.
- After the promise the number **rests** (a pool's `rest`), and then it is free.
- Of the free numbers the one that has been idle longest goes out first.
- A session that asks again gets its own number again, promised anew. So `take` is also the renewal.
- A returning visitor names the number held before, and the session that held it; that number is
  given back unless somebody else got it meanwhile.

Units: moments are aware UTC datetimes, spans are timedeltas.
Errors: StoreError when the store does not answer. No free number is not an error: the answer holds
no lease for that vestiging, and the page keeps its original number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType, Protocol

from calltrack.events import Event
from calltrack.numbers import PhoneNumber

PoolKey = NewType("PoolKey", str)
VestigingKey = NewType("VestigingKey", str)
SessionId = NewType("SessionId", str)

RENEWAL_SHARE = 10
"""A renewal is due when a tenth of the hold has passed, and promises the hold and a tenth."""


def promise(hold: timedelta, *, now: datetime) -> datetime:
    """Say until when a number taken or renewed now is promised."""
    return now + hold + hold / RENEWAL_SHARE


def renewal_due(promised_until: datetime, hold: timedelta, *, now: datetime) -> bool:
    """Say whether less than the hold is left of a promise.

    While it is not due, a page view needs no store: the number stays for at least `hold` after it.
    """
    return promised_until - now < hold


@dataclass(frozen=True, slots=True)
class Before:
    """The number a returning visitor had, and the session that held it."""

    number: PhoneNumber
    session: SessionId


@dataclass(frozen=True, slots=True)
class Ask:
    """One number wanted: for this vestiging, from this pool."""

    vestiging: VestigingKey
    pool: PoolKey
    hold: timedelta
    rest: timedelta
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A number in a session's hands."""

    number: PhoneNumber
    pool: PoolKey
    vestiging: VestigingKey
    session: SessionId
    given_at: datetime
    promised_until: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What one `take` gave: at most one lease per vestiging asked for, and what it changed."""

    leases: Mapping[VestigingKey, Lease]
    events: Sequence[Event]


class LeaseStore(Protocol):
    """Where the present state of all numbers lives. The one contract of every store.

    `now` is for tests and simulators; without it the store's own clock decides. Time never runs
    backwards in a store: an earlier `now` counts as the latest moment it has seen.
    """

    async def sync(self, pools: Mapping[PoolKey, Sequence[PhoneNumber]], *, serial: int) -> None:
        """Make the pools hold exactly these numbers. A serial lower than the last one is ignored.

        A number that left keeps its promise; one that moved takes its promise along.
        """

    async def take(
        self, session: SessionId, asks: Sequence[Ask], *, now: datetime | None = None
    ) -> Taken:
        """Give the session a number for each ask, or renew the one it holds, in one atomic step."""

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """End a session's leases. Their promises stand."""

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases whose promise is not over, by pool and number."""

    async def close(self) -> None:
        """Let go of the store. A second call does nothing."""
