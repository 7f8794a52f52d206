"""What one `take` does inside its transaction, on the rows of `sqlite_leases`.

Numbers are found for all asks of a page in three rounds, so that no ask takes what is another's
own: the session's own number, then the returning visitor's, then the longest idle.

A number is free when its promise and the asking pool's rest are over. The rest is not in the row,
so a changed rest counts at once, also for numbers given before.

Units: moments are microseconds since 1970, as in the file.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from calltrack.events import EndReason, Event, Kind
from calltrack.leases import (
    Ask,
    Lease,
    PoolKey,
    SessionId,
    Taken,
    VestigingKey,
    promise,
)
from calltrack.numbers import PhoneNumber
from calltrack.stores.sqlite import to_micros, to_moment


@dataclass(frozen=True, slots=True)
class Row:
    """A number and its last holder, as in the file."""

    e164: str
    promised_until: int
    session: str | None
    vestiging: str | None
    leased_from: str | None
    given_at: int | None
    ended_at: int | None

    def is_live(self, at: int) -> bool:
        """Say whether its lease goes on: promised, and not let go of."""
        return self.ended_at is None and at < self.promised_until

    def promised_to(self, at: int) -> str | None:
        """Give the session that nobody may take the number from, if there is one."""
        return self.session if at < self.promised_until else None

    def lease(self) -> Lease:
        """Read the row of a number that was given."""
        return Lease(
            number=PhoneNumber(self.e164),
            pool=PoolKey(self.leased_from or ""),
            vestiging=VestigingKey(self.vestiging or ""),
            session=SessionId(self.session or ""),
            given_at=to_moment(self.given_at or 0),
            promised_until=to_moment(self.promised_until),
            ended_at=None if self.ended_at is None else to_moment(self.ended_at),
        )


def find_rows(connection: sqlite3.Connection, where: str, values: Sequence[str | int]) -> list[Row]:
    """Read the numbers that a condition (and order, and limit) of ours names."""
    found = connection.execute(
        "SELECT e164, promised_until, session, vestiging, leased_from, given_at, ended_at"  # noqa: S608 - `where` is no text of a stranger
        f" FROM number WHERE {where}",
        values,
    )
    return [Row(*row) for row in found]


class Taking:
    """One `take` inside its transaction."""

    def __init__(self, connection: sqlite3.Connection, session: SessionId, at: int) -> None:
        self._connection = connection
        self._session = session
        self._at = at
        self._leases: dict[VestigingKey, Lease] = {}
        self._events: list[Event] = []

    def run(self, asks: Sequence[Ask]) -> Taken:
        for find in (self._own, self._before, self._longest_idle):
            for ask in asks:
                row = None if ask.vestiging in self._leases else find(ask)
                if row is not None:
                    self._give(row, ask)
        for ask in asks:
            self._remember_rest(ask)
            if ask.vestiging in self._leases:
                self._let_go_of_others(ask)
            else:
                self._tell_exhausted(ask)
        return Taken(self._leases, tuple(self._events))

    def _own(self, ask: Ask) -> Row | None:
        """Find the number the session holds for the vestiging, or held last and nobody has."""
        return self._find(
            "session = ? AND vestiging = ? AND pool = ?"
            " ORDER BY ended_at IS NULL DESC, given_at DESC, e164 LIMIT 1",
            (self._session, ask.vestiging, ask.pool),
        )

    def _before(self, ask: Ask) -> Row | None:
        """Find the number the visitor had before: still that session's, or free."""
        if ask.before is None:
            return None
        return self._find(
            "e164 = ? AND pool = ? AND (session = ? OR promised_until <= ?)",
            (ask.before.number.e164, ask.pool, ask.before.session, self._idle_since(ask)),
        )

    def _longest_idle(self, ask: Ask) -> Row | None:
        """Find the free number whose promise was over first."""
        return self._find(
            "pool = ? AND promised_until <= ? ORDER BY promised_until, position LIMIT 1",
            (ask.pool, self._idle_since(ask)),
        )

    def _idle_since(self, ask: Ask) -> int:
        """Give the latest end of a promise that has had its rest; never given (0) always has."""
        return max(self._at - _micros(ask.rest), 0)

    def _find(self, where: str, values: tuple[str | int, ...]) -> Row | None:
        rows = find_rows(self._connection, where, values)
        return rows[0] if rows else None

    def _give(self, row: Row, ask: Ask) -> None:
        is_renewal = row.session == self._session and row.is_live(self._at)
        before = None if row.session == self._session else row.promised_to(self._at)
        if before is not None and row.is_live(self._at):
            self._events += _ended([row], self._at, EndReason.RETURNED)
        promised = to_micros(promise(ask.hold, now=to_moment(self._at)))
        lease = Row(
            e164=row.e164,
            promised_until=max(row.promised_until, promised),
            session=self._session,
            vestiging=ask.vestiging,
            leased_from=ask.pool,
            given_at=row.given_at if is_renewal else self._at,
            ended_at=None,
        ).lease()
        self._connection.execute(
            """UPDATE number SET promised_until = ?, session = ?, vestiging = ?, leased_from = ?,
                                 given_at = ?, ended_at = NULL WHERE e164 = ?""",
            (
                to_micros(lease.promised_until),
                self._session,
                ask.vestiging,
                ask.pool,
                to_micros(lease.given_at),
                row.e164,
            ),
        )
        self._leases[ask.vestiging] = lease
        told = _renewed(lease, self._at) if is_renewal else _given(lease, before)
        self._events.append(told)

    def _let_go_of_others(self, ask: Ask) -> None:
        """End what the session had for the vestiging before it got another number."""
        others = find_rows(
            self._connection,
            "session = ? AND vestiging = ? AND ended_at IS NULL AND e164 != ? ORDER BY e164",
            (self._session, ask.vestiging, self._leases[ask.vestiging].number.e164),
        )
        self._events += end(self._connection, others, self._at, EndReason.REPLACED)

    def _remember_rest(self, ask: Ask) -> None:
        rest = _micros(ask.rest)
        self._connection.execute(
            "UPDATE pool SET rest = ? WHERE key = ? AND rest != ?", (rest, ask.pool, rest)
        )

    def _tell_exhausted(self, ask: Ask) -> None:
        data = {"session": self._session, "vestiging": ask.vestiging, "pool": ask.pool}
        self._events.append(Event(Kind.POOL_EXHAUSTED, to_moment(self._at), data))


