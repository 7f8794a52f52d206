"""Two processes on a real Redis: the main job, Redis killed under load, Redis away at the start."""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from calltrack.events import Event
from calltrack.stores.sqlite_outbox import open_outbox
from tests.e2e.edges import Edge, edge, get, status, visitor, wait_until, write_plan
from tests.e2e.firm import HOME, ORIGINALS, firm_plan, pool_numbers, small_site
from tests.e2e.load import holders, load
from tests.e2e.reading import link_numbers, own_links, text_numbers
from tests.e2e.turned import DEMO_PLAN, demo_plan
from tests.redis_servers import RedisProcess, binary, running

AOF = ("--appendonly", "yes", "--appendfsync", "always")
SIZE = 2_000
NUMBERS = pool_numbers(SIZE)[0]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    """Run a Redis that writes down what it acknowledges."""
    with running(tmp_path / "redis", *AOF) as server:
        yield server


async def start(stack: AsyncExitStack, folder: Path, *options: str, count: int = 2) -> list[Edge]:
    """Start processes as on machines of their own: each has an outbox, they share the key alone."""
    return [
        await stack.enter_async_context(
            edge(
                *(
                    *options,
                    "--trust",
                    "127.0.0.1",
                    "--data",
                    str(folder / f"machine{i}"),
                    "--quiet",
                ),
                log=folder / f"log{i}",
                CALLTRACK_COOKIE_KEY="k" * 32,
            )
        )
        for i in range(count)
    ]


async def told_in(folder: Path) -> list[Event]:
    """Read what the outboxes of all machines hold."""
    found: list[Event] = []
    for machine in range(2):
        outbox = open_outbox(folder / f"machine{machine}" / "outbox.sqlite3")
        found += await outbox.pending(limit=100_000)
        await outbox.close()
    return found


async def is_well(edges: Sequence[Edge]) -> bool:
    return all([(await status(e.status_url))["store_error"] is None for e in edges])


async def test_the_main_job_on_redis_with_two_processes(
    demo_site: str, redis: RedisProcess, tmp_path: Path
) -> None:
    plan = demo_plan(numbers_per_pool=12)
    pools = plan.stock().pools
    async with AsyncExitStack() as stack:
        edges = await start(
            stack,
            tmp_path,
            *("--upstream", demo_site, "--plan", str(DEMO_PLAN)),
            *("--store", redis.url, "--store-wait-ms", "20000"),
        )
        visits = []
        for turn in range(3):
            client = await stack.enter_async_context(visitor())
            pages = {"/": await get(client, edges[turn % 2].url)}
            paths = ["/contact/", *sorted(own_links(pages["/"]) - {"/", "/contact/"})[:4]]
            for at, path in enumerate(paths):
                base = edges[(turn + at + 1) % 2].url.rstrip("/")
                pages[path] = await get(client, base + path)
            visits.append(pages)
        origin = {path: await get(client, demo_site + path) for path in pages}

    for place, pages in enumerate(visits):
        numbers = {
            v.forwarding_number.e164: pools[v.pool][place].e164
            for v in plan.vestigingen.values()
            if v.pool is not None
        }
        assert set(link_numbers(pages["/contact/"])) == set(numbers.values())
        assert pages.keys() == origin.keys()
        for path, original in origin.items():
            assert link_numbers(pages[path]) == [numbers[n] for n in link_numbers(original)]
            assert numbers.keys().isdisjoint(text_numbers(pages[path]))


