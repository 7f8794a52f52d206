"""Which advertisement: visitors from several sources before the demo's site, by its own Plan."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from calltrack.events import Kind
from calltrack.plan import Campaign, CampaignKey, Exhaustion, Method, Rule
from tests.e2e.edges import get, visitor
from tests.e2e.reading import link_numbers, text_numbers, with_placeholders_filled
from tests.e2e.turned import Turned, demo_plan, turned_proxy

FAIR = Campaign(
    CampaignKey("fair"),
    "Building fair",
    Method.DYNAMIC,
    Exhaustion.ORIGINAL,
    rules=(Rule(source=("bouwbeurs",)),),
    paused=True,
)
PLAN = replace(demo_plan(), campaigns=(FAIR, *demo_plan().campaigns))
ORIGINALS = {str(key): v.forwarding_number.e164 for key, v in PLAN.vestigingen.items()}
LEASED = {
    str(key): PLAN.stock().pools[v.pool][0].e164
    for key, v in PLAN.vestigingen.items()
    if v.pool is not None
}
NEWSLETTER = {
    "amsterdam": "+31200199711",
    "rotterdam": "+31100199722",
    "utrecht": "+31300199733",
    "eindhoven": "+31400199744",
}
INSTAGRAM = {**LEASED, "amsterdam": "+31200199777"}
MAIL = "/contact/?utm_source=nieuwsbrief&utm_medium=email&utm_campaign=voorjaar"
CLICK = "/contact/?gclid=EAIaIQobChMI_1234"


def assert_shows(page: bytes, origin: bytes, numbers: Mapping[str, str]) -> None:
    """See that text and links alike hold these numbers where the origin's page has its own."""
    shown = {ORIGINALS[key]: number for key, number in numbers.items()}
    full = with_placeholders_filled(origin, ORIGINALS)
    assert text_numbers(page) == [shown.get(n, n) for n in text_numbers(full)]
    links = [shown.get(n, n) for n in link_numbers(origin)]
    assert link_numbers(page) == links
    assert set(links) == set(numbers.values())
    assert set(links) <= set(text_numbers(page))


async def told(proxy: Turned, kind: Kind) -> list[dict[str, object]]:
    return [dict(event.data) for event in await proxy.events(kind)]


async def contact(client: aiohttp.ClientSession, proxy: Turned) -> set[str]:
    return set(link_numbers(await get(client, f"{proxy.url}/contact/")))


@pytest.mark.parametrize(
    ("target", "headers", "numbers", "source"),
    [
        pytest.param(
            CLICK,
            {"Referer": "https://www.google.com/"},
            LEASED,
            {
                "channel": "paid_search",
                "source": "google",
                "gclid": "EAIaIQobChMI_1234",
                "referrer_host": "www.google.com",
            },
            id="a search ad: numbers of one's own",
        ),
        pytest.param(
            MAIL,
            {},
            NEWSLETTER,
            {
                "channel": "email",
                "source": "nieuwsbrief",
                "medium": "email",
                "campaign": "voorjaar",
            },
            id="the newsletter: its static numbers",
        ),
        pytest.param(
            "/contact/",
            {"Referer": "https://l.instagram.com/?u=x"},
            INSTAGRAM,
            {"channel": "social", "source": "instagram", "referrer_host": "l.instagram.com"},
            id="Instagram: a static number for one branch, own numbers for the others",
        ),
        pytest.param(
            "/contact/?utm_source=bouwbeurs",
            {},
            ORIGINALS,
            {"channel": "referral", "source": "bouwbeurs"},
            id="a paused campaign: the firm's own numbers",
        ),
        pytest.param(
            "/contact/", {}, LEASED, {"channel": "direct"}, id="nowhere: numbers of one's own"
        ),
    ],
)
async def test_a_visitor_sees_what_the_campaign_of_the_source_says_and_the_event_tells_the_source(
    demo_site: str,
    tmp_path: Path,
    target: str,
    headers: dict[str, str],
    numbers: dict[str, str],
    source: dict[str, str],
) -> None:
    async with turned_proxy(demo_site, PLAN, tmp_path) as proxy, visitor() as client:
        landing = await get(client, proxy.url + target, headers=headers)
        again = await get(client, f"{proxy.url}/contact/")
        origin = await get(client, f"{demo_site}/contact/")
        (started,) = await told(proxy, Kind.SESSION_STARTED)

    for page in (landing, again):
        assert_shows(page, origin, numbers)
    said = ("channel", "source", "medium", "campaign", "gclid", "referrer_host")
    assert {name: started[name] for name in said if name in started} == source
    assert (started["landing"], started["device"]) == (target, "desktop")


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        pytest.param(29, set(NEWSLETTER.values()), id="within 30 days the campaign still counts"),
        pytest.param(31, set(LEASED.values()), id="later it does not"),
    ],
)
async def test_who_comes_back_by_the_address_belongs_to_the_campaign_of_before(
    demo_site: str, tmp_path: Path, days: int, numbers: set[str]
) -> None:
    async with turned_proxy(demo_site, PLAN, tmp_path) as proxy, visitor() as client:
        await get(client, proxy.url + MAIL)
        proxy.clock.turn(days=days)
        seen = await contact(client, proxy)
        started = await told(proxy, Kind.SESSION_STARTED)

    assert seen == numbers
    # What happened is told as it was; who gets the credit is worked out of it.
    assert [start["channel"] for start in started] == ["email", "direct"]
    assert len({start["visitor"] for start in started}) == 1
    assert len({start["session"] for start in started}) == 2


