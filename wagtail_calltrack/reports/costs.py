"""What things cost, by whole days, and how it is shared out. Pure, and exact to the cent.

A cost is spread over its days by what has run up by each day's end, rounded: so the parts of
periods that follow one another add up to the whole. What several rows share goes by their visitors,
and the cents that are left over to the largest remainders.

A campaign's cost is shared over where its visitors came from; where it had none, over what its
calls are credited to; where it had neither, over where calls to its own numbers would be put.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from wagtail_calltrack.reports.figures import ZERO
from wagtail_calltrack.reports.periods import DAY, Period

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount, with what is known of what it was for; "" is not known, or all."""

    amount: Decimal
    campaign: str = ""
    keyword: str = ""
    vestiging: str = ""
    number: str = ""

    def at(self, dimension: str) -> str:
        """Give the row that it belongs to by itself."""
        return str(getattr(self, dimension, ""))


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a campaign: the row it stands in, and its visitors or calls."""

    campaign: str
    keyword: str
    row: str
    weight: Decimal | int
    is_asked: bool | None = True  # whether the filters leave it in; None: nobody knows


def part_of(amount: Decimal, first: date, last: date, period: Period) -> Decimal:
    """Give what of an amount for some days falls in a period."""
    days = (last - first) // DAY + 1

    def run_up(until: date) -> Decimal:
        passed = min(max((until - first) // DAY, 0), days)
        exact = Fraction(amount) * passed / days
        return _cents(exact)

    return run_up(period.last + DAY) - run_up(period.first)


def rent_of(monthly: Decimal, period: Period) -> Decimal:
    """Give the rent of a number for a period: each month by its own days."""
    return sum((part_of(monthly, *month, period) for month in _months(period)), ZERO)


def _months(period: Period) -> Iterator[tuple[date, date]]:
    first = period.first.replace(day=1)
    while first <= period.last:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        yield first, last
        first = last + timedelta(days=1)


def shared(amount: Decimal, weights: Sequence[Decimal | int]) -> Sequence[Decimal]:
    """Share an amount out: the parts sum to it exactly."""
    whole = sum((Fraction(one) for one in weights), Fraction(0))
    unit = CENT if amount == amount.quantize(CENT) else Decimal("0.0001")
    units = int(amount / unit)
    exact = [units * Fraction(one) / whole for one in weights]
    parts = [int(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda at: parts[at] - exact[at])
    for at in by_rest[: units - sum(parts)]:
        parts[at] += 1
    return [unit * one for one in parts]


@dataclass(frozen=True, slots=True)
class Spread:
    """What each row bears, and what is left out since nobody knows for whom it was."""

    rows: Mapping[str, Decimal]
    unplaced: Decimal = ZERO


def spread(
    costs: Iterable[Cost], cells: Iterable[Cell], dimension: str, *, is_narrowed: bool
) -> Spread:
    """Share costs out over the rows of a dimension.

    `is_narrowed`: filters leave out some visitors, so that a cost of which nobody knows for whom it
    was is left out, too.
    """
    of_campaign: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        of_campaign[cell.campaign].append(cell)
    rows: dict[str, Decimal] = defaultdict(Decimal)
    unplaced = ZERO
    for cost in _gathered(costs, dimension):
        fitting = _fitting(cost, of_campaign.get(cost.campaign, ()), dimension)
        if not fitting:
            if is_narrowed:
                unplaced += cost.amount
            else:
                rows[cost.at(dimension)] += cost.amount
            continue
        parts = shared(cost.amount, [cell.weight for cell in fitting])
        for cell, part in zip(fitting, parts, strict=True):
            if cell.is_asked is None:
                unplaced += part
            elif cell.is_asked:
                rows[cell.row] += part
    return Spread(rows, unplaced)


def _gathered(costs: Iterable[Cost], dimension: str) -> Iterator[Cost]:
    """Add up what is for the same, as far as it matters to the rows: it is shared out once."""
    sums: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
    for one in costs:
        vestiging = one.vestiging if dimension == "vestiging" else ""
        number = one.number if dimension == "number" else ""
        sums[one.campaign, one.keyword, vestiging, number] += one.amount
    for (campaign, keyword, vestiging, number), amount in sums.items():
        if amount:
            yield Cost(amount, campaign, keyword, vestiging, number)


def _fitting(cost: Cost, cells: Sequence[Cell], dimension: str) -> Sequence[Cell]:
    """Give the cells that a cost was for: of its keyword and its own row, where it has these.

    Where nobody is known in its own row, filters leave as much of it in as of its campaign.
    """
    found = [one for one in cells if one.weight]
    own = cost.at(dimension)
    if own:
        of_row = [one for one in found if one.row == own]
        return of_row or [replace(one, row=own) for one in found]
    of_keyword = [one for one in found if one.keyword == cost.keyword] if cost.keyword else []
    return of_keyword or found


def _cents(exact: Fraction) -> Decimal:
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return scaled.quantize(CENT, ROUND_HALF_UP)
