"""Calls, sessions and forms as they stand when they are settled."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from wagtail_calltrack.models import Call, FormSent, VisitorSession

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""A Monday morning, ten o'clock in Amsterdam."""

ANNA, BERT = "+31612345678", "+31687654321"

_serial = count(1)


def day(number: float) -> datetime:
    """Give a moment so many days after the start."""
    return START + timedelta(days=number)


def call(at: datetime = START, caller: str = ANNA, visitor: str = "", **values: Any) -> Call:
    """Save a call that was answered, and has been settled."""
    fields: dict[str, Any] = {
        "account": "twilio",
        "call": f"CA{next(_serial)}",
        "number": "+31207654301",
        "status": "answered",
        "talk_seconds": 95,
        "step": "live" if visitor else "static",
        "confidence": 1,
        "vestiging": "amsterdam",
        "is_settled": True,
        **values,
    }
    if visitor:
        fields.setdefault("session", f"s-{visitor}")
    return Call.objects.create(started_at=at, caller=caller, visitor=visitor, **fields)


def visit(visitor: str, at: datetime = START, **values: Any) -> VisitorSession:
    """Save a visitor's session."""
    fields = {"site": "main", "started_at": at, "seen_at": at, **values}
    row, _made = VisitorSession.objects.update_or_create(
        id=fields.pop("id", f"s-{visitor}"), defaults={"visitor": visitor, **fields}
    )
    return row


def form(at: datetime = START, session: str = "none", **values: Any) -> FormSent:
    """Save a form."""
    fields = {"form": "Call me back", "path": "/contact/", **values}
    return FormSent.objects.create(id=uuid.uuid4(), at=at, session=session, **fields)
