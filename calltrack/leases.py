"""Who holds which number, and until when.

A lease ties one number to one session, for one vestiging, for a while. Two sessions never hold the
same number at once: a caller would be credited to the wrong one.

- A lease is **promised** until a moment: whatever happens, the number goes to nobody else before.
- After the promise the number **rests** (a pool's `rest`), and then it is free.
- Of the free numbers the one that has been idle longest goes out first; those never given before
  all others, in the order of the Plan.
- A session that asks again gets its own number again, promised anew. So `take` is also the renewal.
  It gets it, too, when the promise is over and nobody else has the number.
- A returning visitor names the number held before, and the session that held it; that number is
  given back unless somebody else got it meanwhile.
- A promise is never shortened: not by a shorter hold, a release, a new Plan.
- A number that left the pool asked for is neither given nor renewed: the session gets another, and
  the promise only keeps the old one from others.
- Two vestigingen never share a number, also when they share a pool: each needs one of its own.

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

    def __post_init__(self) -> None:
        """Refuse spans that promise nothing."""
        if self.hold <= timedelta(0) or self.rest < timedelta(0):
            raise ValueError("a hold is longer than nothing, and a rest is not negative")


@dataclass(frozen=True, slots=True)
class Lease:
    """A number in a session's hands. `ended_at`: the session let go of it, the promise stands."""

    number: PhoneNumber
    pool: PoolKey
    vestiging: VestigingKey
    session: SessionId
    given_at: datetime
    promised_until: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What one `take` gave: at most one lease per vestiging asked for, and what it changed."""

    leases: Mapping[VestigingKey, Lease]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class PoolFill:
    """How full a pool is: `numbers` = `promised` + `resting` + `free`."""

    pool: PoolKey
    numbers: int
    promised: int
    resting: int
    free: int


class LeaseStore(Protocol):
    """Where the present state of all numbers lives. The one contract of every store.

    `now` is for tests and simulators; without it the store's own clock decides. Time never runs
    backwards in a store: an earlier `now` counts as the latest moment it has written.

    A caller may give up (cancel) at any moment. What the store then still does is whole: a lease
    given that nobody heard of is the session's, and its next `take` tells of it, as a renewal.
    """

    async def sync(self, pools: Mapping[PoolKey, Sequence[PhoneNumber]], *, serial: int) -> bool:
        """Make the pools hold exactly these numbers; cheap when they do already.

        A number that left keeps its promise; one that moved takes its promise along.
        A serial lower than the last one changes nothing and gives False. The same serial with other
        numbers counts: a Plan written by hand is changed without its serial sooner or later.
        """

    async def take(
        self, session: SessionId, asks: Sequence[Ask], *, now: datetime | None = None
    ) -> Taken:
        """Give the session a number for each ask, or renew the one it holds, in one atomic step.

        A vestiging that is asked for twice counts once, the first.
        """

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """End a session's leases. Their promises stand; the session may take them again."""

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases whose promise is not over, ended ones too, by pool and number."""

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        """Count each pool's numbers, by pool. A rest is the one of the last ask from the pool."""

    async def close(self) -> None:
        """Let go of the store. A second call does nothing."""
