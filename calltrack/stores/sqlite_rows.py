"""The rows of the lease store's file: its schema, and how they are read and written.

One row a number, whatever pool it is in, with its last holder. A row is never deleted, so a number
that comes back into the Plan still has its promise and its place in the queues:

- `number_by_idleness`: with one rest for a pool, the number that was over first has been idle
  longest, and numbers never given (0) stand before all;
- `number_by_promise`: the unconfirmed ones, for taking back;
- `number_by_giving`: what a share is found by.

Sharers have rows of their own, which are cleaned as they pass.

Units: moments are microseconds since 1970, 0 for never; spans are microseconds.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from calltrack.events import EndReason, Event
from calltrack.leases import Lease, PoolKey, SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.stores import lease_events
from calltrack.stores.sqlite import Layout, to_moment

FIRM_UNTIL = "max(promised_until, pinned_until, shared_until)"
"""Until then a number goes to nobody else, whatever happens."""

BUSY_UNTIL = "max(promised_until, kept_until, pinned_until, shared_until)"
"""Its rest begins then. Written as in the index, or SQLite does not use that."""

_FIRST = (
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
)

_UNCONFIRMED_SHARED_PINNED = (
    "ALTER TABLE number ADD COLUMN kept_until INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE number ADD COLUMN pinned_until INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE number ADD COLUMN shared_until INTEGER NOT NULL DEFAULT 0",  # the last promise
    "ALTER TABLE number ADD COLUMN last_given INTEGER NOT NULL DEFAULT 0",  # shares count, too
    "ALTER TABLE number ADD COLUMN client TEXT",  # whose unconfirmed lease it is; NULL: confirmed
    "ALTER TABLE number ADD COLUMN released_at INTEGER NOT NULL DEFAULT 0",
    "UPDATE number SET kept_until = promised_until, last_given = coalesce(given_at, 0)",
    "DROP INDEX number_by_idleness",
    f"CREATE INDEX number_by_idleness ON number (pool, {BUSY_UNTIL}, position)",
    """CREATE INDEX number_by_promise ON number (pool, promised_until, position)
         WHERE client IS NOT NULL""",
    """CREATE INDEX number_by_client ON number (client, leased_from, kept_until)
         WHERE client IS NOT NULL""",
    "CREATE INDEX number_by_giving ON number (pool, vestiging, last_given, position)",
    """CREATE TABLE share (
         session TEXT NOT NULL,
         vestiging TEXT NOT NULL,
         e164 TEXT NOT NULL,
         leased_from TEXT NOT NULL,
         given_at INTEGER NOT NULL,
         promised_until INTEGER NOT NULL,
         kept_until INTEGER NOT NULL,
         client TEXT,
         ended_at INTEGER,
         PRIMARY KEY (session, vestiging, e164)
       ) WITHOUT ROWID""",
    "CREATE INDEX share_by_number ON share (e164)",
    "CREATE INDEX share_by_end ON share (kept_until)",
    """CREATE INDEX share_by_client ON share (client, leased_from, kept_until)
         WHERE client IS NOT NULL""",
)

LEASES = Layout(
    name="lease store",
    application_id=0x43544C53,  # "CTLS"
    migrations=(_FIRST, _UNCONFIRMED_SHARED_PINNED),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A number and its last holder, as in the file."""

    e164: str
    pool: str | None
    session: str | None
    vestiging: str | None
    leased_from: str | None
    given_at: int | None
    promised_until: int
    kept_until: int
    ended_at: int | None
    client: str | None
    pinned_until: int
    shared_until: int
    released_at: int

    @property
    def busy_until(self) -> int:
        """Give the moment its rest begins."""
        return max(self.promised_until, self.kept_until, self.pinned_until, self.shared_until)

    def is_kept(self, at: int) -> bool:
        """Say whether its last lease is not over, let go of or not."""
        return at < max(self.promised_until, self.kept_until)

    def goes_on(self, at: int) -> bool:
        """Say whether its lease goes on: kept, and not let go of."""
        return self.ended_at is None and self.is_kept(at)

    def is_released(self, at: int) -> bool:
        """Say whether its lease is over because the number was released by hand."""
        return (self.given_at or 0) < self.released_at <= at

    def is_its_holders(self, at: int) -> bool:
        """Say whether the last holder may have it again: nobody else has it."""
        return not self.is_released(at) and (self.is_kept(at) or self.shared_until <= at)

    def lease(self, at: int) -> Lease:
        """Read the row of a number that was given."""
        return Lease(
            number=PhoneNumber(self.e164),
            pool=PoolKey(self.leased_from or ""),
            vestiging=VestigingKey(self.vestiging or ""),
            session=SessionId(self.session or ""),
            given_at=to_moment(self.given_at or 0),
            promised_until=to_moment(self.promised_until),
            kept_until=to_moment(max(self.promised_until, self.kept_until)),
            ended_at=None if self.ended_at is None else to_moment(self.ended_at),
            pinned_until=to_moment(self.pinned_until) if self.pinned_until > at else None,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A sharer of a number; `pool` and `released_at` are the number's."""

    session: str
    vestiging: str
    e164: str
    leased_from: str
    given_at: int
    promised_until: int
    kept_until: int
    client: str | None
    ended_at: int | None
    pool: str | None
    released_at: int

    def goes_on(self, at: int) -> bool:
        """Say whether it is kept, and not let go of."""
        return self.ended_at is None and at < self.kept_until

    def is_released(self, at: int) -> bool:
        """Say whether it is over because the number was released by hand."""
        return self.given_at < self.released_at <= at

    def lease(self) -> Lease:
        """Read it as a lease."""
        return Lease(
            number=PhoneNumber(self.e164),
            pool=PoolKey(self.leased_from),
            vestiging=VestigingKey(self.vestiging),
            session=SessionId(self.session),
            given_at=to_moment(self.given_at),
            promised_until=to_moment(self.promised_until),
            kept_until=to_moment(self.kept_until),
            ended_at=None if self.ended_at is None else to_moment(self.ended_at),
            is_shared=True,
        )


def find_rows(connection: sqlite3.Connection, where: str, values: Sequence[str | int]) -> list[Row]:
    """Read the numbers that a condition (and order, and limit) of ours names."""
    found = connection.execute(
        "SELECT e164, pool, session, vestiging, leased_from, given_at, promised_until, kept_until,"  # noqa: S608 - `where` is no text of a stranger
        " ended_at, client, pinned_until, shared_until, released_at"
        f" FROM number WHERE {where}",
        values,
    )
    return [Row(*row) for row in found]


def find_shares(
    connection: sqlite3.Connection, where: str, values: Sequence[str | int]
) -> list[Share]:
    """Read the shares that a condition (and order) of ours names."""
    found = connection.execute(
        "SELECT share.session, share.vestiging, share.e164, share.leased_from, share.given_at,"  # noqa: S608 - `where` is no text of a stranger
        " share.promised_until, share.kept_until, share.client, share.ended_at,"
        " number.pool, number.released_at"
        f" FROM share JOIN number ON number.e164 = share.e164 WHERE {where}",
        values,
    )
    return [Share(*row) for row in found]


def write_lease(connection: sqlite3.Connection, row: Row) -> None:
    """Write a number's holder; where it stands is the Plan's, and stays."""
    connection.execute(
        """UPDATE number SET session = ?, vestiging = ?, leased_from = ?, given_at = ?,
                             promised_until = ?, kept_until = ?, ended_at = ?, client = ?,
                             pinned_until = ?, shared_until = ?,
                             last_given = max(last_given, ?) WHERE e164 = ?""",
        (
            row.session,
            row.vestiging,
            row.leased_from,
            row.given_at,
            row.promised_until,
            row.kept_until,
            row.ended_at,
            row.client,
            row.pinned_until,
            row.shared_until,
            row.given_at,
            row.e164,
        ),
    )


def write_share(connection: sqlite3.Connection, share: Share) -> None:
    """Write a share, and the promise to its number."""
    connection.execute(
        "INSERT OR REPLACE INTO share (session, vestiging, e164, leased_from, given_at,"
        " promised_until, kept_until, client, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            share.session,
            share.vestiging,
            share.e164,
            share.leased_from,
            share.given_at,
            share.promised_until,
            share.kept_until,
            share.client,
            share.ended_at,
        ),
    )
    connection.execute(
        "UPDATE number SET shared_until = max(shared_until, ?), last_given = max(last_given, ?)"
        " WHERE e164 = ?",
        (share.promised_until, share.given_at, share.e164),
    )


def end_leases(
    connection: sqlite3.Connection,
    rows: Sequence[Row],
    shares: Sequence[Share],
    at: int,
    reason: EndReason,
) -> list[Event]:
    """Mark leases as let go of. Those that were over had ended by themselves: nothing is told."""
    connection.executemany(
        "UPDATE number SET ended_at = ? WHERE e164 = ?", [(at, row.e164) for row in rows]
    )
    connection.executemany(
        "UPDATE share SET ended_at = ? WHERE session = ? AND vestiging = ? AND e164 = ?",
        [(at, share.session, share.vestiging, share.e164) for share in shares],
    )
    leases = [row.lease(at) for row in rows if row.goes_on(at)]
    leases += [share.lease() for share in shares if share.goes_on(at)]
    return [lease_events.ended(lease, to_moment(at), reason) for lease in leases]
