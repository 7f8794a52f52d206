"""What visitors asked of each pool, measured out of lease events: how many came, and how long each
kept a number.

- A visitor counts in the hour in which they were given a number, or found none free.
- One who comes back before the promise is over goes on with the same number: one visitor, who
  stayed longer.
- A number is kept until its promise is over (for one who saw a single page: until the hold is), or
  the next visitor got it, whichever is first. A call makes it longer.
- One who shares another's number found none free.

Events are taken one by one, in about the order of their moments, so a history of any length is
measured in little memory.

Units: moments are aware UTC datetimes; hours are those of the clock, in UTC.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from calltrack.events import Event, Kind
from calltrack.leases import RENEWAL_SHARE, PoolKey

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """One pool's figures. `visitors` and `in_use` have a row for every hour from `first_hour`."""

    pool: PoolKey
    events: int
    since: datetime
    until: datetime
    stay: timedelta  # for how long a visitor keeps a number, on average
    hold: timedelta  # the part of it that is promised after the last sign of life
    first_hour: datetime
    visitors: tuple[int, ...]  # who came in each hour, with a number or without
    without: int  # of all of them: those who found none free
    in_use: tuple[float, ...]  # numbers kept at once, on average over each hour

    @property
    def busiest(self) -> int:
        """Name the hour in which most visitors came, the first of several, counted from 0."""
        return self.visitors.index(max(self.visitors))


def measure(events: Iterable[Event]) -> Mapping[PoolKey, Measured]:
    """Fold events into each pool's figures; a pool that gave no number has none."""
    pools: dict[PoolKey, _Tally] = {}
    for event in events:
        fold = _FOLDS.get(event.kind)
        if fold is not None:
            pool = PoolKey(str(event.data["pool"]))
            fold(pools.setdefault(pool, _Tally(event.at)), event)
    return {key: pools[key].measured(key) for key in sorted(pools) if pools[key].stays}


@dataclass(slots=True)
class _Stay:
    session: str
    given_at: datetime
    until: datetime


@dataclass(slots=True)
class _Tally:
    since: datetime
    until: datetime = field(init=False)
    events: int = 0
    stays: int = 0
    stayed: timedelta = timedelta(0)
    holds: Counter[timedelta] = field(default_factory=Counter)
    open: dict[str, _Stay] = field(default_factory=dict)  # by number
    came: Counter[datetime] = field(default_factory=Counter)  # by hour
    kept: Counter[datetime] = field(default_factory=Counter)  # microseconds, by hour
    without: dict[str, datetime] = field(default_factory=dict)  # by session: the hour

    def __post_init__(self) -> None:
        self.until = self.since

    def note(self, event: Event) -> None:
        self.events += 1
        self.since, self.until = min(self.since, event.at), max(self.until, event.at)

    def begin(self, number: str, stay: _Stay) -> None:
        """Begin a stay; whoever had the number before has it no more."""
        self.close(number, stay.given_at)
        self.without.pop(stay.session, None)  # found one after all
        self.open[number] = stay
        self.stays += 1
        self.came[_hour(stay.given_at)] += 1

    def close(self, number: str, at: datetime) -> None:
        stay = self.open.pop(number, None)
        if stay is None:
            return
        until = max(min(stay.until, at), stay.given_at)
        self.stayed += until - stay.given_at
        hour = _hour(stay.given_at)
        while hour < until:
            inside = min(until, hour + HOUR) - max(stay.given_at, hour)
            self.kept[hour] += inside // timedelta(microseconds=1)
            hour += HOUR

    def measured(self, pool: PoolKey) -> Measured:
        for number in list(self.open):
            self.close(number, self.open[number].until)
        came = self.came + Counter(self.without.values())
        first = min(came)
        hours = [first + HOUR * i for i in range((_hour(self.until) - first) // HOUR + 1)]
        return Measured(
            pool=pool,
            events=self.events,
            since=self.since,
            until=self.until,
            stay=self.stayed / self.stays,
            hold=self.holds.most_common(1)[0][0],
            first_hour=first,
            visitors=tuple(came[hour] for hour in hours),
            without=len(self.without),
            in_use=tuple(self.kept[h] / (HOUR // timedelta(microseconds=1)) for h in hours),
        )


def _give(tally: _Tally, event: Event) -> None:
    if event.data.get("shared"):
        return _miss(tally, event)
    number, stay = _read(tally, event)
    known = tally.open.get(number)
    is_theirs = known is not None and known.session in {stay.session, event.data.get("before")}
    if known is not None and is_theirs and event.at <= known.until:
        tally.open[number] = _Stay(stay.session, known.given_at, stay.until)
    else:
        tally.begin(number, stay)
    return None


def _renew(tally: _Tally, event: Event) -> None:
    if event.data.get("shared"):
        return tally.note(event)
    number, stay = _read(tally, event)
    known = tally.open.get(number)
    if known is not None and known.session == stay.session and event.at <= known.until:
        known.until = max(known.until, stay.until)
    else:  # the event of its beginning is older than what was read, or was lost
        stay.given_at = max(datetime.fromisoformat(str(event.data["given_at"])), tally.since)
        tally.begin(number, stay)
    return None


def _unpin(tally: _Tally, event: Event) -> None:
    tally.note(event)
    known = tally.open.get(str(event.data["number"]))
    if known is not None and known.session == event.data["session"]:
        known.until = max(known.until, datetime.fromisoformat(str(event.data["promised_until"])))


def _note(tally: _Tally, event: Event) -> None:
    tally.note(event)  # an end leaves the promise, a pin ends with an unpin


def _miss(tally: _Tally, event: Event) -> None:
    tally.note(event)
    tally.without.setdefault(str(event.data["session"]), _hour(event.at))


def _read(tally: _Tally, event: Event) -> tuple[str, _Stay]:
    tally.note(event)
    data = {key: str(value) for key, value in event.data.items()}
    until = datetime.fromisoformat(data.get("kept_until", data["promised_until"]))
    promised = until - event.at
    tally.holds[promised * RENEWAL_SHARE / (RENEWAL_SHARE + 1)] += 1
    return data["number"], _Stay(data["session"], event.at, until)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


_FOLDS = {
    Kind.LEASE_GIVEN: _give,
    Kind.LEASE_RENEWED: _renew,
    Kind.LEASE_PINNED: _note,
    Kind.LEASE_UNPINNED: _unpin,
    Kind.LEASE_ENDED: _note,
    Kind.POOL_EXHAUSTED: _miss,
}
