"""Content that comes late: what React and Vue render again, shadow roots, 5,000 nodes at once.

The site's own server hands `/_calltrack/` on to the edge, so that what is asked can be counted.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.e2e.snippet_site.apps import app_pages
from tests.e2e.snippet_site.pages import AMSTERDAM, NODES, ROTTERDAM
from tests.e2e.snippet_site.reading import WATCH, changed, number_of, shift
from tests.e2e.snippet_site.stand import Stand, Way, stand

pytestmark = pytest.mark.browser

FORWARDING = "tel:+31201234567"
SPOTS = 200
"""An ask holds so many at most."""


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Run the site and its edge."""
    with stand(Way.FORWARDED, tmp_path_factory.mktemp("stand")) as running:
        yield running


@pytest.fixture(scope="module")
def apps(stood: Stand, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """Put the applications into the site."""
    stood.site.pages |= app_pages(stood.snippet, tmp_path_factory.mktemp("npm"))
    return stood


def tells_of_a_view(answer: Response) -> bool:
    """Say whether this answers an ask that told of a view."""
    return answer.url.endswith("/page") and '"view":true' in (answer.request.post_data or "")


@pytest.mark.parametrize("framework", ["react", pytest.param("vue", marks=pytest.mark.slow)])
def test_what_a_framework_renders_again_shows_the_number_again(
    framework: str, chromium: Browser, apps: Stand
) -> None:
    viewed = len(apps.events("page.viewed"))
    with apps.window(chromium) as window:
        page = window.new_page()
        page.goto(f"/{framework}")
        number = changed(page.locator("#link"), AMSTERDAM)
        for count in range(1, 4):
            page.click("#count")
            expect(page.locator("#head")).to_contain_text(f"{count} keer geteld")
            assert changed(page.locator("#head"), AMSTERDAM).startswith(number)
            expect(page.locator("#link")).not_to_have_attribute("href", FORWARDING)
            for row in page.locator("li").all():
                expect(row).not_to_contain_text(AMSTERDAM)
        rows = page.locator("main").inner_text()
        shown = []
        for place in ("#contact", "#home", "#contact"):
            with page.expect_response(tells_of_a_view):
                page.click("#go")
            if place == "#contact":
                shown.append(changed(page.locator(place), ROTTERDAM))
        link = page.locator("#link").get_attribute("href")

    assert AMSTERDAM not in rows
    assert link == f"tel:{number}"
    assert shown[0] == shown[1]
    assert {number, *shown} <= apps.held()
    paths = [view["path"] for view in apps.recorded("page.viewed", 4, after=viewed)]
    contact = f"/{framework}/contact"
    assert paths == [f"/{framework}", contact, f"/{framework}", contact]
    assert apps.problems == []


def test_five_thousand_nodes_at_once_show_it_and_are_asked_for_in_few_asks(
    chromium: Browser, stood: Stand
) -> None:
    with stood.window(chromium) as window:
        window.add_init_script(WATCH)
        page = window.new_page()
        page.goto("/many")
        number = changed(page.locator("#one"), AMSTERDAM)
        before = len(stood.site.asked("page"))
        page.click("#add")
        expect(page.locator("#many > :nth-child(1)")).not_to_contain_text(AMSTERDAM)
        expect(page.locator(f"#many > :nth-child({NODES - 99})")).not_to_contain_text(AMSTERDAM)
        rows = page.locator("#many").inner_text()
        moved = shift(page)
        asks = len(stood.site.asked("page")) - before

    digits = "".join(char for char in number if char.isdigit()).removeprefix("31")
    assert AMSTERDAM not in rows
    assert rows.replace(" ", "").replace("-", "").count(f"Bel0{digits}") == NODES // 100
    assert rows.count("van 2026") == NODES - NODES // 100
    assert asks <= 2
    assert moved == 0
    assert stood.problems == []


def test_open_shadow_roots_show_it_those_that_come_late_and_what_is_added_in_them(
    chromium: Browser, stood: Stand
) -> None:
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto("/shadow")
        number = changed(page.locator("#one"), AMSTERDAM)
        page.click("#add")
        cards = page.locator("call-card")
        expect(cards).to_have_count(2)
        shown = [changed(card.locator("a"), AMSTERDAM) for card in cards.all()]
        links = [card.locator("a").get_attribute("href") for card in cards.all()]
        cards.first.evaluate("card => card.more()")
        late = page.locator("call-card").first
        page.wait_for_function(
            "!document.querySelector('call-card').shadowRoot.textContent.includes('123 45 67')"
        )
        added = late.evaluate("card => card.shadowRoot.lastChild.data")

    assert shown == [number] * 2
    assert links == [f"tel:{number}"] * 2
    assert added.replace(" ", "").replace("-", "") == number.replace("+31", "0")
    assert stood.problems == []


def test_a_number_that_a_page_has_only_late_is_leased_when_it_comes(
    chromium: Browser, stood: Stand
) -> None:
    before = stood.held()
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto("/late-alone")
        page.wait_for_load_state("networkidle")
        held_before = stood.held()
        page.click("#open")
        changed(page.locator("#late"), AMSTERDAM)
        number = number_of(page.locator("#late a"))

    assert held_before == before
    assert number in stood.held() - before
    assert stood.problems == []
