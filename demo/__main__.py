"""`python -m demo`: the options, and one line for each thing that can be wrong."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from calltrack.errors import CalltrackError, OurError, PlanError
from demo import runner
from demo.folder import Folder

HERE = Path(__file__).resolve().parent

DESCRIPTION = """\
Run the demo: the Wagtail site of a plasterer with four vestigingen, and the proxy in front of it.

  make demo                        the same as .venv/bin/python -m demo
  python -m demo --reset           start again with the pages as they were
  python -m demo --port 9000       open at http://localhost:9000/
  python -m demo --plan my.toml    try a Plan of your own; the example is demo/plan.toml

It opens on a month of visitors and calls. Let a number that you see be called, and watch Calls in
the admin (nothing rings):

  make call TO="020 019 94 17"

What to try: open the address, then open it in a private window: other numbers. In another private
window come from the newsletter: its readers all see one number. Look at the status page to see who
holds what. Fetch a page without a browser, and the firm's own numbers are there: curl is taken for
a robot.

The proxy takes its Plan from Wagtail: what you change there under Call tracking shows on the pages
within seconds, and what you change in the admin is kept for the next run. With --plan the proxy
reads that file instead, and Call tracking in the admin does not reach it.
"""


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m demo",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--port",
        type=port,
        default=8000,
        metavar="N",
        help="where the site opens (default: %(default)s; 0: any free port); Wagtail and the "
        "status page take the next two; a port that is taken is replaced by a free one",
    )
    add(
        "--plan",
        type=Path,
        metavar="FILE",
        help="a Plan of your own instead of Wagtail's; one of its sites must answer to localhost",
    )
    add("--empty", action="store_true", help="without the month of visitors, calls and spend")
    add("--reset", action="store_true", help="remove what the last run kept, and start again")
    add(
        "--var",
        type=Path,
        default=HERE / "var",
        metavar="DIR",
        help="where database, leases and logs are kept (default: demo/var); "
        "a second demo at the same time needs a folder of its own",
    )
    return parser


def port(text: str) -> int:
    """Read a port's number (an argparse type)."""
    if not text.isdecimal() or int(text) > 65533:
        raise argparse.ArgumentTypeError(f"«{text}» is no port, as 8000")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo. Gives the exit status: 0, 1 (the world), 2 (usage, a Plan)."""
    args = build_parser().parse_args(argv)
    options = runner.Options(
        port=args.port,
        plan=args.plan.absolute() if args.plan else None,
        folder=Folder(args.var.absolute()),
        reset=args.reset,
        empty=args.empty,
    )
    try:
        runner.run(options)
    except PlanError as error:
        for problem in error.problems:
            _complain(problem)
        return 2
    except OurError as error:
        _complain(str(error))
        return 2
    except CalltrackError as error:
        _complain(str(error))
        return 1
    return 0


def _complain(sentence: str) -> None:
    print(f"demo: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
