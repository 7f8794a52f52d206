"""When to look again: every 2 s while it goes well, less and less often while it does not.

A little chance is in each wait, so that many edges do not all come back in the same moment.
"""

from datetime import timedelta

EVERY = timedelta(seconds=2)
LONGEST = timedelta(seconds=30)
JITTER = 0.1
_MOST_DOUBLINGS = 16


def wait_after(failures: int, *, chance: float, every: timedelta = EVERY) -> timedelta:
    """Say how long to wait after so many failures in a row. `chance`: from 0 to 1."""
    wait = min(every * (1 << min(failures, _MOST_DOUBLINGS)), max(every, LONGEST))
    return wait * (1 - JITTER * chance)