async def test_a_new_source_in_a_visit_is_told_and_what_was_shown_stays(
    demo_site: str, tmp_path: Path
) -> None:
    async with turned_proxy(demo_site, PLAN, tmp_path) as proxy, visitor() as client:
        first = await contact(client, proxy)
        proxy.clock.turn(minutes=5)
        landing = await get(client, proxy.url + MAIL)
        after = await contact(client, proxy)
        (started,) = await told(proxy, Kind.SESSION_STARTED)
        (added,) = await told(proxy, Kind.TOUCH_ADDED)
        proxy.clock.turn(hours=1)
        next_visit = await contact(client, proxy)

    assert first == set(link_numbers(landing)) == after == set(LEASED.values())
    assert started["channel"] == "direct"
    assert (added["channel"], added["source"]) == ("email", "nieuwsbrief")
    assert (added["session"], added["visitor"]) == (started["session"], started["visitor"])
    assert next_visit == set(NEWSLETTER.values())


async def test_the_same_source_again_and_clicks_within_the_site_tell_no_new_source(
    demo_site: str, tmp_path: Path
) -> None:
    async with turned_proxy(demo_site, PLAN, tmp_path) as proxy, visitor() as client:
        await get(client, proxy.url + MAIL)
        await get(client, proxy.url + MAIL)
        await get(client, f"{proxy.url}/contact/", headers={"Referer": proxy.url + MAIL})
        await get(client, f"{proxy.url}/", headers={"Referer": f"{proxy.url}/contact/"})
        kinds = [event.kind for event in await proxy.events()]

    assert kinds.count(Kind.SESSION_STARTED) == 1
    assert kinds.count(Kind.PAGE_VIEWED) == 4
    assert Kind.TOUCH_ADDED not in kinds


async def test_a_landing_page_that_is_moved_loses_no_source(demo_site: str, tmp_path: Path) -> None:
    async with turned_proxy(demo_site, PLAN, tmp_path) as proxy, visitor() as client:
        moved = f"{proxy.url}/contact?utm_source=nieuwsbrief"
        async with client.get(moved, allow_redirects=False) as response:
            assert response.status == 301
            await response.read()
            assert "private" in response.headers["Cache-Control"]
        seen = await contact(client, proxy)
        (started,) = await told(proxy, Kind.SESSION_STARTED)
        viewed = await told(proxy, Kind.PAGE_VIEWED)

    assert seen == set(NEWSLETTER.values())
    assert started["source"] == "nieuwsbrief"
    assert [view["path"] for view in viewed] == ["/contact/"]


async def test_an_off_site_campaign_s_number_is_on_no_page(demo_site: str, tmp_path: Path) -> None:
    flyer = "+31100199788"
    assert flyer in {row.number.e164 for row in PLAN.numbers}
    async with turned_proxy(demo_site, PLAN, tmp_path) as proxy, visitor() as client:
        for query in ("?utm_source=flyer", "?utm_campaign=flyer&utm_medium=print"):
            page = await get(client, f"{proxy.url}/contact/{query}")
            assert flyer not in text_numbers(page) + link_numbers(page)
