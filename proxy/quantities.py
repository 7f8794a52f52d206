"""Quantities on a command line: read with their limits, refused in words (argparse types)."""

import argparse
import math
from datetime import timedelta

MOST_VISITORS = 1_000_000
LONGEST_MINUTES = 60 * 24 * 366
LONGEST_SECONDS = 4 * 60 * 60
LONGEST_HOURS = 24 * 366
MOST_NUMBERS = 100_000
MOST_MONEY = 1_000_000


def visitors(text: str) -> float:
    """Read how many visitors come in an hour."""
    return _number(text, f"a number of visitors from 0 to {MOST_VISITORS}, as 200", MOST_VISITORS)


def minutes(text: str) -> timedelta:
    """Read a span that may be nothing."""
    words = "a number of minutes, a year at most, as 30"
    return timedelta(minutes=_number(text, words, LONGEST_MINUTES))


def some_minutes(text: str) -> timedelta:
    """Read a span that is longer than nothing."""
    words = "a number of minutes above 0, a year at most, as 30"
    return timedelta(minutes=_number(text, words, LONGEST_MINUTES, least=1e-3))


def hours(text: str) -> timedelta:
    """Read how long a run lasts."""
    words = "a number of hours above 0, a year at most, as 24"
    return timedelta(hours=_number(text, words, LONGEST_HOURS, least=1e-3))


def some_seconds(text: str) -> timedelta:
    """Read how long a part of a call lasts."""
    words = f"a number of seconds from 0 to {LONGEST_SECONDS}, as 20"
    return timedelta(seconds=_number(text, words, LONGEST_SECONDS))


def share(text: str) -> float:
    """Read a share of visitors: neither none nor all."""
    words = "a share of visitors between 0 and 1, as 0.01 for 1 %"
    return _number(text, words, 0.999_999, least=1e-9)


def money(text: str) -> float:
    """Read an amount of money."""
    return _number(text, f"an amount of money up to {MOST_MONEY}, as 1.50", MOST_MONEY)


def pool_size(text: str) -> int:
    """Read how many numbers a pool has."""
    try:
        size = int(text)
    except ValueError:
        size = 0
    if not 1 <= size <= MOST_NUMBERS:
        raise argparse.ArgumentTypeError(
            f"«{text}» is not a whole number from 1 to {MOST_NUMBERS}, as 60"
        )
    return size


def _number(text: str, words: str, most: float, *, least: float = 0) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:  # a NaN is not, either
        raise argparse.ArgumentTypeError(f"«{text}» is not {words}")
    return value
