"""Leases in one SQLite file, for any number of processes on one machine.

The holder is stored with the number: one row a number, whatever pool it is in (`sqlite_rows`).
`sqlite_taking` finds the numbers inside this file's transactions, `sqlite_stock` writes the pools.

Units: moments are microseconds since 1970 inside the file, spans are microseconds.
Errors: StoreError, also when the file cannot be opened.
"""

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calltrack.errors import StoreError
from calltrack.events import EndReason, Event
from calltrack.leases import Ask, Client, Lease, PoolFill, PoolKey, SessionId, Stock, Taken
from calltrack.numbers import PhoneNumber
from calltrack.stores import lease_events
from calltrack.stores.sqlite import BUSY, SqliteFile, to_micros, to_moment
from calltrack.stores.sqlite_rows import (
    BUSY_UNTIL,
    FIRM_UNTIL,
    LEASES,
    Row,
    end_leases,
    find_rows,
    find_shares,
    write_lease,
)
from calltrack.stores.sqlite_stock import set_stock
from calltrack.stores.sqlite_taking import Taking
from calltrack.stores.stock_rows import NO_STOCK, fingerprint

CLOCK_SLACK_MICROS = 60_000_000
"""How far a machine's clock may be set back before ops hear of it."""

_log = logging.getLogger(__name__)


def open_lease_store(
    path: Path | str, *, busy: timedelta = BUSY, durable: bool = True
) -> "SqliteLeaseStore":
    """Open the file or make it; its folder must be there.

    `busy`: longest wait for a lock. Not `durable`: faster, for simulations; a crash of the machine
    may lose it.
    """
    file = SqliteFile(Path(path), LEASES, error=StoreError, busy=busy, durable=durable)
    return SqliteLeaseStore(file)


