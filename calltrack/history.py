"""Who held a number at a moment: lease events folded, for calls that come now, late, or very late.

Events of several edges may come in any order, and twice; those of one edge stand in theirs. An
event may be missing, too: an edge that died, or a page that would not wait, between the lease and
its event. Each renewal names the moment the lease was given, so the next one makes the history
whole.

- A holding is **promised** until a moment, and **kept** until the same or a later one (a browser
  that has not shown itself again). A promise stands whatever happens. Where the number was taken
  back, or simply is another's, the keep ends there.
- A renewal tells that the number was the session's all along, also between promise and keep.
- A share is a holding of its own, beside the holder's.
- A pin is no promise: a call that comes late is not made a sure one by the pin that it sets. The
  hold promised after a call is one; where the lease was over before, it is a holding of its own.

Two holdings of which none is a share overlap only where a store lost what it had acknowledged, or
where the event of a visitor's return is missing. Both are candidates then.

Units: moments are aware UTC datetimes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calltrack.events import EndReason, Event, Kind
from calltrack.leases import PoolKey, SessionId, VestigingKey
from calltrack.numbers import PhoneNumber

LEASE_KINDS = frozenset(
    {
        Kind.LEASE_GIVEN,
        Kind.LEASE_RENEWED,
        Kind.LEASE_PINNED,
        Kind.LEASE_UNPINNED,
        Kind.LEASE_ENDED,
    }
)
"""What a history is made of."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A stretch of time in which a call was on."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """A stretch of time in which one session had a number."""

    number: PhoneNumber
    pool: PoolKey
    vestiging: VestigingKey
    session: SessionId
    given_at: datetime
    promised_until: datetime
    kept_until: datetime
    ended_at: datetime | None = None
    is_shared: bool = False  # given beside a holder
    pins: tuple[Pin, ...] = ()

    def is_promised(self, at: datetime) -> bool:
        """Say whether the number was promised at that moment."""
        return self.given_at <= at < self.promised_until

    def is_kept(self, at: datetime) -> bool:
        """Say whether the number was promised, or kept, and nobody else had got it."""
        return self.given_at <= at < self.kept_until

    def is_pinned(self, at: datetime) -> bool:
        """Say whether a call was on."""
        return any(pin.since <= at < pin.until for pin in self.pins)


@dataclass(frozen=True, slots=True)
class Holders:
    """Who is meant by a call at one moment.

    `last` had the number last, however long before. `promised` were promised it at that very
    moment, `kept` only kept: one or nobody, and several only where it was shared, or something was
    lost. `candidates` are those who had it; or, when nobody had, the last ones.
    """

    last: Holding | None
    promised: tuple[Holding, ...]
    kept: tuple[Holding, ...]
    candidates: tuple[Holding, ...]


def holders(events: Iterable[Event], number: PhoneNumber, at: datetime) -> Holders:
    """Say who held the number at a moment, and who was promised it."""
    return holders_among(holdings(events, number), at)


def holdings(events: Iterable[Event], number: PhoneNumber) -> Sequence[Holding]:
    """Give a number's whole history, by the moment it was given."""
    ours = {event.id: event for event in events if is_about(event, number)}
    fold = Fold()
    for event in sorted(ours.values(), key=lambda e: e.at):
        fold.add(event)
    return fold.holdings()


def is_about(event: Event, number: PhoneNumber) -> bool:
    """Say whether an event belongs to the number's history."""
    return event.kind in LEASE_KINDS and event.data.get("number") == number.e164


def holders_among(found: Sequence[Holding], at: datetime) -> Holders:
    """Say the same as `holders`, of one number's holdings."""
    before = [h for h in found if h.given_at <= at]
    last = max(before, key=lambda h: (min(h.kept_until, at), h.given_at), default=None)
    had = tuple(h for h in before if h.is_kept(at))
    late = tuple(h for h in before if last and (h is last or h.kept_until > last.given_at))
    return Holders(
        last=last,
        promised=tuple(h for h in had if h.is_promised(at)),
        kept=tuple(h for h in had if not h.is_promised(at)),
        candidates=had or late,
    )


