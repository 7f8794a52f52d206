"""When a worker that ended has its successor: at once; later and later where they die young. Pure.

One that runs into the same wall each time must not take a whole core, nor fill the log.
"""

from datetime import timedelta

YOUNG = timedelta(seconds=10)
"""A worker that lived for less died young."""

FIRST = timedelta(milliseconds=500)
LONGEST = timedelta(seconds=30)
_NONE = timedelta(0)


class Pace:
    """The pace of one worker and its successors."""

    def __init__(self) -> None:
        """Nobody died yet."""
        self.died_young = 0  # in a row

    def wait_after(self, lived: timedelta) -> timedelta:
        """Say how long to wait, now that one ended that had lived for so long."""
        self.died_young = self.died_young + 1 if lived < YOUNG else 0
        if self.died_young <= 1:
            return _NONE
        doublings = min(self.died_young - 2, 10)
        return min(FIRST * (1 << doublings), LONGEST)
