"""What happened, as values: events go up to Wagtail, once each.

An event carries its own id, so sending it twice does no harm: the receiver keeps one.

=================  ==============================================================
kind               data
=================  ==============================================================
session.started    visitor, session, site, path, query, referrer
page.viewed        session, site, path, status
lease.given        session, vestiging, pool, number, promised_until
lease.renewed      session, vestiging, pool, number, promised_until
lease.ended        session, vestiging, pool, number, reason (released | replaced)
number.shown       session, vestiging, number, path, reason
pool.exhausted     session, vestiging, pool
=================  ==============================================================

Units: `at` and `promised_until` are aware UTC datetimes, in ISO 8601 inside `data`.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

EventId = NewType("EventId", str)


class Kind(StrEnum):
    """Every kind of event there is; the table above tells what each carries."""

    SESSION_STARTED = "session.started"
    PAGE_VIEWED = "page.viewed"
    LEASE_GIVEN = "lease.given"
    LEASE_RENEWED = "lease.renewed"
    LEASE_ENDED = "lease.ended"
    NUMBER_SHOWN = "number.shown"
    POOL_EXHAUSTED = "pool.exhausted"


def new_id() -> EventId:
    """Make an id that no other event has."""
    return EventId(uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at one moment."""

    kind: Kind
    at: datetime
    data: Mapping[str, str | int]
    id: EventId = field(default_factory=new_id)


class Outbox(Protocol):
    """Events on the edge's own disk, in the order they were written, until they are shipped.

    Errors: OutboxError when the disk does not take them.
    """

    async def append(self, events: Sequence[Event]) -> None:
        """Write the events; they are on disk when this returns. An id written before is skipped."""

    async def pending(self, *, limit: int) -> Sequence[Event]:
        """Give the oldest events that are not shipped yet."""

    async def shipped(self, ids: Sequence[EventId]) -> None:
        """Forget the events that the receiver has confirmed."""

    async def close(self) -> None:
        """Let go of the file. A second call does nothing."""
