"""The reports over a year of rows (`reporting_sql`), and what each must say."""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.core.management import call_command
from django.db import connection, connections

from tests.bench.report import check
from tests.bench.reporting_sql import make_rows, out_of_facts
from wagtail_calltrack.models import (
    CallSettings,
    Campaign,
    Lead,
    LeaseEvent,
    Pool,
    PoolExhausted,
    SpendEntry,
    TrackingNumber,
    plan_change,
)
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked
from wagtail_calltrack.reports.figures import Figures
from wagtail_calltrack.reports.periods import Period
from wagtail_calltrack.reports.pools import read_pools
from wagtail_calltrack.reports.report import read_report

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SECOND_HALF = Period(date(2026, 7, 3), date(2026, 12, 31))
"""What comes before it is as long, and has as many rows."""
MONTH = Period(date(2026, 10, 1), date(2026, 10, 31))
MODEL = "last_non_direct"
CAMPAIGNS, POOLS, NUMBERS, DAYS = 20, 10, 200, 365
FEE, RENT, SPEND, VALUE = Decimal("0.01"), 1, 3650, 100
HOLD = timedelta(minutes=33)
LEADS = 10
"""One of so many calls became a deal."""
WITHOUT = 50
"""Beside so many visitors with a number one has none."""


def fill(sessions: int) -> None:
    """Make the tables and the rows."""
    call_command("migrate", verbosity=0)
    with plan_change():
        campaigns = Campaign.objects.bulk_create(
            Campaign(
                key=f"c{at}", name=f"C{at}", method="original", exhaustion="original", sort_order=at
            )
            for at in range(CAMPAIGNS)
        )
        pools = Pool.objects.bulk_create(Pool(key=f"pool{at}") for at in range(POOLS))
        TrackingNumber.objects.bulk_create(
            TrackingNumber(number=_number(at), pool=pools[at % POOLS], monthly_cost=RENT)
            for at in range(NUMBERS)
        )
    CallSettings.objects.create(fee_per_shown_number=FEE)
    SpendEntry.objects.bulk_create(
        SpendEntry(campaign=one, starts_on=YEAR.first, ends_on=YEAR.last, amount=SPEND)
        for one in campaigns
    )
    make_rows(sessions)
    _make_leads(sessions // 10 // LEADS)
    _make_leases(_leases(sessions))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # a server does so by itself, a while later


def _number(at: int) -> str:
    return f"+3120765{at:04}"


def _leases(sessions: int) -> int:
    """Count a month's."""
    return sessions * MONTH.days // DAYS


def _make_leads(count: int) -> None:
    at = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    leads = Lead.objects.bulk_create(
        Lead(state="won", value=VALUE, began_at=at, last_at=at) for _ in range(count)
    )
    first = min(one.pk for one in leads)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE wagtail_calltrack_call SET lead_id = %s + call::int / %s - 1"
            " WHERE call::int %% %s = 0",
            (first, LEADS, LEADS),
        )


def _make_leases(count: int) -> None:
    """Let visitors come one after another, for a month."""
    begin, step = MONTH.starts_at, (MONTH.ends_at - MONTH.starts_at) / count
    moments = [(n, begin + n * step) for n in range(count)]
    LeaseEvent.objects.bulk_create(
        LeaseEvent(
            id=uuid.uuid4(), at=at, session=f"l{n}", kind="lease.given", vestiging="vestiging0",
            pool=f"pool{n % POOLS}", number=_number(n % NUMBERS), promised_until=at + HOLD,
            kept_until=at + HOLD, until=at + HOLD,
        )
        for n, at in moments
    )  # fmt: skip
    PoolExhausted.objects.bulk_create(
        PoolExhausted(
            id=uuid.uuid4(), at=at, session=f"x{n}", vestiging="vestiging0", pool=f"pool{n % POOLS}"
        )
        for n, at in moments[::WITHOUT]
    )


def ways(sessions: int) -> Sequence[tuple[str, Callable[[], None]]]:
    """Give each report, and the peer; each looks at what it got."""
    found: list[tuple[str, Callable[[], None]]] = []
    for name in DIMENSIONS:
        found.append((f"by {name}, the year", partial(_year, name, sessions)))
        found.append((f"by {name}, half a year beside the one before", partial(_halves, name)))
    found.append(("pools, 31 days", partial(_pools, _leases(sessions))))
    peer = "peer: SQL over facts, by channel, the year"
    return [*found, (peer, Peer(sessions))]


def _year(name: str, sessions: int) -> None:
    report = read_report(Asked(DIMENSIONS[name], YEAR, MODEL))
    total = report.total.figures
    spent = SPEND * CAMPAIGNS + 12 * RENT * NUMBERS + FEE * (sessions * 4 // 5)
    check(total.calls == sessions // 10, f"{name}: {total.calls} calls")
    check(total.visitors == sessions * 4 // 5, f"{name}: {total.visitors} visitors")
    check(total.spend == spent, f"{name}: {total.spend} spent")
    check(total.value == VALUE * (sessions // 10 // LEADS), f"{name}: value of {total.value}")
    check(not report.compares, f"{name}: nothing was counted before")
    for what in ("calls", "spend", "value"):
        parts = sum(getattr(row.figures, what) for row in report.rows)
        check(parts == getattr(total, what), f"{name}: parts of {what}")


def _halves(name: str) -> None:
    report = read_report(Asked(DIMENSIONS[name], SECOND_HALF, MODEL))
    before = report.total.before or Figures()
    check(report.compares, f"{name}: the half before was counted")
    for kind, whole in (("figures", report.total.figures), ("before", before)):
        for what in ("calls", "spend"):
            parts = sum(getattr(getattr(row, kind), what) for row in report.rows)
            check(parts == getattr(whole, what), f"{name}: parts of {what}, {kind}")
        check(whole.visitors > 0, f"{name}: nobody came")


def _pools(leases: int) -> None:
    pools = read_pools(MONTH, MONTH.ends_at)
    without = len(range(0, leases, WITHOUT))
    check(len(pools) == POOLS, f"{len(pools)} pools")
    check(sum(one.given for one in pools) == leases, "pools: numbers given")
    check(sum(one.without for one in pools) == without, "pools: visitors without")


class Peer:
    """The channel report's visitors and calls, counted anew. The report is read beforehand."""

    def __init__(self, sessions: int) -> None:
        report = read_report(Asked(DIMENSIONS["channel"], YEAR, MODEL), compares=False)
        self._right = {row.key: _counted(row.figures) for row in report.rows if row.key}
        self._right[""] = _counted(report.total.figures)
        check(self._right[""][0] == sessions * 4 // 5, "the peer's own measure")

    def __call__(self) -> None:
        """Count."""
        found = dict(out_of_facts(YEAR.starts_at, YEAR.ends_at, MODEL))
        check(found == self._right, f"the peer's figures: {found}")


def _counted(figures: Figures) -> tuple[int | Decimal, ...]:
    return (
        figures.visitors, figures.callers, figures.calls, figures.target_calls, figures.missed,
        figures.answered, figures.talked,
    )  # fmt: skip


def close() -> None:
    """Let the server stop."""
    connections.close_all()
