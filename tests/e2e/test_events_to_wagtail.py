"""What visitors do on the proxy's pages stands in Wagtail, also when Wagtail was away meanwhile."""

import json
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from calltrack.leases import PoolKey
from calltrack.link.reasons import TOKEN as VARIABLE
from demo import ports
from tests.calltrack.plans import filled_plan
from tests.e2e.edges import Edge, edge, get, origin, shown, status, visitor, wait_until
from tests.e2e.wagtail_process import WagtailProcess, wagtail_process

PAGE = b'<p><a href="tel:+31201234567">020 - 123 45 67</a>'
VIEWS = "SELECT path FROM wagtail_calltrack_pageview ORDER BY at"
GIVEN = "SELECT number FROM wagtail_calltrack_leaseevent WHERE kind = 'lease.given' ORDER BY at"
SESSIONS = "SELECT count(*) FROM wagtail_calltrack_visitorsession"
EDGES = "SELECT id, name, serial, report FROM wagtail_calltrack_edge"


async def view(running: Edge, *paths: str) -> list[str]:
    """Be a new visitor; give the one number of the pool that all pages showed."""
    numbers = [number.e164 for number in filled_plan().stock().pools[PoolKey("amsterdam")]]
    async with visitor() as client:
        seen = [shown(await get(client, f"{running.url}{path}"), numbers) for path in paths]
    return sorted(set().union(*seen))


async def until_shipped(running: Edge) -> None:
    async def is_so() -> bool:
        told = await status(running.status_url)
        waiting = told["events"]["in_memory"] + told["events"]["on_disk"]
        return not waiting and told["shipping"]["problem"] is None

    await wait_until(is_so, "the events were not shipped")


async def until_waiting(running: Edge, events: int) -> None:
    async def is_so() -> bool:
        told = await status(running.status_url)
        is_on_disk = told["events"]["on_disk"] >= events and not told["events"]["in_memory"]
        return is_on_disk and told["shipping"]["problem"] is not None

    await wait_until(is_so, "the events do not wait")


def waiting(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder}/outbox.sqlite3?mode=ro", uri=True)) as file:
        (count,) = file.execute("SELECT count(*) FROM event").fetchone()
    return int(count)


def options(site: str, wagtail: WagtailProcess, folder: Path) -> tuple[str, ...]:
    plan = f"{wagtail.url}/calltrack/api/plan/"
    where = ("--upstream", site, "--plan", plan, "--store", f"sqlite:///{folder}/s.db")
    return (*where, "--name", "Proxy één", "--store-wait-ms", "30000")


@pytest.mark.wagtail
@pytest.mark.slow
async def test_wagtail_killed_while_the_proxy_serves_has_every_event_afterwards(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(PAGE))
        (port,) = ports.choose([0])
        wagtail = await stack.enter_async_context(wagtail_process(tmp_path / "wagtail", port))
        running = await stack.enter_async_context(
            edge(
                *options(site, wagtail, tmp_path),
                log=tmp_path / "log",
                **{VARIABLE: wagtail.token},
            )
        )
        first = await view(running, "a", "b", "c")
        await until_shipped(running)
        before = wagtail.rows(VIEWS)

        await wagtail.kill()
        second = await view(running, "d", "e")
        await until_waiting(running, 4)
        kept = waiting(tmp_path)
        await wagtail.start()
        third = await view(running, "f")
        await until_shipped(running)
        told = await status(running.status_url)
    log = (tmp_path / "log").read_text()

    assert before == [("/a",), ("/b",), ("/c",)]
    assert wagtail.rows(VIEWS) == [(f"/{path}",) for path in "abcdef"]
    assert kept >= 4
    assert [len(seen) for seen in (first, second, third)] == [1, 1, 1]
    assert wagtail.rows(GIVEN) == [(number,) for number in first + second + third]
    assert wagtail.rows(SESSIONS) == [(3,)]
    ((edge_id, name, serial, report),) = wagtail.rows(EDGES)
    assert edge_id == (tmp_path / "edge.id").read_text().strip()
    assert (name, serial) == ("Proxy één", told["plan"]["serial"])
    assert json.loads(str(report))["store"] == "up"
    assert (told["shipping"]["refused"], waiting(tmp_path)) == (0, 0)
    assert wagtail.token not in log
