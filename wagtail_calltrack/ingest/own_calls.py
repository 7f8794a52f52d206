"""Calls that a phone system of the firm's own tells of: one row each, by a reference of its own.

    {"reference": "2026-1234", "number": "+31 30 123 45 67", "caller": "06 12345678",
     "started_at": "2026-03-02T12:00:00+01:00", "status": "answered", "talk_seconds": 65,
     "ring_seconds": 7, "direction": "in", "vestiging": "utrecht", "forwarded_to": "…",
     "recording": "https://…"}

The first, second, fourth and fifth must be there, and the talk time of a call that was answered. A
call is told of when it is over. The same reference again says what is right now: the call is
changed, and never a second one. Numbers may be written as people do; a caller who withholds the
number is "" or left out. A field that is not known is refused: it may be one of these, misspelt.

A call whose caller is forgotten here by now is refused: told again, it must not come back.

`store_calls` takes such rows whoever reads them: the API, or an import of a file.

Errors: none of its own; a row that is wrong is refused with the field and what it must be.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from calltrack.calls import CallId, CallReport, CallStatus, Direction, Phase
from calltrack.errors import NumberError
from calltrack.numbers import parse
from calltrack.planvalues import RefusedError
from wagtail_calltrack.ingest.after import after_batch
from wagtail_calltrack.ingest.body import Doubled
from wagtail_calltrack.ingest.values import (
    EARLIEST,
    Reader,
    a_moment,
    a_reference,
    a_whole_text,
    key_or_none,
    one_of,
    seconds,
)
from wagtail_calltrack.models import Call, CallEvent, Organisation, PrivacySettings
from wagtail_calltrack.models.organisation import HOME
from wagtail_calltrack.models.privacy import FORGOTTEN
from wagtail_calltrack.settling.marks import make_calls
from wagtail_calltrack.settling.turns import alone

ACCOUNT = "pbx"
"""Where no other is named."""
MOST_CALLS = 1_000

_PROVIDER, _PART = "generic", "told"
_CALLER_FORGOTTEN = "reference: the caller of this call is forgotten here by now"
_TIME_FORGOTTEN = "started_at: callers of that time are forgotten here by now"
FORGOTTEN_PROBLEMS = frozenset({_CALLER_FORGOTTEN, _TIME_FORGOTTEN})
_OVER = {one.value for one in CallStatus if one.is_over}


class State(StrEnum):
    """What became of a row."""

    STORED = "stored"  # a call that is new
    KNOWN = "known"  # the same as was told before
    CHANGED = "changed"  # told before, otherwise
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Row:
    """One row, settled. `problem`: why it is refused."""

    state: State
    reference: str = ""
    problem: str = ""


@dataclass(slots=True)
class _Reading:
    """Reads rows at one moment, for one account."""

    account: str
    now: datetime
    region: str
    seen: dict[UUID, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # many calls are on the same

    def row(self, raw: object) -> CallEvent:
        """Read one. Errors: RefusedError."""
        if not isinstance(raw, Mapping):
            raise RefusedError("the call: must be an object")
        if isinstance(raw, Doubled):
            raise RefusedError("the call: a name stands twice in it")
        readers = self._readers()
        unknown = next((name for name in raw if name not in readers), None)
        if unknown is not None:
            raise RefusedError(f"{str(unknown)[:40]}: is no field of a call")
        said = {name: self._field(raw, name, read) for name, read in readers.items()}
        for name in ("reference", "number", "started_at", "status"):
            if said[name] in (None, ""):
                raise RefusedError(f"{name}: is missing")
        is_answered = said["status"] == CallStatus.ANSWERED
        if is_answered and said["talk_seconds"] is None:
            raise RefusedError("talk_seconds: is missing")
        return _event(_report(self.account, said, is_answered=is_answered))

    def _readers(self) -> Mapping[str, Reader]:
        return {
            "reference": a_reference,
            "number": self._number,
            "caller": self._number,
            "started_at": a_moment,
            "status": _over,
            "talk_seconds": seconds,
            "ring_seconds": seconds,
            "direction": one_of(Direction),
            "vestiging": key_or_none,
            "forwarded_to": self._number,
            "recording": a_whole_text,
        }

    def _field(self, raw: Mapping[str, object], name: str, read: Reader) -> Any:
        value = raw.get(name)
        if value is None or value == "":
            return None
        try:
            return read(value, self.now)
        except RefusedError as error:
            raise RefusedError(f"{name}: {error}") from error

    def _number(self, value: object, _now: datetime) -> str:
        text = value if isinstance(value, str) else ""
        if text not in self.numbers:
            try:
                self.numbers[text] = str(parse(text, region=self.region))
            except NumberError as error:
                raise RefusedError("must be a phone number, as +31 30 123 45 67") from error
        return self.numbers[text]


def store_calls(
    rows: Sequence[object],
    now: datetime,
    *,
    account: str = ACCOUNT,
    only_look: bool = False,
    settles: bool = True,
) -> Sequence[Row]:
    """Store calls, and settle them; give what became of each row, in their order.

    With `only_look` nothing is stored: it says what would become of them. Without `settles` they
    wait for the next turn.
    """
    region = Organisation.objects.values_list("region", flat=True).first() or HOME
    told, found = _read(rows, _Reading(account, now, region))
    with nullcontext() if only_look else alone():
        _refuse_forgotten(told, found, account)
        there = CallEvent.objects.in_bulk([event.pk for event in told.values()])
        news = [event for event in told.values() if not _is_same(event, there.get(event.pk))]
        keys = [] if only_look else _store(news)
    if keys and settles:
        after_batch(keys)
    for at, event in told.items():
        before = there.get(event.pk)
        state = State.STORED if before is None else State.CHANGED
        found[at] = Row(State.KNOWN if _is_same(event, before) else state, event.call)
    return [found[at] for at in range(len(rows))]


def _read(rows: Sequence[object], reading: _Reading) -> tuple[dict[int, CallEvent], dict[int, Row]]:
    """Read the rows; of one reference the last counts."""
    told: dict[int, CallEvent] = {}
    found: dict[int, Row] = {}
    for at, raw in enumerate(rows):
        try:
            event = reading.row(raw)
        except RefusedError as error:
            found[at] = Row(State.REFUSED, _reference(raw, reading.now), str(error))
            continue
        earlier = reading.seen.get(event.pk)
        if earlier is not None:
            del told[earlier]
            problem = "reference: stands again further on; that one counts"
            found[earlier] = Row(State.REFUSED, event.call, problem)
        told[at] = event
        reading.seen[event.pk] = at
    return told, found


def _refuse_forgotten(told: dict[int, CallEvent], found: dict[int, Row], account: str) -> None:
    """Take out the calls whose callers are forgotten by now."""
    privacy = PrivacySettings.current()
    names = [event.call for event in told.values()]
    rows = Call.objects.filter(account=account, call__in=names, caller__startswith=FORGOTTEN)
    forgotten = set(rows.values_list("call", flat=True))
    for at, event in list(told.items()):
        problem = ""
        if event.call in forgotten:
            problem = _CALLER_FORGOTTEN
        elif privacy.has_forgotten(event.at, caller=True):
            problem = _TIME_FORGOTTEN
        if problem:
            del told[at]
            found[at] = Row(State.REFUSED, event.call, problem)


def told_before(references: Collection[str], account: str) -> Mapping[str, CallEvent]:
    """Give what was told of these calls, by their references."""
    ids = [_id(account, reference) for reference in references]
    return {event.call: event for event in CallEvent.objects.in_bulk(ids).values()}


def _id(account: str, reference: str) -> UUID:
    call = CallId(reference)
    report = CallReport(account, _PROVIDER, call, Phase.ENDED, EARLIEST, part=_PART)
    return UUID(report.event_id)


def _reference(raw: object, now: datetime) -> str:
    """Give the reference of a row that is wrong otherwise."""
    try:
        return str(a_reference(raw.get("reference"), now)) if isinstance(raw, Mapping) else ""
    except RefusedError:
        return ""


def _report(account: str, said: Mapping[str, Any], *, is_answered: bool) -> CallReport:
    ringing = timedelta(seconds=said["ring_seconds"] or 0)
    talk = (said["talk_seconds"] or 0) if is_answered else 0
    ended_at = said["started_at"] + ringing + timedelta(seconds=talk)
    return CallReport(
        account=account,
        provider=_PROVIDER,
        call=CallId(said["reference"]),
        phase=Phase.ENDED,
        at=ended_at,
        number=said["number"],
        caller=said["caller"] or "",
        direction=Direction(said["direction"] or Direction.IN),
        status=CallStatus(said["status"]),
        vestiging=said["vestiging"] or "",
        forwarded_to=said["forwarded_to"] or "",
        talk_seconds=talk,
        ring_seconds=said["ring_seconds"],
        started_at=said["started_at"],
        answered_at=said["started_at"] + ringing if is_answered else None,
        ended_at=ended_at,
        recording=said["recording"] or "",
        part=_PART,
    )


def _event(report: CallReport) -> CallEvent:
    names = {one.name for one in CallEvent._meta.concrete_fields} - {"id"}  # noqa: SLF001 (Django's own name for what is public)
    columns = {name: getattr(report, name) for name in names}
    return CallEvent(id=UUID(report.event_id), **columns)


def _over(value: object, _now: datetime) -> str:
    """Read how a call ended."""
    if not (isinstance(value, str) and value in _OVER):
        raise RefusedError(f"must be one of {', '.join(sorted(_OVER))}")
    return value


def _is_same(event: CallEvent, before: CallEvent | None) -> bool:
    names = [one.attname for one in CallEvent._meta.concrete_fields]  # noqa: SLF001 (as above)
    return before is not None and all(
        getattr(event, name) == getattr(before, name) for name in names
    )


def _store(events: Sequence[CallEvent]) -> list[int]:
    """Write what is new or changed; give the keys of the calls."""
    names = [one.name for one in CallEvent._meta.concrete_fields if not one.primary_key]  # noqa: SLF001 (as above)
    ordered = sorted(events, key=lambda event: str(event.pk))
    CallEvent.objects.bulk_create(
        ordered, update_conflicts=True, unique_fields=["id"], update_fields=names
    )
    return make_calls(ordered)