def _given(lease: Lease, before: str | None) -> Event:
    data = _told(lease) | {"promised_until": lease.promised_until.isoformat()}
    if before is not None:
        data["before"] = before
    return Event(Kind.LEASE_GIVEN, lease.given_at, data)


def _renewed(lease: Lease, at: int) -> Event:
    moments = {
        "promised_until": lease.promised_until.isoformat(),
        "given_at": lease.given_at.isoformat(),
    }
    return Event(Kind.LEASE_RENEWED, to_moment(at), _told(lease) | moments)


def end(
    connection: sqlite3.Connection, rows: Sequence[Row], at: int, reason: EndReason
) -> list[Event]:
    """Mark leases as let go of. Those whose promise was over had ended by themselves."""
    connection.executemany(
        "UPDATE number SET ended_at = ? WHERE e164 = ?",
        [(at, row.e164) for row in rows],
    )
    return _ended([row for row in rows if row.is_live(at)], at, reason)


def _ended(rows: Sequence[Row], at: int, reason: EndReason) -> list[Event]:
    return [
        Event(Kind.LEASE_ENDED, to_moment(at), _told(row.lease()) | {"reason": reason.value})
        for row in rows
    ]


def _told(lease: Lease) -> dict[str, str | int]:
    """Write what every event of a lease says."""
    return {
        "session": lease.session,
        "vestiging": lease.vestiging,
        "pool": lease.pool,
        "number": lease.number.e164,
    }


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
