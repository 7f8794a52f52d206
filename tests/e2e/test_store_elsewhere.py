"""A store on another machine that is not there yet when the proxy starts."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.calltrack.plans import AMSTERDAM_POOL, make_plan
from tests.e2e.edges import Edge, edge, get, origin, visitor, wait_until, write_plan
from tests.redis_servers import RedisProcess, binary

PAGE = b'<p><a href="tel:+31201234567">020 123 45 67</a>'
OURS = tuple(PAGE.replace(b"+31201234567", n.e164.encode()) for n in AMSTERDAM_POOL)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    """Give a server that is not there yet."""
    found = RedisProcess(binary(), tmp_path / "redis")
    yield found
    found.stop()


@pytest.fixture
async def running(tmp_path: Path, redis: RedisProcess) -> AsyncIterator[Edge]:
    """Start the proxy before its store is there."""
    plan = write_plan(tmp_path / "plan.json", make_plan())
    store = ("--store", redis.url, "--data", str(tmp_path / "data"), "--store-wait-ms", "2000")
    async with (
        origin(PAGE) as site,
        edge("--upstream", site, "--plan", str(plan), *store, log=tmp_path / "log") as started,
    ):
        yield started


async def shown(running: Edge) -> bool:
    """See the page as a stranger; say whether it has a number of their own."""
    async with visitor() as client:
        page = await get(client, running.url)
    return any(ours[:30] in page for ours in OURS)


async def readiness(running: Edge) -> str:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{running.status_url}readyz") as answer,
    ):
        assert answer.status == 200
        return await answer.text()


async def test_a_store_that_is_away_stops_nobody_and_gets_its_pools_when_it_is_there(
    running: Edge, redis: RedisProcess, tmp_path: Path
) -> None:
    assert not await shown(running)
    assert "without its store" in await readiness(running)
    kept = {path.name for path in (tmp_path / "data").iterdir()}
    assert {"cookie.key", "outbox.sqlite3"} <= kept

    redis.start()
    await wait_until(lambda: shown(running), "the pools never came")

    assert await readiness(running) == "ready\n"
