"""Whether calls come in: how each telephony account fares, as the edges told the last time.

An edge counts since it was started: webhooks that it took, and those that it refused, and why.
What it tells was checked for size and type only, so each word is read with care here. What came in
before its start stands in the database: `with_last_event`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from wagtail_calltrack.models import CallEvent, Edge, TelephonyAccount

MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account, on all edges together. `problem`: why none of its webhooks is taken, or ""."""

    key: str
    seen: int = 0
    refused: int = 0
    last_at: datetime | None = None
    problem: str = ""

    @property
    def is_refused(self) -> bool:
        """Say whether all that came was refused."""
        return self.refused > 0 and self.seen == 0


def account_states(edges: Iterable[Edge]) -> Mapping[str, AccountState]:
    """Give what these edges told, by the account's key."""
    found: dict[str, AccountState] = {}
    for edge in edges:
        for told in _told(edge):
            key = str(told.get("account", ""))[:64]
            found[key] = _added(found.get(key, AccountState(key)), told)
    return found


def with_last_event(accounts: QuerySet[TelephonyAccount]) -> QuerySet[TelephonyAccount]:
    """Read along when the last of what carriers told, and is stored, was: `stored_at`."""
    events = CallEvent.objects.filter(account=OuterRef("key")).order_by("-at")
    return accounts.annotate(stored_at=Subquery(events.values("at")[:1]))


def _told(edge: Edge) -> Iterator[Mapping[str, Any]]:
    calls = edge.report.get("calls") if isinstance(edge.report, dict) else None
    accounts = calls.get("accounts") if isinstance(calls, dict) else None
    for one in accounts if isinstance(accounts, list) else ():
        if isinstance(one, dict):
            yield one


def _added(state: AccountState, told: Mapping[str, Any]) -> AccountState:
    refused = told.get("refused")
    counts = refused.values() if isinstance(refused, dict) else ()
    moments = [one for one in (state.last_at, _moment(told.get("last_at"))) if one is not None]
    return AccountState(
        key=state.key,
        seen=state.seen + _count(told.get("seen")),
        refused=state.refused + sum(map(_count, counts)),
        last_at=max(moments, default=None),
        problem=state.problem or str(told.get("problem") or "")[:MOST_LETTERS],
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