@pytest.mark.slow
async def test_redis_killed_and_started_again_under_load_costs_no_page_and_mixes_no_numbers(
    redis: RedisProcess, tmp_path: Path
) -> None:
    plan = write_plan(tmp_path / "plan.json", firm_plan(SIZE))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(small_site(HOME))
        edges = await start(
            stack,
            tmp_path,
            *("--upstream", site, "--plan", str(plan)),
            *("--store", redis.url, "--store-wait-ms", "20000"),
        )
        async with load(edges, NUMBERS) as visitors:
            await visitors.more(120)
            visitors.phase = "between"
            await asyncio.to_thread(redis.stop)
            visitors.phase = "away"
            await visitors.more(120)
            visitors.phase = "between"
            await asyncio.to_thread(redis.start)
            await wait_until(lambda: is_well(edges), "the proxies do not find Redis again")
            visitors.phase = "after"
            await visitors.more(150)
        told = [await status(one.status_url) for one in edges]
    given = holders(await told_in(tmp_path))

    visitors.assert_no_number_was_seen_by_two()
    for phase in ("before", "after"):
        assert visitors.count(phase, "new", "own") > 10
        assert visitors.count(phase, "known", "own") > 10
        assert visitors.count(phase, "new", "original") == 0
        assert visitors.count(phase, "known", "original") == 0
    assert visitors.count("away", "new", "original") > 10
    assert visitors.count("away", "new", "own") == 0
    assert visitors.count("away", "known", "own") > 10
    assert visitors.count("away", "known", "original") == 0
    assert visitors.retried == 0
    # The store, the outbox and the pages say the same of every number.
    held = {lease["number"]: {lease["session"]} for lease in told[0]["leases"]}
    seen = {number for guest in visitors.guests for number in guest.numbers}
    assert seen <= held.keys()
    assert {number: given[number] for number in seen} == {number: held[number] for number in seen}
    assert sum(one["counters"]["store.down"] for one in told) >= 20
    assert sum(one["counters"].get("store.slow", 0) for one in told) == 0


@pytest.mark.slow
async def test_a_redis_that_hangs_under_load_costs_no_page_and_mixes_no_numbers(
    redis: RedisProcess, tmp_path: Path
) -> None:
    plan = write_plan(tmp_path / "plan.json", firm_plan(SIZE))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(small_site(HOME))
        edges = await start(
            stack,
            tmp_path,
            *("--upstream", site, "--plan", str(plan)),
            *("--store", redis.url, "--store-wait-ms", "300"),
        )
        async with load(edges, NUMBERS) as visitors:
            await visitors.more(120)
            visitors.phase = "between"
            redis.signal(signal.SIGSTOP)
            visitors.phase = "hangs"
            await visitors.more(80)
            visitors.phase = "between"
            redis.signal(signal.SIGCONT)
            await wait_until(lambda: is_well(edges), "the proxies do not find Redis again")
            visitors.phase = "after"
            await visitors.more(120)
        told = [await status(one.status_url) for one in edges]

    visitors.assert_no_number_was_seen_by_two()
    assert visitors.count("hangs", "new", "original") > 10
    assert visitors.count("hangs", "new", "own") == 0
    assert visitors.count("hangs", "known", "own") > 10
    assert visitors.count("hangs", "known", "original") == 0
    assert visitors.count("after", "new", "own") > 10
    assert visitors.count("after", "known", "original") == 0
    held = {lease["number"] for lease in told[0]["leases"]}
    assert {number for guest in visitors.guests for number in guest.numbers} <= held


async def test_a_proxy_starts_while_redis_is_away_and_becomes_whole_when_it_comes(
    tmp_path: Path,
) -> None:
    server = RedisProcess(binary(), tmp_path / "redis")
    plan = write_plan(tmp_path / "plan.json", firm_plan(4))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(small_site())
        (proxy,) = await start(
            stack,
            tmp_path,
            *("--upstream", site, "--plan", str(plan), "--store", server.url),
            count=1,
        )
        early = await stack.enter_async_context(visitor())
        without = link_numbers(await get(early, proxy.url))
        async with aiohttp.ClientSession() as ops, ops.get(f"{proxy.status_url}readyz") as answer:
            ready = await answer.text()

        stack.callback(server.stop)
        await asyncio.to_thread(server.start)

        async def has_numbers() -> bool:
            return link_numbers(await get(early, proxy.url)) != ORIGINALS

        await wait_until(has_numbers, "the proxy does not find Redis")
        late = await stack.enter_async_context(visitor())
        seen = [link_numbers(await get(client, proxy.url)) for client in (early, late)]

    assert without == ORIGINALS
    assert ready.startswith("ready, without its store")
    assert sorted(seen) == [list(pair) for pair in zip(*pool_numbers(2), strict=True)]
