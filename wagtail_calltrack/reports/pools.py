"""What was asked of each pool, hour by hour: numbers given, called, and visitors without one.

Leases are counted as on the Health page (`wagtail_calltrack.health.figures`): in use is the most at
once in an hour. A call counts for the pool that its number is in now. Hours are those of the clock.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, CharField, Count, TextField, Value, When
from django.db.models.functions import Cast, Substr

from calltrack.calls import Direction, Step
from calltrack.plan import NumberState
from wagtail_calltrack.health.figures import HOUR, PoolFigures, measure
from wagtail_calltrack.models import Call, Pool, TrackingNumber
from wagtail_calltrack.reports.periods import DAY, Period

MOST_DAYS = 31
CERTAIN, LIKELY, UNSURE, NOBODYS = "certain", "likely", "unsure", "nobodys"
_UP_TO_HOUR = len("2026-11-22 10")
_HOW_SURE = Case(
    When(step=Step.MISDIAL.value, then=Value(NOBODYS)),
    When(confidence__gte=0.9, then=Value(CERTAIN)),
    When(confidence__gte=0.5, then=Value(LIKELY)),
    default=Value(UNSURE),
    output_field=CharField(),
)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a pool."""

    at: datetime
    given: int
    called: int
    without: int
    in_use: int


@dataclass(frozen=True, slots=True)
class PoolReport:
    """One pool's period: the hours in which anything happened, and how sure its calls are."""

    key: str
    active: int  # numbers, now
    hours: Sequence[Hour] = ()
    line: Sequence[int] = ()  # in use, every hour from the first
    sure: Mapping[str, int] = field(default_factory=dict)

    @property
    def given(self) -> int:
        """Count the visitors who got a number of their own."""
        return sum(one.given for one in self.hours)

    @property
    def called(self) -> int:
        """Count the calls to its numbers."""
        return sum(one.called for one in self.hours)

    @property
    def without(self) -> int:
        """Count the visitors who found none free."""
        return sum(one.without for one in self.hours)

    @property
    def lost_share(self) -> float | None:
        """Give their share."""
        came = self.given + self.without
        return self.without / came if came else None

    @property
    def peak(self) -> int:
        """Give the most numbers in use at once."""
        return max((one.in_use for one in self.hours), default=0)

    @property
    def used_share(self) -> float | None:
        """Give the share of its numbers that was in use, on average over the hours."""
        if not self.active or not self.line:
            return None
        return sum(self.line) / len(self.line) / self.active


def read_pools(period: Period, now: datetime) -> Sequence[PoolReport]:
    """Read the period's last days, at most a month's: six queries."""
    ends_at = period.ends_at.astimezone(UTC)  # hours are added up here, and days are not all 24
    until = min(ends_at, now)
    first = max(period.first, period.last - (MOST_DAYS - 1) * DAY)
    since = Period(first, period.last).starts_at.astimezone(UTC)
    numbers = dict(
        TrackingNumber.objects.filter(pool__isnull=False).values_list("number", "pool__key")
    )
    active = Counter(
        TrackingNumber.objects.filter(
            pool__isnull=False, state=NumberState.ACTIVE.value
        ).values_list("pool__key", flat=True)
    )
    leased = measure(until, since - HOUR).pools if since < until else {}
    called, sure = _calls(numbers, since, until)
    keys = list(Pool.objects.order_by("key").values_list("key", flat=True))
    return [
        _report(key, active[key], leased.get(key), called.get(key, Counter()), sure.get(key, {}))
        for key in keys
    ]


def _calls(
    numbers: Mapping[str, str], since: datetime, until: datetime
) -> tuple[Mapping[str, Counter[datetime]], Mapping[str, Mapping[str, int]]]:
    """Count calls by pool and hour, and by pool and how sure it is who called."""
    hour: Any = Substr(Cast("started_at", TextField()), 1, _UP_TO_HOUR, output_field=CharField())
    rows: Any = Call.objects.filter(
        started_at__gte=since, started_at__lt=until, direction=Direction.IN.value, is_spam=False
    ).order_by()
    counted = rows.annotate(hour=hour, sure=_HOW_SURE).values_list("number", "hour", "sure")
    called: dict[str, Counter[datetime]] = {}
    sure: dict[str, Counter[str]] = {}
    for number, at, word, count in counted.annotate(count=Count("pk")):
        if pool := numbers.get(number):
            moment = datetime.fromisoformat(f"{at}:00").replace(tzinfo=UTC)
            called.setdefault(pool, Counter())[moment] += count
            sure.setdefault(pool, Counter())[word] += count
    return called, sure


def _report(
    key: str,
    active: int,
    figures: PoolFigures | None,
    called: Counter[datetime],
    sure: Mapping[str, int],
) -> PoolReport:
    given: dict[datetime, tuple[int, int, int]] = {}
    if figures:
        for at in range(figures.hours):
            came, without, in_use = figures.visitors[at], figures.without[at], figures.in_use[at]
            given[figures.first_hour + at * HOUR] = (came - without, without, in_use)
    hours = [
        Hour(at, got, called[at], without, in_use)
        for at in sorted({*given, *called})
        for got, without, in_use in [given.get(at, (0, 0, 0))]
    ]
    return PoolReport(
        key=key,
        active=active,
        hours=[one for one in hours if one.given or one.called or one.without or one.in_use],
        line=[one[2] for one in given.values()],
        sure=sure,
    )
