"""Events with calls among them: what it costs to take them in, and to reckon every call.

Visits of nine events; of every tenth a carrier tells four times of a call. In batches of 940, as
JSON, through the view; the time runs until no call is left to be reckoned: who called, what is
credited, judged, and gathered into leads. On a SQLite file, and on a real PostgreSQL where one is
found; each in a process of its own, for Django is set up for one database
(`ingesting_calls_place`).

There is no peer: nothing else here finds out who called.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.child import ROOT
from tests.bench.report import ChildError, WrongOutputError, progress, table
from tests.postgres_servers import ADDRESS, MISSING, binaries, served

BATCHES = 50
GOAL = 500


def run(*, quick: bool) -> None:
    """Measure and print."""
    count = 2 if quick else BATCHES
    with TemporaryDirectory() as folder:
        rows = [("SQLite", *_row(count, str(Path(folder) / "calls.sqlite3"), ""))]
    if binaries():
        with served(next(iter(binaries().values()))) as address:
            rows.append(("PostgreSQL", *_row(count, "", address)))
    progress("")
    print("Events with calls in, every call reckoned, in batches of 940\n")
    head = ("database", "events", "calls", "events/s", "goal", "ms a batch", "most ms")
    table(head, rows, texts=1)
    if not binaries():
        print(f"{MISSING}\n")


def _row(count: int, path: str, address: str) -> Sequence[str]:
    progress(f"calls: {'PostgreSQL' if address else 'SQLite'}")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test", ADDRESS: address}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.ingesting_calls_place", str(count), path],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 1 and done.stdout:
        raise WrongOutputError(done.stdout.strip())
    if done.returncode:
        raise ChildError(done.stderr.strip())
    told = json.loads(done.stdout)
    return (
        f"{told['events']:,}",
        f"{told['calls']:,}",
        f"{told['events'] / told['seconds']:,.0f}",
        f"{GOAL:,}",
        f"{told['median'] * 1000:,.0f}",
        f"{told['most'] * 1000:,.0f}",
    )
