"""A worker and the others of its edge: what all report, who leads, and news from one to all.

One worker leads: what is to be done once for an edge (the admin port, asking Wagtail for the Plan)
is done by it. When it ends another one leads. What one worker learns and all must know, it tells as
news: a word and what belongs to it, as JSON takes it. News is told once, and not repeated to who
was not there yet.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from proxy.workers.snapshots import Parts, Snapshot, Snapshots

Heed = Callable[[Any], None]


class Peers(Snapshots, Protocol):
    """This worker among the others."""

    @property
    def leads(self) -> bool:
        """Say whether what is done once for an edge is this worker's to do."""
        ...

    def tell(self, word: str, what: Any) -> None:
        """Tell all others."""

    def heed(self, word: str, heed: Heed) -> None:
        """Have what others tell under a word given to `heed` from now on."""


class Alone(Parts):
    """The `Peers` of an edge with one process."""

    leads = True

    async def collect(self) -> Sequence[Snapshot]:
        """Give this process's own report."""
        return [Snapshot(0, os.getpid(), self.now())]

    def tell(self, word: str, what: Any) -> None:
        """Nobody is there."""

    def heed(self, word: str, heed: Heed) -> None:
        """Nobody tells anything."""
