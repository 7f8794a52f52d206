"""A visitor's session: what the signed cookie carries, and nothing else remembers.

The cookie is the session, so any process on any machine answers a known visitor without asking a
store. A session ends when the visitor has been idle for `IDLE`; one who comes later starts a new
session as the same visitor, and names the numbers held before to get them again while they are
free. A browser that opens all its tabs again asks for several pages with the one old cookie: they
are one new session, for its id follows from the old one's.

Units: moments are aware UTC datetimes with whole seconds, passed in as `now`.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NewType

from calltrack.leases import Before, Lease, SessionId, VestigingKey, renewal_due
from calltrack.numbers import PhoneNumber
from calltrack.plan import SiteKey

VisitorId = NewType("VisitorId", str)

IDLE = timedelta(minutes=30)
NOTE = IDLE / 10
"""How long a page view may be unknown to the cookie: it is not written anew with each page."""
MAX_HELD = 16
"""Numbers a session remembers by itself; more are asked of the store."""


@dataclass(frozen=True, slots=True)
class Held:
    """A number the session was promised, for one vestiging."""

    vestiging: VestigingKey
    number: PhoneNumber
    promised_until: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One visit. `before` names the numbers of the visit before it, and that visit's session."""

    visitor: VisitorId
    id: SessionId
    site: SiteKey
    started_at: datetime
    seen_at: datetime
    held: tuple[Held, ...] = ()
    before: tuple[tuple[VestigingKey, PhoneNumber], ...] = ()
    before_session: SessionId | None = None

    def has_ended(self, now: datetime) -> bool:
        """Say whether the visitor was idle for too long to be on the same visit."""
        return now - self.seen_at > IDLE

    def must_be_noted(self, now: datetime) -> bool:
        """Say whether the cookie has to tell that the visitor is still there."""
        return now - self.seen_at > NOTE

    def seen(self, now: datetime) -> "Session":
        """Take note of a page view."""
        return replace(self, seen_at=now)

    def promised(self, vestiging: VestigingKey, *, now: datetime) -> Held | None:
        """Give the number that is still promised for a vestiging."""
        return next(
            (h for h in self.held if h.vestiging == vestiging and now < h.promised_until), None
        )

    def fresh(self, hold: timedelta, *, now: datetime) -> tuple[Held, ...]:
        """Give the numbers that need no renewal yet: they stay for at least `hold` from now."""
        return tuple(h for h in self.held if not renewal_due(h.promised_until, hold, now=now))

    def before_for(self, vestiging: VestigingKey) -> Before | None:
        """Give the number the visitor had for a vestiging on the visit before."""
        if self.before_session is None:
            return None
        number = dict(self.before).get(vestiging)
        return Before(number, self.before_session) if number is not None else None

    def with_leases(self, leases: Iterable[Lease], *, now: datetime) -> "Session":
        """Take note of what the store gave; the latest `MAX_HELD` are remembered."""
        new = [Held(lease.vestiging, lease.number, lease.promised_until) for lease in leases]
        named = {h.vestiging for h in new}
        kept = [h for h in self.held if h.vestiging not in named]
        before = tuple(pair for pair in self.before if pair[0] not in named)
        return replace(self, held=tuple([*kept, *new][-MAX_HELD:]), before=before, seen_at=now)


def start(site: SiteKey, *, now: datetime, last: Session | None = None) -> Session:
    """Begin a session; `last` is the same visitor's session before, if the cookie still told."""
    fresh = Session(
        visitor=last.visitor if last else VisitorId(secrets.token_urlsafe(12)),
        id=_id_after(last, now) if last else SessionId(secrets.token_urlsafe(12)),
        site=site,
        started_at=now,
        seen_at=now,
    )
    if last is None:
        return fresh
    if not last.held:
        return replace(fresh, before=last.before, before_session=last.before_session)
    numbers = tuple((h.vestiging, h.number) for h in last.held)
    return replace(fresh, before=numbers, before_session=last.id)


def _id_after(last: Session, now: datetime) -> SessionId:
    """Name the session that comes after another; much later, with the same cookie, another one."""
    idle_spans = (now - last.seen_at) // IDLE
    digest = hashlib.sha256(f"{last.id} {idle_spans}".encode()).digest()
    return SessionId(base64.urlsafe_b64encode(digest[:12]).decode())
