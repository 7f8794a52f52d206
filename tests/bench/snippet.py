"""The snippet: its size, what it costs visitors' browsers, and how many asks a server answers.

- `snippet_edge`: `calltrack-snippet run`, one process, with a pool of numbers
- `snippet_page`, `snippet_browser`: a page of 2,000 elements in a real Chromium
- `snippet_load`: asks of new visitors and of pages that stay open, over real sockets

The peer of the browser's time is a published figure, and not measured here: 255 ms a page is what
third-party-web's list has for the field's best-known script, a mean over the HTTP Archive's pages.
"""

import asyncio
import statistics
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from snippet_server.assets import load as released
from snippet_server.assets import tag
from tests.bench.leasing_places import NO_REDIS
from tests.bench.load import Load
from tests.bench.processes import cpu_seconds
from tests.bench.proxying_goals import Goal, show
from tests.bench.report import check, percentile, progress, table
from tests.bench.snippet_browser import (
    MISSING,
    SLOWER,
    Opened,
    browser,
    chromium,
    site,
    visit,
    without,
)
from tests.bench.snippet_edge import Running, edge
from tests.bench.snippet_load import AT_ONCE, PER_SECOND, Visitors, ask, fast, paced
from tests.redis_servers import binaries, running

PUBLISHED_MS = 255.0
REDIS = ("--appendonly", "yes", "--appendfsync", "everysec")

Way = Callable[[int, Sequence[bytes]], Coroutine[None, None, Load]]

SIZE = Goal("size, in brotli", 4096, 4096, "bytes")
TIME = Goal(f"main thread of a first page, {SLOWER} × slower", 10.0, 10.0, "ms")
RATE = Goal("asks of new visitors answered", PER_SECOND, PER_SECOND, "/s", is_more=True)


@dataclass(frozen=True, slots=True)
class Took:
    """What one way of asking took."""

    what: str
    load: Load
    cpu_ms: float

    @property
    def rate(self) -> float:
        """Give the answers a second."""
        return len(self.load.bodies) / self.load.seconds

    def row(self, store: str) -> list[str]:
        """Write it."""
        spans = [percentile(self.load.latencies, share) * 1000 for share in (0.5, 0.99)]
        worst = max(self.load.latencies) * 1000
        return [
            *(store, self.what, f"{len(self.load.bodies):,}", f"{self.rate:,.0f}"),
            *(f"{one:.1f}" for one in (*spans, worst)),
            f"{self.cpu_ms:.2f}",
        ]


def run(*, quick: bool) -> None:
    """Measure and print."""
    size = _size()
    with TemporaryDirectory(prefix="calltrack-bench-") as folder:
        slowest_ms = _in_a_browser(Path(folder), quick=quick)
        rate = _under_load(Path(folder), quick=quick)
    show([(SIZE, size), (TIME, slowest_ms), (RATE, rate)])


def _size() -> float:
    """Print how large each released script is; give the newest one's size in brotli."""
    scripts = released()
    check(scripts.newest is not None, "snippet: nothing is released")
    rows = [
        [name, *(f"{len(one.codings[coding].body):,}" for coding in ("", "gzip", "br"))]
        for name, one in sorted(scripts.by_name.items())
    ]
    print("The snippet, as it goes over the network: bytes of the body\n")
    table(("script", "as it is", "gzip", "brotli"), rows, texts=1)
    assert scripts.newest is not None
    return len(scripts.newest.codings["br"].body)


def _in_a_browser(folder: Path, *, quick: bool) -> float | None:
    """Print what visitors' browsers do; give the median time of a first page."""
    if chromium() is None:
        print(f"{MISSING}\n")
        return None
    rounds = 1 if quick else 5
    seen: dict[int, list[tuple[Opened, ...]]] = {1: [], SLOWER: []}
    with (
        edge(folder, visitors=len(seen) * rounds) as server,
        browser() as found,
        site(tag(server.address)) as address,
    ):
        for at in range(rounds):
            progress(f"snippet: round {at + 1} of {rounds}")
            for slower, pages in seen.items():
                both = visit(found, address, server.address, slower)
                pages.append((*both, without(found, address, slower)))
        version = found.version
    progress("")
    print(f"In Chromium {version}: a page of 2,000 elements, and the next one\n")
    rows = [
        _opened(name, slower, [one[at] for one in pages])
        for slower, pages in seen.items()
        for at, name in enumerate(("first", "next", "without it"))
    ]
    head = ("page", "slowed down", "which requests", "bytes", "main thread ms", "least", "most")
    table(head, rows, texts=3)
    print(f"Published for the field's best-known script: {PUBLISHED_MS:g} ms a page\n")
    return statistics.median(one[0].script_ms for one in seen[SLOWER])


def _opened(name: str, slower: int, pages: Sequence[Opened]) -> list[str]:
    spans = [one.script_ms for one in pages]
    typical = pages[-1]
    return [
        *(name, f"{slower} ×" if slower > 1 else "-"),
        " ".join(typical.requests) or "-",
        f"{typical.received_bytes:,}",
        *(f"{one:.1f}" for one in (statistics.median(spans), min(spans), max(spans))),
    ]


def _under_load(folder: Path, *, quick: bool) -> float:
    """Print how asks are answered; give the rate of new visitors on an SQLite file."""
    count = 200 if quick else 5_000
    took = {"SQLite": _measured(folder, count)}
    if binaries():
        with running(folder / "redis", *REDIS) as server:
            took["Redis"] = _measured(folder, count, redis=server.url)
    print(f"Asks over {AT_ONCE} connections to one process; each new visitor takes a number\n")
    if len(took) == 1:
        print(NO_REDIS)
    head = ("store", "asks", "answers", "a second", "p50 ms", "p99 ms", "worst ms", "CPU ms")
    table(head, [one.row(store) for store, all_ in took.items() for one in all_], texts=2)
    return took["SQLite"][0].rate


def _measured(folder: Path, count: int, *, redis: str = "") -> list[Took]:
    progress(f"snippet: {'Redis' if redis else 'SQLite'}")
    with edge(folder, visitors=2 * count + AT_ONCE, redis=redis) as server:
        visitors = Visitors(server.pool)
        visitors.come(asyncio.run(fast(server.port, [ask()] * AT_ONCE)))  # looked at first; warm
        first = _timed("new visitors", server, fast, [ask()] * count)
        visitors.come(first.load)
        rate = f"new visitors, {PER_SECOND} a second"
        second = _timed(rate, server, paced, [ask()] * count)
        visitors.come(second.load)
        stayed = list(visitors.cookies.items())[:count]
        again = _timed("pages that stay open", server, fast, [ask(one) for _, one in stayed])
        visitors.stay(again.load, [number for number, _ in stayed])
    progress("")
    return [first, second, again]


def _timed(what: str, server: Running, way: Way, asks: Sequence[bytes]) -> Took:
    before = cpu_seconds(server.pid)
    load = asyncio.run(way(server.port, asks))
    return Took(what, load, (cpu_seconds(server.pid) - before) * 1000 / len(asks))
