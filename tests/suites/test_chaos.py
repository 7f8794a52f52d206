"""Visitors go on asking while the store, the site and a worker are killed and started again.

Nobody may see a wrong page (half a page, another's number), no request may hang, and every error
that a visitor sees has its reason in what was being killed just then: a site that is away is a 502
or 504 or breaks an answer off; a worker that is killed takes its connections along; a store that is
away is no error at all, for pages come with the numbers that are promised, or with the originals.

It lasts 10 seconds, or what CALLTRACK_CHAOS_SECONDS says.
"""

import asyncio
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from calltrack.numbers import PhoneNumber
from tests import redis_servers
from tests.bench.processes import tree
from tests.calltrack.plans import AMSTERDAM_NUMBER, make_plan, stock
from tests.e2e.edges import Edge, edge, write_plan
from tests.suites.restarting_site import RestartingSite
from tests.suites.windows import AnswerCut, Window

LASTS_SECONDS = float(os.environ.get("CALLTRACK_CHAOS_SECONDS", "10"))
AWAY_SECONDS, CALM_SECONDS, SLACK_SECONDS = 0.7, 0.5, 2.0
VISITORS, WORKERS = 20, 2
POOL = tuple(PhoneNumber(f"+31207{n:06}") for n in range(200))
ORIGINAL = AMSTERDAM_NUMBER.e164.encode()
PAGE = b'<p><a href="tel:%s">Bel ons</a>' % ORIGINAL + b"<p>en verder" * 3_000

EXPLAINS = {
    "site": {"502", "504", "cut"},
    "worker": {"reset", "cut"},
    "store": set[str](),
}
"""Which errors may be seen while something is away, and shortly afterwards."""

Away = Callable[[], AbstractAsyncContextManager[None]]


@dataclass
class Diary:
    """What happened, and when."""

    pages: Counter[str] = field(default_factory=Counter)
    errors: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    holders: dict[bytes, int] = field(default_factory=dict)
    away: list[tuple[str, float, float]] = field(default_factory=list)

    def look(self, visitor: int, body: bytes) -> None:
        """Note a page: whole, with one's own number or the original."""
        number = body.partition(b'"tel:')[2].partition(b'"')[0]
        if body != PAGE.replace(ORIGINAL, number):
            self.wrong.append(f"visitor {visitor}: no page: {body[:80]!r}, {len(body)} bytes")
        elif number == ORIGINAL:
            self.pages["original"] += 1
        elif self.holders.setdefault(number, visitor) == visitor:
            self.pages["personal"] += 1
        else:
            self.wrong.append(f"visitor {visitor}: {number!r} is {self.holders[number]}'s")

    def unexplained(self) -> list[str]:
        """Give the errors for which nothing that was away is a reason, and what was last."""
        return [
            f"{kind} at {at:.2f}; last away: {[one for one in self.away if one[1] <= at][-1:]}"
            for at, kind in self.errors
            if not self._is_explained(at, kind)
        ]

    def _is_explained(self, at: float, kind: str) -> bool:
        return any(
            kind in EXPLAINS[what] and begun <= at <= ended + SLACK_SECONDS
            for what, begun, ended in self.away
        )


async def visit(diary: Diary, port: int, visitor: int, until: float) -> None:
    """Open pages one after another, and note what comes."""
    window = Window(port)
    while time.monotonic() < until:
        try:
            got = await window.open(b"/page?%d" % visitor)
        except TimeoutError:
            diary.errors.append((time.monotonic(), "hung"))
        except AnswerCut:
            diary.errors.append((time.monotonic(), "cut"))
        except ConnectionError:
            diary.errors.append((time.monotonic(), "reset"))
        else:
            if got.status == 200:
                diary.look(visitor, got.body)
            else:
                diary.errors.append((time.monotonic(), str(got.status)))
        await asyncio.sleep(0.01)  # a visitor's pace, and room for what is killed
    window.close()


