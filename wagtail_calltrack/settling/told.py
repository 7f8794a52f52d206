"""A call's own columns, of what carriers told of it.

A call that nobody told the end of is over after a while: `calltrack.calls` says when.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from calltrack.calls import CallId, CallReport, CallStatus, CallTold, Direction, Phase, fold
from wagtail_calltrack.models import Call, CallEvent

Name = tuple[str, str]
"""Of a call: its account, and the carrier's own name."""


def told_of(calls: Sequence[Call], now: datetime) -> Mapping[Name, CallTold]:
    """Fold what was told of each of these calls. A call of which nothing is left is left out."""
    names = {(call.account, call.call) for call in calls}
    rows = CallEvent.objects.filter(
        account__in={account for account, _ in names}, call__in={call for _, call in names}
    )
    reports: dict[Name, list[CallReport]] = {}
    for row in rows:
        if (row.account, row.call) in names:
            reports.setdefault((row.account, row.call), []).append(report_of(row))
    return {name: fold(found).as_of(now) for name, found in reports.items()}


def write_told(calls: Iterable[Call], told: Mapping[Name, CallTold]) -> None:
    """Write it into the calls; who is erased, or whose facts are too old, stays as it is."""
    for call in calls:
        found = told.get((call.account, call.call))
        if found is not None:
            for name, value in asdict(found).items():
                setattr(call, name, value)


def report_of(row: CallEvent) -> CallReport:
    """Give the report that a row was made of."""
    return CallReport(
        account=row.account,
        provider=row.provider,
        call=CallId(row.call),
        phase=Phase(row.phase),
        at=row.at.astimezone(UTC),
        number=row.number,
        caller=row.caller,
        direction=Direction(row.direction or Direction.IN),
        status=CallStatus(row.status) if row.status else None,
        vestiging=row.vestiging,
        forwarded_to=row.forwarded_to,
        talk_seconds=row.talk_seconds,
        ring_seconds=row.ring_seconds,
        started_at=_utc(row.started_at),
        answered_at=_utc(row.answered_at),
        ended_at=_utc(row.ended_at),
        recording=row.recording,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
