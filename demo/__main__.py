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
Run the demo: the Wagtail site of a plasterer with three vestigingen, and the proxy in front of it.

  make demo                        the same as .venv/bin/python -m demo
  python -m demo --reset           start again with the pages as they were
  python -m demo --port 9000       open at http://localhost:9000/
  python -m demo --plan my.toml    try a Plan of your own; the example is demo/plan.toml

What to try: open the address, then open it in a private window: other numbers. In another private
window come from the newsletter: its readers all see one number. Look at the status page to see who
holds what. Fetch a page without a browser, and the firm's own numbers are there: curl is taken for
a robot.

What you change in the Wagtail admin is kept for the next run. A phone number that you change there
must be changed in the Plan too: the Plan says which numbers are replaced. The demo's proxy reads
the Plan from its file; what you set up in the admin under Call tracking does not reach it yet.
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
        default=runner.EXAMPLE_PLAN,
        metavar="FILE",
        help="the Plan, one of whose sites must answer to localhost (default: demo/plan.toml)",
    )
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
        args.port, args.plan.absolute(), Folder(args.var.absolute()), args.reset
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
