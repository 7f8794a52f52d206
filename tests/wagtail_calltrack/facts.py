"""Rows as edges' events make them, for a pool's week."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from wagtail_calltrack.models import Edge, LeaseEvent, PoolExhausted

HOLD = timedelta(minutes=33)
NUMBER = "+31207654301"


def lease_event(at: datetime, session: str = "s", **values: Any) -> LeaseEvent:
    """Make a row; `until` is the latest of its moments, as the endpoint has it."""
    fields: dict[str, Any] = {
        "kind": "lease.given",
        "vestiging": "amsterdam",
        "pool": "amsterdam",
        "number": NUMBER,
        **values,
    }
    moments = [fields.get(name) for name in ("promised_until", "kept_until", "pinned_until")]
    fields["until"] = max((one for one in moments if one is not None), default=None)
    return LeaseEvent(id=uuid.uuid4(), at=at, session=session, **fields)


def given(at: datetime, session: str = "s", **values: Any) -> LeaseEvent:
    """Save a lease that begins, for the hold and a tenth."""
    values.setdefault("promised_until", at + HOLD)
    row = lease_event(at, session, **values)
    row.save()
    return row


def renewed(at: datetime, first: LeaseEvent, **values: Any) -> LeaseEvent:
    """Save a renewal of it."""
    row = lease_event(
        at,
        first.session,
        kind="lease.renewed",
        number=first.number,
        pool=first.pool,
        vestiging=first.vestiging,
        given_at=first.at,
        **{"promised_until": at + HOLD, **values},
    )
    row.save()
    return row


def ended(at: datetime, first: LeaseEvent, reason: str) -> LeaseEvent:
    """Save its end."""
    row = lease_event(
        at, first.session, kind="lease.ended", number=first.number, given_at=first.at, reason=reason
    )
    row.save()
    return row


def exhausted(at: datetime, session: str, pool: str = "amsterdam") -> None:
    """Save that a pool had no number for a session."""
    PoolExhausted.objects.create(
        id=uuid.uuid4(), at=at, session=session, vestiging="amsterdam", pool=pool
    )


def edge(seen_at: datetime, **values: Any) -> Edge:
    """Save an edge."""
    fields = {"id": uuid.uuid4().hex, "name": "proxy 1", "version": "0.1.0", **values}
    return Edge.objects.create(seen_at=seen_at, **fields)
