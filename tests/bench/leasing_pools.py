"""A take out of pools of different sizes: what it costs must not grow with the pool.

Three things a pool may be: half held, so that a number is free; held by confirmed sessions, so that
there is none; and held by browsers that were seen once, so that one is taken back. The clock is
passed in and turned with each take, so a pool stays as full as it is. One process, one take at a
time.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from calltrack.leases import UNCONFIRMED, Client, SessionId, Stock, VestigingKey, promise
from tests.bench.leasing_places import (
    HOLD,
    OURS,
    Ours,
    Place,
    Way,
    ask_for,
    open_way,
    some_numbers,
)
from tests.bench.report import check, median_ratio, progress, table

SIZES = (50, 1_000, 10_000)
FREE, NONE, BACK, PLAIN = "free", "none", "back", "plain"
CASES = (FREE, NONE, BACK, PLAIN)
AT_ONCE = 200  # numbers for one session while a pool is filled
START = datetime(2030, 1, 1, tzinfo=UTC)
SPAN = promise(HOLD, now=START) - START
ASK = ask_for("amsterdam")
CLIENT = Client("network")


@dataclass(slots=True)
class Pool:
    """A pool of one size, in one state. `seconds`: of a take, round by round."""

    place: Place
    size: int
    case: str
    now: datetime = START
    taken: int = 0
    promised: dict[str, datetime] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name its keys or its file."""
        return f"pool-{self.size}-{self.case}"

    @property
    def step(self) -> timedelta:
        """Say how far the clock goes with each take: half of the pool, or all, stays held."""
        return SPAN * 2 / self.size if self.case in {FREE, PLAIN} else UNCONFIRMED / 40

    def note(self, found: Sequence[str]) -> None:
        """Look at what one take gave: nothing where none is free, else what is nobody's."""
        where = f"{self.place.name}, a pool of {self.size}, {self.case}"
        check(len(found) == (self.case != NONE), f"{where}: {len(found)} numbers for one ask")
        for number in found:
            check(
                self.promised.get(number, START) <= self.now, f"{where}: a number has two holders"
            )
            self.promised[number] = self.now + (UNCONFIRMED if self.case == BACK else SPAN)


def run(places: Sequence[Place], *, quick: bool) -> None:
    """Measure and print."""
    sizes, rounds, takes = ((50, 100), 1, 10) if quick else (SIZES, 5, 100)
    pools = [Pool(place, size, case) for place in places for size in sizes for case in CASES]
    asyncio.run(measure(pools, rounds=rounds, takes=takes))
    print("Leases: a take of a new session out of pools of different sizes\n")
    found = {(pool.place.name, pool.size, pool.case): pool for pool in pools}
    rows = [_row(found, place.name, size, sizes[0]) for place in places for size in sizes]
    table(HEAD, rows, texts=1)


def _open(pool: Pool) -> Way:
    way = open_way(pool.place.plain if pool.case == PLAIN else OURS, pool.place.url, pool.name)
    if isinstance(way, Ours):
        way.client = CLIENT if pool.case == BACK else None
    return way


async def _fill(pool: Pool, way: Way) -> None:
    """Bring a pool into its state."""
    progress(f"leases: {pool.place.name}, filling {pool.size:,} numbers")
    await way.fill(Stock({ASK.pool: some_numbers(0, pool.size)}, serial=1))
    is_half = pool.case in {FREE, PLAIN}
    await _hold(pool, way, pool.size // 2 if is_half else pool.size)


async def _hold(pool: Pool, way: Way, count: int) -> None:
    asks = [replace(ASK, vestiging=VestigingKey(str(at))) for at in range(AT_ONCE)]
    for at in range(0, count, AT_ONCE):
        wanted = asks[: count - at]
        found = await way.take(SessionId(f"first-{at}"), wanted, pool.now)
        check(len(found) == len(wanted), f"{pool.place.name}: a pool was not filled")
    pool.now += UNCONFIRMED


async def measure(pools: Sequence[Pool], *, rounds: int, takes: int) -> None:
    """Take from all pools in turns."""
    ways = [_open(pool) for pool in pools]
    for pool, way in zip(pools, ways, strict=True):
        await _fill(pool, way)
    for at in range(rounds):
        for pool, way in zip(pools, ways, strict=True):
            progress(
                f"leases: round {at + 1} of {rounds}, {pool.place.name}, {pool.size:,} numbers"
            )
            pool.seconds.append(statistics.median(await _turn(pool, way, takes)))
    for way in ways:
        await way.close()
    progress("")


async def _turn(pool: Pool, way: Way, takes: int) -> list[float]:
    latencies = []
    for _ in range(takes):
        pool.taken += 1
        session = SessionId(f"next-{pool.taken}")
        sent_at = time.perf_counter()
        found = await way.take(session, [ASK], pool.now)
        latencies.append(time.perf_counter() - sent_at)
        pool.note(found)
        pool.now += pool.step
    return latencies


HEAD = (
    *("store", "numbers", "free ms", "× smallest", "none free ms", "× smallest"),
    *("taken back ms", "× smallest", "plain, free ms", "× smallest"),
)


def _row(
    pools: dict[tuple[str, int, str], Pool], place: str, size: int, smallest: int
) -> tuple[str, ...]:
    cells = []
    for case in CASES:
        mine, least = pools[place, size, case].seconds, pools[place, smallest, case].seconds
        cells += [f"{statistics.median(mine) * 1000:.2f}", f"{median_ratio(least, mine):.2f}"]
    return place, f"{size:,}", *cells
