"""Leases in one SQLite file, for any number of processes on one machine.

The holder is stored with the number: one row a number, whatever pool it is in. A row is never
deleted, so a number that comes back into the Plan still has its promise and its place in the queue.
The queue is an index (pool, promised_until, position): with one rest for a pool, the number whose
promise was over first has been idle longest, and numbers never given (0) stand before all.

`sqlite_taking` finds the numbers inside this file's transactions.

Units: moments are microseconds since 1970 inside the file, spans are microseconds.
Errors: StoreError, also when the file cannot be opened.
"""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calltrack.errors import StoreError
from calltrack.events import EndReason, Event
from calltrack.leases import (
    Ask,
    Lease,
    PoolFill,
    PoolKey,
    SessionId,
    Taken,
)
from calltrack.numbers import PhoneNumber
from calltrack.stores.sqlite import BUSY, Layout, SqliteFile, to_micros, to_moment
from calltrack.stores.sqlite_taking import Taking, end, find_rows

CLOCK_SLACK_MICROS = 60_000_000
"""How far a machine's clock may be set back before ops hear of it."""

_log = logging.getLogger(__name__)

LEASES = Layout(
    name="lease store",
    application_id=0x43544C53,  # "CTLS"
    migrations=(
        (
            """CREATE TABLE state (
                 latest INTEGER NOT NULL,  -- the latest moment written; time never runs backwards
                 serial INTEGER,           -- of the Plan that the pools come from
                 fingerprint TEXT          -- of those pools
               )""",
            "INSERT INTO state (latest) VALUES (0)",
            """CREATE TABLE pool (
                 key TEXT PRIMARY KEY,
                 rest INTEGER NOT NULL     -- of the last ask from it
               ) WITHOUT ROWID""",
            """CREATE TABLE number (
                 e164 TEXT PRIMARY KEY,
                 pool TEXT,                -- it may be given from; NULL: from none
                 position INTEGER NOT NULL,
                 promised_until INTEGER NOT NULL DEFAULT 0,  -- 0: never given
                 session TEXT,             -- the last holder, and what it held the number for
                 vestiging TEXT,
                 leased_from TEXT,
                 given_at INTEGER,
                 ended_at INTEGER          -- the session let go; NULL: it did not
               ) WITHOUT ROWID""",
            "CREATE INDEX number_by_idleness ON number (pool, promised_until, position)",
            "CREATE INDEX number_by_holder ON number (session, vestiging)",
        ),
    ),
)


def open_lease_store(path: Path | str, *, busy: timedelta = BUSY) -> "SqliteLeaseStore":
    """Open the file or make it; its folder must be there. `busy`: longest wait for a lock."""
    return SqliteLeaseStore(SqliteFile(Path(path), LEASES, error=StoreError, busy=busy))


