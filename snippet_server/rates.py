"""How often one network may ask, so that no single one takes a process for itself.

An office of 200 people is one address, and a mobile carrier puts thousands behind a few: whoever is
refused sees the original numbers, and the firm loses a call's source. So what is allowed is far
above what people do: all of an office may open pages at once, and stay on them all day. What keeps
numbers from being drained are the caps of the pools.

====  =========================================  =====================
kind  what is counted                            at once, then a second
====  =========================================  =====================
ask   page, leave and site                       1,500, 50
lead  a form that was sent: people read it       60, 0.5
====  =========================================  =====================

A network is one of `calltrack.networks`; one that is in none is not counted: they would be all
visitors behind a front that nobody declared. At most `MOST_NETWORKS` are known; past those the one
that asked longest ago is forgotten, so that many addresses cost no more memory than that.

Written here, not taken from the kept library `limits`: its memory store has no bound, reads the
clock by itself and clears up in a thread. This is one number for each network.

Source: the generic cell rate algorithm (ITU-T I.371): a network's number is the moment at which it
will have used up nothing of what it may.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from calltrack.networks import network_of

MOST_NETWORKS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """What is allowed: so many at once, and then so many a second."""

    burst: int
    per_second: float


ASKS = Rate(1_500, 50)
LEADS = Rate(60, 0.5)


class Rates:
    """What each network has used of a rate."""

    def __init__(
        self,
        rate: Rate,
        *,
        most: int = MOST_NETWORKS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with nothing used."""
        self._rate = rate
        self._most = most
        self._clock = clock
        self._free_at: OrderedDict[bytes, float] = OrderedDict()

    def wait_seconds(self, address: str) -> int:
        """Count one ask of an address. 0: it may; else it comes again after so many seconds."""
        network = network_of(address)
        if network is None:
            return 0
        now = self._clock()
        free_at = max(self._free_at.get(network, now), now) + 1 / self._rate.per_second
        wait = free_at - now - self._rate.burst / self._rate.per_second
        if wait > 1e-6:  # less is how floats are added
            return math.ceil(wait)
        self._free_at[network] = free_at
        self._free_at.move_to_end(network)
        if len(self._free_at) > self._most:
            self._free_at.popitem(last=False)
        return 0

    @property
    def known(self) -> int:
        """Count the networks that are known."""
        return len(self._free_at)
