"""`calltrack-proxy plan init URL` and `calltrack-proxy plan check FILE`."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from calltrack import planfile
from calltrack.errors import ConfigError
from calltrack.plandoubts import doubts

INIT = """\
Fetch a page, find the phone numbers in it and write a commented Plan to start from.

  calltrack-proxy plan init https://www.example.nl > plan.toml
"""

CHECK = """\
Read a Plan as the proxy does, without starting it.

  calltrack-proxy plan check plan.toml

Every problem is a line on stderr; exit status 2. When it is good one line says what is in it, and
notes say what does nothing, as a pool without numbers; exit status 0.
"""


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Describe `plan init` and `plan check`."""
    raw = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="plan_command", required=True, metavar="COMMAND")
    init = commands.add_parser(
        "init", help="write a Plan to start from", description=INIT, formatter_class=raw
    )
    init.add_argument("url", metavar="URL", help="a page of the site that shows its phone numbers")
    init.add_argument(
        "--region", help="whose national numbers are meant, as NL; else told from the page"
    )
    init.add_argument("--out", type=Path, metavar="FILE", help="write here and not to stdout")
    init.set_defaults(run=init_plan)
    check = commands.add_parser(
        "check",
        help="say whether a Plan is whole and right",
        description=CHECK,
        formatter_class=raw,
    )
    check.add_argument("file", type=Path, metavar="FILE", help="a Plan in TOML or JSON")
    check.set_defaults(run=check_plan)


def init_plan(args: argparse.Namespace) -> int:
    """Write a Plan to start from."""
    if args.out is not None and args.out.exists():
        raise ConfigError(f"--out: {args.out} is there already; give another name or remove it")
    from proxy.plan_init import plan_init  # noqa: PLC0415 - lxml is for this command alone

    text = asyncio.run(plan_init(args.url, region=args.region))
    if args.out is None:
        sys.stdout.write(text)
        return 0
    try:
        args.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--out: {args.out} cannot be written: {error.strerror}") from error
    print(
        f"written to {args.out}; fill in your tracking numbers, then: "
        f"calltrack-proxy plan check {args.out}"
    )
    return 0


def check_plan(args: argparse.Namespace) -> int:
    """Check a Plan; say what it holds."""
    plan = planfile.load(args.file)
    active = [row for row in plan.numbers if row.number in plan.shown_numbers]
    print(
        f"{args.file}: good. Serial {plan.serial}, {plan.organisation.name}: "
        f"{_count(len(plan.sites), 'site')}, "
        f"{_count(len(plan.vestigingen), 'vestiging', 'vestigingen')}, "
        f"{_count(len(plan.campaigns), 'campaign')}, "
        f"{_count(sum(bool(row.pool) for row in active), 'number')} in "
        f"{_count(len(plan.pools), 'pool')}, "
        f"{_count(sum(bool(row.campaign) for row in active), 'static number')}."
    )
    for account in plan.telephony.values():
        print(
            f"telephony «{account.key}»: {account.provider} calls "
            f"/_calltrack/calls/{account.key}/, its secret is in CALLTRACK_SECRET_{account.secret}"
        )
    for doubt in doubts(plan, now=datetime.now(UTC)):
        print(f"note: {doubt}")
    return 0


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"
