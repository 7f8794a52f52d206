"""Leases of one number, as events and by name, and calls on it matched."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from calltrack.events import EndReason, Event, Kind
from calltrack.history import holdings
from calltrack.matching import KnownCaller, Match, StaticOwner, match
from calltrack.numbers import PhoneNumber

NUMBER, OTHER = PhoneNumber("+31301234567"), PhoneNumber("+31301234568")
CALLER = "+31612345678"
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = 60, 24 * 60
SECOND = 1 / 60


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def lease(kind: Kind, minute: float, session: str, **data: str) -> Event:
    told = {"session": session, "vestiging": "utrecht", "pool": "p", "number": NUMBER.e164}
    return Event(kind, at(minute), told | data)


def until(**moments: float) -> dict[str, str]:
    return {f"{name}_until": at(minute).isoformat() for name, minute in moments.items()}


def given(
    minute: float,
    session: str,
    *,
    promised: float,
    kept: float | None = None,
    is_shared: bool = False,
    before: str = "",
) -> Event:
    moments = until(promised=promised, kept=promised if kept is None else kept)
    more = {"shared": "1"} if is_shared else {}
    more |= {"before": before} if before else {}
    return lease(Kind.LEASE_GIVEN, minute, session, **moments, **more)


def pinned(minute: float, session: str, *, end: float) -> Event:
    since = {"given_at": at(0).isoformat()}
    return lease(Kind.LEASE_PINNED, minute, session, **until(pinned=end), **since)


def unpinned(minute: float, session: str, *, promised: float, since: float) -> Event:
    begun = {"given_at": at(since).isoformat()}
    return lease(Kind.LEASE_UNPINNED, minute, session, **until(promised=promised), **begun)


def ended(minute: float, session: str, reason: EndReason) -> Event:
    begun = {"given_at": at(0).isoformat()}
    return lease(Kind.LEASE_ENDED, minute, session, reason=reason.value, **begun)


def a_match(
    events: Sequence[Event],
    minute: float,
    *,
    static: StaticOwner | None = None,
    earlier: KnownCaller | None = None,
    caller: str = CALLER,
) -> Match:
    return match(NUMBER, caller, at(minute), holdings(events, NUMBER), static, earlier)


def said(found: Match) -> str:
    """Write a match as the table below does."""
    whose = " ".join(f"{one.session}:{one.weight.normalize()}" for one in found.candidates)
    return f"{found.step} {found.confidence.normalize()} [{whose}] {found.reason}"


A = given(0, "a", promised=33)
UNCONFIRMED = given(0, "a", promised=1, kept=33)
B_AFTER = given(40, "b", promised=73)
LET_GO = [A, ended(10, "a", EndReason.RELEASED)]
TAKEN_BACK = [UNCONFIRMED, ended(5, "a", EndReason.TAKEN_BACK), given(5, "b", promised=38)]
SHARED = [A, given(5, "b", promised=38, is_shared=True)]
SHARED_KEPT = [A, given(5, "b", promised=6, kept=38, is_shared=True)]
OVERLAP = [A, given(20, "b", promised=53)]
PINNED = [A, pinned(30, "a", end=50)]
CALLED_LATE = [A, pinned(40, "a", end=100), unpinned(50, "a", promised=80, since=50)]
HANDED_ON = [A, given(10, "a2", promised=43, before="a")]
