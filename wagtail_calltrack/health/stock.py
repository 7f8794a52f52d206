"""The numbers of each pool: how many, what they cost, and which are in use now.

A number is in use as long as a visitor is promised it, or keeps it, or a call holds it; then it
rests, if its pool has a rest. A disabled number costs its rent, too.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, Max, Q, Sum

from calltrack.plan import NumberState
from wagtail_calltrack.models import LeaseEvent, Pool, TrackingNumber


@dataclass(frozen=True, slots=True)
class Stock:
    """One pool's numbers. Costs are a month's, in euros; those that are not known are left out."""

    active: int = 0
    disabled: int = 0
    cost: Decimal = Decimal(0)
    mean_cost: Decimal | None = None  # of one number, if any is known
    costs_unknown: int = 0
    in_use: int = 0
    resting: int = 0

    @property
    def known_cost(self) -> Decimal | None:
        """Give what they cost, unless no rent is known of any."""
        return None if self.costs_unknown and self.mean_cost is None else self.cost

    def cost_with(self, numbers: int) -> Decimal | None:
        """Say what it would cost with so many active numbers; the mean counts for each other."""
        if self.mean_cost is None:
            return None
        return self.cost + (numbers - self.active) * self.mean_cost


def stocks(pools: Mapping[str, Pool], now: datetime) -> Mapping[str, Stock]:
    """Give each pool's numbers, by its key: two queries."""
    active = Q(state=NumberState.ACTIVE.value)
    numbers = TrackingNumber.objects.filter(pool__isnull=False).order_by()
    rows = numbers.values("pool__key").annotate(
        active=Count("pk", filter=active),
        disabled=Count("pk", filter=~active),
        cost=Sum("monthly_cost"),
        mean=Avg("monthly_cost"),
        unknown=Count("pk", filter=Q(monthly_cost__isnull=True)),
    )
    counted = {row["pool__key"]: row for row in rows}
    in_use, resting = _in_use(pools, now)
    return {
        key: Stock(
            active=counted[key]["active"],
            disabled=counted[key]["disabled"],
            cost=counted[key]["cost"] or Decimal(0),
            mean_cost=_decimal(counted[key]["mean"]),
            costs_unknown=counted[key]["unknown"],
            in_use=in_use[key],
            resting=resting[key],
        )
        if key in counted
        else Stock()
        for key in pools
    }


def _in_use(pools: Mapping[str, Pool], now: datetime) -> tuple[Counter[str], Counter[str]]:
    """Count the numbers in use, and those at rest: a row for each number of late."""
    rests = {key: timedelta(minutes=pool.rest_minutes) for key, pool in pools.items()}
    longest = max(rests.values(), default=timedelta(0))
    late = LeaseEvent.objects.filter(until__gt=now - longest).order_by()
    in_use: Counter[str] = Counter()
    resting: Counter[str] = Counter()
    for key, _number, last in late.values_list("pool", "number").annotate(last=Max("until")):
        if last > now:
            in_use[key] += 1
        elif last > now - rests.get(key, timedelta(0)):
            resting[key] += 1
    return in_use, resting


def _decimal(mean: object) -> Decimal | None:
    return None if mean is None else Decimal(str(mean))
