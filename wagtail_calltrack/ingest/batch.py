"""A batch: the edge that tells, and what happened; each event is read by itself.

    {"edge": {"id": "32 hex", "name": "…", "version": "…", "serial": 12, "report": {…}},
     "events": [{"id": "32 hex", "kind": "page.viewed", "at": "…", "data": {…}}, …]}

No events are a sign of life. A report that cannot be kept is left out and told: events do not wait
for it. What is wrong with the batch as a whole is a BodyError; with one event, a problem beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calltrack.planvalues import RefusedError
from wagtail_calltrack.ingest.body import BodyError, Doubled
from wagtail_calltrack.ingest.kinds import Told, read_event
from wagtail_calltrack.ingest.values import fault_of, free, read_count, read_id

MOST_EVENTS = 1_000
LARGEST_REPORT = 32_768
DEEPEST_REPORT = 20
"""Levels. A database has a limit, too, and would refuse the whole batch for it."""
LONGEST_NAME = 100
LONGEST_VERSION = 40


@dataclass(frozen=True, slots=True)
class EdgeTold:
    """What an edge tells of itself. `problem`: why its report is left out, or ""."""

    id: str
    name: str
    version: str
    serial: int
    report: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an event is refused for ever. `id` where it has one that can be read."""

    id: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What a body says; `told` and `refused` by an event's place."""

    edge: EdgeTold
    told: Mapping[int, Told] = field(default_factory=dict)
    refused: Mapping[int, Refused] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the events that were sent."""
        return len(self.told) + len(self.refused)


def read_batch(body: object, now: datetime) -> Batch:
    """Read a body that was JSON."""
    whole = _object(body, "the body")
    edge = _edge(_object(_part(whole, "edge"), "edge"))
    events = _part(whole, "events")
    if not isinstance(events, list):
        raise BodyError(400, "events: must be a list")
    if len(events) > MOST_EVENTS:
        raise BodyError(413, f"these are {len(events)} events; send {MOST_EVENTS} at most at once")
    return _read(edge, events, now)


def _read(edge: EdgeTold, events: Sequence[object], now: datetime) -> Batch:
    told: dict[int, Told] = {}
    refused: dict[int, Refused] = {}
    for at, raw in enumerate(events):
        try:
            told[at] = read_event(raw, now)
        except RefusedError as error:
            refused[at] = Refused(_id_of(raw), str(error))
    return Batch(edge, told, refused)


def _id_of(raw: object) -> str | None:
    """Give the id of an event that is wrong otherwise."""
    try:
        return read_id(raw.get("id")).hex if isinstance(raw, dict) else None
    except RefusedError:
        return None


def _edge(said: Mapping[str, object]) -> EdgeTold:
    try:
        report, problem = _report(said.get("report"))
        return EdgeTold(
            id=_field(said, "id", lambda value: read_id(value).hex),
            name=_field(said, "name", lambda value: free(value, LONGEST_NAME)),
            version=_field(said, "version", lambda value: free(value, LONGEST_VERSION)),
            serial=_field(said, "serial", read_count),
            report=report,
            problem=problem,
        )
    except RefusedError as error:
        raise BodyError(400, f"edge.{error}") from error


def _field(said: Mapping[str, object], name: str, read: Any) -> Any:
    if name not in said:
        raise RefusedError(f"{name}: is missing")
    try:
        return read(said[name])
    except RefusedError as error:
        raise RefusedError(f"{name}: {error}") from error


def _report(value: object) -> tuple[Mapping[str, Any], str]:
    """Give the report, if it can be kept, else why not."""
    if value is None:
        return {}, ""
    if not isinstance(value, dict):
        return {}, "edge.report: must be an object; it is left out"
    fault = fault_of(value, levels=DEEPEST_REPORT, most_bytes=LARGEST_REPORT)
    return ({}, f"edge.report: {fault}; it is left out") if fault else (value, "")


def _object(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BodyError(400, f"{name}: must be an object")
    if isinstance(value, Doubled):
        raise BodyError(400, f"{name}: holds a name twice")
    return value


def _part(whole: Mapping[str, object], name: str) -> object:
    if name not in whole:
        raise BodyError(400, f"{name}: is missing")
    return whole[name]
