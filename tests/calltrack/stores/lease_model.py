"""The rules of `calltrack.leases` told as simply as they can be: all numbers are looked at.

It keeps every lease there ever was, so it also knows who held a number at any moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from calltrack.leases import UNCONFIRMED, Ask, PoolFill, PoolKey, Stock, promise
from tests.calltrack.stores.words import START, at, number

NEVER = at(-1_000_000)
Told = tuple[str, str, str]  # kind, session, number; or vestiging where there is none


@dataclass(eq=False)
class Hand:
    """One lease: the holder's, or a sharer's."""

    n: int
    session: str
    vestiging: str
    pool: str
    given_at: datetime
    promised: datetime
    kept: datetime
    client: str | None
    is_shared: bool = False
    ended: bool = False

    def goes_on(self, now: datetime) -> bool:
        return not self.ended and now < self.kept


@dataclass(eq=False)
class Row:
    """One number."""

    n: int
    pool: str | None = None
    place: int = 0  # in its pool
    released: datetime = NEVER
    holder: Hand | None = None  # the last one
    shares: list[Hand] = field(default_factory=list)
    shared_until: datetime = NEVER
    pinned_until: datetime = NEVER
    last_given: datetime = NEVER

    def firm_until(self) -> datetime:
        promised = self.holder.promised if self.holder else NEVER
        return max(promised, self.pinned_until, self.shared_until)

    def busy_until(self) -> datetime:
        return max(self.firm_until(), self.holder.kept if self.holder else NEVER)

    def is_free(self, rest: timedelta, now: datetime) -> bool:
        return self.holder is None or self.busy_until() + rest <= now


class Model:
    """A store that knows the rules and nothing about speed."""

    def __init__(self, numbers: Iterable[int]) -> None:
        """Begin with numbers that are nowhere."""
        self.now = START
        self.serial = 0
        self.rows = [Row(n) for n in numbers]
        self.rests = {"p": timedelta(0), "q": timedelta(0)}
        self.hands: list[Hand] = []
        self.told: list[Told] = []

    def sync(self, stock: Stock) -> None:
        """Put each number where the Plan says."""
        self.serial = stock.serial
        places = {one: (key, i) for key, ns in stock.pools.items() for i, one in enumerate(ns)}
        for row in self.rows:
            row.pool, row.place = places.get(number(row.n), (None, 0))
            row.released = stock.released_at.get(number(row.n), NEVER)

    # -- take

    def take(
        self, session: str, asks: Sequence[Ask], client: str | None
    ) -> tuple[dict[str, Hand], set[str]]:
        """Say which number each vestiging gets, and which are capped."""
        got: dict[str, Hand] = {}
        for wanted in asks:
            self._again(session, wanted, client, got)
        for give in (self._brought, self._longest_idle, self._take_back, self._share):
            for wanted in asks:
                if wanted.vestiging not in got and not self.is_capped(wanted, client):
                    give(session, wanted, client, got)
        for wanted in asks:
            self.rests[wanted.pool] = wanted.rest
        self._after(session, client, got)
        lacking = [wanted for wanted in asks if wanted.vestiging not in got]
        capped = {wanted.vestiging for wanted in lacking if self.is_capped(wanted, client)}
        for wanted in lacking:
            if wanted.vestiging not in capped:
                self.told.append(("pool.exhausted", session, wanted.vestiging))
        return got, {str(key) for key in capped}

    def is_capped(self, wanted: Ask, client: str | None) -> bool:
        """Say whether the client may have no more."""
        if client is None or wanted.cap is None:
            return False
        return self.unconfirmed(client, wanted.pool) >= wanted.cap

    def unconfirmed(self, client: str, pool: str) -> int:
        """Count what a client keeps."""
        present = [hand for row in self.rows for hand in (row.holder, *row.shares) if hand]
        return sum(
            hand.client == client and hand.pool == pool and hand.kept > self.now for hand in present
        )

    def _again(self, session: str, wanted: Ask, client: str | None, got: dict[str, Hand]) -> None:
        rows = [row for row in self.rows if row.pool == wanted.pool]
        mine = [
            (row.holder.ended, -row.holder.given_at.timestamp(), row.n)
            for row in rows
            if row.holder and self._may_have_again(row, session, wanted)
        ]
        shares = [
            (-hand.given_at.timestamp(), row.n, hand)
            for row in rows
            for hand in row.shares
            if (hand.session, hand.vestiging) == (session, wanted.vestiging)
            if hand.goes_on(self.now) and not hand.given_at < row.released <= self.now
        ]
        row = self.rows[min(mine)[-1]] if mine else None
        goes_on = row is not None and row.holder is not None and row.holder.goes_on(self.now)
        if shares and not goes_on:
            hand = min(shares, key=lambda found: found[:2])[-1]
            self._extend(hand, wanted, client)
            self.rows[hand.n].shared_until = max(self.rows[hand.n].shared_until, hand.promised)
            got[wanted.vestiging] = hand
            self.told.append(("lease.renewed", session, number(hand.n).e164))
        elif row and (goes_on or not self.is_capped(wanted, client)):
            self._give(row, session, wanted, client, got, heir=True)

    def _may_have_again(self, row: Row, session: str, wanted: Ask) -> bool:
        hand = row.holder
        if hand is None or (hand.session, hand.vestiging) != (session, wanted.vestiging):
            return False
        if hand.given_at < row.released <= self.now:
            return False
        return hand.kept > self.now or row.shared_until <= self.now

    def _brought(self, session: str, wanted: Ask, client: str | None, got: dict[str, Hand]) -> None:
        for row in self.rows:
            if wanted.before is None or wanted.before.number != number(row.n):
                continue
            if row.pool != wanted.pool:
                continue
            if self._may_have_again(row, wanted.before.session, wanted):
                self._give(row, session, wanted, client, got, heir=True)
            elif row.is_free(wanted.rest, self.now):
                self._give(row, session, wanted, client, got)

    def _longest_idle(
        self, session: str, wanted: Ask, client: str | None, got: dict[str, Hand]
    ) -> None:
        free = [r for r in self.rows if r.pool == wanted.pool and r.is_free(wanted.rest, self.now)]
        if free:
            row = min(free, key=lambda r: (r.holder is not None, r.busy_until(), r.place))
            self._give(row, session, wanted, client, got)

    def _take_back(
        self, session: str, wanted: Ask, client: str | None, got: dict[str, Hand]
    ) -> None:
        found = [
            (row.holder.promised, row.place, row.n)
            for row in self.rows
            if row.pool == wanted.pool and row.holder and row.holder.client
            if row.firm_until() <= self.now < row.holder.kept
            if row.holder.session != session or row.holder.ended
        ]
        if found:
            row = self.rows[min(found)[-1]]
            assert row.holder is not None
            if not row.holder.ended:
                self.told.append(("lease.ended", row.holder.session, number(row.n).e164))
            row.holder.kept = self.now
            self._give(row, session, wanted, client, got)

    def _share(self, session: str, wanted: Ask, client: str | None, got: dict[str, Hand]) -> None:
        found = [
            (row.last_given, row.place, row.n)
            for row in self.rows
            if wanted.share and row.pool == wanted.pool and row.holder
            if row.holder.vestiging == wanted.vestiging and row.holder.session != session
            if row.pinned_until <= self.now
            if not any(self._is_let_go_by_hand(s, session, row) for s in row.shares)
        ]
        if not found:
            return
        row = self.rows[min(found)[-1]]
        hand = self._new(row, session, wanted, client, is_shared=True)
        for old in [s for s in row.shares if s.session == session]:
            self._inherit(hand, old)
            row.shares.remove(old)
        row.shares.append(hand)
        row.shared_until = max(row.shared_until, hand.promised)
        got[wanted.vestiging] = hand

    def _is_let_go_by_hand(self, share: Hand, session: str, row: Row) -> bool:
        is_present = share.session == session and share.kept > self.now
        return is_present and share.given_at < row.released <= self.now

    def _give(
        self,
        row: Row,
        session: str,
        wanted: Ask,
        client: str | None,
        got: dict[str, Hand],
        *,
        heir: bool = False,
    ) -> None:
        old = row.holder
        if heir and old and old.session == session and old.goes_on(self.now):
            self._extend(old, wanted, client)
            got[wanted.vestiging] = old
            self.told.append(("lease.renewed", session, number(row.n).e164))
            return
        if heir and old and old.session != session and old.goes_on(self.now):
            self.told.append(("lease.ended", old.session, number(row.n).e164))
        hand = self._new(row, session, wanted, client)
        if heir and old and old.kept > self.now:
            self._inherit(hand, old)
        else:
            self.told += [
                ("lease.ended", s.session, number(row.n).e164)
                for s in row.shares
                if s.goes_on(self.now)
            ]
            for share in row.shares:
                share.kept = min(share.kept, self.now)
            row.shares, row.shared_until = [], NEVER
        if not heir:
            row.pinned_until = NEVER
        row.holder = got[wanted.vestiging] = hand

    def _new(
        self, row: Row, session: str, wanted: Ask, client: str | None, *, is_shared: bool = False
    ) -> Hand:
        hand = Hand(
            row.n,
            session,
            wanted.vestiging,
            wanted.pool,
            self.now,
            NEVER,
            NEVER,
            client,
            is_shared=is_shared,
        )
        self._extend(hand, wanted, client)
        self.hands.append(hand)
        row.last_given = self.now
        self.told.append(("lease.given", session, number(row.n).e164))
        return hand

    def _inherit(self, hand: Hand, old: Hand) -> None:
        """Take over what was promised and kept; the old lease is over."""
        if old.kept <= self.now:
            return
        hand.promised = max(hand.promised, old.promised)
        hand.kept = max(hand.kept, old.kept)
        if hand.client is None:
            hand.promised = hand.kept
        old.promised, old.kept = min(old.promised, self.now), self.now

    def _extend(self, hand: Hand, wanted: Ask, client: str | None) -> None:
        full = promise(wanted.hold, now=self.now)
        hand.pool = wanted.pool
        hand.kept = max(hand.kept, full)
        if client is None:
            hand.client = None
        minute = min(self.now + UNCONFIRMED, full)
        hand.promised = max(hand.promised, minute if hand.client else hand.kept)
        hand.kept = max(hand.kept, hand.promised)

    def _after(self, session: str, client: str | None, got: dict[str, Hand]) -> None:
        """End what was replaced, and confirm the rest."""
        given = {hand.n for hand in got.values()}
        for hand in self._hands_of(session):
            row = self.rows[hand.n]
            if hand in got.values() or hand.n in given:
                continue
            if hand.vestiging in got:
                if hand.goes_on(self.now):
                    self.told.append(("lease.ended", session, number(hand.n).e164))
                hand.ended = True
            elif client is None and hand.client and hand.goes_on(self.now):
                if row.pool is None or hand.given_at < row.released <= self.now:
                    continue
                hand.client, hand.promised = None, hand.kept
                if hand.is_shared:
                    row.shared_until = max(row.shared_until, hand.promised)
                self.told.append(("lease.renewed", session, number(hand.n).e164))

    def _hands_of(self, session: str) -> list[Hand]:
        present = [hand for row in self.rows for hand in (row.holder, *row.shares) if hand]
        return [hand for hand in present if hand.session == session]

    # -- the other operations

    def release(self, session: str) -> None:
        """End what goes on."""
        for hand in self._hands_of(session):
            if hand.goes_on(self.now):
                self.told.append(("lease.ended", session, number(hand.n).e164))
            hand.ended = True

    def pin(self, n: int, longest: timedelta) -> None:
        """Begin a call."""
        row = self.rows[n]
        if row.holder:
            row.pinned_until = max(row.pinned_until, self.now + longest)
            self.told.append(("lease.pinned", row.holder.session, number(n).e164))

    def unpin(self, n: int, hold: timedelta) -> None:
        """End a call."""
        row = self.rows[n]
        if row.holder is None or row.pinned_until == NEVER:
            return
        row.pinned_until, until = NEVER, self.now + hold
        self.told.append(("lease.unpinned", row.holder.session, number(n).e164))
        if row.holder.kept > self.now:
            row.holder.promised = max(row.holder.promised, until)
            row.holder.kept = max(row.holder.kept, row.holder.promised)
            return
        old = row.holder
        row.holder = Hand(n, old.session, old.vestiging, old.pool, self.now, until, until, None)
        row.last_given = self.now
        self.hands.append(row.holder)

    # -- what it tells

    def held(self) -> list[Hand]:
        """List what keeps numbers from others, by pool and number, the holder before sharers."""
        found = [hand for row in self.rows for hand in row.shares if hand.promised > self.now]
        found += [
            row.holder
            for row in self.rows
            if row.holder and max(row.holder.kept, row.pinned_until) > self.now
        ]
        return sorted(found, key=lambda hand: (hand.pool, hand.n, hand.is_shared, hand.session))

    def fill(self, pool: str) -> PoolFill:
        """Count a pool's numbers."""
        rows = [row for row in self.rows if row.pool == pool]
        promised = sum(row.firm_until() > self.now for row in rows)
        kept = sum(row.firm_until() <= self.now < row.busy_until() for row in rows)
        free = sum(row.is_free(self.rests[pool], self.now) for row in rows)
        resting = len(rows) - promised - kept - free
        return PoolFill(PoolKey(pool), len(rows), promised, kept, resting, free)

    def had(self, n: int, moment: datetime) -> tuple[list[str], list[str]]:
        """Name who was promised a number at a moment, and who was kept it beyond that."""
        hands = [hand for hand in self.hands if hand.n == n and hand.given_at <= moment < hand.kept]
        promised = sorted(hand.session for hand in hands if moment < hand.promised)
        return promised, sorted(hand.session for hand in hands if moment >= hand.promised)

    def was_given(self, n: int, moment: datetime) -> bool:
        """Say whether anybody had a number at that moment, or before."""
        return any(hand.n == n and hand.given_at <= moment for hand in self.hands)
