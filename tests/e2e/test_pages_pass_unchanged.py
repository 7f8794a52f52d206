"""Pages not written by us, served by software not written by us, pass byte for byte.

The pages are the .html files of the installed packages: Wagtail's and Django's, hundreds of them.
None holds a number of the Plan, so nothing of them may change, though each is looked through.
"""

import asyncio
import functools
import sysconfig
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import aiohttp
import pytest

from calltrack.cookie import SessionCookie
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.sqlite_leases import open_lease_store
from calltrack.stores.sqlite_outbox import open_outbox
from proxy.app import make_app
from proxy.clients import Clients
from proxy.counters import Counters
from proxy.desk import Desk
from proxy.means import Means
from proxy.page import LIMIT_BYTES
from proxy.plan_bindings import bindings_for
from proxy.plan_in_force import PlanInForce
from proxy.rewrite import Scanner, fill
from proxy.upstream import Upstream
from tests.calltrack.plans import AMSTERDAM_POOL, SITE, make_plan

LEAST = 300
KEY = b"k" * 32
AT_ONCE = 8
PATIENCE = timedelta(seconds=30)
FOLDER = Path(sysconfig.get_path("purelib"))
PAGES = sorted(FOLDER.rglob("*.html"))
BROWSER = {
    "Host": "localhost",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}

Answer = tuple[int, str | None, bytes]


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and logs nothing."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def origin() -> Iterator[int]:
    """Serve the installed packages; give the port."""
    serve = functools.partial(Quiet, directory=str(FOLDER))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def counters() -> Counters:
    return Counters()


@pytest.fixture
async def proxied(origin: int, counters: Counters, tmp_path: Path) -> AsyncIterator[int]:
    """Put the real proxy in front, with store and outbox; give its port.

    It waits longer for page and disk than for visitors: a slow machine is not what is tested.
    """
    plan = make_plan()
    store = open_lease_store(tmp_path / "leases.sqlite3")
    outbox = EventWriter(open_outbox(tmp_path / "outbox.sqlite3"), limit=PATIENCE)
    await store.sync(plan.stock())
    cookie = SessionCookie([KEY], plan.organisation)
    desk = Desk(Means(PlanInForce(plan), store, outbox, cookie, counters, Clients(KEY)))
    upstream = Upstream(f"http://127.0.0.1:{origin}")
    app = make_app(
        upstream=upstream, visitors=desk, counters=counters, wait_seconds=PATIENCE.seconds
    )
    _, port = await app.start("127.0.0.1", 0)
    yield port
    await app.stop()
    await outbox.close()
    await store.close()


async def fetch_all(port: int) -> list[Answer]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def fetch(client: aiohttp.ClientSession, page: Path) -> Answer:
        url = f"http://127.0.0.1:{port}/{quote(page.relative_to(FOLDER).as_posix())}"
        async with gate, client.get(url) as answer:
            return answer.status, answer.headers.get("Content-Type"), await answer.read()

    async with aiohttp.ClientSession(headers=BROWSER, auto_decompress=False) as client:
        return await asyncio.gather(*(fetch(client, page) for page in PAGES))


async def test_installed_pages_pass_through_the_proxy_byte_for_byte(
    origin: int, proxied: int, counters: Counters
) -> None:
    assert len(PAGES) >= LEAST

    theirs = await fetch_all(origin)
    ours = await fetch_all(proxied)

    assert [page for page, a, b in zip(PAGES, theirs, ours, strict=True) if a != b] == []
    files = [(200, "text/html", page.read_bytes()) for page in PAGES]
    assert theirs == files
    # Each was looked through to its end, and nothing went wrong on the way.
    counted = {name: n for name, n in counters.snapshot().items() if name != "answer.2xx"}
    long = sum(page.stat().st_size > LIMIT_BYTES for page in PAGES)  # their heads do not wait
    assert counted == {
        "cache.passed:unsaid": len(PAGES),  # nobody says for how long
        "page.no_slot": len(PAGES) - long,
        "view.new": len(PAGES),
        **({"page.streamed": long} if long else {}),
    }


@pytest.mark.parametrize("size", [1, 7, 61, 4093])
@pytest.mark.slow
def test_installed_pages_pass_the_scanner_in_odd_chunks(size: int) -> None:
    plan = make_plan()
    bindings = bindings_for(plan, SITE)

    changed = []
    for path in PAGES:
        page = path.read_bytes()
        scanner = Scanner(bindings)
        pieces = [p for at in range(0, len(page), size) for p in scanner.feed(page[at : at + size])]
        pieces += scanner.close()
        if fill(pieces, lambda _: AMSTERDAM_POOL[0]) != page or scanner.gave_up:
            changed.append(path)

    assert changed == []
