"""Several sites and hosts in one Plan: kept apart, and subdomains that are one site together."""

from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from calltrack.events import Kind
from calltrack.plan import Campaign, CampaignKey, Exhaustion, Method, Plan, SiteKey
from tests.calltrack.plans import EVERYONE, SITE
from tests.e2e.edges import get, visitor
from tests.e2e.firm import MAIL, MAIL_NUMBERS, firm_plan, pool_numbers, small_site
from tests.e2e.reading import link_numbers
from tests.e2e.turned import Turned, turned_proxy

FIRST, SECOND = (list(pair) for pair in zip(*pool_numbers(2), strict=True))
SHOP = SiteKey("shop")


def two_sites() -> Plan:
    """Give a Plan of a firm's site on two subdomains, and a shop with a campaign of its own."""
    firm = replace(SITE, hosts=("www.firm.test", "advies.firm.test"), cookie_domain="firm.test")
    shop = replace(SITE, key=SHOP, hosts=("shop.test", "shop.firm.test"))
    fair = Campaign(
        CampaignKey("mail"), "Mail", Method.STATIC, Exhaustion.ORIGINAL, sites=frozenset({SHOP})
    )
    return firm_plan(4, sites=(firm, shop), campaigns=(replace(fair, rules=MAIL.rules), EVERYONE))


async def view(
    client: aiohttp.ClientSession, proxy: Turned, host: str, path: str = "/"
) -> list[str]:
    """Look at a page under a host name; give the numbers that its links dial."""
    port = proxy.url.rpartition(":")[2]
    return link_numbers(await get(client, f"http://{host}:{port}{path}"))


async def test_subdomains_under_the_cookie_domain_are_one_session(tmp_path: Path) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, two_sites(), tmp_path) as proxy,
        visitor() as client,
    ):
        seen = [
            await view(client, proxy, host)
            for host in ("www.firm.test", "advies.firm.test", "www.firm.test")
        ]
        started = await proxy.events(Kind.SESSION_STARTED)
        viewed = await proxy.events(Kind.PAGE_VIEWED)

    assert seen == [FIRST] * 3
    assert len(started) == 1
    assert {event.data["session"] for event in viewed} == {started[0].data["session"]}
    assert len(viewed) == 3


@pytest.mark.parametrize("shop", ["shop.test", "shop.firm.test"])
async def test_another_site_is_another_session_with_numbers_of_its_own(
    tmp_path: Path, shop: str
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, two_sites(), tmp_path) as proxy,
        visitor() as client,
    ):
        seen = [
            await view(client, proxy, host)
            for host in ("www.firm.test", shop, "www.firm.test", shop)
        ]
        started = await proxy.events(Kind.SESSION_STARTED)
        cookies = {cookie.key for cookie in client.cookie_jar}

    assert seen == [FIRST, SECOND, FIRST, SECOND]
    assert [event.data["site"] for event in started] == [SITE.key, SHOP]
    assert len({event.data["visitor"] for event in started}) == 2
    assert len(cookies) == 2


async def test_a_cookie_of_one_site_is_nothing_to_another_under_whatever_name(
    tmp_path: Path,
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, two_sites(), tmp_path) as proxy,
        visitor() as client,
        visitor() as thief,
    ):
        assert await view(client, proxy, "www.firm.test") == FIRST
        (mine,) = client.cookie_jar
        name = mine.key.replace(SITE.key, SHOP)
        assert name != mine.key
        port = proxy.url.rpartition(":")[2]
        page = await get(
            thief, f"http://shop.test:{port}/", headers={"Cookie": f"{name}={mine.value}"}
        )
        started = await proxy.events(Kind.SESSION_STARTED)

    assert link_numbers(page) == SECOND
    assert [event.data["site"] for event in started] == [SITE.key, SHOP]


@pytest.mark.parametrize(
    ("host", "numbers"),
    [
        pytest.param("shop.test", MAIL_NUMBERS, id="the site that the campaign names"),
        pytest.param("www.firm.test", FIRST, id="another site"),
    ],
)
async def test_a_campaign_for_one_site_counts_there_alone(
    tmp_path: Path, host: str, numbers: list[str]
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, two_sites(), tmp_path) as proxy,
        visitor() as client,
    ):
        seen = await view(client, proxy, host, "/?utm_source=brief&utm_medium=email")

    assert seen == numbers


async def test_a_link_from_one_of_our_subdomains_is_no_new_source_and_from_another_site_it_is(
    tmp_path: Path,
) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, two_sites(), tmp_path) as proxy,
        visitor(Referer="http://www.firm.test/") as client,
    ):
        await view(client, proxy, "advies.firm.test")
        await view(client, proxy, "shop.test")
        own, other = await proxy.events(Kind.SESSION_STARTED)

    assert own.data["channel"] == "direct"
    assert (other.data["channel"], other.data["referrer_host"]) == ("referral", "www.firm.test")


async def test_a_host_that_no_site_has_is_refused(tmp_path: Path) -> None:
    async with (
        small_site() as site,
        turned_proxy(site, two_sites(), tmp_path) as proxy,
        visitor() as client,
        client.get(f"{proxy.url}/") as response,
    ):
        assert response.status == 421
        assert "Set-Cookie" not in response.headers
