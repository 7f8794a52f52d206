"""Events as edges send them, one of each kind, and batches of them over HTTP."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model
from django.test import Client

from calltrack.events import Kind
from wagtail_calltrack.models import (
    CallEvent,
    EdgeToken,
    FormSent,
    LeaseEvent,
    NumberShown,
    PageView,
    PoolExhausted,
    SessionTouch,
    UnknownEvent,
    VisitorSession,
)

EVENTS = "/calltrack/api/events/"
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EDGE = {
    "id": "e" * 32,
    "name": "proxy 1",
    "version": "0.1.0",
    "serial": 12,
    "report": {"backlog": 3, "pools": [{"key": "utrecht", "numbers": 30}]},
}
TABLES: Sequence[type[Model]] = (
    *(VisitorSession, SessionTouch, PageView, NumberShown, LeaseEvent, PoolExhausted),
    *(CallEvent, FormSent, UnknownEvent),
)

Json = dict[str, Any]


def minute(count: float) -> datetime:
    return START + timedelta(minutes=count)


def moment(count: float) -> str:
    return minute(count).isoformat()


LEASE = {"session": "S1", "vestiging": "utrecht", "pool": "utrecht", "number": "+31301234567"}
PROMISED = {"promised_until": moment(33), "kept_until": moment(33)}
SOURCE = {
    "visitor": "V1",
    "session": "S1",
    "site": "www",
    "channel": "paid_search",
    "source": "google",
    "medium": "cpc",
    "campaign": "autumn",
    "term": "plaster ceiling",
    "content": "b",
    "keyword": "ceiling",
    "referrer": "https://www.google.com/search",
    "referrer_host": "www.google.com",
    "landing": "/ceilings/?utm_source=google",
    "landing_path": "/ceilings/",
    "region": "NL-UT",
    "device": "mobile",
    "gclid": "Cj0KCQ",
    "_ga": "123.456",
}
DATA: dict[str, Json] = {
    "session.started": SOURCE,
    "touch.added": SOURCE,
    "session.left": {"session": "S1", "site": "www"},
    "page.viewed": {"session": "S1", "site": "www", "path": "/ceilings/", "status": 200},
    "lease.given": {**LEASE, **PROMISED, "before": "S0"},
    "lease.renewed": {**LEASE, **PROMISED, "given_at": moment(0), "shared": 1},
    "lease.pinned": {**LEASE, "pinned_until": moment(60), "given_at": moment(0)},
    "lease.unpinned": {**LEASE, "promised_until": moment(40), "given_at": moment(0)},
    "lease.ended": {**LEASE, "reason": "released", "given_at": moment(0)},
    "number.shown": {
        "session": "S1",
        "vestiging": "utrecht",
        "number": "+31301234567",
        "campaign": "ads",
        "path": "/ceilings/",
    },
    "pool.exhausted": {"session": "S1", "vestiging": "utrecht", "pool": "utrecht"},
    "call.reported": {
        "account": "twilio",
        "provider": "twilio",
        "call": "CA123",
        "phase": "ended",
        "direction": "in",
        "number": "+31301234567",
        "caller": "+31612345678",
        "vestiging": "utrecht",
        "forwarded_to": "+31307654321",
        "status": "answered",
        "talk_seconds": 65,
        "ring_seconds": 7,
        "started_at": moment(1),
        "answered_at": moment(1.2),
        "ended_at": moment(2.3),
        "recording": "https://api.example.com/recordings/RE1",
    },
    "form.sent": {
        "session": "S1",
        "site": "www",
        "form": "Call me back",
        "path": "/contact/",
        "name": "A. de Vries",
        "phone": "06 12 34 56 78",
        "email": "devries@example.nl",
        "reference": "ORD-2026/0042",
    },
}
KINDS = [kind.value for kind in Kind]


def event(kind: str, at: float = 0, /, **data: Any) -> Json:
    """Make an event that is right; a field that is None is left out."""
    told = {name: value for name, value in (DATA[kind] | data).items() if value is not None}
    return {"id": uuid.uuid4().hex, "kind": kind, "at": moment(at), "data": told}


def one_of_each() -> list[Json]:
    return [event(kind, at) for at, kind in enumerate(KINDS)]


def new_token(name: str = "proxy 1") -> str:
    row = EdgeToken(name=name)
    token = row.issue()
    row.save()
    return token


def body(events: Sequence[object], **edge: Any) -> bytes:
    return json.dumps({"edge": EDGE | edge, "events": list(events)}).encode()


def send(
    client: Client, token: str, sent: bytes, *, kind: str = "application/json", **headers: str
) -> Any:
    bearer = {"Authorization": f"Bearer {token}", **headers}
    return client.post(EVENTS, sent, content_type=kind, headers=bearer)


def tables() -> dict[str, list[Json]]:
    """Give all that the tables hold."""
    every = {table.__name__: table._default_manager for table in TABLES}
    return {name: list(rows.order_by("pk").values()) for name, rows in every.items()}