class SqliteLeaseStore:
    """The `LeaseStore` of one machine. Make it after a fork, not before."""

    def __init__(self, file: SqliteFile) -> None:
        """Work on an open file."""
        self._file = file
        self._has_warned = False

    async def sync(self, stock: Stock) -> bool:
        """Make the pools hold exactly these numbers; see the contract."""
        name = fingerprint(stock)

        def is_done(connection: sqlite3.Connection) -> bool | None:
            known, seen = connection.execute("SELECT serial, fingerprint FROM state").fetchone()
            if known is not None and stock.serial < known:
                return False
            return True if (known, seen) == (stock.serial, name) else None

        def change(connection: sqlite3.Connection) -> bool:
            answer = is_done(connection)  # again: another process may have been first
            if answer is not None:
                return answer
            set_stock(connection, stock)
            connection.execute("UPDATE state SET serial = ?, fingerprint = ?", (stock.serial, name))
            return True

        answer = await self._file.read(is_done)
        return await self._file.write(change) if answer is None else answer

    async def take(
        self,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Give the session a number for each ask, or renew the one it holds; see the contract."""
        wanted = {ask.vestiging: ask for ask in reversed(asks)}
        in_order = [wanted[key] for key in dict.fromkeys(ask.vestiging for ask in asks)]

        def work(connection: sqlite3.Connection) -> Taken:
            taken = Taking(connection, session, client, self._tick(connection, now)).run(in_order)
            if not taken.leases and not _has_stock(connection):
                raise StoreError(f"the lease store {NO_STOCK}: it is new, and was never told")
            return taken

        return await self._file.write(work)

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """End a session's leases. Their promises stand."""

        def work(connection: sqlite3.Connection) -> Sequence[Event]:
            at = self._tick(connection, now)
            mine = "session = ? AND ended_at IS NULL ORDER BY e164"
            rows = find_rows(connection, mine, (session,))
            theirs = "share.session = ? AND share.ended_at IS NULL ORDER BY share.e164"
            shares = find_shares(connection, theirs, (session,))
            return end_leases(connection, rows, shares, at, EndReason.RELEASED)

        return await self._file.write(work)

    async def pin(
        self, number: PhoneNumber, longest: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """Keep a number from going to anybody while a call is on."""

        def work(connection: sqlite3.Connection) -> Sequence[Event]:
            at = self._tick(connection, now)
            row = _given(connection, number)
            if row is None:
                return ()
            until = max(row.pinned_until, to_micros(to_moment(at) + longest))
            write_lease(connection, replace(row, pinned_until=until))
            return (lease_events.pinned(row.lease(at), to_moment(until), to_moment(at)),)

        return await self._file.write(work)

    async def unpin(
        self, number: PhoneNumber, hold: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """End the pin of a number: its last holder is promised it for `hold` from now."""

        def work(connection: sqlite3.Connection) -> Sequence[Event]:
            at = self._tick(connection, now)
            row = _given(connection, number)
            if row is None or not row.pinned_until:
                return ()
            free = _unpinned(row, to_micros(to_moment(at) + hold), at)
            write_lease(connection, free)
            return (lease_events.unpinned(free.lease(at), to_moment(at)),)

        return await self._file.write(work)

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases that keep a number from others, ended ones too, by pool and number."""

        def work(connection: sqlite3.Connection) -> Sequence[Lease]:
            at = self._clock(connection, now)
            keeps = "max(promised_until, kept_until, pinned_until) > ?"
            holders = [(0, row.lease(at)) for row in find_rows(connection, keeps, (at,))]
            shares = find_shares(connection, "share.promised_until > ?", (at,))
            found = holders + [(1, share.lease()) for share in shares]
            found.sort(key=lambda one: (one[1].pool, one[1].number.e164, one[0], one[1].session))
            return [lease for _, lease in found]

        return await self._file.read(work)

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        """Count each pool's numbers, by pool."""

        def work(connection: sqlite3.Connection) -> Sequence[PoolFill]:
            rows = connection.execute(
                f"""SELECT pool.key, count(e164), total({FIRM_UNTIL} > :now),
                           total({FIRM_UNTIL} <= :now AND kept_until > :now),
                           total({BUSY_UNTIL} <= :now AND {BUSY_UNTIL} + rest > :now)
                    FROM pool LEFT JOIN number ON number.pool = pool.key
                    GROUP BY pool.key ORDER BY pool.key""",  # noqa: S608 - expressions of our own
                {"now": self._clock(connection, now)},
            )
            return [_fill(*row) for row in rows]

        return await self._file.read(work)

    async def close(self) -> None:
        """Let go of the file. A second call does nothing."""
        await self._file.close()

    def _clock(self, connection: sqlite3.Connection, now: datetime | None) -> int:
        """Read the clock: the one passed in, or the machine's; never before the latest written."""
        latest: int = connection.execute("SELECT latest FROM state").fetchone()[0]
        at = to_micros(now or datetime.now(UTC))
        if now is None and latest - at > CLOCK_SLACK_MICROS and not self._has_warned:
            self._has_warned = True
            _log.warning(
                "this machine's clock is behind the lease store, whose time stands still until %s: "
                "no number becomes free before; set the clock, or stop all and remove the store",
                to_moment(latest).isoformat(timespec="seconds"),
            )
        return max(latest, at)

    def _tick(self, connection: sqlite3.Connection, now: datetime | None) -> int:
        at = self._clock(connection, now)
        connection.execute("UPDATE state SET latest = ? WHERE latest != ?", (at, at))
        return at


def _fill(pool: str, numbers: int, promised: float, kept: float, resting: float) -> PoolFill:
    free = numbers - int(promised) - int(kept) - int(resting)
    return PoolFill(PoolKey(pool), numbers, int(promised), int(kept), int(resting), free)


def _has_stock(connection: sqlite3.Connection) -> bool:
    """Say whether the store was ever told its pools."""
    (serial,) = connection.execute("SELECT serial FROM state").fetchone()
    return serial is not None


def _given(connection: sqlite3.Connection, number: PhoneNumber) -> Row | None:
    """Find a number that somebody had."""
    rows = find_rows(connection, "e164 = ? AND session IS NOT NULL", (number.e164,))
    return rows[0] if rows else None


def _unpinned(row: Row, until: int, at: int) -> Row:
    """Promise a number to its last holder after a call; a lease that was over begins anew."""
    if row.is_kept(at):
        promised = max(row.promised_until, until)
        kept = max(row.kept_until, promised)
        return replace(row, pinned_until=0, promised_until=promised, kept_until=kept)
    return replace(
        row,
        pinned_until=0,
        promised_until=until,
        kept_until=until,
        given_at=at,
        ended_at=None,
        client=None,
    )
