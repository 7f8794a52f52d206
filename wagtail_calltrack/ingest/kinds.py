"""What each kind of event must tell, and the row it becomes.

`SHAPES` has a row for every kind of `calltrack.events`. A field that is not listed is ignored: a
newer edge may tell more. One that is listed is there, unless it says `may_lack`, and is right.

An event of a session's end has no row of its own: it is told in `VisitorSession.left_at`. What a
store does with a number by itself, or a call, is no sign of the visitor: only kinds with `is_seen`
say when a session was there.

An event of a kind that is not known here (an edge newer than the plugin tells it) is kept as it
came, for a version that knows it: `wagtail_calltrack.ingest.unknown`.

Errors: RefusedError names the field and what it must be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from calltrack.calls import CallStatus, Direction, Phase
from calltrack.events import Kind
from calltrack.planvalues import RefusedError
from calltrack.touch import CLICK_IDS
from wagtail_calltrack.ingest.body import Doubled
from wagtail_calltrack.ingest.values import (
    Reader,
    a_click,
    a_flag,
    a_key,
    a_kind,
    a_moment,
    a_name,
    a_number,
    a_promise,
    a_reference,
    a_short_text,
    a_status,
    a_text,
    a_title,
    a_whole_text,
    a_word,
    an_email,
    fault_of,
    key_or_none,
    number_if_any,
    one_of,
    read_id,
    seconds,
)
from wagtail_calltrack.models import (
    CallEvent,
    FormSent,
    LeaseEvent,
    NumberShown,
    PageView,
    PoolExhausted,
    SessionTouch,
    UnknownEvent,
)
from wagtail_calltrack.models.facts import Fact

Value = TypeVar("Value")

LARGEST_EVENT = 16_384
"""Characters of all texts of an event together."""

DEEPEST_EVENT = 20

CLIENT_IDS = ("_ga", "_ym_uid")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of `data`. `column`: where it goes, "" for one that the row has no place for."""

    name: str
    read: Reader
    column: str
    may_lack: bool = False
    group: str = ""  # a column of several fields, by their names


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind. `always`: columns that its row has whatever it tells."""

    model: type[Fact] | None
    fields: tuple[Field, ...]
    always: Mapping[str, object] = field(default_factory=dict)
    is_seen: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """One event that is right. `said`: its fields by name. `kind`: None where it is not known."""

    id: UUID
    kind: Kind | None
    at: datetime
    said: Mapping[str, Any]
    row: Fact | None

    @property
    def is_seen(self) -> bool:
        """Say whether it is a sign of the visitor."""
        return self.kind is not None and SHAPES[self.kind].is_seen


def _must(name: str, read: Reader, column: str | None = None) -> Field:
    return Field(name, read, name if column is None else column)


def _may(name: str, read: Reader, column: str | None = None) -> Field:
    return Field(name, read, name if column is None else column, may_lack=True)


_SESSION = _must("session", a_word)
_VESTIGING = _must("vestiging", a_key)
_POOL = _must("pool", a_key)
_NUMBER = _must("number", a_number)
_GIVEN = _must("given_at", a_moment)
_PROMISED = _must("promised_until", a_promise)
_KEPT = _must("kept_until", a_promise)
_SHARED = _may("shared", a_flag, "is_shared")

_LEASE = (_SESSION, _VESTIGING, _POOL, _NUMBER)
_SOURCE = (
    _must("visitor", a_word, ""),
    _SESSION,
    _must("site", a_key, ""),
    _may("channel", a_name),
    *(_may(name, a_text) for name in ("source", "medium", "campaign", "term", "content")),
    *(_may(name, a_text) for name in ("keyword", "referrer", "referrer_host")),
    *(_may(name, a_text) for name in ("landing", "landing_path")),
    *(_may(name, a_short_text) for name in ("region", "device")),
    *(Field(name, a_click, "", may_lack=True, group="click_ids") for name in CLICK_IDS),
    *(Field(name, a_click, "", may_lack=True, group="client_ids") for name in CLIENT_IDS),
)
_CALL = (
    *(_must("account", a_key), _must("call", a_reference), _must("provider", a_name)),
    *(_must("phase", one_of(Phase)), _may("direction", one_of(Direction))),
    *(_may(name, number_if_any) for name in ("number", "caller", "forwarded_to")),
    *(_may("vestiging", key_or_none), _may("status", one_of(CallStatus))),
    *(_may(name, seconds) for name in ("talk_seconds", "ring_seconds")),
    *(_may(name, a_moment) for name in ("started_at", "answered_at", "ended_at")),
    _may("recording", a_whole_text),
)


def _lease(kind: Kind, *fields: Field, is_seen: bool) -> Shape:
    return Shape(LeaseEvent, (*_LEASE, *fields), {"kind": kind.value}, is_seen=is_seen)


SHAPES: Mapping[Kind, Shape] = {
    Kind.SESSION_STARTED: Shape(SessionTouch, _SOURCE, {"is_first": True}),
    Kind.TOUCH_ADDED: Shape(SessionTouch, _SOURCE, {"is_first": False}),
    Kind.SESSION_LEFT: Shape(None, (_SESSION, _must("site", a_key))),
    Kind.PAGE_VIEWED: Shape(
        PageView, (_SESSION, _must("site", a_key), _must("path", a_text), _must("status", a_status))
    ),
    Kind.LEASE_GIVEN: _lease(
        Kind.LEASE_GIVEN, _PROMISED, _KEPT, _may("before", a_word), _SHARED, is_seen=True
    ),
    Kind.LEASE_RENEWED: _lease(Kind.LEASE_RENEWED, _PROMISED, _KEPT, _GIVEN, _SHARED, is_seen=True),
    Kind.LEASE_PINNED: _lease(
        Kind.LEASE_PINNED, _must("pinned_until", a_promise), _GIVEN, is_seen=False
    ),
    Kind.LEASE_UNPINNED: _lease(Kind.LEASE_UNPINNED, _PROMISED, _GIVEN, is_seen=False),
    Kind.LEASE_ENDED: _lease(Kind.LEASE_ENDED, _must("reason", a_name), _GIVEN, is_seen=False),
    Kind.NUMBER_SHOWN: Shape(
        NumberShown,
        (_SESSION, _VESTIGING, _NUMBER, _may("campaign", key_or_none), _must("path", a_text)),
    ),
    Kind.POOL_EXHAUSTED: Shape(PoolExhausted, (_SESSION, _VESTIGING, _POOL)),
    Kind.CALL_REPORTED: Shape(CallEvent, _CALL, is_seen=False),
    Kind.FORM_SENT: Shape(
        FormSent,
        (
            *(_SESSION, _must("site", a_key), _must("form", a_title), _must("path", a_text)),
            *(_may("name", a_title), _may("phone", a_short_text), _may("email", an_email)),
            _may("reference", a_title),
        ),
    ),
}


_KINDS = {kind.value: kind for kind in SHAPES}


def read_event(raw: object, now: datetime) -> Told:
    """Read one event."""
    event = _object(raw, "the event")
    event_id = _named("id", read_id, _there(event, "id"))
    kind = _named("kind", a_kind, _there(event, "kind"))
    at = _named("at", lambda value: a_moment(value, now), _there(event, "at"))
    data = _object(_there(event, "data"), "data")
    if sum(len(value) for value in data.values() if isinstance(value, str)) > LARGEST_EVENT:
        raise RefusedError(f"data: holds more than {LARGEST_EVENT} characters")
    known = _KINDS.get(kind)
    if known is None:
        return Told(event_id, None, at, {}, _unknown(event_id, kind, at, data, now))
    shape = SHAPES[known]
    said = _said(shape, data, now)
    return Told(event_id, known, at, said, _row(shape, event_id, at, said))


def _said(shape: Shape, data: Mapping[str, object], now: datetime) -> Mapping[str, Any]:
    """Read the fields that are there; each that must be is."""
    said: dict[str, Any] = {}
    for wanted in shape.fields:
        if wanted.name in data:
            try:
                said[wanted.name] = wanted.read(data[wanted.name], now)
            except RefusedError as error:
                raise RefusedError(f"data.{wanted.name}: {error}") from error
        elif not wanted.may_lack:
            raise RefusedError(f"data.{wanted.name}: is missing")
    return said


def _row(shape: Shape, event_id: UUID, at: datetime, said: Mapping[str, Any]) -> Fact | None:
    """Make the row of an event, where its kind has one."""
    if shape.model is None:
        return None
    columns: dict[str, Any] = {"id": event_id, "at": at, **shape.always}
    for wanted in shape.fields:
        if wanted.name not in said:
            continue
        if wanted.group:
            columns.setdefault(wanted.group, {})[wanted.name] = said[wanted.name]
        elif wanted.column:
            columns[wanted.column] = said[wanted.name]
    if shape.model is LeaseEvent:
        ends = ("promised_until", "kept_until", "pinned_until")
        columns["until"] = max((said[end] for end in ends if end in said), default=None)
    return shape.model(**columns)


def _unknown(
    event_id: UUID, kind: str, at: datetime, data: Mapping[str, object], now: datetime
) -> UnknownEvent:
    """Make the row of an event that a later version may read."""
    fault = fault_of(data, levels=DEEPEST_EVENT, most_bytes=LARGEST_EVENT)
    if fault:
        raise RefusedError(f"data: {fault}")
    return UnknownEvent(id=event_id, kind=kind, at=at, data=data, came_at=now)


def _object(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise RefusedError(f"{name}: must be an object")
    if isinstance(value, Doubled):
        raise RefusedError(f"{name}: holds a name twice")
    return value


def _there(event: Mapping[str, object], name: str) -> object:
    if name not in event:
        raise RefusedError(f"{name}: is missing")
    return event[name]


def _named(name: str, read: Callable[[object], Value], value: object) -> Value:
    try:
        return read(value)
    except RefusedError as error:
        raise RefusedError(f"{name}: {error}") from error
