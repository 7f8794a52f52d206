"""What visitors asked of each pool in the last seven days, counted by the database.

- A lease begins at its `given_at`; it is over when its last promise or keep is, or when the number
  was taken back from it or taken over.
- A visitor counts in the hour in which they were given a number, or found none free. Who found none
  free in two hours counts in both. One who shares another's number found none free, too.
- In use is what was in use at each tenth minute; the highest of an hour is the hour's.

The database groups leases by the ten minutes in which they began and ended: what comes back grows
with the pools and the week, and not with the visitors. Moments are cut as text, the one way that is
quick on SQLite as well: both databases hold and print them in UTC.

Units: moments are aware UTC datetimes; hours are those of the clock, in UTC.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connections
from django.db.models import CharField, Count, Max, Min, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce, Concat, Substr
from django.utils import timezone

from calltrack.events import EndReason, Kind
from wagtail_calltrack.models import LeaseEvent, PoolExhausted

LOOK_BACK = timedelta(days=7)
HOUR = timedelta(hours=1)
STEP = timedelta(minutes=10)
KEPT_SECONDS = 300
"""A page that is looked at often costs the database one look in five minutes."""

_KEPT_AS = "calltrack-pool-figures-1"
_CUT = (EndReason.TAKEN_BACK.value, EndReason.RETURNED.value)
_UP_TO_HOUR, _UP_TO_STEP = len("2026-11-22 10"), len("2026-11-22 10:3")


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """One pool's week. The tuples have a row for every hour from `first_hour`."""

    first_hour: datetime
    visitors: tuple[int, ...]  # who came, with a number of their own or without
    without: tuple[int, ...]  # of these: without
    in_use: tuple[int, ...]  # at the hour's highest
    stay: timedelta  # for how long a visitor keeps a number, on average

    @property
    def peak(self) -> int:
        """Give the most numbers in use at once."""
        return max(self.in_use)

    @property
    def busiest(self) -> int:
        """Give the visitors of the hour in which most came."""
        return max(self.visitors)

    @property
    def hours(self) -> int:
        """Say how long the history is."""
        return len(self.visitors)

    def share(self, hours: int) -> float | None:
        """Give the share of visitors without a number of their own in the last so many hours."""
        came = sum(self.visitors[-hours:])
        return sum(self.without[-hours:]) / came if came else None

    @property
    def worst(self) -> tuple[datetime, float] | None:
        """Name the hour with the largest share without, if there was one, and the share."""
        shares = [
            (without / came, -at)
            for at, (came, without) in enumerate(zip(self.visitors, self.without, strict=True))
            if without
        ]
        if not shares:
            return None
        share, at = max(shares)
        return self.first_hour - at * HOUR, share


@dataclass(frozen=True, slots=True)
class Measured:
    """All pools' figures, by key, and when they were counted."""

    at: datetime
    pools: Mapping[str, PoolFigures]


def measured() -> Measured:
    """Give what was counted within the last five minutes, or count."""
    found = cache.get(_KEPT_AS)
    if not isinstance(found, Measured):
        found = measure(timezone.now())
        cache.set(_KEPT_AS, found, KEPT_SECONDS)
    return found


def measure(now: datetime, since: datetime | None = None) -> Measured:
    """Count: three queries. With `since`, what was between the two; else the last seven days."""
    until = None if since is None else now
    since = since or now - LOOK_BACK
    weeks: dict[str, _Week] = {}
    for pool, begun, ended, count in _leases(since, until):
        weeks.setdefault(pool, _Week()).add(_moment(begun), _moment(ended), count)
    for pool, hour, count in _without(since, until):
        weeks.setdefault(pool, _Week()).without[_moment(hour)] += count
    return Measured(now, {pool: week.figures(since, now) for pool, week in weeks.items()})


