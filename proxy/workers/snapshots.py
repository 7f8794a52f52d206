"""What every worker of this edge reports, for whoever speaks for the edge.

A part is a name and what gives it, as JSON takes it. The parts `FIGURES` and `COUNTERS` are flat
tables of numbers: those that begin with `now.` end with their worker; all others count on when it
has ended, for a sum that falls looks like a restart to whoever watches it. All other parts end with
their worker.

    snapshots.report(FIGURES, metrics.snapshot)
    found = await snapshots.collect()
    total = summed(found, FIGURES)
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

FIGURES = "figures"
COUNTERS = "counters"
CALLS = "calls"
SUMMED = (FIGURES, COUNTERS)
NOW = "now."
ENDED = -1
"""In place of a worker's number: those that ended, all together."""


_log = logging.getLogger("calltrack.proxy")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one worker reported. `worker` counts from 0; ENDED has what ended workers counted."""

    worker: int
    pid: int
    parts: Mapping[str, Any]

    @property
    def is_live(self) -> bool:
        """Say whether this is a worker that goes on."""
        return self.worker != ENDED


class Snapshots(Protocol):
    """The reports of all workers."""

    def report(self, part: str, give: Callable[[], Any]) -> None:
        """Have this worker report a part from now on."""

    async def collect(self) -> Sequence[Snapshot]:
        """Give the reports of all live workers, this one's first, and what ended ones counted.

        A worker that does not answer within half a second is there as it was when it last did.
        """


class Parts:
    """What this process reports."""

    def __init__(self) -> None:
        """Report nothing yet."""
        self._parts: dict[str, Callable[[], Any]] = {}

    def report(self, part: str, give: Callable[[], Any]) -> None:
        """Take one more part."""
        self._parts[part] = give

    def now(self) -> dict[str, Any]:
        """Give all parts as they are. One that fails is left out: a report ends no worker."""
        found = {}
        for part, give in self._parts.items():
            try:
                found[part] = give()
            except Exception as error:  # noqa: BLE001 - whatever it is: see above
                # Its kind alone: what it says may name a number.
                kind = type(error).__qualname__
                _log.error("a part of this process's report is left out: %s: %s", part, kind)
        return found


def counts_on(figures: Mapping[str, float]) -> Mapping[str, float]:
    """Give what of the figures of a worker that has ended counts on."""
    return {name: count for name, count in figures.items() if not name.startswith(NOW)}


def summed(snapshots: Sequence[Snapshot], part: str) -> Mapping[str, float]:
    """Add up a part of counts by name, in the order of the names."""
    total: Counter[str] = Counter()
    for snapshot in snapshots:
        for name, count in snapshot.parts.get(part, {}).items():
            total[name] += count
    return dict(sorted(total.items()))
