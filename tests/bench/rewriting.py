"""The rewriter in process, beside libraries that do the same job, and beside itself.

    rewriting → rewriting_tables → rewriting_timing → rewriting_outputs → rewriting_engines

All engines take turns in one run, in another order each round.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from calltrack.numbers import PhoneNumber
from proxy.rewrite import strides
from tests.bench import rewriting_engines as engines
from tests.bench import rewriting_hostile, rewriting_memory, rewriting_tables
from tests.bench.pages import KINDS, OLD, Page, make_page
from tests.bench.rewriting_engines import Engine
from tests.bench.rewriting_outputs import Tally, look
from tests.bench.rewriting_timing import Row, cold, warm

HITS = (0, 3, 50)
COLD_HITS = 50
_AREAS = (10, 13, 15, 24, 26, 30, 35, 38, 40, 43, 45, 50, 53, 55, 58, 70, 73, 76, 77, 85, 88)
"""Of Dutch numbers, without that of the numbers that visitors are shown."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    many: int  # numbers
    rounds: int
    least_seconds: float  # of an engine's turn
    cold_pages: int  # in a round
    cold_rounds: int
    long_page_bytes: int
    hostile_bytes: Sequence[int]


FULL = Extent(10_000, 7, 0.04, 50, 4, 20_000_000, (1_000_000, 2_000_000, 4_000_000))
QUICK = Extent(200, 1, 0.0, 2, 1, 1_000_000, (2_000, 4_000, 8_000))


def run(*, quick: bool) -> None:
    """Measure and print."""
    extent = QUICK if quick else FULL
    print(f"The rewriter, in process. Build: {strides.BUILD}\n")
    for sentence in engines.missing():
        print(f"{sentence}\n")
    rng = random.Random(6)  # noqa: S311 - the same every time
    many = numbers(rng, extent.many)
    alone = frozenset([OLD])
    timed = [*engines.ours(alone, many | alone), *engines.peers(alone)]
    tallies, rows = pages(timed, rng, extent)
    rows.append(never_seen(sorted(many), rng, extent))
    rewriting_tables.done(tallies)
    rewriting_tables.beside_others(rows)
    rewriting_tables.beside_itself(rows, many=extent.many)
    rewriting_memory.run(page_bytes=extent.long_page_bytes, times=extent.rounds * 10)
    rewriting_hostile.run(engines.builds(alone), sizes=extent.hostile_bytes)


def numbers(rng: random.Random, many: int) -> frozenset[PhoneNumber]:
    """Give so many Dutch numbers."""
    chosen = rng.sample(range(1_000_000, 10_000_000), many)
    return frozenset(PhoneNumber(f"+31{rng.choice(_AREAS)}{at:07}") for at in chosen)


def pages(
    timed: Sequence[Engine], rng: random.Random, extent: Extent
) -> tuple[dict[str, Tally], list[Row]]:
    """Look at and time all engines on all pages."""
    tallies = {engine.name: Tally(engine) for engine in timed}
    rows = []
    for kind in KINDS:
        for hits in HITS:
            page = make_page(kind, hits)
            for engine in timed:
                look(page, tallies[engine.name])
            if hits == 3:
                for engine in timed[:-1]:  # the scale decodes UTF-8 alone
                    look(page.with_stray_bytes(), tallies[engine.name])
            rows.append(warm(page, timed, rng, extent.rounds, extent.least_seconds))
    return tallies, rows


def never_seen(many: Sequence[PhoneNumber], rng: random.Random, extent: Extent) -> Row:
    """Time all engines on pages each of which holds other ones of many numbers."""
    found = frozenset(many)
    timed = [*engines.ours(found, frozenset()), *engines.peers(found)]
    left = iter(many)
    visitors = iter(engines.POOL)

    def next_page() -> tuple[Page, PhoneNumber]:
        olds, new = list(islice(left, COLD_HITS)), next(visitors)
        return make_page("shop", COLD_HITS, olds=olds, new=new), new

    rounds = ([next_page() for _ in range(extent.cold_pages)] for _ in range(extent.cold_rounds))
    return cold(rounds, timed, rng)