class Fold:
    """One number's history as it grows: its lease events, each once, in the order of time."""

    def __init__(self) -> None:
        """Begin with a number that nobody had."""
        self._found: list[Holding] = []
        self._by_lease: dict[tuple[SessionId, datetime], int] = {}
        self._latest: dict[SessionId, int] = {}  # of a session
        self._open: list[int] = []  # may still be kept

    def add(self, event: Event) -> None:
        """Take in the next event; other kinds than those of leases change nothing."""
        self._open = [i for i in self._open if self._found[i].kept_until > event.at]
        match event.kind:
            case Kind.LEASE_GIVEN:
                self._give(event)
            case Kind.LEASE_RENEWED:
                self._renew(event)
            case Kind.LEASE_PINNED:
                self._pin(event)
            case Kind.LEASE_UNPINNED:
                self._unpin(event)
            case Kind.LEASE_ENDED:
                self._end(event)

    def holdings(self) -> Sequence[Holding]:
        """Give what is known, by the moment it was given."""
        return sorted(self._found, key=lambda h: h.given_at)

    def _give(self, event: Event) -> None:
        """Begin a holding; it takes over what was promised to its session, or its visitor's."""
        new = _begin(event, given_at=event.at)
        heirs = {new.session, event.data.get("before")}
        heirless = [i for i in self._open if not self._is_left_to(i, new, heirs)]
        inherited = [i for i in self._open if i not in heirless]
        for i in inherited:
            self._cut(i, event.at, promise=True)
        if not new.is_shared and not inherited:
            for i in heirless:
                self._cut(i, event.at)
        if not new.is_shared:
            new = self._hand_over_pin(new, heirs)
        self._append(new)

    def _is_left_to(self, i: int, new: Holding, heirs: set[str | int | None]) -> bool:
        held = self._found[i]
        return held.session in heirs and held.is_shared == new.is_shared

    def _cut(self, i: int, at: datetime, *, promise: bool = False) -> None:
        """End a keep, and a promise that goes on in another holding."""
        held = self._found[i]
        promised = min(held.promised_until, at) if promise else held.promised_until
        kept = max(promised, min(held.kept_until, at))
        self._found[i] = replace(held, promised_until=promised, kept_until=kept)

    def _hand_over_pin(self, new: Holding, heirs: set[str | int | None]) -> Holding:
        """Let a call go on in the new holding, if it was its session's or its visitor's."""
        pins: tuple[Pin, ...] = ()
        for heir in heirs:
            i = self._latest.get(SessionId(str(heir)))
            if i is not None and self._found[i].is_pinned(new.given_at):
                pins = (Pin(new.given_at, self._found[i].pins[-1].until),)
                self._found[i] = _with_pin_until(self._found[i], new.given_at)
        return replace(new, pins=pins)

    def _renew(self, event: Event) -> None:
        """Make promise and keep longer; where the beginning was lost, begin it."""
        renewed = _begin(event, given_at=_moment(event, "given_at"))
        i = self._by_lease.get((renewed.session, renewed.given_at))
        if i is not None:
            self._promise(i, renewed.promised_until, renewed.kept_until)
            return
        for other in self._open:
            if not renewed.is_shared and not self._found[other].is_shared:
                self._cut(other, renewed.given_at)
        self._append(renewed)

    def _pin(self, event: Event) -> None:
        i = self._lease_of(event)
        if i is None:
            return
        held, until = self._found[i], _moment(event, "pinned_until")
        if held.is_pinned(event.at):
            self._found[i] = _with_pin_until(held, until)
        else:
            self._found[i] = replace(held, pins=(*held.pins, Pin(event.at, until)))

    def _unpin(self, event: Event) -> None:
        """End a call; the promise after it is the lease's, or begins a new one."""
        until = _moment(event, "promised_until")
        before = self._latest.get(SessionId(str(event.data["session"])))
        if before is not None and self._found[before].is_pinned(event.at):
            self._found[before] = _with_pin_until(self._found[before], event.at)
        i = self._by_lease.get(_lease(event))
        if i is not None:
            self._promise(i, until, until)
        else:
            self._append(_begin(event, given_at=_moment(event, "given_at")))

    def _end(self, event: Event) -> None:
        """Note that a session let go; its promise stands. What is taken back is kept no more."""
        i = self._lease_of(event)
        if i is None:
            return
        self._found[i] = replace(self._found[i], ended_at=event.at)
        if event.data["reason"] == EndReason.TAKEN_BACK:
            self._cut(i, event.at)

    def _lease_of(self, event: Event) -> int | None:
        """Find the lease an event names, or else its session's latest."""
        if "given_at" in event.data:
            return self._by_lease.get(_lease(event))
        return self._latest.get(SessionId(str(event.data["session"])))

    def _promise(self, i: int, promised: datetime, kept: datetime) -> None:
        held = self._found[i]
        promised = max(held.promised_until, promised)
        kept = max(held.kept_until, kept, promised)
        self._found[i] = replace(held, promised_until=promised, kept_until=kept)
        if i not in self._open:
            self._open.append(i)

    def _append(self, new: Holding) -> None:
        self._open.append(len(self._found))
        self._by_lease[new.session, new.given_at] = len(self._found)
        self._latest[new.session] = len(self._found)
        self._found.append(new)


def _with_pin_until(held: Holding, until: datetime) -> Holding:
    """Move the end of the last pin."""
    *earlier, last = held.pins
    return replace(held, pins=(*earlier, Pin(last.since, until)))


def _begin(event: Event, *, given_at: datetime) -> Holding:
    data = {key: str(value) for key, value in event.data.items()}
    promised_until = datetime.fromisoformat(data["promised_until"])
    kept = data.get("kept_until")
    return Holding(
        number=PhoneNumber(data["number"]),
        pool=PoolKey(data["pool"]),
        vestiging=VestigingKey(data["vestiging"]),
        session=SessionId(data["session"]),
        given_at=given_at,
        promised_until=promised_until,
        kept_until=datetime.fromisoformat(kept) if kept else promised_until,
        is_shared="shared" in data,
    )


def _lease(event: Event) -> tuple[SessionId, datetime]:
    """Name the lease an event is about: its session, and when it was given."""
    return SessionId(str(event.data["session"])), _moment(event, "given_at")


def _moment(event: Event, name: str) -> datetime:
    return datetime.fromisoformat(str(event.data[name]))
