"""A year of rows for reports, made by the database itself, and the reports over it."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from django.core.management import call_command
from django.db import connection, connections

from tests.bench.report import check
from wagtail_calltrack.models import Campaign, SpendEntry, plan_change
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked
from wagtail_calltrack.reports.periods import Period
from wagtail_calltrack.reports.pools import read_pools
from wagtail_calltrack.reports.report import read_report

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
MODEL = "last_non_direct"
CAMPAIGNS, ORIGINS, DAYS = 20, 2_000, 365
AT = "timestamptz '2026-01-01 12:00+00' + (n % 365) * interval '1 day'"
FILL = (
    """INSERT INTO wagtail_calltrack_origin
        (digest, site, channel, source, medium, utm_campaign, keyword, landing_path, campaign)
        SELECT n, 'main', (ARRAY['paid_search','organic_search','direct','social'])[n % 4 + 1],
        'source' || n % 50, '', '', 'keyword' || n % 500, '/page' || n % 200,
        CASE n % 4 WHEN 0 THEN 'c' || n / 4 % 20 ELSE '' END
        FROM generate_series(1, %(origins)s) n""",
    """INSERT INTO wagtail_calltrack_visitorsession (id, visitor, site, started_at, seen_at)
        SELECT 's' || n, 'v' || n % (%(sessions)s * 4 / 5), 'main', {at}, {at}
        FROM generate_series(1, %(sessions)s) n""",
    """INSERT INTO wagtail_calltrack_sessiontouch (id, at, session, is_first, channel, source,
        medium, campaign, term, content, keyword, referrer, referrer_host, landing, landing_path,
        region, device, click_ids, client_ids)
        SELECT gen_random_uuid(), {at}, 's' || n, true, o.channel, o.source, '', '', '', '',
        o.keyword, '', '', '', o.landing_path, '', '', '{{}}', '{{}}'
        FROM generate_series(1, %(sessions)s) n
        JOIN wagtail_calltrack_origin o ON o.digest = (n % %(origins)s + 1)::text""",
    """INSERT INTO wagtail_calltrack_pageview (id, at, session, site, path, status)
        SELECT gen_random_uuid(), {at}, 's' || n / 10, 'main', '/page' || n % 200, 200
        FROM generate_series(1, %(sessions)s * 10) n""",
    """INSERT INTO wagtail_calltrack_dailyvisitor (day, origin_id, visitor)
        SELECT DISTINCT date '2026-01-01' + n % 365, o.id, 'v' || n % (%(sessions)s * 4 / 5)
        FROM generate_series(1, %(sessions)s) n
        JOIN wagtail_calltrack_origin o ON o.digest = (n % %(origins)s + 1)::text""",
    """INSERT INTO wagtail_calltrack_dailyshown (day, site, vestiging, number, campaign, visitor)
        SELECT DISTINCT date '2026-01-01' + n % 365, 'main', 'vestiging' || n % 10,
        '+3120765' || lpad((n % 200)::text, 4, '0'), 'c' || n % 20,
        'v' || n % (%(sessions)s * 4 / 5) FROM generate_series(1, %(sessions)s) n""",
    """INSERT INTO wagtail_calltrack_call (account, call, direction, number, caller, started_at,
        status, talk_seconds, recording, forwarded_to, vestiging, step, confidence, reason, session,
        visitor, campaign, is_spam, spam_reason, is_first, is_target, target_reason, is_settled,
        failures, updated_at)
        SELECT 'a', n, 'in', '+3120765' || lpad((n % 200)::text, 4, '0'), '+316' || n, {at},
        CASE n % 5 WHEN 0 THEN 'missed' ELSE 'answered' END, n % 400, '', '',
        'vestiging' || n % 10, 'live', 1, '', 's' || n, 'v' || n % (%(sessions)s * 4 / 5), '',
        false, '', true, n % 2 = 0, '', true, 0, now()
        FROM generate_series(1, %(sessions)s / 10) n""",
    """INSERT INTO wagtail_calltrack_callcredit (call_id, model, origin_id, weight)
        SELECT c.id, m, o.id, 1 FROM wagtail_calltrack_call c
        JOIN wagtail_calltrack_origin o ON o.digest = (c.call::int % %(origins)s + 1)::text,
        unnest(ARRAY['first', 'last', 'last_non_direct', 'position', 'linear']) m""",
    "ANALYZE",
)
OVER_FACTS = """SELECT t.channel, COUNT(DISTINCT s.visitor), COUNT(DISTINCT c.id)
    FROM wagtail_calltrack_sessiontouch t
    JOIN wagtail_calltrack_visitorsession s ON s.id = t.session
    JOIN wagtail_calltrack_pageview p ON p.session = s.id
    LEFT JOIN wagtail_calltrack_call c ON c.session = s.id
    WHERE p.at >= '2026-01-01' AND p.at < '2027-01-01' GROUP BY t.channel"""


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
    SpendEntry.objects.bulk_create(
        SpendEntry(campaign=one, starts_on=YEAR.first, ends_on=YEAR.last, amount=3650)
        for one in campaigns
    )
    with connection.cursor() as cursor:
        for one in FILL:
            sql = one.replace("{at}", AT).replace("{{}}", "{}")
            sql = sql.replace("%(sessions)s", str(sessions)).replace("%(origins)s", str(ORIGINS))
            cursor.execute(sql)


def ways(sessions: int) -> Sequence[tuple[str, Callable[[], None]]]:
    """Give each report, and the peer; each looks at what it got."""
    found: list[tuple[str, Callable[[], None]]] = [
        (f"by {name}", partial(_report, name, sessions)) for name in DIMENSIONS
    ]
    found.append(("pools, 31 days", _pools))
    found.append(("peer: SQL over facts, visitors and calls by channel", partial(_facts, sessions)))
    return found


def _report(name: str, sessions: int) -> None:
    report = read_report(Asked(DIMENSIONS[name], YEAR, MODEL))
    total = report.total.figures
    check(total.calls == sessions // 10, f"{name}: {total.calls} calls")
    check(total.visitors == sessions * 4 // 5, f"{name}: {total.visitors} visitors")
    check(total.spend == Decimal(3650 * CAMPAIGNS), f"{name}: {total.spend} spent")
    check(sum(row.figures.calls for row in report.rows) == total.calls, f"{name}: parts")
    check(sum(row.figures.spend for row in report.rows) == total.spend, f"{name}: costs")


def _pools() -> None:
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    check(read_pools(october, october.ends_at) == [], "there is no pool")


def _facts(sessions: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OVER_FACTS)
        rows = cursor.fetchall()
    check(len(rows) == 4, "four channels")
    check(abs(sum(row[2] for row in rows) - sessions // 10) <= 1, "the peer's calls")


def close() -> None:
    """Let the server stop."""
    connections.close_all()
