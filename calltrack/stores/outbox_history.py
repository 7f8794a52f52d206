"""Read the lease events out of an outbox that a running proxy goes on writing to.

The file is opened for reading only, and read in short pieces: a reader that stays in it would keep
the writer from folding its journal back, and the journal would grow.

Events that were shipped are gone: what is left of those days would be taken for little demand.

Errors: OutboxError, also when there is no such file, or when some of what is asked for was shipped.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from calltrack.errors import OutboxError
from calltrack.events import Event, EventId, Kind
from calltrack.stores.sqlite import to_moment
from calltrack.stores.sqlite_outbox import OUTBOX

PIECE = 5_000
"""Rows read at once: some 20 ms."""

BUSY_SECONDS = 5
"""How long to wait while a proxy that starts makes the file."""

_KNOWS_SHIPPED = 3
"""The version of the file's schema that tells until when events were shipped."""

_KINDS = (
    Kind.LEASE_GIVEN,
    Kind.LEASE_RENEWED,
    Kind.LEASE_PINNED,
    Kind.LEASE_UNPINNED,
    Kind.LEASE_ENDED,
    Kind.POOL_EXHAUSTED,
)
_WANTED = ", ".join(f"'{kind}'" for kind in _KINDS)


def read_lease_events(path: Path, *, last: timedelta) -> Iterator[Event]:
    """Give what happened to leases in the `last` days of the file, in the order it was written."""
    try:
        with closing(_connect(path)) as connection:
            _refuse_a_part(connection, path, last)
            yield from _read(connection, last)
    except sqlite3.Error as error:
        raise OutboxError(f"{path} cannot be read: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise OutboxError(f"{path}: there is no such file")
    url = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(url, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
    except BaseException:
        connection.close()
        raise
    if mark != OUTBOX.application_id:
        connection.close()
        raise OutboxError(f"{path} is no {OUTBOX.name}: another program made it")
    return connection


def _refuse_a_part(connection: sqlite3.Connection, path: Path, last: timedelta) -> None:
    """See to it that no event of these days was shipped."""
    if connection.execute("PRAGMA user_version").fetchone()[0] < _KNOWS_SHIPPED:
        return
    shipped_until, newest = connection.execute(
        "SELECT shipped_until, max(shipped_until,"
        " coalesce((SELECT at FROM event ORDER BY position DESC LIMIT 1), 0)) FROM state"
    ).fetchone()
    if shipped_until and shipped_until > newest - last // timedelta(microseconds=1):
        raise OutboxError(
            f"{path} holds no whole history: its events are shipped to Wagtail, where the first "
            "screen of call tracking tells whether each pool has numbers enough"
        )


def _read(connection: sqlite3.Connection, last: timedelta) -> Iterator[Event]:
    newest = connection.execute("SELECT at FROM event ORDER BY position DESC LIMIT 1").fetchone()
    if newest is None:
        return
    since = newest[0] - last // timedelta(microseconds=1)
    position = 0
    while rows := connection.execute(
        "SELECT position, id, kind, at, data FROM event"  # noqa: S608 - our own kinds
        f" WHERE position > ? AND at >= ? AND kind IN ({_WANTED}) ORDER BY position LIMIT ?",
        (position, since, PIECE),
    ).fetchall():
        position = rows[-1][0]
        for _, event_id, kind, at, data in rows:
            yield Event(Kind(kind), to_moment(at), json.loads(data), EventId(event_id))
