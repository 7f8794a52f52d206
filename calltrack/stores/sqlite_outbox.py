"""Events on the edge's own disk, in one SQLite file, until they are shipped.

What is appended together is one transaction. An edge that nobody ships from must not fill its disk:
above `cap` rows the events that are missed least go first (`LOSS_ORDER`), the oldest of them, and
what was lost is counted in the file.

What the receiver refuses for ever waits no more, but is kept for somebody to look at, with the
reason: the last `REFUSED_CAP` of them, in the table `refused`.

Errors: OutboxError, also when the file cannot be opened.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import TypeVar

from calltrack.errors import OutboxError
from calltrack.events import LOSS_ORDER, Event, EventId, Kind
from calltrack.stores.sqlite import BUSY, Layout, SqliteFile, to_micros, to_moment

CAP = 1_000_000
"""Rows kept: some 230 MB of page views."""

REFUSED_CAP = 1_000
"""Refused events kept: a mistake would refuse every event of its kind, and one shows what it is."""

AT_ONCE = 200
"""Rows that one statement writes (SQLite of old takes no more than 999 values).

At each statement the thread lets go of the interpreter, and where pages keep it busy it waits 5 ms
to have it back: row by row a thousand page views took seconds, and every turn cost the pages, too.
"""

R = TypeVar("R")
_Row = tuple[EventId, str, int, str]

OUTBOX = Layout(
    name="outbox",
    application_id=0x43544F42,  # "CTOB"
    migrations=(
        (
            """CREATE TABLE event (
                 position INTEGER PRIMARY KEY,  -- the order they were written in
                 id TEXT NOT NULL UNIQUE,
                 kind TEXT NOT NULL,
                 at INTEGER NOT NULL,           -- microseconds since 1970
                 data TEXT NOT NULL             -- JSON, ASCII
               )""",
            "CREATE INDEX event_by_kind ON event (kind, position)",
            "CREATE TABLE state (rows INTEGER NOT NULL)",
            "INSERT INTO state (rows) VALUES (0)",
            "CREATE TABLE dropped (kind TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID",
        ),
        (
            """CREATE TABLE refused (
                 position INTEGER PRIMARY KEY,  -- the order they were refused in
                 id TEXT NOT NULL,
                 kind TEXT NOT NULL,
                 at INTEGER NOT NULL,
                 data TEXT NOT NULL,
                 problem TEXT NOT NULL          -- in the receiver's words
               )""",
            "ALTER TABLE state ADD COLUMN refused INTEGER NOT NULL DEFAULT 0",
        ),
        # The moment of the last event that was shipped: what is left is no whole history before it.
        ("ALTER TABLE state ADD COLUMN shipped_until INTEGER NOT NULL DEFAULT 0",),
    ),
)

# A file that a newer release wrote may hold kinds that this one cannot read. They wait for it.
_KNOWN = ", ".join(f"'{kind}'" for kind in Kind)

# The plus keeps SQLite from the index by kind: it would sort a million rows to give the first ones.
PENDING = (
    "SELECT id, kind, at, data FROM event"  # noqa: S608 - our own kinds
    f" WHERE +kind IN ({_KNOWN}) ORDER BY position LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits in a file, since when, and what was lost or refused since it was made."""

    backlog: int
    oldest_at: datetime | None
    dropped: Mapping[str, int]  # by kind; a newer release's kinds, too
    refused: int


def open_outbox(path: Path | str, *, cap: int = CAP, busy: timedelta = BUSY) -> "SqliteOutbox":
    """Open the file or make it; its folder must be there. `busy`: longest wait for a lock."""
    if cap < 1:
        raise ValueError("an outbox keeps at least one event")
    file = SqliteFile(Path(path), OUTBOX, error=OutboxError, busy=busy)
    return SqliteOutbox(file, cap=cap)


