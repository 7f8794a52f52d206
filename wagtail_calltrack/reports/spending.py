"""Spend, rent and fees of a period, and which row bears what.

Rent is that of the stock as it is now, disabled numbers included; a number that belongs to no pool
and no campaign is nobody's cost. A pool's number is paid for by the campaigns whose visitors saw
it, or else by those who saw others of its pool. A fee is due for each visitor whom a campaign
showed a number.

What a campaign cost that nobody came by and nobody called goes where calls to its own numbers
would (`silent`). What filters leave out because nobody knows for whom it was is told (`unplaced`).

An editor of some sites sees the costs of campaigns that run on these alone, and of no pool: these
are the firm's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce

from wagtail_calltrack.models import CallSettings, DailyShown, SpendEntry, TrackingNumber
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.costs import Cell, Cost, part_of, rent_of, shared, spread
from wagtail_calltrack.reports.figures import ZERO
from wagtail_calltrack.reports.reading import PART, arrivals, calls, visitors_by
from wagtail_calltrack.reports.silent import silent_cells

Place = tuple[str, str, str]
"""Campaign, keyword, row."""

Seen = Mapping[str, Mapping[str, int]]
"""Visitors by number, and of it by campaign."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What each row costs, and what all of it was for."""

    rows: Mapping[str, Decimal]
    spend: Decimal = ZERO
    rent: Decimal = ZERO
    fees: Decimal = ZERO
    unplaced: Decimal = ZERO  # left out: nobody knows whether the filters leave it in

    @property
    def total(self) -> Decimal:
        """Give all of it."""
        return self.spend + self.rent + self.fees


def read_spending(asked: Asked) -> Spending:
    """Read what things cost, and share it out."""
    kinds = [
        [one for one in kind if asked.campaign in {"", one.campaign}]
        for kind in (_spend(asked), _rent(asked), _fees(asked))
    ]
    cells = _cells(asked, {one.campaign for kind in kinds for one in kind} - {""})
    rows: dict[str, Decimal] = defaultdict(Decimal)
    sums, unplaced = [], ZERO
    for kind in kinds:
        found = spread(kind, cells, asked.dimension.name, is_narrowed=asked.is_narrowed)
        for row, amount in found.rows.items():
            rows[row] += amount
        sums.append(sum(found.rows.values(), ZERO))
        unplaced += found.unplaced
    spend, rent, fees = sums
    return Spending(rows, spend, rent, fees, unplaced)


def _own(asked: Asked, path: str) -> Q:
    return Q() if asked.own_campaigns is None else Q(**{f"{path}__in": asked.own_campaigns})


def _spend(asked: Asked) -> Iterator[Cost]:
    period = asked.period
    entries = SpendEntry.objects.filter(
        _own(asked, "campaign__key"), starts_on__lte=period.last, ends_on__gte=period.first
    ).order_by()
    for campaign, keyword, first, last, amount in entries.values_list(
        "campaign__key", "keyword", "starts_on", "ends_on", "amount"
    ):
        yield Cost(part_of(amount, first, last, period), campaign, keyword)


def _rent(asked: Asked) -> Iterator[Cost]:
    """Give the rent of each number, shared over the campaigns that its visitors came by."""
    placed = Q(campaign__isnull=False)
    if asked.own_campaigns is None:
        placed |= Q(pool__isnull=False)
    numbers = TrackingNumber.objects.filter(
        placed, _own(asked, "campaign__key"), monthly_cost__gt=0
    ).order_by("number")
    found = list(
        numbers.values_list("number", "pool", "campaign__key", "vestiging__key", "monthly_cost")
    )
    seen = _seen(asked) if any(row[1] for row in found) else {}
    of_pool = _of_pools(found, seen)
    for number, pool, campaign, vestiging, monthly in found:
        rent = rent_of(monthly or ZERO, asked.period)
        if campaign:
            yield Cost(rent, campaign, vestiging=vestiging or "", number=number)
            continue
        by_campaign = seen.get(number) or of_pool.get(pool) or {"": 1}
        parts = shared(rent, list(by_campaign.values()))
        for key, part in zip(by_campaign, parts, strict=True):
            yield Cost(part, key, number=number)


def _seen(asked: Asked) -> Seen:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    shown = DailyShown.objects.filter(asked.for_costs.shown())
    for (number, campaign), count in sorted(visitors_by(shown, "number", "campaign").items()):
        found[number][campaign] = count
    return found


def _of_pools(numbers: Sequence[Any], seen: Seen) -> Mapping[int, Mapping[str, int]]:
    """Add up the visitors of each pool's numbers, by campaign."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, pool, *_rest in numbers:
        for campaign, count in seen.get(number, {}).items():
            found[pool][campaign] += count
    return found


def _fees(asked: Asked) -> Iterator[Cost]:
    fee = CallSettings.current().fee_per_shown_number
    if not fee:
        return
    shown = DailyShown.objects.filter(asked.for_costs.shown(), _own(asked, "campaign"))
    for (campaign,), count in visitors_by(shown, "campaign").items():
        yield Cost(fee * count, campaign)


def _cells(asked: Asked, campaigns: Collection[str]) -> Sequence[Cell]:
    """Give what the costs of campaigns are shared among: visitors, or else calls or numbers."""
    found: list[Cell] = []
    for read in (_visitors, _credits):
        without = set(campaigns) - {one.campaign for one in found}
        if without:
            found += _weighed(asked, without, read)
    without = set(campaigns) - {one.campaign for one in found}
    return [*found, *silent_cells(asked, without)] if without else found


def _weighed(asked: Asked, campaigns: Collection[str], read: Any) -> Iterator[Cell]:
    """Give each place's weight in two cells: what the filters leave in, and the rest."""
    every = read(asked.for_costs, campaigns)
    left = read(asked, campaigns) if asked.is_narrowed else every
    for (campaign, keyword, row), weight in every.items():
        inside = left.get((campaign, keyword, row), 0)
        yield Cell(campaign, keyword, row, inside)
        if weight != inside:
            yield Cell(campaign, keyword, row, weight - inside, is_asked=False)


def _visitors(asked: Asked, campaigns: Collection[str]) -> Mapping[Place, int]:
    dimension = asked.dimension
    row = dimension.visitor_field()
    if dimension.origin:
        found = arrivals(asked).filter(origin__campaign__in=campaigns)
        counted = visitors_by(found, "origin__campaign", "origin__keyword", row)
    else:
        shown = visitors_by(arrivals(asked).filter(campaign__in=campaigns), "campaign", row)
        counted = {(campaign, "", at): count for (campaign, at), count in shown.items()}
    return {(campaign, word, at): n for (campaign, word, at), n in sorted(counted.items())}


def _credits(asked: Asked, campaigns: Collection[str]) -> Mapping[Place, Decimal]:
    found: Any = calls(asked)
    counted = (
        found.filter(part__origin__campaign__in=campaigns)
        .values(
            at=F("part__origin__campaign"),
            word=F("part__origin__keyword"),
            row=Coalesce(asked.dimension.call_field(), Value("")),
        )
        .annotate(count=Sum(PART))
    )
    return {(campaign, word, row): count for campaign, word, row, count in _listed(counted)}


def _listed(counted: Any) -> Any:
    return counted.order_by("at", "word", "row").values_list("at", "word", "row", "count")
