"""`python -m demo.call`: let one of the demo's numbers be called, as a carrier would tell of it.

Nobody's phone rings. The edge checks the signed webhooks, and Wagtail shows the call soon after.
"""

import argparse
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from calltrack.errors import CalltrackError
from demo.__main__ import HERE
from demo.folder import Folder
from proxy.__main__ import main as proxy

ACCOUNT, SECRET = "demo", "DEMO"


def main(argv: Sequence[str] | None = None) -> int:
    """Call. Gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.call", description=__doc__)
    add = parser.add_argument
    add("--to", required=True, metavar="NUMBER", help="a number that you see on a page")
    add("--from", dest="caller", metavar="NUMBER", help="who calls (default: somebody new)")
    add("--seconds", default="5", metavar="N", help="how long they talk (%(default)s)")
    add("--var", type=Path, default=HERE / "var", metavar="DIR", help="the demo's folder")
    args = parser.parse_args(argv)
    folder = Folder(args.var.absolute())
    try:
        address = folder.address()
    except CalltrackError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    os.environ[f"CALLTRACK_SECRET_{SECRET}_FILE"] = str(folder.secret)
    caller = args.caller or f"+3160{random.randrange(10**7):07}"  # noqa: S311 - nobody's number
    return proxy(
        [
            *("call", f"{address}_calltrack/calls/{ACCOUNT}/", "--secret", SECRET),
            *("--to", args.to, "--from", caller, "--seconds", args.seconds),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
