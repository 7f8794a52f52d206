"""`python -m tests.fuzz core|builds --seconds 300`: fuzz the C core, or compare the two builds."""

import argparse
import sys

from tests.fuzz import builds, core

KINDS = {"core": core.fuzz, "builds": builds.fuzz}


def main() -> int:
    """Run one kind of fuzzing; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--seconds", type=int, default=300, metavar="N")
    args = parser.parse_args()
    return KINDS[args.kind](args.seconds)


if __name__ == "__main__":
    sys.exit(main())
