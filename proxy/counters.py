"""How often something happened, by kind and reason, in this process since it started.

The reasons are words of ours, never anything a visitor sent: the number of names stays small.
"""

from collections import Counter
from collections.abc import Mapping


class Counters:
    """Counts by kind and reason: `page` `personal`, `upstream` `timeout`, `store` `down`."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, reason: str, count: int = 1) -> None:
        """Count one event, or several."""
        if count:
            self._counts[f"{kind}.{reason}"] += count

    def snapshot(self) -> Mapping[str, int]:
        """Give all counts by `kind.reason`, in the order of their names."""
        return dict(sorted(self._counts.items()))
