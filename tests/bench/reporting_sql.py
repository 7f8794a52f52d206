"""A year of rows for reports, made by the database itself, and the same figures out of facts alone.

A fifth of the visitors comes twice, the second time by another channel. Visitors' ids are as long
as those that edges make.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

ORIGINS = 2_000
AT = "timestamptz '2026-01-01 12:00+00' + (n % 365) * interval '1 day'"
WHO = "substr(md5('v' || n % ({sessions} * 4 / 5)), 1, 16)"
ORIGIN = "((n + n / ({sessions} * 4 / 5)) % {origins} + 1)::text"
OF_CALL = "(c.call::int % {origins} + 1)::text"
FILL = (
    """INSERT INTO wagtail_calltrack_origin
        (digest, site, channel, source, medium, utm_campaign, keyword, landing_path, campaign)
        SELECT n, 'main', (ARRAY['paid_search','organic_search','direct','social'])[n % 4 + 1],
        'source' || n % 50, '', '', 'keyword' || n % 500, '/page' || n % 200,
        CASE n % 4 WHEN 0 THEN 'c' || n / 4 % 20 ELSE '' END
        FROM generate_series(1, {origins}) n""",
    """INSERT INTO wagtail_calltrack_visitorsession (id, visitor, site, started_at, seen_at)
        SELECT 's' || n, {who}, 'main', {at}, {at}
        FROM generate_series(1, {sessions}) n""",
    """INSERT INTO wagtail_calltrack_sessiontouch (id, at, session, is_first, channel, source,
        medium, campaign, term, content, keyword, referrer, referrer_host, landing, landing_path,
        region, device, click_ids, client_ids)
        SELECT gen_random_uuid(), {at}, 's' || n, true, o.channel, o.source, '', '', '', '',
        o.keyword, '', '', '', o.landing_path, '', '', '{}', '{}'
        FROM generate_series(1, {sessions}) n
        JOIN wagtail_calltrack_origin o ON o.digest = {origin}""",
    """INSERT INTO wagtail_calltrack_pageview (id, at, session, site, path, status)
        SELECT gen_random_uuid(), {at}, 's' || n / 10, 'main', '/page' || n % 200, 200
        FROM generate_series(1, {sessions} * 10) n""",
    """INSERT INTO wagtail_calltrack_dailyvisitor (day, origin_id, visitor)
        SELECT DISTINCT date '2026-01-01' + n % 365, o.id, {who}
        FROM generate_series(1, {sessions}) n
        JOIN wagtail_calltrack_origin o ON o.digest = {origin}""",
    """INSERT INTO wagtail_calltrack_dailyshown (day, site, vestiging, number, campaign, visitor)
        SELECT DISTINCT date '2026-01-01' + n % 365, 'main', 'vestiging' || n % 10,
        '+3120765' || lpad((n % 200)::text, 4, '0'), 'c' || n % 20,
        {who} FROM generate_series(1, {sessions}) n""",
    """INSERT INTO wagtail_calltrack_call (account, call, direction, number, caller, started_at,
        status, talk_seconds, recording, forwarded_to, vestiging, step, confidence, reason, session,
        visitor, campaign, is_spam, spam_reason, is_first, is_target, target_reason, is_settled,
        failures, updated_at)
        SELECT 'a', n, 'in', '+3120765' || lpad((n % 200)::text, 4, '0'), '+316' || n, {at},
        CASE n % 5 WHEN 0 THEN 'missed' ELSE 'answered' END, n % 400, '', '',
        'vestiging' || n % 10, 'live', 1, '', 's' || n, {who}, '',
        false, '', true, n % 2 = 0, '', true, 0, now()
        FROM generate_series(1, {sessions} / 10) n""",
    """INSERT INTO wagtail_calltrack_callcredit (call_id, model, origin_id, weight)
        SELECT c.id, m, o.id, 1 FROM wagtail_calltrack_call c
        JOIN wagtail_calltrack_origin o ON o.digest = {origin_of_call},
        unnest(ARRAY['first', 'last', 'last_non_direct', 'position', 'linear']) m""",
)
VISITORS = """SELECT t.channel, COUNT(DISTINCT s.visitor)
    FROM wagtail_calltrack_sessiontouch t
    JOIN wagtail_calltrack_visitorsession s ON s.id = t.session
    WHERE t.at >= %s AND t.at < %s GROUP BY GROUPING SETS ((t.channel), ())"""
CALLS = """SELECT o.channel, COUNT(DISTINCT c.visitor), SUM(p.weight),
    COALESCE(SUM(p.weight) FILTER (WHERE c.is_target), 0),
    SUM(p.weight) FILTER (WHERE c.status = 'missed'),
    SUM(p.weight) FILTER (WHERE c.status = 'answered'),
    SUM(p.weight * c.talk_seconds) FILTER (WHERE c.status = 'answered')
    FROM wagtail_calltrack_call c
    JOIN wagtail_calltrack_callcredit p ON p.call_id = c.id AND p.model = %s
    JOIN wagtail_calltrack_origin o ON o.id = p.origin_id
    WHERE c.started_at >= %s AND c.started_at < %s AND c.direction = 'in' AND NOT c.is_spam
    GROUP BY GROUPING SETS ((o.channel), ())"""


def make_rows(sessions: int) -> None:
    """Make the rows that are many."""
    marks = {"{sessions}": str(sessions), "{origins}": str(ORIGINS)}
    words = {"{at}": AT, "{who}": WHO, "{origin_of_call}": OF_CALL}
    with connection.cursor() as cursor:
        for one in FILL:
            sql = one
            for mark, word in {**words, "{origin}": ORIGIN, **marks}.items():
                sql = sql.replace(mark, word)
            cursor.execute(sql)


def out_of_facts(begin: Any, end: Any, model: str) -> Sequence[tuple[str, tuple[Any, ...]]]:
    """Give each channel's visitors, and what its calls make; "" is the total."""
    with connection.cursor() as cursor:
        cursor.execute(VISITORS, (begin, end))
        visitors = {channel or "": count for channel, count in cursor.fetchall()}
        cursor.execute(CALLS, (model, begin, end))
        return [(row[0] or "", (visitors[row[0] or ""], *row[1:])) for row in cursor.fetchall()]
