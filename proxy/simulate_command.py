"""`calltrack-proxy simulate`: play a site's visitors out, and count what became of their numbers.

The store is a file of its own in a folder that is removed afterwards, or one that `--store` names;
one that already holds pools is left alone.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from calltrack.errors import ConfigError, StoreError
from calltrack.leases import LeaseStore
from calltrack.stores.opening import open_store
from calltrack.stores.sqlite_leases import open_lease_store
from proxy.quantities import hours, minutes, pool_size, some_minutes, visitors
from proxy.run_command import loop_factory
from proxy.simulation.figures import Figures
from proxy.simulation.random_choice import RandomChoice
from proxy.simulation.report import as_text
from proxy.simulation.traffic import Habits, Happening, happenings
from proxy.simulation.world import Numbers, World, make_plan

SIMULATE = """\
Play a site's visitors out on a turned clock: they browse, come back, and some of them call.

  calltrack-proxy simulate --visitors-per-hour 60 --hours 24 --hold-minutes 30 --numbers 60
  calltrack-proxy simulate --visitors-per-hour 60 --hours 24 --numbers 60 --order random

Numbers are given by the code and the store that the proxy uses. The same seed gives the same run.
"""

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday; nothing depends on it
STORE_WAIT = timedelta(seconds=10)  # no page waits for it here
LONGEST_IDLE, RANDOM = "longest-idle", "random"
BAR = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `simulate`."""
    add = parser.add_argument
    add("--visitors-per-hour", type=visitors, required=True, metavar="N", help="how many come")
    add("--numbers", type=pool_size, required=True, metavar="N", help="the size of the pool")
    add("--hours", type=hours, default="24", metavar="N", help="of the run (default: %(default)s)")
    for option, kind, default, words in (
        ("--visit-minutes", minutes, "3", "the mean length of a visit"),
        ("--hold-minutes", some_minutes, "30", "how long a number stays after a page"),
        ("--rest-minutes", minutes, "0", "how long it rests after that"),
    ):
        add(option, type=kind, default=default, metavar="N", help=f"{words} (default: {default})")
    add("--seed", type=int, default=1, metavar="N", help="another one is another run (default: 1)")
    add(
        "--order",
        choices=(LONGEST_IDLE, RANDOM),
        default=LONGEST_IDLE,
        help="which free number is given; random is there to compare with (default: %(default)s)",
    )
    add("--store", metavar="URL", help="play on this store, an empty one (default: a file)")
    add("--json", action="store_true", help="for programs")
    parser.set_defaults(run=simulate)


def simulate(args: argparse.Namespace) -> int:
    """Play the visitors out, and print the figures."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        figures = runner.run(_played(args))
    print(json.dumps(figures.as_json(), indent=2) if args.json else as_text(figures))
    return 0


async def _played(args: argparse.Namespace) -> Figures:
    habits = Habits(args.visitors_per_hour, visit=args.visit_minutes)
    plan = make_plan(args.numbers, hold=args.hold_minutes, rest=args.rest_minutes)
    figures = Figures()
    async with _numbers(args) as numbers:
        await numbers.sync(plan.stock())
        world = World(plan, numbers, figures)
        traffic = happenings(habits, start=START, length=args.hours, seed=args.seed)
        for one in _with_progress(traffic, args.hours):
            await world.happen(one)
    figures.close(START + args.hours)
    return figures


@asynccontextmanager
async def _numbers(args: argparse.Namespace) -> AsyncIterator[Numbers]:
    """Open the store that was asked for."""
    if args.order == RANDOM:
        if args.store is not None:
            raise ConfigError(
                "--store: with --order random numbers are given by no store; leave it"
            )
        yield RandomChoice(args.seed)
        return
    with tempfile.TemporaryDirectory(prefix="calltrack-simulate-") as folder:
        store = _open(args.store, Path(folder))
        try:
            if await store.fill():
                raise StoreError("--store: it holds pools already; name an empty one")
            yield store
        finally:
            await store.close()


def _open(url: str | None, folder: Path) -> LeaseStore:
    if url is None:
        return open_lease_store(folder / "leases.sqlite3", durable=False)
    # A name that no organisation has: on a Redis that others use, too, keys stay apart.
    return open_store(url, organisation=f"simulation-{uuid4().hex}", wait=STORE_WAIT)


def _with_progress(traffic: Iterator[Happening], length: timedelta) -> Iterator[Happening]:
    """Pass what happens on, and draw how far it is where somebody sees it."""
    if not sys.stderr.isatty():
        yield from traffic
        return
    drawn = -1
    for one in traffic:
        done = int((one.at - START) / length * BAR)
        if done != drawn:
            drawn = done
            print(f"\r[{'#' * done:<{BAR}}]", end="", file=sys.stderr, flush=True)
        yield one
    print("\r" + " " * (BAR + 2) + "\r", end="", file=sys.stderr, flush=True)
