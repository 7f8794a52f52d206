"""What is measured: counted where it belongs, and told as one flat table."""

import asyncio

from proxy.access_log import Line
from proxy.counters import Counters
from proxy.metrics import Histogram, Metrics, summed


def test_a_histogram_counts_what_is_no_longer_than_a_bound() -> None:
    histogram = Histogram((0.1, 1.0))

    for seconds in (0.05, 0.1, 0.5, 7.0):
        histogram.observe(seconds)

    assert histogram.told("x") == {"x.0": 2, "x.1": 1, "x.2": 1, "x.sum": 7.65}


def test_a_request_that_is_over_is_measured() -> None:
    metrics = Metrics(Counters())
    metrics.in_flight = 2

    metrics.note(
        Line(10.0, first_byte_at=10.2, upstream_seconds=0.1, received_bytes=5),
        sent_bytes=7,
        now=12.0,
    )

    found = metrics.snapshot()
    assert found["request_seconds.sum"] == 2.0
    assert round(found["first_byte_seconds.sum"], 6) == 0.2
    assert found["upstream_seconds.sum"] == 0.1
    assert found["bytes.from_visitors"] == 5
    assert found["bytes.to_visitors"] == 7
    assert found["now.in_flight"] == 1


def test_what_never_came_is_not_measured() -> None:
    metrics = Metrics(Counters())

    metrics.note(Line(0.0), sent_bytes=0, now=1.0)

    assert sum(metrics.first_byte.counts) == sum(metrics.upstream.counts) == 0


def test_counts_and_the_figures_of_others_are_told_along() -> None:
    counters = Counters()
    counters.add("page", "personal", 3)
    metrics = Metrics(counters)
    metrics.sources.append(lambda: {"now.here": 1})

    found = metrics.snapshot()

    assert (found["page.personal"], found["now.here"]) == (3, 1)
    assert found["cpu_seconds"] > 0


def test_figures_are_added_up_by_name() -> None:
    assert summed([{"a": 1, "b": 2}, {"b": 3}]) == {"a": 1, "b": 5}


class Watched(Histogram):
    """A histogram that tells when something was counted."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        super().__init__()
        self.seen = asyncio.Event()

    def observe(self, seconds: float) -> None:
        super().observe(seconds)
        self.seen.set()


async def test_the_event_loop_is_watched() -> None:
    metrics, lag = Metrics(Counters()), Watched()
    metrics.loop_lag = lag
    task = asyncio.create_task(metrics.watch_lag(0.0))

    async with asyncio.timeout(10):
        await lag.seen.wait()
    task.cancel()
    await asyncio.wait([task])

    assert metrics.snapshot()["loop_lag_seconds.sum"] >= 0
