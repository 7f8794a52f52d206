"""The real command over real sockets, beside nginx, a plain aiohttp proxy and the bare site.

Site, proxies and client are processes of one machine and share its cores: requests a second are
those of the whole. CPU per request is the proxy's alone and the fairer figure; goals are about it.
All ask for the same page, round after round, each round in another order. Who rewrites shows the
same number, so what they send is compared before a time counts: it is the same to the byte.
"""

import asyncio
import random
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

import uvloop

from tests.bench import proxying_goals as goals
from tests.bench import proxying_stalled
from tests.bench.answers import Check, same, same_unpacked
from tests.bench.load import ask
from tests.bench.processes import cpu_seconds, memory
from tests.bench.proxying_engines import (
    NUMBER,
    OURS,
    OURS_CACHE,
    OURS_PLAN,
    PLAIN,
    PROXY_PASS,
    SITE,
    SUB_FILTER,
    SUB_FILTER_GZIP,
    Engine,
    Engines,
    engines,
)
from tests.bench.proxying_latency import MOST_RATE, Added, at_rate
from tests.bench.proxying_load import AT_ONCE, MISSING, Asked, Took, is_wrk, load
from tests.bench.proxying_page import page
from tests.bench.report import check, progress, table

FIREFOX = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BROWSER = (FIREFOX, "Accept: text/html,*/*;q=0.8", "Sec-Fetch-Mode: navigate")
GZIP = "Accept-Encoding: gzip"

PASS, REWRITE, PACKED = "passing on", "rewriting", "rewriting in gzip"

FEW = 5  # pages after which a visitor's cookie is at rest

_COOKIE = re.compile(rb"\r\nset-cookie: ([^;\r]+)", re.IGNORECASE)


@dataclass(slots=True)
class Work:
    """Something asked of one engine, and what came of it, one figure a round."""

    what: str
    engine: Engine
    asked: Asked
    right: Check
    size: int = 0  # of an answer's body, as it is sent
    took: list[Took] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # per request, in seconds
    added: Added = field(default_factory=Added)

    @property
    def rate(self) -> float:
        """Give its requests a second."""
        return statistics.median(took.requests / took.seconds for took in self.took)

    @property
    def cost(self) -> float:
        """Give the CPU seconds of a request."""
        return statistics.median(self.cpu)


def run(*, quick: bool) -> None:
    """Measure and print."""
    rounds, seconds = (1, 0.5) if quick else (5, 4.0)
    with engines() as on:
        todo = works(on)
        for work in todo:
            compare(work)
        measure(todo, rounds=rounds, seconds=seconds)
        add(todo, on.found[SITE], rounds=min(rounds, 3), seconds=seconds)
        for line in [*on.missing, *([] if is_wrk() else [MISSING])]:
            print(line)
        worker_bytes = show(todo)
        stalled_bytes = proxying_stalled.measure(on, quick=quick)
    show_goals(todo, worker_bytes, stalled_bytes)


def works(on: Engines) -> list[Work]:
    """Say what is asked of whom. One visitor is made known to ours first."""
    known = (*BROWSER, _known(on.found[OURS_PLAN]))
    kept = (*BROWSER, _known(on.found[OURS_CACHE]))
    plain, filled = same(page()), same(page(NUMBER))
    packed = same_unpacked(page(NUMBER))
    wanted = [
        *((PASS, name, Asked("/page", BROWSER), plain) for name in (SITE, PROXY_PASS, PLAIN, OURS)),
        (REWRITE, SUB_FILTER, Asked("/page", BROWSER), filled),
        (REWRITE, OURS_PLAN, Asked("/page", known), filled),
        (REWRITE, OURS_CACHE, Asked("/public", kept), filled),
        (PACKED, SUB_FILTER_GZIP, Asked("/page", (*BROWSER, GZIP)), packed),
        (PACKED, OURS_PLAN, Asked("/gzip", (*known, GZIP)), packed),
    ]
    return [
        Work(what, on.found[name], asked, right)
        for what, name, asked, right in wanted
        if name in on.found
    ]


def _known(engine: Engine) -> str:
    """Open pages as a new visitor, until the cookie stays as it is; give it."""
    fields: tuple[str, ...] = BROWSER
    for _ in range(FEW):
        got = asyncio.run(ask(engine.port, Asked("/page", fields).request(), times=1, at_once=1))
        same(page(NUMBER))(got, "the first visitor")
        given = _COOKIE.search(got.heads[0])
        if given is None:
            break
        fields = (*BROWSER, f"Cookie: {given[1].decode()}")
    check(given is None and fields != BROWSER, "the first visitor's cookie does not come to rest")
    return fields[-1]


