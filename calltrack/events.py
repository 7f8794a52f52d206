"""What happened, as values: events go up to Wagtail, once each.

An event carries its own id, so sending it twice does no harm: the receiver keeps one.

=================  ==============================================================
kind               data
=================  ==============================================================
session.started    visitor, session, site, and what docs/sources.md lists of its source
touch.added        the same: a new source in a session that goes on
session.left       session, site: the visitor left, as far as the browser told
page.viewed        session, site, path, status
lease.given        session, vestiging, pool, number, promised_until, kept_until;
                   before: the session that a returning visitor took number and promise over from;
                   shared: 1 where it was given beside the number's holder
lease.renewed      session, vestiging, pool, number, promised_until, kept_until, given_at; shared
lease.pinned       session, vestiging, pool, number, pinned_until, given_at: a call goes on
lease.unpinned     session, vestiging, pool, number, promised_until, given_at: it is over
lease.ended        session, vestiging, pool, number, reason (EndReason), given_at
number.shown       session, vestiging, number, campaign, path
pool.exhausted     session, vestiging, pool
call.reported      what a carrier told of a call, once: `calltrack.calls.CallReport` lists it
form.sent          session, site, form, path; name, phone, email as far as the form asks for them;
                   reference: what the site calls it by, an order or a booking
=================  ==============================================================

A lease whose promise runs out just ends: nobody is there to write an event.

Units: `at` is an aware UTC datetime; what ends in `_at` and `_until` is one, in ISO 8601.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType, Protocol

EventId = NewType("EventId", str)


class Kind(StrEnum):
    """Every kind of event there is; the table above tells what each carries."""

    SESSION_STARTED = "session.started"
    TOUCH_ADDED = "touch.added"
    SESSION_LEFT = "session.left"
    PAGE_VIEWED = "page.viewed"
    LEASE_GIVEN = "lease.given"
    LEASE_RENEWED = "lease.renewed"
    LEASE_PINNED = "lease.pinned"
    LEASE_UNPINNED = "lease.unpinned"
    LEASE_ENDED = "lease.ended"
    NUMBER_SHOWN = "number.shown"
    POOL_EXHAUSTED = "pool.exhausted"
    CALL_REPORTED = "call.reported"
    FORM_SENT = "form.sent"


LOSS_ORDER = (
    Kind.PAGE_VIEWED,
    Kind.NUMBER_SHOWN,
    Kind.POOL_EXHAUSTED,
    Kind.LEASE_RENEWED,
    Kind.SESSION_LEFT,
    Kind.TOUCH_ADDED,
    Kind.SESSION_STARTED,
    Kind.LEASE_ENDED,
    Kind.LEASE_PINNED,
    Kind.LEASE_UNPINNED,
    Kind.LEASE_GIVEN,
)
"""Where there is no room for all events, these go first. A kind that is not named is never lost."""


BATCHED = frozenset({Kind.PAGE_VIEWED, Kind.NUMBER_SHOWN, Kind.POOL_EXHAUSTED})
"""These may wait up to a second and be written together; others are on disk at once."""


class EndReason(StrEnum):
    """Why a lease ended before its promise was over."""

    RELEASED = "released"  # the session let go; the promise stands
    REPLACED = "replaced"  # the session got another number for the vestiging; the promise stands
    RETURNED = "returned"  # the visitor came back as a new session and took the promise over
    TAKEN_BACK = "taken_back"  # it was unconfirmed, its minute was over, and the pool was empty


_LOW = (1 << 62) - 1


def new_id() -> EventId:
    """Make an id that no other event has: a UUID of version 7.

    It begins with the moment, so that new ones stand together in a database's index: with ids all
    over it, a batch of a thousand writes to as many places. Nothing is kept secret by it.

    Source: RFC 9562 §5.7.
    """
    moment = int(datetime.now(UTC).timestamp() * 1000) << 80
    some = random.getrandbits(74)
    return EventId(f"{moment | 7 << 76 | (some >> 62) << 64 | 2 << 62 | some & _LOW:032x}")


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