async def kill_things(
    diary: Diary, store: Away, site: RestartingSite, proxy: Edge, until: float
) -> None:
    """Kill one after another, wait, start it again, and leave some calm in between."""
    while time.monotonic() < until:
        for what in EXPLAINS:
            begun = time.monotonic()
            if what == "store":
                async with store():
                    await asyncio.sleep(AWAY_SECONDS)
            elif what == "site":
                site.kill()
                await asyncio.sleep(AWAY_SECONDS)
                await site.start()
            elif await _do_all_serve(proxy):
                _kill_a_worker(proxy.process.pid)
            else:
                continue  # the last one has no successor yet, and nobody would be left
            diary.away.append((what, begun, time.monotonic()))
            await asyncio.sleep(CALM_SECONDS)


async def _do_all_serve(proxy: Edge) -> bool:
    """Say whether all workers are there, and not only about to be."""
    async with aiohttp.ClientSession() as client, client.get(f"{proxy.status_url}metrics") as told:
        figures = await told.text()
    return f"calltrack_workers {WORKERS:.1f}\n" in figures


def _kill_a_worker(parent: int) -> None:
    workers = [pid for pid in tree(parent) if pid != parent]
    assert workers, "there is no worker"
    with suppress(ProcessLookupError):
        os.kill(workers[0], signal.SIGKILL)


@contextmanager
def redis_store(folder: Path) -> Iterator[tuple[str, Away]]:
    """Run a Redis that remembers; it is away when it is killed."""
    with redis_servers.running(
        folder / "redis", "--appendonly", "yes", "--appendfsync", "always"
    ) as server:

        @asynccontextmanager
        async def away() -> AsyncIterator[None]:
            await asyncio.to_thread(server.stop)
            yield
            await asyncio.to_thread(server.start)

        yield server.url, away


@contextmanager
def sqlite_store(folder: Path) -> Iterator[tuple[str, Away]]:
    """Have a store in a file; it is away while somebody has it locked."""
    path = folder / "leases.sqlite3"

    @asynccontextmanager
    async def away() -> AsyncIterator[None]:
        other = sqlite3.connect(path, isolation_level=None, timeout=10)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.close()

    yield f"sqlite:///{path}", away


@asynccontextmanager
async def proxy_for(site: RestartingSite, store: str, folder: Path) -> AsyncIterator[Edge]:
    """Run ours with several workers."""
    plan = write_plan(folder / "plan.json", make_plan(numbers=stock("amsterdam", POOL)))
    options = ("--plan", str(plan), "--store", store, "--data", str(folder))
    upstream = ("--upstream", f"http://127.0.0.1:{site.port}", "--workers", str(WORKERS))
    async with edge(*upstream, *options, log=folder / "proxy.log") as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(120 + LASTS_SECONDS)
@pytest.mark.parametrize(
    "kept_in", [pytest.param(redis_store, id="Redis"), pytest.param(sqlite_store, id="SQLite")]
)
async def test_whatever_is_killed_nobody_sees_a_wrong_page_and_no_request_hangs(
    tmp_path: Path, kept_in: Callable[[Path], AbstractContextManager[tuple[str, Away]]]
) -> None:
    site, diary = RestartingSite(PAGE), Diary()
    await site.start()

    with kept_in(tmp_path) as (url, away):
        async with proxy_for(site, url, tmp_path) as proxy:
            port = int(proxy.url.rstrip("/").rpartition(":")[2])
            until = time.monotonic() + LASTS_SECONDS
            async with asyncio.TaskGroup() as tasks:
                for visitor in range(VISITORS):
                    tasks.create_task(visit(diary, port, visitor, until + CALM_SECONDS))
                tasks.create_task(kill_things(diary, away, site, proxy, until))
            site.kill()

    log = (tmp_path / "proxy.log").read_text(encoding="utf-8")
    kinds = Counter(kind for _, kind in diary.errors)
    print(f"{dict(diary.pages)} pages, {dict(kinds)} errors, {len(diary.away)} times away")
    assert diary.wrong == []
    assert kinds["hung"] == 0
    assert diary.unexplained() == []
    assert "Traceback" not in log
    assert diary.pages["personal"] > diary.pages["original"]
    assert {what for what, _, _ in diary.away} == set(EXPLAINS)
