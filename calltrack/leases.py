"""Who holds which number, and until when.

A lease ties one number to one session, for one vestiging, for a while. Two sessions never hold the
same number at once, unless the lease says that it is shared: a caller would be credited to the
wrong one.

**Promise, keep, rest**

- A lease is **promised** until a moment: whatever happens, the number goes to nobody else before.
- A promise is never shortened: not by a shorter hold, a release, a new Plan.
- A lease of a browser that has not shown itself again (a `Client` is named) is **unconfirmed**:
  promised for a minute (`UNCONFIRMED`), and **kept** for the hold all the same. When the pool has
  nothing free, the one whose promise was over first is taken back.
- A take without a client confirms all that the session keeps, asked for or not (`take` with
  nothing asked does only that): then the promise lasts as long as the keep.
- A lease **goes on** while it is kept and the session has not let go. Who asks for it again then
  renews it; who gets it again later begins a new one.
- After promise and keep the number **rests** (a pool's `rest`), and then it is free.
- A call in progress **pins** the number: it goes to nobody until the call is over, and the hold
  after it. A rest begins when promise, keep, pin and shares are all over.

**Who gets what**, in this order

1. A session that asks again gets its own number again, promised anew. So `take` is also the
   renewal. It gets it, too, when promise and keep are over and nobody else has the number.
2. A returning visitor names the number held before, and the session that held it; that number is
   given back for the same vestiging unless somebody else got it meanwhile, and else where it is
   free. What was promised to the earlier session goes along.
3. Of the free numbers the one that has been idle longest; those never given before all others, in
   the order of the Plan.
4. Of the unconfirmed ones whose minute is over (and that neither a call nor a share holds) the one
   whose promise was over first.
5. Where the ask says `share`: the number of the pool that was given least recently, beside whoever
   holds it. It is promised like any other, and is nobody else's before that.

All asks of a page go through 1, then all through 2, and so on: no ask takes what is another's.

- A client has at most `cap` unconfirmed leases, shares too, out of a pool; a lease that goes on is
  renewed all the same. A client over its cap gets nothing new.
- A number that left the pool asked for is neither given nor renewed: the session gets another, and
  the promise only keeps the old one from others. The same goes for a lease given before its number
  was released by hand (`Stock.released_at`; a moment that is still to come counts when it comes).
- Two vestigingen never share a number, also when they share a pool: each needs one of its own, and
  a number is shared only for the vestiging that its last holder had it for.
- A share stays a share, of the same number, while it goes on; it never makes its session the
  number's holder. Its keep keeps the number from nobody: when the number goes to another, an
  unconfirmed share whose minute is over is taken back. A pinned number is not shared.

Units: moments are aware UTC datetimes, spans are timedeltas.
Errors: StoreError when the store does not answer, or knows no pools to take from: it was never told
(`sync`), or lost them. No free number is not an error: the answer holds
no lease for that vestiging, and says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType, Protocol

from calltrack.events import Event
from calltrack.numbers import PhoneNumber

PoolKey = NewType("PoolKey", str)
VestigingKey = NewType("VestigingKey", str)
SessionId = NewType("SessionId", str)
Client = NewType("Client", str)
"""An opaque word for the network a visitor came from."""

RENEWAL_SHARE = 10
"""A renewal is due when a tenth of the hold has passed, and promises the hold and a tenth."""

UNCONFIRMED = timedelta(minutes=1)
"""How long a lease is promised to a browser that has not shown itself again."""


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
    share: bool = False  # when nothing is free
    cap: int | None = None  # unconfirmed leases that one client may have in the pool

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
    kept_until: datetime  # the promise's end, or a later one while the lease is unconfirmed
    ended_at: datetime | None = None
    pinned_until: datetime | None = None  # a call is going on
    is_shared: bool = False  # given beside the number's holder

    @property
    def is_confirmed(self) -> bool:
        """Say whether the browser has shown itself again since it got the number."""
        return self.kept_until <= self.promised_until


@dataclass(frozen=True, slots=True)
class Taken:
    """What one `take` gave: at most one lease per vestiging asked for, and what it changed.

    A vestiging without a lease is in `capped`, or its pool is exhausted.
    """

    leases: Mapping[VestigingKey, Lease]
    events: Sequence[Event]
    capped: frozenset[VestigingKey] = frozenset()


@dataclass(frozen=True, slots=True)
class PoolFill:
    """How full a pool is: `numbers` = `promised` + `kept` + `resting` + `free`.

    `promised` counts those that a call or a share holds, too; `kept` those that could be taken back
    now.
    """

    pool: PoolKey
    numbers: int
    promised: int
    kept: int
    resting: int
    free: int


@dataclass(frozen=True, slots=True)
class Stock:
    """The numbers that may be given: each pool's in the order of the Plan.

    `released_at`: leases of that number given before that moment are over.
    """

    pools: Mapping[PoolKey, Sequence[PhoneNumber]]
    serial: int
    released_at: Mapping[PhoneNumber, datetime] = field(default_factory=dict)


class LeaseStore(Protocol):
    """Where the present state of all numbers lives. The one contract of every store.

    `now` is for tests and simulators; without it the store's own clock decides. Time never runs
    backwards in a store: an earlier `now` counts as the latest moment it has written.

    A caller may give up (cancel) at any moment. What the store then still does is whole: a lease
    given that nobody heard of is the session's, and its next `take` tells of it, as a renewal.
    """

    async def sync(self, stock: Stock) -> bool:
        """Make the pools hold exactly these numbers; cheap when they do already.

        A number that left keeps its promise; one that moved takes its promise along.
        A serial lower than the last one changes nothing and gives False. The same serial with other
        numbers counts: a Plan written by hand is changed without its serial sooner or later.
        """

    async def take(
        self,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Give the session a number for each ask, or renew the one it holds, in one atomic step.

        A vestiging that is asked for twice counts once, the first. With a `client` the browser has
        not shown itself before, and what it gets anew is unconfirmed. Without one, what it keeps
        beside the asks is confirmed, too, and told as renewed.
        """

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """End a session's leases, shares too. Their promises and keeps stand.

        The session may take its own numbers again.
        """

    async def pin(
        self, number: PhoneNumber, longest: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """Keep a number from going to anybody while a call is on: until `unpin`, or for `longest`.

        It pins whoever held the number last. A number that was never given needs no pin. A second
        pin makes the first longer, never shorter.
        """

    async def unpin(
        self, number: PhoneNumber, hold: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """End the pin of a number: its last holder is promised it for `hold` from now.

        Where the lease was over, a new one begins for that holder. A number that is not pinned, or
        whose pin ran out and that somebody else got since, stays as it is.
        """

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases that keep a number from others, ended ones too, by pool and number.

        The holder of a number stands before those who share it.
        """

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        """Count each pool's numbers, by pool. A rest is the one of the last ask from the pool."""

    async def close(self) -> None:
        """Let go of the store. A second call does nothing."""
