"""What `pool plan` says: how many numbers for which share of visitors, and out of what."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from calltrack.demand import HOUR, Measured
from calltrack.leases import PoolKey
from calltrack.planner import Demand, erlang_b, numbers_needed
from proxy.sparkline import sparkline

USUAL_LOSSES = (0.05, 0.01, 0.001)
LEAST_SHOWN = 0.000_001
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where each figure of a demand comes from, in a word or two."""

    visitors_per_hour: str
    visit: str
    hold: str
    rest: str


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """What one pool is asked for. `pool`: its name, where it has one."""

    pool: PoolKey | None
    demand: Demand
    origins: Origins
    loss: float
    monthly_cost: float | None = None  # of one number
    numbers_now: int | None = None
    measured: Measured | None = None

    @property
    def numbers(self) -> int:
        """Give the least size for the loss that was asked for."""
        return numbers_needed(self.demand.offered, self.loss)

    @property
    def table(self) -> list[tuple[float, int]]:
        """Give the sizes for the usual losses, and the one asked for: loss and numbers."""
        losses = sorted({*USUAL_LOSSES, self.loss}, reverse=True)
        return [(loss, numbers_needed(self.demand.offered, loss)) for loss in losses]


def as_json(plans: Sequence[PoolPlan]) -> dict[str, Any]:
    """Write the answer for programs. `numbers` is that of all pools together."""
    return {"numbers": sum(plan.numbers for plan in plans), "pools": [_row(plan) for plan in plans]}


def as_text(plans: Sequence[PoolPlan], *, encoding: str | None) -> str:
    """Write the answer for people. `encoding` is the one of the output."""
    blocks = ["\n".join(_lines(plan, encoding)) for plan in plans]
    if len(plans) > 1:
        blocks.append(f"All pools together: {sum(plan.numbers for plan in plans):,} numbers.")
    blocks.append(
        "It is assumed that visitors come independently of each other: a mailing that brings\n"
        "them all at once asks for more."
    )
    return "\n\n".join(blocks)


def _row(plan: PoolPlan) -> dict[str, Any]:
    demand, cost = plan.demand, plan.monthly_cost
    row: dict[str, Any] = {
        "pool": plan.pool,
        "numbers": plan.numbers,
        "loss": plan.loss,
        "offered": round(demand.offered, 3),
        "visitors_per_hour": demand.visitors_per_hour,
        "visit_minutes": demand.visit / MINUTE,
        "hold_minutes": demand.hold / MINUTE,
        "rest_minutes": demand.rest / MINUTE,
        "origins": asdict(plan.origins),
        "table": [{"loss": loss, "numbers": numbers} for loss, numbers in plan.table],
    }
    if cost is not None:
        row["monthly_cost"] = round(cost * plan.numbers, 2)
    if plan.numbers_now is not None:
        row["numbers_now"] = plan.numbers_now
        row["loss_now"] = erlang_b(demand.offered, plan.numbers_now)
    if plan.measured is not None:
        row["history"] = _history_row(plan.measured)
    return row


def _history_row(measured: Measured) -> dict[str, Any]:
    return {
        "events": measured.events,
        "since": measured.since.isoformat(),
        "until": measured.until.isoformat(),
        "first_hour": measured.first_hour.isoformat(),
        "visitors": list(measured.visitors),
        "without": measured.without,
        "in_use": [round(value, 2) for value in measured.in_use],
    }


def _lines(plan: PoolPlan, encoding: str | None) -> list[str]:
    demand, origins = plan.demand, plan.origins
    lines = [f"Pool {plan.pool}"] if plan.pool else []
    if plan.measured is not None:
        lines += [*_history_lines(plan.measured, encoding), ""]
    figures = (
        ("visitors per hour", _figure(demand.visitors_per_hour), origins.visitors_per_hour),
        ("a visit", _minutes(demand.visit), origins.visit),
        ("the hold after it", _minutes(demand.hold), origins.hold),
        ("the rest after that", _minutes(demand.rest), origins.rest),
        ("numbers in use at once", f"{demand.offered:,.1f}", "on average, if there are enough"),
    )
    lines += [f"  {name:<22}  {value:>13}  {origin}" for name, value, origin in figures]
    lines.append("")
    width = len(f"{plan.table[-1][1]:,}")
    lines += [f"  {_size(plan, loss, numbers, width)}" for loss, numbers in plan.table]
    if plan.numbers_now is not None:
        now = _percent(erlang_b(demand.offered, plan.numbers_now))
        lines += ["", f"  The Plan has {plan.numbers_now:,} in this pool now: {now} without one."]
    return lines


def _size(plan: PoolPlan, loss: float, numbers: int, width: int) -> str:
    word = "number" if numbers == 1 else "numbers"
    text = f"{numbers:>{width},} {word}: {_percent(loss)} of visitors without a number of their own"
    if plan.monthly_cost is not None:
        text += f", {numbers * plan.monthly_cost:,.2f} a month"
    return text + ("  (asked for)" if loss == plan.loss else "")


def _history_lines(measured: Measured, encoding: str | None) -> list[str]:
    top = max(measured.in_use)
    since, until = _moment(measured.since), _moment(measured.until)
    lines = [
        f"  {measured.events:,} lease events, {since} to {until} UTC",
        f"  {sum(measured.visitors):,} visitors, of whom {measured.without:,} found no number free",
        "",
        f"  numbers in use, hour by hour in UTC (highest: {top:,.1f})",
        "              0     6     12    18",
    ]
    by_day: dict[str, str] = {}
    marks = sparkline(measured.in_use, top=top, encoding=encoding)
    for i, mark in enumerate(marks):
        hour = measured.first_hour + i * HOUR
        by_day[f"{hour:%Y-%m-%d}"] = by_day.get(f"{hour:%Y-%m-%d}", " " * hour.hour) + mark
    lines += [f"  {day}  {row}" for day, row in by_day.items()]
    busiest = measured.first_hour + measured.busiest * HOUR
    lines += ["", f"  busiest hour: {_moment(busiest)} UTC, {max(measured.visitors):,} visitors"]
    span = measured.until - measured.since
    if span < HOUR:
        lines.append("  note: less than an hour of history: these figures are too low")
    elif span < WEEK * 0.95:
        lines.append(
            f"  note: only {_span(span)} of history: the busiest hour of a week may be busier"
        )
    return lines


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _span(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{days:.1f} days" if days >= 2 else f"{span / HOUR:.1f} hours"


def _minutes(span: timedelta) -> str:
    return f"{_figure(span / MINUTE)} minutes"


def _figure(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _percent(share: float) -> str:
    if 0 < share < LEAST_SHOWN:
        return f"less than {LEAST_SHOWN * 100:g} %"
    return f"{share * 100:.3g} %"
