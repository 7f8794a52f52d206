"""The peers on SQLite: a take as one writes it by hand, and the least that a file can do durably.

Both keep their file as ours does (WAL, synchronous=FULL) and work where they are called, without
the hand-over to a thread that keeps a disk from stopping an event loop.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from calltrack.leases import Ask, SessionId, Stock, promise

LOCK_SECONDS = 600
"""SQLite's own waiting for a lock; of eight busy processes one did not get it for 30 s."""

_TABLES = """
CREATE TABLE IF NOT EXISTS number (
  e164 TEXT PRIMARY KEY, pool TEXT NOT NULL, until REAL NOT NULL DEFAULT 0,
  session TEXT, vestiging TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS number_by_end ON number (pool, until);
CREATE INDEX IF NOT EXISTS number_by_holder ON number (session, vestiging);
CREATE TABLE IF NOT EXISTS moment (latest REAL NOT NULL);
"""


class OneRow:
    """One transaction that writes one row: what any change on the disk costs."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it."""
        self._connection = _open(path)

    async def fill(self, _stock: Stock) -> None:
        """Make the row; there are no numbers here."""
        self._connection.execute("INSERT INTO moment VALUES (0)")

    async def take(
        self, _session: SessionId, _asks: Sequence[Ask], _now: datetime | None = None
    ) -> Sequence[str]:
        """Write the row."""
        self._connection.execute("UPDATE moment SET latest = latest + 1")
        return ()

    async def holders(self) -> Mapping[str, str] | None:
        """Know nothing of holders."""
        return None

    async def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class SelectAndUpdate:
    """The number that is over longest, or the session's own again, in one transaction."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it."""
        self._connection = _open(path)

    async def fill(self, stock: Stock) -> None:
        """Write the pools."""
        rows = [(number.e164, pool) for pool, held in stock.pools.items() for number in held]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO number (e164, pool) VALUES (?, ?)", rows)
        self._connection.execute("COMMIT")

    async def take(
        self, session: SessionId, asks: Sequence[Ask], now: datetime | None = None
    ) -> Sequence[str]:
        """Give a number for each ask, as far as there are any."""
        at = now or datetime.now(UTC)
        self._connection.execute("BEGIN IMMEDIATE")
        found = [self._give(session, ask, at) for ask in asks]
        self._connection.execute("COMMIT")
        return [e164 for e164 in found if e164]

    def _give(self, session: SessionId, ask: Ask, at: datetime) -> str | None:
        mine = "SELECT e164 FROM number WHERE session = ? AND vestiging = ? AND until > ?"
        free = "SELECT e164 FROM number WHERE pool = ? AND until <= ? ORDER BY until LIMIT 1"
        moment = at.timestamp()
        row = self._connection.execute(mine, (session, ask.vestiging, moment)).fetchone()
        row = row or self._connection.execute(free, (ask.pool, moment)).fetchone()
        if row is None:
            return None
        change = "UPDATE number SET session = ?, vestiging = ?, until = ? WHERE e164 = ?"
        until = promise(ask.hold, now=at).timestamp()
        self._connection.execute(change, (session, ask.vestiging, until, row[0]))
        return str(row[0])

    async def holders(self) -> Mapping[str, str] | None:
        """Give each number's last holder."""
        found = "SELECT e164, session FROM number WHERE session IS NOT NULL"
        return dict(self._connection.execute(found).fetchall())

    async def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(_TABLES)
    return connection
