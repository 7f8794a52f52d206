"""A whole report: its rows, what they compare with, the total, and what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wagtail_calltrack.reports import reading
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.counted import Since, counted_since
from wagtail_calltrack.reports.figures import NOTHING, ZERO, Figures
from wagtail_calltrack.reports.spending import Spending, read_spending
from wagtail_calltrack.reports.values import read_values


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its key ("" for what is not known), and its figures, also of the period before."""

    key: str
    figures: Figures
    before: Figures | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked for. Rows are in no order."""

    rows: Sequence[Row]
    total: Row
    spending: Spending
    left_out: reading.LeftOut
    since: Since | None

    @property
    def compares(self) -> bool:
        """Say whether the period before stands beside."""
        return self.total.before is not None


def read_report(asked: Asked, *, compares: bool = True) -> Report:
    """Read it, and the period before, if all of that was counted."""
    rows, total, spending = _read(asked)
    since = counted_since(asked)
    compares = compares and since is not None and since.covers(asked.period.before)
    earlier: Mapping[str, Figures] = {}
    total_before = None
    if compares:
        earlier, total_before, _spending = _read(asked.over(asked.period.before))
    keys = dict.fromkeys((*rows, *earlier))
    return Report(
        rows=[
            Row(key, rows.get(key, NOTHING), earlier.get(key, NOTHING) if compares else None)
            for key in keys
        ],
        total=Row("", total, total_before),
        spending=spending,
        left_out=reading.left_out(asked),
        since=since,
    )


def _read(asked: Asked) -> tuple[Mapping[str, Figures], Figures, Spending]:
    visitors, spending = reading.read_visitors(asked), read_spending(asked)
    called, values = reading.read_calls(asked), read_values(asked)
    rows = {
        key: replace(
            called.get(key, NOTHING),
            visitors=visitors.get(key, 0),
            spend=spending.rows.get(key, ZERO),
            value=values.get(key, ZERO),
        )
        for key in dict.fromkeys((*called, *visitors, *spending.rows, *values))
    }
    total = replace(
        reading.total_calls(asked),
        visitors=reading.total_visitors(asked),
        spend=spending.total,
        value=sum(values.values(), ZERO),
    )
    return {key: one for key, one in rows.items() if not one.is_nothing}, total, spending
