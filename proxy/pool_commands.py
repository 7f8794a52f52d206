"""`calltrack-proxy pool plan`: how many numbers a pool needs, from given or measured figures.

Each figure comes from the first of: what was given, the Plan, what was measured, an assumption. The
answer says which it was.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from calltrack import planfile
from calltrack.demand import Measured, measure
from calltrack.errors import ConfigError, OutboxError
from calltrack.leases import PoolKey
from calltrack.plan import Plan
from calltrack.planner import LARGEST_LOAD, Demand
from calltrack.stores.outbox_history import read_lease_events
from proxy.data_folder import data_folder
from proxy.pool_report import Origins, PoolPlan, as_json, as_text
from proxy.quantities import minutes, money, share, visitors
from proxy.run_arguments import DEFAULT_STORE

T = TypeVar("T")

PLAN = """\
Say how many numbers a pool needs, so that few visitors are left without one of their own.

  calltrack-proxy pool plan --visitors-per-hour 200 --visit-minutes 3 --hold-minutes 30
  calltrack-proxy pool plan                            measure the last 7 days of this edge
  calltrack-proxy pool plan --plan plan.toml --monthly-cost 1.50

Figures that are not given are measured in the lease history beside the store; a running proxy is
not disturbed. Visitors per hour are those of the busiest hour that you want to cope with.
"""

HISTORY = timedelta(days=7)
ASSUMED_VISIT = timedelta(minutes=3)
ASSUMED_HOLD = timedelta(minutes=30)
GIVEN, PLANNED, ASSUMED = "given", "the Plan", "assumed"


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Describe `pool plan`."""
    commands = parser.add_subparsers(dest="pool_command", required=True, metavar="COMMAND")
    plan = commands.add_parser(
        "plan",
        help="how many numbers a pool needs",
        description=PLAN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = plan.add_argument
    add("--visitors-per-hour", type=visitors, metavar="N", help="who come in the busiest hour")
    add("--visit-minutes", type=minutes, metavar="N", help="how long a visitor stays (else 3)")
    add("--hold-minutes", type=minutes, metavar="N", help="how long a number stays after (else 30)")
    add("--rest-minutes", type=minutes, metavar="N", help="how long it rests after that (else 0)")
    add(
        "--loss",
        type=share,
        default=0.01,
        metavar="SHARE",
        help="the share of visitors without a number of their own (default: %(default)s)",
    )
    add("--monthly-cost", type=money, metavar="N", help="of one number; the pool's is told then")
    add("--pool", metavar="NAME", help="only this one")
    add("--plan", type=Path, metavar="FILE", help="the Plan: its hold, rests, and sizes of pools")
    add(
        "--store",
        metavar="URL",
        help=f"measure the lease history beside this store (default: {DEFAULT_STORE})",
    )
    add("--data", type=Path, metavar="DIR", help="where the history lies, as given to `run`")
    add("--json", action="store_true", help="for programs")
    plan.set_defaults(run=plan_pools)


def plan_pools(args: argparse.Namespace) -> int:
    """Say how many numbers each pool needs."""
    plan = planfile.load(args.plan) if args.plan is not None else None
    plans = [_plan_pool(args, plan, measured) for measured in _measured(args, plan)]
    if args.json:
        print(json.dumps(as_json(plans), indent=2))
    else:
        print(as_text(plans, encoding=sys.stdout.encoding))
    return 0


def _measured(args: argparse.Namespace, plan: Plan | None) -> list[Measured | None]:
    """Measure each pool; None stands for one that is given and not measured."""
    if plan is not None and args.pool is not None and args.pool not in plan.pools:
        raise ConfigError(f"--pool: the Plan has no pool «{args.pool}»; it has {_list(plan.pools)}")
    if args.visitors_per_hour is not None and args.store is None and args.data is None:
        return [None]
    path = data_folder(args.store or DEFAULT_STORE, args.data) / "outbox.sqlite3"
    found = _measure(path)
    if args.pool is None:
        return [*found.values()]
    if args.pool not in found:
        raise OutboxError(
            f"--pool: {path} holds no lease of pool «{args.pool}», only of {_list(found)}"
        )
    return [found[PoolKey(args.pool)]]


def _measure(path: Path) -> Mapping[PoolKey, Measured]:
    """Fold the history into figures; say what to do where there is none."""
    instead = "give --visitors-per-hour (with --visit-minutes and --hold-minutes) to do without"
    if not path.exists():
        raise OutboxError(
            f"nothing to measure: there is no lease history at {path}; name the store of a running "
            f"proxy with --store, or {instead}"
        )
    try:
        found = measure(read_lease_events(path, last=HISTORY))
    except OutboxError as error:
        raise OutboxError(f"nothing to measure: {error}; or {instead}") from error
    if not found:
        raise OutboxError(
            f"nothing to measure: {path} holds no lease yet; let visitors come, or {instead}"
        )
    return found


def _plan_pool(args: argparse.Namespace, plan: Plan | None, measured: Measured | None) -> PoolPlan:
    """Put one pool's figures together, and say where each comes from."""
    pool = measured.pool if measured else args.pool
    hold = max(site.hold for site in plan.sites) if plan else None
    row = plan.pools.get(pool) if plan else None
    visitors_per_hour = _pick(
        (args.visitors_per_hour, GIVEN),
        (measured and float(max(measured.visitors)), "measured: the busiest hour"),
    )
    visit = _pick(
        (args.visit_minutes, GIVEN),
        (measured and max(measured.stay - measured.hold, timedelta(0)), "measured: the mean"),
        (ASSUMED_VISIT, ASSUMED),
    )
    hold_after = _pick(
        (args.hold_minutes, GIVEN),
        (hold, PLANNED),
        (measured and measured.hold, "measured"),
        (ASSUMED_HOLD, ASSUMED),
    )
    rest = _pick((args.rest_minutes, GIVEN), (row and row.rest, PLANNED), (timedelta(0), ASSUMED))
    demand = Demand(visitors_per_hour[0], visit[0], hold_after[0], rest[0])
    if demand.offered > LARGEST_LOAD:
        raise ConfigError(
            f"--visitors-per-hour, --hold-minutes: more than {LARGEST_LOAD:,} numbers would be in "
            "use at once; give smaller ones"
        )
    return PoolPlan(
        pool=pool,
        demand=demand,
        origins=Origins(visitors_per_hour[1], visit[1], hold_after[1], rest[1]),
        loss=args.loss,
        monthly_cost=args.monthly_cost,
        numbers_now=len(plan.stock().pools[pool]) if plan and row else None,
        measured=measured,
    )


def _pick(*choices: tuple[T | None, str]) -> tuple[T, str]:
    """Take the first figure that there is."""
    return next((value, origin) for value, origin in choices if value is not None)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)
