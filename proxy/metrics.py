"""What is measured while requests pass, in this process since it started.

Measuring is a few additions: a request pays a few microseconds for all of it. What is measured is
told as `Figures`, a flat table that travels between processes; `metric_families` says which of them
monitoring reads, and under which names.

The figures of several processes are summed. What is true now only (a gauge) begins with `now.`, and
ends with its process; all others count on, so that no counter falls when a process has ended.
"""

import asyncio
import os
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from proxy.access_log import Line
from proxy.counters import Counters

Figures = Mapping[str, float]
"""By name; names as in `Counters`, and those below."""

NOW = "now."

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LAG_EVERY_SECONDS = 0.5

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_STATM, _FILES = Path("/proc/self/statm"), Path("/proc/self/fd")


class Histogram:
    """How often something took how long. Units: seconds."""

    __slots__ = ("bounds", "counts", "seconds")

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        """Start at nothing."""
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.seconds = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.seconds += seconds

    def told(self, name: str) -> dict[str, float]:
        """Give its part of a snapshot: a count for each span, and the sum."""
        counts = {f"{name}.{n}": float(count) for n, count in enumerate(self.counts)}
        return {**counts, f"{name}.sum": self.seconds}


class Metrics:
    """What one process measures."""

    def __init__(self, counters: Counters) -> None:
        """Start at nothing. What is counted in `counters` is told along."""
        self.counters = counters
        self.request = Histogram()
        self.first_byte = Histogram()
        self.upstream = Histogram()
        self.codec = Histogram()
        self.loop_lag = Histogram()
        self.in_flight = 0
        self.bytes_from_visitors = 0
        self.bytes_to_visitors = 0
        self.sources: list[Callable[[], Figures]] = []
        """Whoever else has figures to tell: called with each snapshot, from the event loop."""

    def note(self, line: Line, *, sent_bytes: int, now: float) -> None:
        """Take note of a request that is over."""
        self.in_flight -= 1
        self.bytes_to_visitors += sent_bytes
        self.bytes_from_visitors += line.received_bytes
        self.request.observe(now - line.started_at)
        if line.first_byte_at is not None:
            self.first_byte.observe(line.first_byte_at - line.started_at)
        if line.upstream_seconds is not None:
            self.upstream.observe(line.upstream_seconds)

    def snapshot(self) -> dict[str, float]:
        """Give all figures as they are now."""
        return summed(
            [
                self.counters.snapshot(),
                *(histogram.told(name) for name, histogram in self._histograms().items()),
                {
                    "bytes.from_visitors": self.bytes_from_visitors,
                    "bytes.to_visitors": self.bytes_to_visitors,
                    f"{NOW}in_flight": self.in_flight,
                },
                _of_process(),
                *(source() for source in self.sources),
            ]
        )

    async def watch_lag(self, every_seconds: float = LAG_EVERY_SECONDS) -> None:
        """Measure how late the event loop does what is due, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + every_seconds
            await asyncio.sleep(every_seconds)
            self.loop_lag.observe(max(0.0, loop.time() - due))

    def _histograms(self) -> dict[str, Histogram]:
        return {
            "request_seconds": self.request,
            "first_byte_seconds": self.first_byte,
            "upstream_seconds": self.upstream,
            "codec_seconds": self.codec,
            "loop_lag_seconds": self.loop_lag,
        }


def summed(tables: Iterable[Figures]) -> dict[str, float]:
    """Add up the figures of several parts."""
    total: dict[str, float] = {}
    for figures in tables:
        for name, figure in figures.items():
            total[name] = total.get(name, 0.0) + figure
    return total


def _of_process() -> dict[str, float]:
    """Tell what this process takes of the machine; memory and files where /proc tells them."""
    found = {"cpu_seconds": time.process_time()}
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
        found[f"{NOW}resident_bytes"] = pages * _PAGE_BYTES
        found[f"{NOW}open_files"] = sum(1 for _ in _FILES.iterdir())
    except OSError:
        return found
    return found
