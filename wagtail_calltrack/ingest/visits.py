"""What events say of their sessions: one row for each, the same in whatever order they come.

Each column is the first, the last or the greatest of what was ever told, so that two batches at
once, or one that comes twice, leave what one after the other would. A visitor or a site is told
alike by all events of a session; should they differ, the greater word stays.

`seen_at` is the last sign of the visitor, the leave included: who left and did not come back has
`left_at` = `seen_at`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from calltrack.events import Kind
from wagtail_calltrack.ingest.kinds import Told
from wagtail_calltrack.models import VisitorSession

_FIRST = "CASE WHEN {old} IS NULL OR {new} < {old} THEN {new} ELSE {old} END"
_LAST = "CASE WHEN {old} IS NULL OR {new} > {old} THEN {new} ELSE {old} END"

MERGE = {
    "visitor": _LAST,
    "site": _LAST,
    "started_at": _FIRST,
    "seen_at": _LAST,
    "left_at": _LAST,
}
"""What becomes of a session's columns when more is told of it."""


def visits(told: Iterable[Told]) -> Sequence[VisitorSession]:
    """Give what these events say together, a row for each session."""
    found: dict[str, VisitorSession] = {}
    for event in told:
        if event.is_seen:
            session = event.said["session"]
            _add(event, found.setdefault(session, VisitorSession(id=session, seen_at=event.at)))
    return list(found.values())


def _add(event: Told, visit: VisitorSession) -> None:
    visit.visitor = max(visit.visitor, event.said.get("visitor", ""))
    visit.site = max(visit.site, event.said.get("site", ""))
    visit.seen_at = max(visit.seen_at, event.at)
    if event.kind is Kind.SESSION_STARTED:
        visit.started_at = min(visit.started_at or event.at, event.at)
    if event.kind is Kind.SESSION_LEFT:
        visit.left_at = max(visit.left_at or event.at, event.at)


def new_leaves(told: Iterable[Told]) -> int:
    """Count the leaves that say something new: later ones than those that are known."""
    leaves = [event for event in told if event.kind is Kind.SESSION_LEFT]
    if not leaves:
        return 0
    sessions = {event.said["session"] for event in leaves}
    rows = VisitorSession.objects.filter(id__in=sessions, left_at__isnull=False)
    known = {row.id: row.left_at for row in rows}
    return sum(_is_later(event.at, known.get(event.said["session"])) for event in leaves)


def _is_later(new: datetime, known: datetime | None) -> bool:
    return known is None or new > known
