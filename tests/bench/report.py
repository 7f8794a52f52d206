"""Medians, tables, and the machine they were measured on."""

import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "aiohttp",
    "uvloop",
    "isal",
    "lxml",
    "selectolax",
    "python-lolhtml",
    "phonenumbers",
    "redis",
)


class WrongOutputError(Exception):
    """An output that is not what it must be: no time of this run counts."""


class ChildError(Exception):
    """A server that did not start."""


def check(is_right: bool, what: str) -> None:
    """End the run where an output is wrong."""
    if not is_right:
        raise WrongOutputError(what)


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Say how many times `theirs` is of `ours`, round by round: a slow moment hits both."""
    return statistics.median(b / a for a, b in zip(ours, theirs, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that this share of all are below or at."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Say in one line on what and with what this runs."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    installed = [f"{name} {_version(name)}" for name in PACKAGES]
    return ", ".join(
        [
            f"{cores} cores {platform.machine()}",
            f"{platform.system()} {platform.release().partition('-')[0]}",
            f"{platform.python_implementation()} {platform.python_version()}",
            *installed,
            f"SQLite {sqlite3.sqlite_version}",
        ]
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int) -> None:
    """Print a table; the first `texts` columns are texts, the others figures."""
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, *rows]:
        cells = [
            cell.ljust(width) if at < texts else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  " + "  ".join(cells).rstrip())
    print(flush=True)


def progress(sentence: str) -> None:
    """Tell a waiting person what is going on, beside the tables."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{sentence}", end="", file=sys.stderr, flush=True)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
