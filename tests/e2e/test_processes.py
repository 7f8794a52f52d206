"""The command as processes: killed in the middle, two on one store, many visitors at once."""

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import StockNumber
from tests.calltrack.plans import AMSTERDAM_NUMBER, AMSTERDAM_POOL, ROTTERDAM_POOL, make_plan
from tests.e2e.edges import Edge, edge, get, origin, start_edge, visitor, write_plan

AMSTERDAM_PART = b'<p>Amsterdam: <a href="tel:+31201234567">020 - 123 45 67</a><p>Rotterdam:'
PAGE = (AMSTERDAM_PART, b' <a href="tel:+31101234567">(010) 123 45 67</a>')
LINK = re.compile(rb'"tel:(\+\d+)"')


def links(page: bytes) -> list[str]:
    return [found.decode() for found in LINK.findall(page)]


async def test_killed_in_the_middle_of_a_page_the_visitor_keeps_the_number(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", make_plan())
    gate = asyncio.Event()
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(*PAGE, gate=gate))
        client = await stack.enter_async_context(visitor())
        options = ("--upstream", site, "--plan", str(plan), "--store", f"sqlite:///{tmp_path}/s.db")
        first = await start_edge(*options, log=tmp_path / "log")
        await first.wait_until_ready()
        response = await stack.enter_async_context(client.get(first.url))
        half = await response.content.readuntil(b"</a>")
        (number,) = links(half)

        await first.kill()
        with pytest.raises(aiohttp.ClientError):
            await response.read()
        gate.set()
        second = await stack.enter_async_context(edge(*options, log=tmp_path / "log"))
        again = links(await get(client, second.url))
        async with visitor() as other:
            others = links(await get(other, second.url))

    assert number in {n.e164 for n in AMSTERDAM_POOL}
    assert again[0] == number
    assert not set(again) & set(others)


@pytest.mark.slow
async def test_two_processes_on_one_file_give_200_visitors_at_once_200_numbers(
    tmp_path: Path,
) -> None:
    stock = tuple(
        StockNumber(PhoneNumber(f"+31207{i:06}"), PoolKey("amsterdam")) for i in range(220)
    )
    plan = write_plan(tmp_path / "plan.json", make_plan(numbers=stock))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(PAGE[0]))
        edges = [
            await stack.enter_async_context(
                edge(
                    *("--upstream", site, "--plan", str(plan), "--quiet"),
                    *("--store", f"sqlite:///{tmp_path}/s.db", "--store-wait-ms", "60000"),
                    log=tmp_path / f"log{i}",
                )
            )
            for i in range(2)
        ]
        seen = await asyncio.gather(*(_first_views(edges, i) for i in range(200)))
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{edges[0].status_url}status.json") as response,
        ):
            held = [lease["number"] for lease in (await response.json())["leases"]]

    numbers = [number for views in seen for number in views]
    assert [views for views in seen if len(views) != 1] == []
    assert len(set(numbers)) == 200
    assert sorted(held) == sorted(numbers)


async def _first_views(edges: list[Edge], i: int) -> set[str]:
    """Visit one process, then the other, as behind a balancer; give the numbers seen."""
    async with visitor() as client:
        first = links(await get(client, edges[i % 2].url))
        # The port differs, the host does not: the cookie goes along.
        second = links(await get(client, edges[1 - i % 2].url))
        return {*first, *second}


async def test_a_store_that_breaks_while_serving_costs_numbers_and_no_page(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", make_plan())
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(*PAGE))
        known = await stack.enter_async_context(visitor())
        running = await stack.enter_async_context(
            edge(
                *("--upstream", site, "--plan", str(plan)),
                *("--store", f"sqlite:///{tmp_path}/data/s.db"),
                log=tmp_path / "log",
            )
        )
        before = links(await get(known, running.url))
        (tmp_path / "data").rename(tmp_path / "lost")

        after = links(await get(known, running.url))
        async with visitor() as stranger:
            strangers = links(await get(stranger, running.url))
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{running.status_url}readyz") as response,
        ):
            ready = await response.text()

    assert before == after == [AMSTERDAM_POOL[0].e164, ROTTERDAM_POOL[0].e164]
    assert strangers == [AMSTERDAM_NUMBER.e164, "+31101234567"]
    assert ready.startswith("ready, without its store:")


async def test_no_number_and_no_visitor_is_in_the_log(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", replace(make_plan(), serial=3))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(*PAGE))
        client = await stack.enter_async_context(visitor())
        running = await stack.enter_async_context(
            edge(
                *("--upstream", site, "--plan", str(plan)),
                *("--store", f"sqlite:///{tmp_path}/s.db"),
                log=tmp_path / "log",
            )
        )
        page = await get(client, f"{running.url}contact?mail=anna%40example.nl")
        cookie = next(iter(client.cookie_jar)).value
        assert await running.stop() == 0

    log = (tmp_path / "log").read_text()
    assert "GET /contact" in log
    for secret in [*links(page), "207654301", "anna", cookie[:20], "127.0.0.1"]:
        assert secret not in log
