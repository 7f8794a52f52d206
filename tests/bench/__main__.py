"""Run the benchmarks: `python -m tests.bench [--quick] [--only PART]`.

Exit status: 0; 1 when an output was wrong, and then no time counts; 130 after Ctrl-C.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence

from tests.bench import (
    deciding,
    ingesting,
    ingesting_calls,
    leasing,
    plan_live,
    proxying,
    reporting,
    rewriting,
    snippet,
    watching,
)
from tests.bench.report import ChildError, WrongOutputError, machine

PARTS: dict[str, Callable[..., None]] = {
    "rewriter": rewriting.run,
    "proxy": proxying.run,
    "snippet": snippet.run,
    "session": deciding.run,
    "leases": leasing.run,
    "ingest": ingesting.run,
    "calls": ingesting_calls.run,
    "live": plan_live.run,
    "dashboard": watching.run,
    "reports": reporting.run,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the parts asked for; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: do they still run?")
    parser.add_argument("--only", choices=sorted(PARTS), help="one part")
    args = parser.parse_args(argv)
    print(f"{machine()}\n", flush=True)
    try:
        for name in [args.only] if args.only else PARTS:
            PARTS[name](quick=args.quick)
    except WrongOutputError as wrong:
        print(f"bench: wrong output, so no time counts: {wrong}", file=sys.stderr)
        return 1
    except ChildError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: stopped", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop what was started, then too
    sys.exit(main())
