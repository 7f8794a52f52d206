"""`calltrack-snippet run`, one process with no site behind it, and a pool with numbers enough.

As a program this module is the command itself: a leash runs modules.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from calltrack import __main__ as commands
from calltrack import planfile
from calltrack.leases import PoolKey, VestigingKey
from calltrack.plan import Vestiging
from tests.bench.child import started
from tests.bench.leasing_places import some_numbers
from tests.bench.pages import OLD
from tests.calltrack.plans import make_plan, stock

POOL = "amsterdam"


@dataclass(frozen=True, slots=True)
class Running:
    """An edge that answers."""

    pid: int
    port: int
    pool: frozenset[str]

    @property
    def address(self) -> str:
        """What its routes stand under."""
        return f"http://localhost:{self.port}/_calltrack/"


@contextmanager
def edge(folder: Path, *, visitors: int, redis: str = "") -> Iterator[Running]:
    """Run it, with a number for each of so many visitors, on a file of its own or on this Redis."""
    place = Path(mkdtemp(dir=folder))
    pool = some_numbers(7_000_000, visitors)
    key = VestigingKey(POOL)
    plan = make_plan(
        vestigingen={key: Vestiging(key, "Amsterdam", OLD, PoolKey(POOL))},
        numbers=stock(POOL, pool),
    )
    path = place / "plan.json"
    path.write_text(json.dumps(planfile.to_mapping(plan)), encoding="utf-8")
    with started(
        *("tests.bench.snippet_edge", "run", "--plan", str(path), "--workers", "1", "--quiet"),
        *("--store", redis or f"sqlite:///{place}/leases.sqlite3", "--data", str(place)),
        *("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"),
        *("--store-wait-ms", "5000"),  # a slow moment must not show as an original number
    ) as server:
        yield Running(server.pid, server.port, frozenset(one.e164 for one in pool))


if __name__ == "__main__":
    sys.exit(commands.snippet())
