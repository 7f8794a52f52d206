"""The main job: the demo site behind the proxy, seen by visitors, over real sockets."""

import re
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from calltrack.cookie import NAME_PREFIX
from calltrack.plan import Plan
from tests.e2e.edges import get, visitor
from tests.e2e.reading import (
    link_numbers,
    own_links,
    text_numbers,
    with_placeholders_filled,
)
from tests.e2e.turned import Turned, demo_plan, turned_proxy

CITIES = ("amsterdam", "rotterdam", "utrecht")


async def every_page(client: aiohttp.ClientSession, base: str) -> dict[str, bytes]:
    """Follow the site's own links from its front page."""
    pages: dict[str, bytes] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path not in pages and not path.startswith(("/cms", "/static", "/media")):
            pages[path] = await get(client, base + path)
            waiting += own_links(pages[path])
    return pages


def without_token(page: bytes) -> bytes:
    """Leave out what Django writes anew for every answer."""
    return re.sub(rb'(name="csrfmiddlewaretoken" value=)"\w+"', rb"\1", page)


def seen_by(plan: Plan, place: int) -> dict[str, str]:
    """Say what the visitor who came as number `place` sees for each forwarding number."""
    pools = plan.stock().pools
    return {
        v.forwarding_number.e164: pools[v.pool][place].e164
        for v in plan.vestigingen.values()
        if v.pool is not None
    }


async def contact(client: aiohttp.ClientSession, proxy: Turned) -> list[str]:
    """Open the page that names all branches; give the numbers it dials, each once, in order."""
    page = await get(client, f"{proxy.url}/contact/")
    return list(dict.fromkeys(link_numbers(page)))


async def test_every_page_shows_each_visitor_numbers_of_their_own_and_the_same_ones(
    demo_site: str, tmp_path: Path
) -> None:
    plan = demo_plan()
    branches = {str(key): v.forwarding_number.e164 for key, v in plan.vestigingen.items()}
    async with (
        turned_proxy(demo_site, plan, tmp_path) as proxy,
        visitor() as anna,
        visitor() as bram,
        visitor() as nobody,
    ):
        origin = await every_page(nobody, demo_site)
        await contact(anna, proxy)  # takes all branches' first numbers
        await contact(bram, proxy)
        for client, place in ((anna, 0), (bram, 1)):
            numbers = seen_by(plan, place)
            pages = await every_page(client, proxy.url)
            for path, page in origin.items():
                full = with_placeholders_filled(page, branches)
                expected = [numbers.get(n, n) for n in text_numbers(full)]
                assert text_numbers(pages[path]) == expected, path
                links = [numbers.get(n, n) for n in link_numbers(page)]
                assert link_numbers(pages[path]) == links, path
            assert pages.keys() == origin.keys()
            assert len(pages) > 10


async def test_the_demo_writes_its_numbers_in_enough_places_to_mean_something(
    demo_site: str,
) -> None:
    async with visitor() as client:
        pages = await every_page(client, demo_site)

    found = Counter(number for page in pages.values() for number in text_numbers(page))

    assert all(found[v.forwarding_number.e164] > 10 for v in demo_plan().vestigingen.values())


@pytest.mark.parametrize(
    "agent",
    [
        pytest.param("Mozilla/5.0 (compatible; Googlebot/2.1)", id="a search engine"),
        pytest.param("curl/8.5.0", id="a tool"),
    ],
)
async def test_a_bot_gets_the_origin_s_bytes_and_no_number_is_leased(
    demo_site: str, tmp_path: Path, agent: str
) -> None:
    async with (
        turned_proxy(demo_site, demo_plan(), tmp_path) as proxy,
        visitor(**{"User-Agent": agent}) as bot,
    ):
        pages = await every_page(bot, demo_site)
        for path, page in pages.items():
            async with bot.get(proxy.url + path) as response:
                assert without_token(await response.read()) == without_token(page), path
                assert not any(name.startswith(NAME_PREFIX) for name in response.cookies)
        events = await proxy.outbox.pending(limit=10)

    assert events == []


async def test_a_pool_of_two_is_empty_for_the_third_visitor_who_sees_the_original(
    demo_site: str, tmp_path: Path
) -> None:
    plan = demo_plan(numbers_per_pool=2)
    originals = list(seen_by(plan, 0))
    async with (
        turned_proxy(demo_site, plan, tmp_path) as proxy,
        visitor() as first,
        visitor() as second,
        visitor() as third,
    ):
        seen = [await contact(client, proxy) for client in (first, second, third)]
        async with third.get(f"{proxy.url}/contact/") as response:
            page = await response.read()
        async with visitor() as nobody:
            origin = await get(nobody, f"{demo_site}/contact/")

    assert seen == [
        list(seen_by(plan, 0).values()),
        list(seen_by(plan, 1).values()),
        originals,
    ]
    assert text_numbers(page) == text_numbers(origin)
    assert proxy.counters.snapshot()["pool.exhausted"] == 8  # four branches, two views


async def test_after_hold_and_rest_the_number_idle_longest_goes_out_first(
    demo_site: str, tmp_path: Path
) -> None:
    plan = demo_plan(numbers_per_pool=2, rest_minutes=10)
    one, two = (list(seen_by(plan, place).values()) for place in (0, 1))
    originals = list(seen_by(plan, 0))
    async with (
        turned_proxy(demo_site, plan, tmp_path) as proxy,
        visitor() as first,
        visitor() as second,
        visitor() as early,
        visitor() as third,
        visitor() as fourth,
    ):
        assert await contact(first, proxy) == one
        proxy.clock.turn(minutes=2)
        assert await contact(second, proxy) == two
        proxy.clock.turn(minutes=2)
        # The first visitor goes on reading: that number is idle for a shorter time now.
        assert await contact(first, proxy) == one

        proxy.clock.turn(minutes=33 + 10 - 2, seconds=-1)  # the second's promise and rest, nearly
        assert await contact(early, proxy) == originals
        proxy.clock.turn(seconds=2)
        assert await contact(third, proxy) == two
        proxy.clock.turn(minutes=2)
        assert await contact(fourth, proxy) == one


async def test_a_visitor_who_returns_gets_the_old_number_while_it_is_free(
    demo_site: str, tmp_path: Path
) -> None:
    plan = demo_plan(numbers_per_pool=2)
    async with (
        turned_proxy(demo_site, plan, tmp_path) as proxy,
        visitor() as first,
        visitor() as second,
    ):
        await contact(first, proxy)
        mine = await contact(second, proxy)
        proxy.clock.turn(days=1)

        assert await contact(second, proxy) == mine


async def test_an_asset_starts_no_session(demo_site: str, tmp_path: Path) -> None:
    async with (
        turned_proxy(demo_site, demo_plan(), tmp_path) as proxy,
        visitor() as client,
    ):
        for _ in range(2):
            await get(client, f"{proxy.url}/static/demo/site.css")
        assert await proxy.outbox.pending(limit=10) == []
