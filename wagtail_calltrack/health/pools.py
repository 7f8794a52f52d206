"""Each pool's health: numbers, visitors without one, how many would be enough, and the alarms.

The planner is asked about the busiest hour of the last seven days, with the time that visitors
really kept a number and the pool's rest: the answer of `calltrack-proxy pool plan`, for a history
that Wagtail has. Only a pool's active numbers count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calltrack.planner import LARGEST_LOAD, Demand, erlang_b, numbers_needed
from wagtail_calltrack.health.figures import LOOK_BACK, Measured, PoolFigures
from wagtail_calltrack.health.stock import Stock, stocks
from wagtail_calltrack.models import Campaign, Pool, TrackedSite, Vestiging

DAY_HOURS, WEEK_HOURS = 24, LOOK_BACK // timedelta(hours=1)
USUAL_LOSSES = (0.01, 0.001)
MINUTE = timedelta(minutes=1)
FEWEST_VISITORS = 20
"""Fewer than this in the history say nothing about a busy hour."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many numbers leave this share of visitors without, and what they cost a month."""

    loss: float
    numbers: int
    cost: Decimal | None
    more: int  # than there are active now

    @property
    def share(self) -> str:
        """Print the share."""
        return percent(self.loss)


@dataclass(frozen=True, slots=True)
class PoolHealth:
    """One pool, as the page shows it."""

    pool: Pool
    is_used: bool  # a vestiging or a campaign names it
    stock: Stock
    figures: PoolFigures | None
    demand: Demand | None

    @property
    def alarm_share(self) -> float:
        """Give the share at which it alarms."""
        return float(self.pool.alarm_loss) / 100

    @property
    def without_day(self) -> float | None:
        """Give the share without a number of their own, of the last day's visitors."""
        return self.figures.share(DAY_HOURS) if self.figures else None

    @property
    def without_week(self) -> float | None:
        """Give the same of the last seven days'."""
        return self.figures.share(WEEK_HOURS) if self.figures else None

    def _told(self, hours: int) -> float | None:
        """Give the share of the last hours' visitors where these were enough to know."""
        if self.figures is None or sum(self.figures.visitors[-hours:]) < FEWEST_VISITORS:
            return None
        return self.figures.share(hours)

    @property
    def planned_loss(self) -> float | None:
        """Say what share would go without in an hour as busy as the busiest one."""
        if self.demand is None:
            return None
        return erlang_b(self.demand.offered, self.stock.active)

    @property
    def sizes(self) -> Sequence[Size]:
        """Give how many numbers would be enough, for the usual shares and the alarm's."""
        if self.demand is None:
            return ()
        losses = sorted({*USUAL_LOSSES, self.alarm_share}, reverse=True)
        return [self._size(loss, self.demand.offered) for loss in losses]

    def _size(self, loss: float, offered: float) -> Size:
        numbers = numbers_needed(offered, loss)
        more = numbers - self.stock.active
        return Size(loss, numbers, self.stock.cost_with(numbers), more)

    @property
    def shares(self) -> Mapping[str, str]:
        """Print the shares that are known."""
        found = {"day": self.without_day, "week": self.without_week, "planned": self.planned_loss}
        return {name: "–" if one is None else percent(one) for name, one in found.items()}

    @property
    def line(self) -> str:
        """Give the numbers in use, hour by hour, as points of a line 100 high; "" of an hour."""
        in_use = self.figures.in_use if self.figures else ()
        if len(in_use) < 2:
            return ""
        top = max(*in_use, self.stock.active, 1)
        return " ".join(f"{at},{100 - 100 * count / top:.0f}" for at, count in enumerate(in_use))

    @property
    def visit_minutes(self) -> int:
        """Give the mean visit, in whole minutes."""
        return round(self.demand.visit / MINUTE) if self.demand else 0

    @property
    def hold_minutes(self) -> int:
        """Give the hold after it."""
        return round(self.demand.hold / MINUTE) if self.demand else 0

    @property
    def short_history(self) -> bool:
        """Say whether less than a day was measured."""
        return self.figures is not None and self.figures.hours < DAY_HOURS

    @property
    def alarms(self) -> Sequence[str]:
        """Say what is wrong, a sentence each."""
        return list(self._alarms())

    def _alarms(self) -> Iterator[str]:
        if not self.stock.active:
            if self.is_used:
                yield _("It has no active number: all its visitors see the forwarding number.")
            return
        day, week = self._told(DAY_HOURS), self._told(WEEK_HOURS)
        planned = self.planned_loss
        if day is not None and day > self.alarm_share:
            sentence = _(
                "In the last 24 hours %(share)s of its visitors had no number of their own."
            )
            yield sentence % {"share": percent(day)}
        elif week is not None and week > self.alarm_share:
            sentence = _("In the last 7 days %(share)s of its visitors had no number of their own.")
            yield sentence % {"share": percent(week)}
        if planned is not None and planned > self.alarm_share:
            yield _(
                "In an hour as busy as the busiest of the last 7 days, %(share)s of its visitors "
                "are to be expected without a number of their own."
            ) % {"share": percent(planned)}

    @property
    def advice(self) -> str:
        """Say how many numbers to add, if it alarms for want of them."""
        if not self.alarms or self.demand is None:
            return ""
        size = self._size(self.alarm_share, self.demand.offered)
        if size.more <= 0:
            return ""
        sentence = ngettext(
            "%(count)s number more would bring it below %(share)s.",
            "%(count)s numbers more would bring it below %(share)s.",
            size.more,
        )
        return sentence % {"count": size.more, "share": percent(self.alarm_share)}

    @property
    def worst_hour(self) -> str:
        """Name the worst hour and its share, in the reader's time."""
        worst = self.figures.worst if self.figures else None
        if worst is None:
            return ""
        at = date_format(localtime(worst[0]), "SHORT_DATETIME_FORMAT")
        return _("%(share)s at %(hour)s") % {"share": percent(worst[1]), "hour": at}


