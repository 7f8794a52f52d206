"""Rows of calls and leads, as settling leaves them."""

import uuid
from datetime import datetime
from typing import Any

from wagtail_calltrack.models import Call, SessionTouch, VisitorSession

CALLER = "+31612345678"


def call(at: datetime, status: str = "answered", **values: Any) -> Call:
    """Save a call that is settled."""
    fields: dict[str, Any] = {
        "account": "main",
        "call": uuid.uuid4().hex,
        "number": "+31207654301",
        "caller": CALLER,
        "vestiging": "amsterdam",
        "is_settled": True,
        **values,
    }
    return Call.objects.create(started_at=at, status=status, **fields)


def visit(at: datetime, session: str, channel: str = "direct", site: str = "") -> VisitorSession:
    """Save a session of a visitor of the same name, with its touch."""
    SessionTouch.objects.create(
        id=uuid.uuid4(), at=at, session=session, is_first=True, channel=channel
    )
    return VisitorSession.objects.create(
        id=session, visitor=f"v-{session}", site=site, started_at=at, seen_at=at
    )