class _Week:
    """One pool's leases, as they are added up."""

    def __init__(self) -> None:
        self.given: Counter[datetime] = Counter()  # by step
        self.over: Counter[datetime] = Counter()  # by step
        self.without: Counter[datetime] = Counter()  # by hour
        self.stayed = timedelta(0)

    def add(self, begun: datetime, ended: datetime, count: int) -> None:
        self.given[begun] += count
        self.over[max(begun, ended)] += count
        self.stayed += max(ended - begun, timedelta(0)) * count

    def figures(self, since: datetime, now: datetime) -> PoolFigures:
        first = max(_hour(since) + HOUR, _hour(min((*self.given, *self.without))))
        hours = [first + HOUR * at for at in range(max((_hour(now) - first) // HOUR, 0) + 1)]
        came = Counter(self.without)
        for step, count in self.given.items():
            came[_hour(step)] += count
        leases = sum(self.given.values())
        return PoolFigures(
            first_hour=first,
            visitors=tuple(came[hour] for hour in hours),
            without=tuple(self.without[hour] for hour in hours),
            in_use=tuple(self._in_use(hours, now)),
            stay=self.stayed / leases if leases else timedelta(0),
        )

    def _in_use(self, hours: list[datetime], now: datetime) -> Iterator[int]:
        """Give each hour's highest: begun before a tenth minute, and over after it."""
        first, per_hour = hours[0], HOUR // STEP
        running = sum(n for at, n in self.given.items() if at < first)
        running -= sum(n for at, n in self.over.items() if at < first)
        for hour in hours:
            highest = 0
            for at in (hour + STEP * step for step in range(per_hour)):
                highest = max(highest, running if at <= now else 0)
                running += self.given[at] - self.over[at]
            yield highest


def _leases(since: datetime, until: datetime | None) -> Iterator[tuple[str, str, str, int]]:
    """Count leases by pool, and by the ten minutes in which they began and ended.

    Moment and number in one word name a lease: SQLite sorts that twice as fast as two columns.
    Django groups once; grouping what is grouped is the one line of SQL around it.
    """
    given = Coalesce("given_at", "at")
    cut = Max("at", filter=Q(reason__in=_CUT))
    leases: QuerySet[Any, Any] = (
        LeaseEvent.objects.filter(_between(since, until), is_shared=False)
        .order_by()
        .values(lease=Concat(Cast(given, TextField()), "number", output_field=TextField()))
        .annotate(pool_key=Max("pool"), given=Min(given), last=Coalesce(cut, Max("until")))
        .filter(last__isnull=False)
        .annotate(begun=_text("given", _UP_TO_STEP), ended=_text("last", _UP_TO_STEP))
        .values("pool_key", "begun", "ended")
    )
    sql, values = leases.query.sql_with_params()
    outer = (
        "SELECT pool_key, begun, ended, COUNT(*) FROM ({}) leases GROUP BY pool_key, begun, ended"
    )
    with connections[leases.db].cursor() as cursor:
        cursor.execute(outer.format(sql), values)
        yield from cursor.fetchall()


def _without(since: datetime, until: datetime | None) -> Iterator[tuple[str, str, int]]:
    """Count by pool and hour who found no number free."""
    shared = LeaseEvent.objects.filter(kind=Kind.LEASE_GIVEN.value, is_shared=True)
    for rows in (PoolExhausted.objects.all(), shared):
        hours = (
            rows.filter(_between(since, until)).order_by().annotate(hour=_text("at", _UP_TO_HOUR))
        )
        sessions = Count("session", distinct=True)
        yield from hours.values_list("pool", "hour").annotate(count=sessions)


def _between(since: datetime, until: datetime | None) -> Q:
    return Q(at__gte=since) if until is None else Q(at__gte=since, at__lt=until)


def _text(moment: str, length: int) -> Substr:
    return Substr(Cast(moment, TextField()), 1, length, output_field=CharField())


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    """Read a moment that was cut to the hour, or to ten minutes."""
    whole = f"{text}:00" if len(text) == _UP_TO_HOUR else f"{text}0"
    return datetime.fromisoformat(whole).replace(tzinfo=UTC)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
