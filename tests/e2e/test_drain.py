"""A drain attack: one network without cookies asks for pages as fast as it can."""

import asyncio
import re
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from calltrack.plan import Plan
from tests.e2e.edges import FIREFOX, Edge, edge, status, write_plan
from tests.e2e.firm import firm_plan, pool_numbers, small_site
from tests.redis_servers import running

SIZE = 40
CAP = SIZE // 4
AMSTERDAM = {number.encode() for number in pool_numbers(SIZE)[0]}
LINK = re.compile(rb'"tel:(\+\d+)"')
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
WARNING = "a visitor comes from a loopback or private address"


class Front:
    """A front proxy's connection that stays open: it says for whom it asks."""

    def __init__(self, url: str) -> None:
        self._where = urlsplit(url)
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, client: str | None, agent: str = FIREFOX) -> set[bytes]:
        """Ask for a page on behalf of an address; give the tracking numbers on it."""
        if self._ends is None:
            self._ends = await asyncio.open_connection(self._where.hostname, self._where.port)
        reader, writer = self._ends
        lines = ["GET / HTTP/1.1", f"Host: {self._where.netloc}", f"User-Agent: {agent}"]
        lines += ["Accept: text/html", *([f"X-Forwarded-For: {client}"] if client else [])]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200 ")
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        body = await reader.readexactly(int(length[1]))
        assert body.endswith(b"</html>")
        return AMSTERDAM & set(LINK.findall(body))

    def close(self) -> None:
        if self._ends is not None:
            self._ends[1].close()


async def ask_all(
    url: str, clients: Iterable[str | None], *, many: asyncio.Event | None = None
) -> list[set[bytes]]:
    """Ask for a page for each, one after another, over one connection. `many`: some have come."""
    front = Front(url)
    seen = []
    try:
        for client in clients:
            seen.append(await front.ask(client))
            if many is not None and len(seen) > CAP:
                many.set()
    finally:
        front.close()
    return seen


async def ask_once(url: str, client: str, agent: str = FIREFOX) -> set[bytes]:
    front = Front(url)
    try:
        return await front.ask(client, agent)
    finally:
        front.close()


async def start(
    stack: AsyncExitStack, plan: Plan, folder: Path, *options: str, store: str = "", count: int = 1
) -> list[Edge]:
    """Start so many processes on one store before one site."""
    store = store or f"sqlite:///{folder}/data/s.db"
    site = await stack.enter_async_context(small_site())
    path = write_plan(folder / "plan.json", plan)
    return [
        await stack.enter_async_context(
            edge(
                *("--upstream", site, "--plan", str(path), "--quiet"),
                *("--store", store, "--data", f"{folder}/data"),
                *("--store-wait-ms", "20000", *options),
                log=folder / f"log{i}",
            )
        )
        for i in range(count)
    ]


async def held(proxy: Edge) -> int:
    """Count the numbers of the one pool that are kept from others."""
    told = await status(proxy.status_url)
    return sum(lease["pool"] == "amsterdam" for lease in told["leases"])


@pytest.mark.parametrize(
    ("requests", "is_redis"),
    [
        pytest.param(600, False, id="hundreds of requests"),
        pytest.param(600, True, id="hundreds of requests, on Redis"),
        pytest.param(10_000, False, marks=pytest.mark.slow, id="ten thousand requests"),
    ],
)
async def test_one_network_takes_no_more_than_the_cap_however_often_it_asks(
    tmp_path: Path, requests: int, is_redis: bool
) -> None:
    async with AsyncExitStack() as stack:
        store = stack.enter_context(running(tmp_path / "redis")).url if is_redis else ""
        plan = firm_plan(SIZE)
        edges = await start(stack, plan, tmp_path, "--trust", "127.0.0.1", store=store, count=2)
        many = asyncio.Event()
        attack = [f"203.0.113.{n % 250 + 1}" for n in range(requests // 4)]
        attacks = asyncio.gather(
            *(ask_all(one.url, attack, many=many) for one in edges for _ in range(2))
        )
        await many.wait()
        elsewhere = await ask_once(edges[0].url, "198.51.100.7")
        crawler = await ask_once(edges[1].url, "192.0.2.9", BOT)
        seen = await attacks
        later = await ask_once(edges[1].url, "2001:db8::1")
        told = [await status(one.status_url) for one in edges]
        kept = await held(edges[0])

    taken = [number for pages in seen for numbers in pages for number in numbers]
    assert sum(map(len, seen)) == requests
    assert len(taken) == len(set(taken)) == CAP
    assert len(elsewhere) == len(later) == 1
    assert crawler == set()
    assert kept == CAP + 2
    # Two branches stand on each page.
    assert sum(one["counters"]["pool.capped"] for one in told) == 2 * (requests - CAP)


async def test_a_crawler_takes_no_number_however_often_it_comes(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        (proxy,) = await start(stack, firm_plan(4), tmp_path, "--trust", "127.0.0.1")
        front = Front(proxy.url)
        stack.callback(front.close)
        seen = [await front.ask(f"192.0.2.{n}", BOT) for n in range(100)]

        assert await held(proxy) == 0

    assert seen == [set()] * 100


@pytest.mark.parametrize(
    ("clients", "options", "taken", "is_warned"),
    [
        pytest.param(
            ["203.0.113.1"] * 30, (), SIZE, True, id="a front that nobody declared: no cap"
        ),
        pytest.param([None] * 30, ("--trust", "127.0.0.1"), SIZE, True, id="no visitor named"),
        pytest.param(
            ["10.1.2.3"] * 30, ("--trust", "127.0.0.1"), SIZE, True, id="a private network"
        ),
        pytest.param(
            ["2001:db8:0:1ff::1", "2001:db8:0:100::2"] * 15,
            ("--trust", "127.0.0.1"),
            CAP,
            False,
            id="an IPv6 customer is one network",
        ),
        pytest.param(
            [f"203.0.113.{n}:{4711 + n}" for n in range(30)],
            ("--trust", "127.0.0.1"),
            CAP,
            False,
            id="a front that tells the port, too",
        ),
        pytest.param(
            ["203.0.113.1"] * 30,
            ("--trust", "127.0.0.1", "--client-cap", "3"),
            3,
            False,
            id="a cap that ops set",
        ),
    ],
)
async def test_a_loopback_or_private_peer_has_no_cap_and_ops_are_told_once(
    tmp_path: Path, clients: list[str | None], options: tuple[str, ...], taken: int, is_warned: bool
) -> None:
    async with AsyncExitStack() as stack:
        (proxy,) = await start(stack, firm_plan(SIZE), tmp_path, *options)
        seen = await ask_all(proxy.url, clients)

    assert len(set().union(*seen)) == min(taken, len(clients))
    assert (tmp_path / "log0").read_text().count(WARNING) == is_warned
