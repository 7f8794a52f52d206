"""The clock: engines in turns, in another order each round; each page shows another number.

Units: seconds of this process's CPU time, so that other work of the machine counts least.
"""

import gc
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from calltrack.numbers import PhoneNumber
from tests.bench.pages import NEW, Page
from tests.bench.report import median_ratio, progress
from tests.bench.rewriting_engines import Engine
from tests.bench.rewriting_outputs import judge

NEVER_SEEN = "never seen before"


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured on a page: seconds of each engine, one for each round."""

    name: str
    size: int  # bytes
    hits: int
    seconds: dict[str, list[float]]

    def times(self, engine: str, other: str) -> float | None:
        """Say how many times as long an engine takes as another; None where one is missing."""
        if engine not in self.seconds or other not in self.seconds:
            return None
        return median_ratio(self.seconds[other], self.seconds[engine])


def warm(
    page: Page, timed: Sequence[Engine], rng: random.Random, rounds: int, least_seconds: float
) -> Row:
    """Time all engines on one page, as visitor after visitor asks for it."""
    seconds: dict[str, list[float]] = {engine.name: [] for engine in timed}
    repeats = {engine.name: _repeats(engine, page, least_seconds) for engine in timed}
    for at in range(rounds):
        progress(f"rewriter: {page.name}, {page.hits} numbers, round {at + 1} of {rounds}")
        for engine in rng.sample(timed, len(timed)):
            visitors = list(islice(engine.visitors, repeats[engine.name]))
            way, before = engine.way, page.before
            gc.collect()
            started = time.process_time()
            for new in visitors:
                way(before, new)
            seconds[engine.name].append((time.process_time() - started) / len(visitors))
    progress("")
    return Row(page.name, len(page.before), page.hits, seconds)


def _repeats(engine: Engine, page: Page, least_seconds: float) -> int:
    started = time.process_time()
    engine.way(page.before, next(engine.visitors))
    return max(1, round(least_seconds / (time.process_time() - started)))


def cold(
    rounds: Iterable[Sequence[tuple[Page, PhoneNumber]]],
    timed: Sequence[Engine],
    rng: random.Random,
) -> Row:
    """Time all engines on pages that they see once. What they write is looked at afterwards."""
    seconds: dict[str, list[float]] = {engine.name: [] for engine in timed}
    sizes, hits = [], 0
    for engine in timed:  # once for each plan, not for each page
        engine.way(b"<p>085 0000000</p>", NEW)
    for pages in rounds:
        progress("rewriter: pages never seen before")
        for engine in rng.sample(timed, len(timed)):
            way = engine.way
            gc.collect()
            started = time.process_time()
            written = [way(page.before, new) for page, new in pages]
            seconds[engine.name].append((time.process_time() - started) / len(pages))
            for after, (page, new) in zip(written, pages, strict=True):
                judge(engine, page, after, new)
        sizes += [len(page.before) for page, _ in pages]
        hits = pages[0][0].hits
    progress("")
    return Row(NEVER_SEEN, sum(sizes) // len(sizes), hits, seconds)
