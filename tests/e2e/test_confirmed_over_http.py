"""Numbers of browsers that show themselves again, and of those that do not, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest

from calltrack.events import Kind
from tests.e2e.edges import get, status, visitor, wait_until
from tests.e2e.firm import HOME, ORIGINALS, STYLE, firm_plan, pool_numbers, small_site
from tests.e2e.reading import link_numbers
from tests.e2e.turned import Turned, turned_proxy

ONE, TWO = pool_numbers(2)[0]
ORIGINAL = ORIGINALS[0]


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Turned]:
    """Run a proxy with a pool of two numbers, behind a front that names its visitors."""
    plan = firm_plan(2)
    async with (
        small_site(HOME) as site,
        turned_proxy(site, plan, tmp_path, trusted=[ip_network("127.0.0.1/32")]) as running,
    ):
        yield running


def browser(network: int) -> aiohttp.ClientSession:
    """Open a private window of somebody in a network of their own."""
    return visitor(**{"X-Forwarded-For": f"203.0.{network}.7"})


async def view(client: aiohttp.ClientSession, proxy: Turned) -> str:
    """Look at a page; give the number that its link dials."""
    (number,) = link_numbers(await get(client, proxy.url))
    return number


async def load_assets(client: aiohttp.ClientSession, proxy: Turned) -> None:
    assert await get(client, f"{proxy.url}/static/site.css") == STYLE


async def promised_for(proxy: Turned, number: str) -> timedelta:
    """Say for how long after now a number is promised."""
    (lease,) = [x for x in (await status(proxy.status_url))["leases"] if x["number"] == number]
    return datetime.fromisoformat(lease["promised_until"]) - proxy.clock.now


async def test_a_browser_that_loads_the_page_s_assets_is_confirmed(proxy: Turned) -> None:
    async with browser(1) as anna:
        number = await view(anna, proxy)
        before = await promised_for(proxy, number)
        await load_assets(anna, proxy)

        async def is_confirmed() -> bool:
            return await promised_for(proxy, number) >= timedelta(minutes=30)

        await wait_until(is_confirmed, "the asset confirms nothing")

    assert number == ONE
    assert before == timedelta(minutes=1)


async def test_an_asset_without_our_cookie_confirms_nobody(proxy: Turned) -> None:
    async with browser(1) as anna, browser(1) as other:
        number = await view(anna, proxy)
        await load_assets(other, proxy)
        await proxy.means.store.fill(now=proxy.clock.now)  # what the request asked for is done

        assert await promised_for(proxy, number) == timedelta(minutes=1)
        assert "store.confirm" not in proxy.counters.snapshot()


async def test_a_one_page_visitor_keeps_the_number_while_the_pool_has_others(
    proxy: Turned,
) -> None:
    async with browser(1) as anna, browser(2) as bram:
        first = await view(anna, proxy)
        proxy.clock.turn(minutes=20)
        other = await view(bram, proxy)
        proxy.clock.turn(minutes=5)
        again = await view(anna, proxy)

    assert (first, other, again) == (ONE, TWO, ONE)


async def test_a_one_page_visitor_loses_the_number_after_a_minute_when_the_pool_is_empty(
    proxy: Turned,
) -> None:
    async with browser(1) as anna, browser(2) as bram, browser(3) as carla, browser(4) as dirk:
        assert await view(anna, proxy) == ONE
        assert await view(bram, proxy) == TWO
        assert await view(bram, proxy) == TWO  # shows itself again
        proxy.clock.turn(seconds=59)
        assert await view(carla, proxy) == ORIGINAL
        proxy.clock.turn(seconds=2)
        assert await view(dirk, proxy) == ONE
        assert await view(carla, proxy) == ORIGINAL
        assert await view(anna, proxy) == ORIGINAL
        assert await view(bram, proxy) == TWO
        (ended,) = await proxy.events(Kind.LEASE_ENDED)

    assert (ended.data["number"], ended.data["reason"]) == (ONE, "taken_back")


async def test_of_several_one_page_visitors_the_first_loses_the_number_first(
    proxy: Turned,
) -> None:
    async with browser(1) as anna, browser(2) as bram, browser(3) as carla:
        assert await view(anna, proxy) == ONE
        proxy.clock.turn(seconds=30)
        assert await view(bram, proxy) == TWO
        proxy.clock.turn(minutes=2)
        assert await view(carla, proxy) == ONE
        assert await view(bram, proxy) == TWO
