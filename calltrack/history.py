"""Who held a number at a moment: lease events folded, for calls that come now, late, or very late.

Events of several edges may come in any order, and twice. An event may be missing, too: an edge that
died, or a page that would not wait, between the lease and its event. Each renewal names the moment
the lease was given, so the next one makes the history whole.

Two holdings overlap only where a store lost what it had acknowledged, or where the event of a
visitor's return is missing. Both are candidates then.

Units: moments are aware UTC datetimes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calltrack.events import Event, Kind
from calltrack.leases import PoolKey, SessionId, VestigingKey
from calltrack.numbers import PhoneNumber


@dataclass(frozen=True, slots=True)
class Holding:
    """A stretch of time in which one session had a number, and was promised it."""

    number: PhoneNumber
    pool: PoolKey
    vestiging: VestigingKey
    session: SessionId
    given_at: datetime
    promised_until: datetime
    ended_at: datetime | None = None

    def is_promised(self, at: datetime) -> bool:
        """Say whether the number could go to nobody else at that moment."""
        return self.given_at <= at < self.promised_until


@dataclass(frozen=True, slots=True)
class Holders:
    """Who is meant by a call at one moment.

    `last` had the number last, however long before. `promised` were promised it at that very
    moment: one or nobody, and several only where something was lost.
    """

    last: Holding | None
    promised: tuple[Holding, ...]


def holders(events: Iterable[Event], number: PhoneNumber, at: datetime) -> Holders:
    """Say who held the number at a moment, and who was promised it."""
    before = [h for h in holdings(events, number) if h.given_at <= at]
    return Holders(
        last=before[-1] if before else None,
        promised=tuple(h for h in before if h.is_promised(at)),
    )


def holdings(events: Iterable[Event], number: PhoneNumber) -> Sequence[Holding]:
    """Give a number's whole history, by the moment it was given."""
    ours = {
        event.id: event
        for event in events
        if event.kind in _FOLDS and event.data.get("number") == number.e164
    }
    found: list[Holding] = []
    for event in sorted(ours.values(), key=lambda e: e.at):
        _FOLDS[event.kind](found, event)
    return sorted(found, key=lambda h: h.given_at)


def _give(found: list[Holding], event: Event) -> None:
    """Begin a holding; it takes over what was promised to its session, or its visitor's before."""
    heirs = {event.data["session"], event.data.get("before")}
    for i, holding in enumerate(found):
        if holding.session in heirs and event.at < holding.promised_until:
            found[i] = replace(holding, promised_until=event.at)
    found.append(_begin(event, given_at=event.at))


def _renew(found: list[Holding], event: Event) -> None:
    """Make a promise longer; where its beginning was lost, begin it."""
    renewed = _begin(event, given_at=datetime.fromisoformat(str(event.data["given_at"])))
    for i in reversed(range(len(found))):
        if (found[i].session, found[i].given_at) == (renewed.session, renewed.given_at):
            promised_until = max(found[i].promised_until, renewed.promised_until)
            found[i] = replace(found[i], promised_until=promised_until)
            return
    found.append(renewed)


def _end(found: list[Holding], event: Event) -> None:
    """End the session's latest holding; its promise stands."""
    for i in reversed(range(len(found))):
        if found[i].session == event.data["session"]:
            found[i] = replace(found[i], ended_at=event.at)
            return


def _begin(event: Event, *, given_at: datetime) -> Holding:
    data = {key: str(value) for key, value in event.data.items()}
    return Holding(
        number=PhoneNumber(data["number"]),
        pool=PoolKey(data["pool"]),
        vestiging=VestigingKey(data["vestiging"]),
        session=SessionId(data["session"]),
        given_at=given_at,
        promised_until=datetime.fromisoformat(data["promised_until"]),
    )


_FOLDS = {Kind.LEASE_GIVEN: _give, Kind.LEASE_RENEWED: _renew, Kind.LEASE_ENDED: _end}
