"""A new visitor's page with so many branches: one take for all of them.

Each branch has a pool of its own. Beside it the same numbers taken with one call for each branch,
the same page taken by hand (`plain`: on SQLite all in one transaction, on Redis one short script
for each branch), and the least that a single call costs there. One process, one call at a time.

That a page is one round trip is counted by the Redis itself, not timed.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from calltrack.leases import PoolKey, SessionId, Stock
from tests.bench.leasing_places import OURS, Place, Way, ask_for, open_way, some_numbers
from tests.bench.report import check, median_ratio, progress, table
from tests.redis_servers import RedisProcess

PAGES = {1: 50, 10: 20, 200: 5}  # branches: pages in a round
QUICK_PAGES = {1: 2, 200: 1}
SPACE = "pages"

Take = Callable[[SessionId], Awaitable[Sequence[str]]]


@dataclass(slots=True)
class Page:
    """A page of one size at one place. Seconds are those of one page, median round by round."""

    place: Place
    branches: int
    floor: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    each: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    worst: float = 0.0
    calls: int = 0  # that the server counted for ours, and how long it was busy with them
    busy_seconds: float = 0.0
    pages: int = 0
    seen: set[str] = field(default_factory=set)
    seen_plain: set[str] = field(default_factory=set)

    @property
    def keys(self) -> list[str]:
        """Name the pools, one for each branch."""
        return [f"{self.branches}-{at}" for at in range(self.branches)]


def run(places: Sequence[Place], *, quick: bool) -> None:
    """Measure and print."""
    sizes, rounds = (QUICK_PAGES, 1) if quick else (PAGES, 5)
    pages = asyncio.run(measure(places, sizes, rounds=rounds))
    print("Leases: a page of a new visitor, one take for all its branches\n")
    table(HEAD, [_row(page) for page in pages], texts=1)


async def measure(places: Sequence[Place], sizes: dict[int, int], *, rounds: int) -> list[Page]:
    """Take by all ways in turns; a page's numbers are looked at when its clock has stopped."""
    pages = [Page(place, branches) for place in places for branches in sizes]
    for place in places:
        mine = [page for page in pages if page.place is place]
        ways = [open_way(name, place.url, SPACE) for name in (place.floor, place.plain, OURS)]
        for way in ways:
            await way.fill(_stock(mine, sizes, rounds))
        for at in range(rounds):
            for page in mine:
                progress(f"leases: round {at + 1} of {rounds}, {page.branches} branches")
                await _turn(page, ways, at, sizes[page.branches])
        for way in ways:
            await way.close()
    progress("")
    return pages


def _stock(pages: Sequence[Page], sizes: dict[int, int], rounds: int) -> Stock:
    pools, first = {}, 0
    for page in pages:
        count = 2 * rounds * sizes[page.branches]  # once for all branches, once for each
        for key in page.keys:
            pools[PoolKey(key)] = some_numbers(first, count)
            first += count
    return Stock(pools, serial=1)


async def _turn(page: Page, ways: Sequence[Way], at: int, times: int) -> None:
    floor, plain, ours = ways
    asks = [ask_for(key) for key in page.keys]

    async def one_by_one(session: SessionId) -> Sequence[str]:
        return [number for ask in asks for number in await ours.take(session, [ask])]

    names = [SessionId(f"{page.branches}-{at}-{i}") for i in range(times)]
    page.floor += _median(await _timed(lambda session: floor.take(session, asks), names))
    found = await _timed(lambda session: plain.take(session, asks), names)
    look(page, found, page.seen_plain, page.place.plain)
    page.plain += _median(found)
    found = await _timed(one_by_one, [SessionId(f"each-{name}") for name in names])
    look(page, found, page.seen, "one call for each branch")
    page.each += _median(found)

    _count_anew(page.place.redis)
    found = await _timed(lambda session: ours.take(session, asks), names)
    _count(page)
    page.pages += times
    look(page, found, page.seen, OURS)
    page.ours += _median(found)
    page.worst = max(page.worst, *(seconds for seconds, _ in found))
    is_one_each = page.place.redis is None or page.calls == page.pages
    check(is_one_each, f"{page.place.name}: {page.calls} calls for {page.pages} pages")


async def _timed(take: Take, sessions: Sequence[SessionId]) -> list[tuple[float, Sequence[str]]]:
    found = []
    for session in sessions:
        sent_at = time.perf_counter()
        numbers = await take(session)
        found.append((time.perf_counter() - sent_at, numbers))
    return found


def _median(found: Sequence[tuple[float, Sequence[str]]]) -> list[float]:
    return [statistics.median(seconds for seconds, _ in found)]


def look(
    page: Page, found: Sequence[tuple[float, Sequence[str]]], seen: set[str], way: str
) -> None:
    """Every branch of every page has a number that stands on no other page."""
    where = f"{page.place.name}, {page.branches} branches, {way}"
    for _, numbers in found:
        check(len(numbers) == page.branches, f"{where}: a branch has no number")
        check(len(set(numbers) - seen) == page.branches, f"{where}: a number is held twice")
        seen.update(numbers)


def _count_anew(redis: RedisProcess | None) -> None:
    if redis is not None:
        redis.ask("CONFIG", "RESETSTAT")


def _count(page: Page) -> None:
    """Count the calls of scripts: what scripts call inside is no round trip."""
    if page.place.redis is None:
        return
    counted = page.place.redis.ask("INFO", "commandstats")
    assert isinstance(counted, dict)
    for name in ("cmdstat_evalsha", "cmdstat_eval"):
        if name in counted:
            page.calls += counted[name]["calls"]
            page.busy_seconds += counted[name]["usec"] / 1e6


HEAD = (
    *("store", "branches", "calls a page", "server ms", "ms", "worst ms", "least call ms"),
    *("plain ms", "× plain", "one by one ms", "× one by one"),
)


def _row(page: Page) -> tuple[str, ...]:
    def ms(seconds: Sequence[float]) -> str:
        return f"{statistics.median(seconds) * 1000:.2f}"

    return (
        page.place.name,
        str(page.branches),
        f"{page.calls / page.pages:.2f}" if page.place.redis else "-",
        f"{page.busy_seconds / page.pages * 1000:.2f}" if page.place.redis else "-",
        ms(page.ours),
        f"{page.worst * 1000:.2f}",
        ms(page.floor),
        ms(page.plain),
        f"{median_ratio(page.plain, page.ours):.2f}",
        ms(page.each),
        f"{median_ratio(page.each, page.ours):.2f}",
    )
