"""A row of figures as a row of blocks, for a terminal."""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.:-+*#@"
"""For an output that knows no Unicode."""


def sparkline(values: Sequence[float], *, top: float, encoding: str | None) -> str:
    """Draw each value as a step of eight; `top` is the highest one, nothing at all is a blank."""
    steps = BLOCKS if _can_write(BLOCKS, encoding) else ASCII
    return "".join(_step(value / top if top > 0 else 0, steps) for value in values)


def _step(share: float, steps: str) -> str:
    if share <= 0:
        return " "
    return steps[min(int(share * len(steps)), len(steps) - 1)]


def _can_write(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