class SqliteLeaseStore:
    """The `LeaseStore` of one machine. Make it after a fork, not before."""

    def __init__(self, file: SqliteFile) -> None:
        """Work on an open file."""
        self._file = file
        self._has_warned = False

    async def sync(self, pools: Mapping[PoolKey, Sequence[PhoneNumber]], *, serial: int) -> bool:
        """Make the pools hold exactly these numbers; see the contract."""
        rows = _plan_rows(pools)
        fingerprint = _fingerprint(pools)

        def is_done(connection: sqlite3.Connection) -> bool | None:
            known, seen = connection.execute("SELECT serial, fingerprint FROM state").fetchone()
            if known is not None and serial < known:
                return False
            return True if (known, seen) == (serial, fingerprint) else None

        def change(connection: sqlite3.Connection) -> bool:
            answer = is_done(connection)  # again: another process may have been first
            if answer is not None:
                return answer
            _set_pools(connection, pools, rows)
            connection.execute(
                "UPDATE state SET serial = ?, fingerprint = ?", (serial, fingerprint)
            )
            return True

        answer = await self._file.read(is_done)
        return await self._file.write(change) if answer is None else answer

    async def take(
        self, session: SessionId, asks: Sequence[Ask], *, now: datetime | None = None
    ) -> Taken:
        """Give the session a number for each ask, or renew the one it holds; see the contract."""
        if not asks:
            return Taken({}, ())
        wanted = {ask.vestiging: ask for ask in reversed(asks)}
        in_order = [wanted[key] for key in dict.fromkeys(ask.vestiging for ask in asks)]

        def work(connection: sqlite3.Connection) -> Taken:
            return Taking(connection, session, self._tick(connection, now)).run(in_order)

        return await self._file.write(work)

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """End a session's leases. Their promises stand."""

        def work(connection: sqlite3.Connection) -> Sequence[Event]:
            at = self._tick(connection, now)
            rows = find_rows(
                connection, "session = ? AND ended_at IS NULL ORDER BY e164", (session,)
            )
            return end(connection, rows, at, EndReason.RELEASED)

        return await self._file.write(work)

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases whose promise is not over, ended ones too, by pool and number."""

        def work(connection: sqlite3.Connection) -> Sequence[Lease]:
            at = self._clock(connection, now)
            rows = find_rows(connection, "promised_until > ? ORDER BY leased_from, e164", (at,))
            return [row.lease() for row in rows]

        return await self._file.read(work)

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        """Count each pool's numbers, by pool."""

        def work(connection: sqlite3.Connection) -> Sequence[PoolFill]:
            rows = connection.execute(
                """SELECT pool.key, count(e164), total(promised_until > :now),
                          total(promised_until <= :now AND promised_until + rest > :now)
                   FROM pool LEFT JOIN number ON number.pool = pool.key
                   GROUP BY pool.key ORDER BY pool.key""",
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


def _fill(pool: str, numbers: int, promised: float, resting: float) -> PoolFill:
    free = numbers - int(promised) - int(resting)
    return PoolFill(PoolKey(pool), numbers, int(promised), int(resting), free)


def _plan_rows(pools: Mapping[PoolKey, Sequence[PhoneNumber]]) -> dict[str, tuple[str, int]]:
    """Give each number's pool and position; a number in two places is the Plan's fault."""
    rows: dict[str, tuple[str, int]] = {}
    for pool, numbers in pools.items():
        for position, number in enumerate(numbers):
            if number.e164 in rows:
                raise ValueError(f"a number of pool {pool} is in pool {rows[number.e164][0]} too")
            rows[number.e164] = (pool, position)
    return rows


def _fingerprint(pools: Mapping[PoolKey, Sequence[PhoneNumber]]) -> str:
    """Name the pools and their order in few bytes."""
    content = sorted((key, [number.e164 for number in pools[key]]) for key in pools)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _set_pools(
    connection: sqlite3.Connection,
    pools: Mapping[PoolKey, Sequence[PhoneNumber]],
    rows: Mapping[str, tuple[str, int]],
) -> None:
    """Write what differs: numbers that are new, moved, or left all pools."""
    stored = {
        e164: (pool, position)
        for e164, pool, position in connection.execute("SELECT e164, pool, position FROM number")
    }
    connection.executemany(
        "INSERT INTO number (e164, pool, position) VALUES (?, ?, ?)"
        " ON CONFLICT (e164) DO UPDATE SET pool = excluded.pool, position = excluded.position",
        [(e164, *row) for e164, row in rows.items() if stored.get(e164) != row],
    )
    connection.executemany(
        "UPDATE number SET pool = NULL WHERE e164 = ?",
        [(e164,) for e164, (pool, _) in stored.items() if pool is not None and e164 not in rows],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO pool (key, rest) VALUES (?, 0)", [(key,) for key in pools]
    )
    gone = [key for (key,) in connection.execute("SELECT key FROM pool") if key not in pools]
    connection.executemany("DELETE FROM pool WHERE key = ?", [(key,) for key in gone])