def compare(work: Work) -> None:
    """Look at some answers, over connections that are used again. No time counts without."""
    got = asyncio.run(
        ask(work.engine.port, work.asked.request(), times=2 * AT_ONCE, at_once=AT_ONCE)
    )
    work.right(got, f"{work.what}, {work.engine.name}")
    work.size = min(len(body) for body in got.bodies)


def measure(todo: Sequence[Work], *, rounds: int, seconds: float) -> None:
    """Ask for everything in turns, in another order each round; look at the outputs once more."""
    rng = random.Random("rounds")  # noqa: S311 - the same every time
    for at in range(rounds):
        for work in rng.sample(todo, len(todo)):
            progress(f"proxy: round {at + 1} of {rounds}, {work.what}, {work.engine.name}")
            before = cpu_seconds(work.engine.pid)
            took = load(work.engine.port, work.asked, seconds=seconds, body_bytes=work.size)
            work.cpu.append((cpu_seconds(work.engine.pid) - before) / took.requests)
            work.took.append(took)
    for work in todo:
        compare(work)
    progress("")


def add(todo: Sequence[Work], site: Engine, *, rounds: int, seconds: float) -> None:
    """Ask at half of what each can do, or what our client can, and the site at the same rate."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for at in range(rounds):
            for work in [work for work in todo if work.engine is not site]:
                progress(f"proxy: half load {at + 1} of {rounds}, {work.what}, {work.engine.name}")
                asked, rate = work.asked.request(), min(work.rate / 2, MOST_RATE)
                for port, all_rounds in (
                    (work.engine.port, work.added.through),
                    (site.port, work.added.direct),
                ):
                    took = runner.run(at_rate(port, asked, rate=rate, seconds=seconds))
                    all_rounds.append(took)
    progress("")


HEAD = (
    *("work", "through", "requests/s", "CPU µs/request", "p50 ms", "p99 ms"),
    *("half load: + p50 ms", "+ p99 ms", "memory MB"),
)


def show(todo: Sequence[Work]) -> int:
    """Print what each took; give the memory of the largest worker of ours."""
    held = [memory(work.engine.pid).now for work in todo]
    print(f"The proxy, over sockets: a page of 60 KB, one worker each, {AT_ONCE} connections\n")
    table(HEAD, [_row(*both) for both in zip(todo, held, strict=True)], texts=2)
    ours = (OURS, OURS_PLAN, OURS_CACHE)
    return max(size for work, size in zip(todo, held, strict=True) if work.engine.name in ours)


def _row(work: Work, held_bytes: int) -> tuple[str, ...]:
    added = [
        f"{work.added.seconds(share) * 1000:.2f}" if work.added.through else "-"
        for share in (0.5, 0.99)
    ]
    halves = [
        statistics.median(getattr(took, name) for took in work.took) * 1000
        for name in ("p50", "p99")
    ]
    return (
        work.what,
        work.engine.name,
        f"{work.rate:,.0f}",
        f"{work.cost * 1e6:,.0f}",
        *(f"{half:.1f}" for half in halves),
        *added,
        f"{held_bytes / 1e6:.0f}",
    )


def show_goals(todo: Sequence[Work], worker_bytes: int, stalled_bytes: float | None) -> None:
    """Print the goals beside what was reached; ratios are taken round by round."""
    found = {(work.what, work.engine.name): work for work in todo}
    passing, plain = found[PASS, OURS], found[PASS, PLAIN]
    ours, packed = found[REWRITE, OURS_PLAN], found[PACKED, OURS_PLAN]
    peers = [found.get(key) for key in ((PASS, PROXY_PASS), (REWRITE, SUB_FILTER))]
    goals.show(
        [
            (goals.PASS, _cpu(passing, peers[0])),
            (goals.REWRITE, _cpu(ours, peers[1])),
            (goals.CACHE, _cpu(found[REWRITE, OURS_CACHE], peers[1])),
            (goals.GZIP, _speed(packed, found.get((PACKED, SUB_FILTER_GZIP)))),
            (goals.PLAIN, _speed(ours, plain)),
            (goals.MEDIAN, ours.added.seconds(0.5) * 1000),
            (goals.SLOWEST, ours.added.seconds(0.99) * 1000),
            (goals.WORKER, worker_bytes / 1e6),
            (goals.STALLED, stalled_bytes / 1e3 if stalled_bytes is not None else None),
        ]
    )


def _cpu(ours: Work, theirs: Work | None) -> float | None:
    if theirs is None:
        return None
    return statistics.median(a / b for a, b in zip(ours.cpu, theirs.cpu, strict=True))


def _speed(ours: Work, theirs: Work | None) -> float | None:
    """Say how many times as fast as theirs: by the CPU, which other work disturbs least."""
    ratio = _cpu(ours, theirs)
    return None if ratio is None else 1 / ratio
