"""What one `take` does inside its transaction, on the rows of `sqlite_rows`.

Numbers are found for all asks of a page in rounds, so that no ask takes what is another's: what the
session has, then what the returning visitor had, then the longest idle, then one taken back, then
one shared.

A number is free when all that keeps it and the asking pool's rest are over. The rest is not in the
row, so a changed rest counts at once, also for numbers given before.

Units: moments are microseconds since 1970, as in the file.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from calltrack.events import EndReason, Event
from calltrack.leases import (
    UNCONFIRMED,
    Ask,
    Client,
    Lease,
    SessionId,
    Taken,
    VestigingKey,
    promise,
)
from calltrack.stores import lease_events
from calltrack.stores.sqlite import to_micros, to_moment
from calltrack.stores.sqlite_rows import (
    BUSY_UNTIL,
    FIRM_UNTIL,
    Row,
    Share,
    end_leases,
    find_rows,
    find_shares,
    write_lease,
    write_share,
)


class Taking:
    """One `take` inside its transaction."""

    def __init__(
        self, connection: sqlite3.Connection, session: SessionId, client: Client | None, at: int
    ) -> None:
        """Read what the session has already."""
        self._connection = connection
        self._session = session
        self._client = client
        self._at = at
        self._now = to_moment(at)
        self._rows = find_rows(connection, "session = ?", (session,))
        self._shares = find_shares(connection, "share.session = ?", (session,))
        self._asked = 0
        self._unconfirmed: Counter[str] = Counter()  # the client's, by pool
        self._to_take_back: dict[str, list[Row]] = {}  # by pool, the next one last
        self._leases: dict[VestigingKey, Lease] = {}
        self._given: set[str] = set()
        self._events: list[Event] = []

    def run(self, asks: Sequence[Ask]) -> Taken:
        """Give what can be given, and say what it changed."""
        self._asked = len(asks)
        self._count_unconfirmed(asks)
        for ask in asks:
            self._again(ask)
        for give in (self._brought, self._longest_idle, self._take_back, self._share):
            for ask in asks:
                if ask.vestiging not in self._leases and not self._is_capped(ask):
                    give(ask)
        for ask in asks:
            self._remember_rest(ask)
        self._let_go_of_others()
        if self._client is None:
            self._confirm_others()
        lacking = [ask for ask in asks if ask.vestiging not in self._leases]
        capped = frozenset(ask.vestiging for ask in lacking if self._is_capped(ask))
        self._events += [
            lease_events.exhausted(self._session, ask, self._now)
            for ask in lacking
            if ask.vestiging not in capped
        ]
        return Taken(self._leases, tuple(self._events), capped)

    # -- the rounds

    def _again(self, ask: Ask) -> None:
        """Give what the session has for the vestiging: its lease, a share, or its last number."""
        at = self._at
        rows = [
            row
            for row in self._rows
            if (row.vestiging, row.pool) == (ask.vestiging, ask.pool) and row.is_its_holders(at)
        ]
        shares = [
            share
            for share in self._shares
            if (share.vestiging, share.pool) == (ask.vestiging, ask.pool)
            if share.goes_on(at) and not share.is_released(at)
        ]
        row = min(
            rows, key=lambda r: (r.ended_at is not None, -(r.given_at or 0), r.e164), default=None
        )
        if shares and not (row and row.goes_on(at)):
            self._renew_share(min(shares, key=lambda s: (-s.given_at, s.e164)), ask)
        elif row and (row.goes_on(at) or not self._is_capped(ask)):
            self._give(row, ask, is_heir=True)

    def _brought(self, ask: Ask) -> None:
        """Give the number the visitor had before: still that session's, or free."""
        if ask.before is None:
            return
        e164 = ask.before.number.e164
        for row in find_rows(self._connection, "e164 = ? AND pool = ?", (e164, ask.pool)):
            had = (row.session, row.vestiging) == (ask.before.session, ask.vestiging)
            if had and row.is_its_holders(self._at):
                self._give(row, ask, is_heir=True, reason=EndReason.RETURNED)
            elif row.busy_until <= self._idle_since(ask):
                self._give(row, ask)

    def _longest_idle(self, ask: Ask) -> None:
        """Give the free number that was over first."""
        for row in find_rows(
            self._connection,
            f"pool = ? AND {BUSY_UNTIL} <= ? ORDER BY {BUSY_UNTIL}, position LIMIT 1",
            (ask.pool, self._idle_since(ask)),
        ):
            self._give(row, ask)

    def _take_back(self, ask: Ask) -> None:
        """Give the unconfirmed number whose promise was over first."""
        if ask.pool not in self._to_take_back:
            found = find_rows(
                self._connection,
                "pool = ? AND client IS NOT NULL AND promised_until <= ? AND kept_until > ?"
                f" AND {FIRM_UNTIL} <= ? AND NOT (session = ? AND ended_at IS NULL)"
                " ORDER BY promised_until, position LIMIT ?",
                (ask.pool, self._at, self._at, self._at, self._session, self._asked),
            )
            self._to_take_back[ask.pool] = found[::-1]
        if self._to_take_back[ask.pool]:
            row = self._to_take_back[ask.pool].pop()
            self._give(row, ask, reason=EndReason.TAKEN_BACK)

    def _share(self, ask: Ask) -> None:
        """Give the number given least recently, beside whoever holds it."""
        if not ask.share:
            return
        me, now = self._session, self._at
        for row in find_rows(
            self._connection,
            """pool = ? AND vestiging = ? AND session != ? AND pinned_until <= ?
               AND NOT EXISTS (SELECT 1 FROM share
                               WHERE share.session = ? AND share.vestiging = number.vestiging
                                 AND share.e164 = number.e164 AND share.kept_until > ?
                                 AND share.given_at < number.released_at
                                 AND number.released_at <= ?)
               ORDER BY last_given, position LIMIT 1""",
            (ask.pool, ask.vestiging, me, now, me, now, now),
        ):
            self._begin_share(row, ask)

    # -- what they do

    def _give(
        self, row: Row, ask: Ask, *, is_heir: bool = False, reason: EndReason | None = None
    ) -> None:
        """Make the session the number's holder. An heir takes over what was promised and kept."""
        is_renewal = is_heir and row.session == self._session and row.goes_on(self._at)
        is_continued = is_heir and row.is_kept(self._at)
        if reason is not None and row.goes_on(self._at):
            self._events.append(lease_events.ended(row.lease(self._at), self._now, reason))
        if not is_continued:
            self._drop_shares(row)
        client = row.client if is_renewal and self._client else self._client
        promised, kept = self._promise(
            ask, client, row.promised_until, row.kept_until if is_continued else 0
        )
        new = replace(
            row,
            session=self._session,
            vestiging=ask.vestiging,
            leased_from=ask.pool,
            given_at=row.given_at if is_renewal else self._at,
            promised_until=promised,
            kept_until=kept,
            ended_at=None,
            client=client,
            pinned_until=row.pinned_until if is_heir else 0,
            shared_until=row.shared_until if is_continued else 0,
        )
        write_lease(self._connection, new)
        self._recount(row, new)
        lease = self._note(ask, new.lease(self._at))
        if is_renewal:
            self._events.append(lease_events.renewed(lease, self._now))
        else:
            is_another = is_continued and row.session != self._session
            before = row.session if is_another else None
            self._events.append(lease_events.given(lease, before=before))

    def _begin_share(self, row: Row, ask: Ask) -> None:
        earlier = next(
            (s for s in self._shares if s.e164 == row.e164 and s.kept_until > self._at), None
        )
        promised, kept = self._promise(
            ask,
            self._client,
            earlier.promised_until if earlier else 0,
            earlier.kept_until if earlier else 0,
        )
        share = Share(
            session=self._session,
            vestiging=ask.vestiging,
            e164=row.e164,
            leased_from=ask.pool,
            given_at=self._at,
            promised_until=promised,
            kept_until=kept,
            client=self._client,
            ended_at=None,
            pool=row.pool,
            released_at=row.released_at,
        )
        self._connection.execute("DELETE FROM share WHERE kept_until <= ?", (self._at,))
        write_share(self._connection, share)
        self._recount(earlier, share)
        lease = self._note(ask, share.lease())
        self._events.append(lease_events.given(lease))

    def _renew_share(self, share: Share, ask: Ask) -> None:
        client = share.client if self._client else None
        promised, kept = self._promise(ask, client, share.promised_until, share.kept_until)
        new = replace(
            share,
            leased_from=ask.pool,
            promised_until=promised,
            kept_until=kept,
            client=client,
        )
        write_share(self._connection, new)
        self._recount(share, new)
        lease = self._note(ask, new.lease())
        self._events.append(lease_events.renewed(lease, self._now))

    def _promise(self, ask: Ask, client: str | None, promised: int, kept: int) -> tuple[int, int]:
        """Say until when a lease is promised and kept, which was so until then already."""
        full = to_micros(promise(ask.hold, now=self._now))
        if client is None:
            return (max(promised, kept, full),) * 2
        minute = self._at + _micros(UNCONFIRMED)
        promised = max(promised, min(minute, full))
        return promised, max(promised, kept, full)

    def _drop_shares(self, row: Row) -> None:
        """Forget who shared a number that goes to somebody now: their promises are over."""
        if not row.shared_until:
            return
        for share in find_shares(self._connection, "share.e164 = ?", (row.e164,)):
            self._recount(share, None)
            if share.goes_on(self._at):
                ended = lease_events.ended(share.lease(), self._now, EndReason.TAKEN_BACK)
                self._events.append(ended)
        self._connection.execute("DELETE FROM share WHERE e164 = ?", (row.e164,))

    def _let_go_of_others(self) -> None:
        """End what the session had for a vestiging before it got another number."""
        rows = [r for r in self._rows if r.ended_at is None and self._got_another(r)]
        shares = [s for s in self._shares if s.ended_at is None and self._got_another(s)]
        self._events += end_leases(self._connection, rows, shares, self._at, EndReason.REPLACED)

    def _got_another(self, had: Row | Share) -> bool:
        return had.vestiging in self._leases and had.e164 not in self._given

    def _confirm_others(self) -> None:
        """The browser has shown itself: what it keeps beside the asks is promised as long."""
        for row in self._rows:
            if row.pool and row.goes_on(self._at) and self._is_to_confirm(row):
                confirmed = replace(row, promised_until=row.kept_until, client=None)
                write_lease(self._connection, confirmed)
                self._events.append(lease_events.renewed(confirmed.lease(self._at), self._now))
        for share in self._shares:
            if share.pool and share.goes_on(self._at) and self._is_to_confirm(share):
                certain = replace(share, promised_until=share.kept_until, client=None)
                write_share(self._connection, certain)
                self._events.append(lease_events.renewed(certain.lease(), self._now))

    def _is_to_confirm(self, had: Row | Share) -> bool:
        is_left = had.vestiging not in self._leases and had.e164 not in self._given
        return is_left and had.client is not None and not had.is_released(self._at)

    # -- counts and spans

    def _note(self, ask: Ask, lease: Lease) -> Lease:
        self._leases[ask.vestiging] = lease
        self._given.add(lease.number.e164)
        return lease

    def _count_unconfirmed(self, asks: Sequence[Ask]) -> None:
        """Count what the client keeps without having shown itself again."""
        if self._client is None:
            return
        for pool in {ask.pool for ask in asks if ask.cap is not None}:
            for table in ("number", "share"):
                self._unconfirmed[pool] += self._connection.execute(
                    f"SELECT count(*) FROM {table}"  # noqa: S608 - one of our two tables
                    " WHERE client = ? AND leased_from = ? AND kept_until > ?",
                    (self._client, pool, self._at),
                ).fetchone()[0]

    def _recount(self, old: Row | Share | None, new: Row | Share | None) -> None:
        for found, step in ((old, -1), (new, 1)):
            if found and found.client == self._client and found.kept_until > self._at:
                self._unconfirmed[found.leased_from or ""] += step

    def _is_capped(self, ask: Ask) -> bool:
        if self._client is None or ask.cap is None:
            return False
        return self._unconfirmed[ask.pool] >= ask.cap

    def _idle_since(self, ask: Ask) -> int:
        """Give the latest end that has had its rest; never given (0) always has."""
        return max(self._at - _micros(ask.rest), 0)

    def _remember_rest(self, ask: Ask) -> None:
        rest = _micros(ask.rest)
        self._connection.execute(
            "UPDATE pool SET rest = ? WHERE key = ? AND rest != ?", (rest, ask.pool, rest)
        )


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