def pool_healths(counted: Measured, now: datetime) -> Sequence[PoolHealth]:
    """Give all pools, by key."""
    pools = {pool.key: pool for pool in Pool.objects.order_by("key")}
    found = stocks(pools, now)
    hold = _longest_hold()
    used = {*_pools_of(Vestiging), *_pools_of(Campaign)}
    return [
        PoolHealth(
            pool=pool,
            is_used=pool.pk in used,
            stock=found[key],
            figures=counted.pools.get(key),
            demand=_demand(pool, counted.pools, hold),
        )
        for key, pool in pools.items()
    ]


def percent(share: float) -> str:
    """Print a share: «1.3 %»."""
    hundredths = max(round(share * 10_000), 1 if share else 0)
    decimals = 2 if hundredths < 10 else 1 if hundredths < 1_000 else 0
    if hundredths % 100 == 0:
        decimals = 0
    return f"{number_format(round(hundredths / 100, decimals), decimals)} %"


def _pools_of(model: type[Vestiging | Campaign]) -> Iterator[int]:
    found = model.objects.filter(pool__isnull=False).order_by()
    yield from found.values_list("pool", flat=True).distinct()


def _longest_hold() -> timedelta:
    found = TrackedSite.objects.aggregate(longest=Max("hold_minutes"))["longest"]
    return timedelta(minutes=found or 0)


def _demand(pool: Pool, figures: Mapping[str, PoolFigures], hold: timedelta) -> Demand | None:
    """Say what the busiest hour asks of a pool, where enough visitors came to know."""
    week = figures.get(pool.key)
    if week is None or not week.stay or sum(week.visitors) < FEWEST_VISITORS:
        return None
    visit = max(week.stay - hold, timedelta(0))
    rest = timedelta(minutes=pool.rest_minutes)
    demand = Demand(week.busiest, visit, min(hold, week.stay), rest)
    return demand if demand.offered <= LARGEST_LOAD else None