class SqliteOutbox:
    """The `Outbox` of one machine. Make it after a fork, not before."""

    def __init__(self, file: SqliteFile, *, cap: int) -> None:
        """Work on an open file, and keep at most `cap` events in it."""
        self._file = file
        self._cap = cap

    async def append(self, events: Sequence[Event]) -> None:
        """Write the events; they are on disk when this returns. An id written before is skipped."""
        if not events:
            return
        rows = [(e.id, e.kind.value, to_micros(e.at), _write(e.data)) for e in events]

        def work(connection: sqlite3.Connection) -> None:
            added = sum(_insert(connection, part) for part in _parts(rows))
            self._make_room(connection, _count(connection, added))

        await self._file.write(work)

    async def pending(self, *, limit: int) -> Sequence[Event]:
        """Give the oldest events that are not shipped yet."""

        def work(connection: sqlite3.Connection) -> Sequence[Event]:
            rows = connection.execute(PENDING, (limit,))
            return [
                Event(Kind(kind), to_moment(at), json.loads(data), EventId(event_id))
                for event_id, kind, at, data in rows
            ]

        return await self._file.read(work)

    async def shipped(self, ids: Sequence[EventId]) -> None:
        """Forget the events that the receiver has confirmed, the oldest first."""
        if not ids:
            return

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE state SET shipped_until = max(shipped_until,"
                " coalesce((SELECT at FROM event WHERE id = ?), 0))",
                (ids[-1],),
            )
            gone = sum(_delete(connection, part) for part in _parts(ids))
            _count(connection, -gone)

        await self._file.write(work)

    async def refuse(self, problems: Mapping[EventId, str]) -> None:
        """Set events aside that the receiver will never take, each with the reason."""
        if not problems:
            return

        def work(connection: sqlite3.Connection) -> None:
            gone = 0
            for event_id, problem in problems.items():
                connection.execute(
                    "INSERT INTO refused (id, kind, at, data, problem)"
                    " SELECT id, kind, at, data, ? FROM event WHERE id = ?",
                    (problem, event_id),
                )
                gone += connection.execute("DELETE FROM event WHERE id = ?", (event_id,)).rowcount
            _count(connection, -gone)
            connection.execute("UPDATE state SET refused = refused + ?", (gone,))
            connection.execute(
                "DELETE FROM refused WHERE position <= (SELECT max(position) FROM refused) - ?",
                (REFUSED_CAP,),
            )

        await self._file.write(work)

    async def backlog(self) -> int:
        """Count the events that wait."""
        return await self._file.read(lambda connection: _count(connection, 0))

    async def standing(self) -> "Standing":
        """Say how it stands with the file, on one state of it."""

        def work(connection: sqlite3.Connection) -> Standing:
            rows, refused = connection.execute("SELECT rows, refused FROM state").fetchone()
            oldest = connection.execute("SELECT at FROM event ORDER BY position LIMIT 1").fetchone()
            lost = connection.execute("SELECT kind, times FROM dropped ORDER BY kind").fetchall()
            return Standing(rows, to_moment(oldest[0]) if oldest else None, dict(lost), refused)

        return await self._file.read(work)

    async def dropped(self) -> Mapping[Kind, int]:
        """Count the events lost to the cap since the file was made, by kind."""

        def work(connection: sqlite3.Connection) -> Mapping[Kind, int]:
            rows = connection.execute("SELECT kind, times FROM dropped")
            return {Kind(kind): times for kind, times in rows if kind in set(Kind)}

        return await self._file.read(work)

    async def close(self) -> None:
        """Let go of the file. A second call does nothing."""
        await self._file.close()

    def _make_room(self, connection: sqlite3.Connection, rows: int) -> None:
        """Drop what is over the cap, and a thousandth more, so that not every append drops."""
        if rows <= self._cap:
            return
        surplus = rows - self._cap + self._cap // 1000
        for kind in LOSS_ORDER:
            if surplus <= 0:
                return
            gone = connection.execute(
                "DELETE FROM event WHERE position IN"
                " (SELECT position FROM event WHERE kind = ? ORDER BY position LIMIT ?)",
                (kind.value, surplus),
            ).rowcount
            if gone:
                surplus -= gone
                _count(connection, -gone)
                connection.execute(
                    "INSERT INTO dropped (kind, times) VALUES (?, ?)"
                    " ON CONFLICT (kind) DO UPDATE SET times = times + excluded.times",
                    (kind.value, gone),
                )


def _parts(rows: Sequence[R]) -> Iterator[Sequence[R]]:
    """Cut what is written into what one statement takes."""
    return (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))


def _insert(connection: sqlite3.Connection, rows: Sequence[_Row]) -> int:
    places = ", ".join(["(?, ?, ?, ?)"] * len(rows))
    statement = f"INSERT OR IGNORE INTO event (id, kind, at, data) VALUES {places}"  # noqa: S608 - question marks
    return connection.execute(statement, [*chain.from_iterable(rows)]).rowcount


def _delete(connection: sqlite3.Connection, ids: Sequence[EventId]) -> int:
    places = ", ".join("?" * len(ids))
    statement = f"DELETE FROM event WHERE id IN ({places})"  # noqa: S608 - question marks
    return connection.execute(statement, ids).rowcount


def _count(connection: sqlite3.Connection, change: int) -> int:
    """Keep the number of rows beside them: counting a million takes longer than a page may."""
    if change:
        connection.execute("UPDATE state SET rows = rows + ?", (change,))
    rows: int = connection.execute("SELECT rows FROM state").fetchone()[0]
    return rows


def _write(data: Mapping[str, str | int]) -> str:
    """Write JSON in ASCII: an address with bytes that are no text still fits.

    There is nothing in it but texts and numbers: `json.dumps` takes three times as long.
    """
    pairs = [
        f"{_name(name)}:{_text(value) if isinstance(value, str) else _number(value)}"
        for name, value in data.items()
    ]
    return f"{{{','.join(pairs)}}}"


_text = encode_basestring_ascii
_name = lru_cache(maxsize=256)(_text)
_number = lru_cache(maxsize=256, typed=True)(json.dumps)  # mostly the status of an answer
