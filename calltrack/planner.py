"""How many numbers a pool needs, so that few visitors are left without one of their own.

Visitors come at random, each keeps a number for a while, and whoever finds none free sees the
original number and goes without. That is the oldest question of telephony, and Erlang's: the share
that goes without follows from one figure, the **offered load**: how many numbers would be in use at
once, on average, if there were always enough. It is the arrivals in a stretch of time, times the
time that one of them keeps a number: the visit, the hold after it, and the pool's rest.

How that time is spread over visitors makes no difference, only its mean does; that arrivals are
random does: a hundred visitors who come with one mail need a hundred numbers.

Units: spans are timedeltas, loads are numbers in use at once, losses are shares from 0 to 1.
Source: A. K. Erlang, 1917 (the B formula); the recurrence over the numbers never overflows.
"""

from dataclasses import dataclass
from datetime import timedelta

LARGEST_LOAD = 1_000_000
"""Numbers in use at once: no firm rents more, and the recurrence takes a step for each."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Demand:
    """What visitors ask of a pool: how many come in an hour, and how long each keeps a number."""

    visitors_per_hour: float
    visit: timedelta
    hold: timedelta
    rest: timedelta = timedelta(0)

    @property
    def offered(self) -> float:
        """Give the offered load: numbers in use at once, on average, if there are enough."""
        return self.visitors_per_hour * ((self.visit + self.hold + self.rest) / _HOUR)


def erlang_b(offered: float, numbers: int) -> float:
    """Give the share of visitors who find none of these numbers free."""
    _check_load(offered)
    if numbers < 0:
        raise ValueError("a pool has no fewer than 0 numbers")
    loss = 1.0
    for count in range(1, numbers + 1):
        loss = _with_one_more(loss, offered, count)
    return loss


def numbers_needed(offered: float, loss: float) -> int:
    """Give the least pool that leaves no larger share of visitors without a number."""
    _check_load(offered)
    if not 0 < loss < 1:
        raise ValueError("a loss lies between 0 and 1")
    reached, count = 1.0, 0
    while reached > loss:
        count += 1
        reached = _with_one_more(reached, offered, count)
    return count


def _with_one_more(loss: float, offered: float, count: int) -> float:
    """Give the loss with `count` numbers out of that with one fewer."""
    return offered * loss / (count + offered * loss)


def _check_load(offered: float) -> None:
    if not 0 <= offered <= LARGEST_LOAD:
        raise ValueError(f"an offered load lies between 0 and {LARGEST_LOAD:,}")
