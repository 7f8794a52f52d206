"""The real command over real sockets, beside a plain aiohttp proxy and the bare site.

Site, proxies and client are processes of one machine and share its cores: requests a second are
those of the whole, CPU per request is the proxy's alone and the steadier figure. All ask for the
same page, in turns. The second plain proxy makes a new connection to the site for each request, as
ours does.
"""

import asyncio
import json
import re
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from calltrack import planfile
from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Vestiging
from tests.bench.answers import Check, NewVisitors, same, same_unpacked
from tests.bench.child import Child, started
from tests.bench.load import ask, request
from tests.bench.pages import OLD
from tests.bench.report import check, median_ratio, percentile, progress, table
from tests.bench.servers import ASSET, the_page
from tests.calltrack.plans import make_plan, stock

AT_ONCE = 8
FEWEST, MOST = 32, 1_200  # requests in one go
POOL = tuple(PhoneNumber(f"+31207{i:06}") for i in range(5_000))  # no visitor goes without
FIREFOX = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ACCEPT = ("Accept: text/html,*/*;q=0.8", "Accept-Encoding: gzip, deflate, br, zstd")
BROWSER = (FIREFOX, *ACCEPT, "Sec-Fetch-Mode: navigate")
CRAWLER = ("User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)", *ACCEPT)
PLAIN = "plain aiohttp"

_COOKIE = re.compile(rb"\r\nset-cookie: ([^;\r]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Servers:
    """All that run."""

    site: Child
    plain: Child
    plain_anew: Child
    ours: Child


@dataclass(slots=True)
class Work:
    """Something asked of one server, and what came of it, one figure a round."""

    what: str
    through: str
    server: Child
    asked: bytes
    check: Check
    size: int = 0  # of an answer's body, as it is sent
    seconds: list[float] = field(default_factory=list)  # per request, of the whole
    cpu: list[float] = field(default_factory=list)  # per request, of the server
    latencies: list[float] = field(default_factory=list)  # of all requests


@contextmanager
def servers() -> Iterator[Servers]:
    """Start the site and what stands before it; stop them in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="calltrack-bench-")))
        site = stack.enter_context(started("tests.bench.servers", "site"))
        url = f"http://127.0.0.1:{site.port}"
        plain = ("tests.bench.servers", "plain", url)
        options = (
            *("--plan", str(_write_plan(folder)), "--store", f"sqlite:///{folder}/leases.sqlite3"),
            *("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--quiet"),
            *("--store-wait-ms", "5000"),  # a slow moment must not show as an original number
        )
        yield Servers(
            site,
            stack.enter_context(started(*plain)),
            stack.enter_context(started(*plain, "--new-connections")),
            stack.enter_context(started("calltrack", "run", "--upstream", url, *options)),
        )


def _write_plan(folder: Path) -> Path:
    key = VestigingKey("amsterdam")
    plan = make_plan(
        vestigingen={key: Vestiging(key, "Amsterdam", OLD, PoolKey("amsterdam"))},
        numbers=stock("amsterdam", POOL),
    )
    path = folder / "plan.json"
    path.write_text(json.dumps(planfile.to_mapping(plan)), encoding="utf-8")
    return path


async def works(on: Servers) -> list[Work]:
    """Say what is asked of whom. One visitor is made known to ours first."""
    page = the_page().before
    visitors = NewVisitors(page, OLD, POOL)
    first = await ask(on.ours.port, request("/page", *BROWSER), times=1, at_once=1)
    mine = visitors.page_for(visitors.take(first.bodies[0], "the first visitor"))
    cookie = _COOKIE.search(first.heads[0])
    check(cookie is not None, "the first visitor got no cookie")
    assert cookie is not None
    known = (*BROWSER, f"Cookie: {cookie[1].decode()}")

    html = f"page of {len(page) / 1000:.0f} KB, {the_page().hits} numbers"
    packed, asset = "the same page in gzip", f"image of {len(ASSET) / 1000:.0f} KB"
    return [
        *_peers(on, html, request("/page", *BROWSER), same(page)),
        Work(html, "ours, crawler", on.ours, request("/page", *CRAWLER), same(page)),
        Work(html, "ours, known visitor", on.ours, request("/page", *known), same(mine)),
        Work(html, "ours, new visitors", on.ours, request("/page", *BROWSER), visitors),
        *_peers(on, packed, request("/gzip", *BROWSER), same_unpacked(page)),
        Work(packed, "ours, known visitor", on.ours, request("/gzip", *known), same_unpacked(mine)),
        *_peers(on, asset, request("/asset", FIREFOX), same(ASSET)),
        Work(asset, "ours", on.ours, request("/asset", *known[:-2]), same(ASSET)),
    ]


def _peers(on: Servers, what: str, asked: bytes, right: Check) -> list[Work]:
    return [
        Work(what, "the site itself", on.site, asked, right),
        Work(what, PLAIN, on.plain, asked, right),
        Work(what, f"{PLAIN}, new connections", on.plain_anew, asked, right),
    ]


async def measure(todo: Sequence[Work], *, rounds: int, seconds: float) -> None:
    """Ask for everything in turns, each for some time. A short first round warms up."""
    times = {}
    for work in todo:
        took = await _ask(work, FEWEST)
        times[id(work)] = min(MOST, max(FEWEST, round(seconds / took)))
        work.seconds, work.cpu, work.latencies = [], [], []
    for at in range(rounds):
        for work in todo:
            progress(f"proxy: round {at + 1} of {rounds}, {work.what}, {work.through}")
            await _ask(work, times[id(work)])
    progress("")


async def _ask(work: Work, times: int) -> float:
    before = work.server.cpu_seconds()
    load = await ask(work.server.port, work.asked, times=times, at_once=AT_ONCE)
    after = work.server.cpu_seconds()
    work.check(load, f"{work.what}, {work.through}")
    work.size = len(load.bodies[0])
    work.seconds.append(load.seconds / times)
    work.latencies += load.latencies
    if before is not None and after is not None:
        work.cpu.append((after - before) / times)
    return work.seconds[-1]


def run(*, quick: bool) -> None:
    """Measure and print."""
    rounds, seconds = (1, 0.0) if quick else (5, 0.4)
    with servers() as on, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        todo = runner.run(works(on))
        runner.run(measure(todo, rounds=rounds, seconds=seconds))
    peers = {work.what: work for work in todo if work.through == PLAIN}
    print(f"The proxy, over sockets; {AT_ONCE} connections\n")
    table(HEAD, [_row(work, peers[work.what]) for work in todo], texts=2)


HEAD = (
    *("work", "through", "requests/s", "MB/s", "× plain", "p50 ms", "p99 ms"),
    *("CPU ms/request", "× plain"),
)


def _row(work: Work, plain: Work) -> tuple[str, ...]:
    cpu = ("-", "-")
    if work.cpu and plain.cpu:
        mine, its = statistics.fmean(work.cpu), statistics.fmean(plain.cpu)
        cpu = (f"{mine * 1000:.2f}", f"{mine / its:.2f}" if its else "-")
    per_second = 1 / statistics.median(work.seconds)
    return (
        work.what,
        work.through,
        f"{per_second:,.0f}",
        f"{per_second * work.size / 1e6:,.1f}",
        f"{median_ratio(work.seconds, plain.seconds):.2f}",
        f"{percentile(work.latencies, 0.5) * 1000:.1f}",
        f"{percentile(work.latencies, 0.99) * 1000:.1f}",
        *cpu,
    )
