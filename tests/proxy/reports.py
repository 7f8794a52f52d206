"""An edge of several workers, as far as whoever speaks for it can see: what they reported."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from proxy.workers.snapshots import Snapshot


class Reports:
    """The `Snapshots` of workers that reported this, one after the other."""

    def __init__(self, *reports: Mapping[str, Any]) -> None:
        self.found = [Snapshot(at, 100 + at, parts) for at, parts in enumerate(reports)]

    def report(self, part: str, give: Callable[[], Any]) -> None:
        raise NotImplementedError

    async def collect(self) -> Sequence[Snapshot]:
        return self.found
