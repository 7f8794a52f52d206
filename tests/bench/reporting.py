"""How long reports take over a year of 1,000,000 page views, 100,000 sessions and 10,000 calls.

On a real PostgreSQL, which is started for it, or left out where none is found. Each report is read
as the page reads it: the whole year, which has nothing before it, and half of it beside the other
half. Spend, rent, fees, won leads and leases are there, too, and all totals are looked at.

The peer is plain SQL over the facts, without roll-ups, for what a report counts: visitors,
callers, calls, target calls, missed, talk time, by channel and all together. It must come to the
report's own figures; costs, values and names are none of its work.

Django is set up here: the other parts run without it.
"""

import os
import statistics
import time
from collections.abc import Callable

from tests.bench.report import progress, table
from tests.postgres_servers import ADDRESS, MISSING, binaries, served

SESSIONS = 100_000


def run(*, quick: bool) -> None:
    """Measure and print."""
    if not binaries():
        print(f"Reports: {MISSING}\n")
        return
    with served(next(iter(binaries().values()))) as address:
        os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
        os.environ[ADDRESS] = address
        _measure(SESSIONS // 100 if quick else SESSIONS, 1 if quick else 5)


def _measure(sessions: int, rounds: int) -> None:
    import django  # noqa: PLC0415 - it reads the address above

    django.setup()
    from tests.bench import reporting_rows as rows  # noqa: PLC0415 - models come after the set-up

    progress("reports: tables and rows")
    rows.fill(sessions)
    ways = rows.ways(sessions)
    found = []
    for name, ask in ways:
        progress(f"reports: {name}")
        took = [_timed(ask) for _ in range(rounds)]
        found.append((name, f"{statistics.median(took):.0f}", f"{max(took):.0f}"))
    progress("")
    rows.close()
    size = f"{sessions * 10:,} page views, {sessions:,} sessions, {sessions // 10:,} calls"
    print(f"Reports over {size}\n")
    table(("report", "ms", "most ms"), found, texts=1)


def _timed(ask: Callable[[], None]) -> float:
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1000
