"""Where the edge fails the page shows its own numbers, and no script complains.

A browser itself notes in its console that an address did not answer; nothing else may stand there.
JavaScript off behind the proxy, and a strict policy, are no failures: the numbers are there.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.firm import pool_numbers
from tests.e2e.snippet_site.pages import AMSTERDAM, ROTTERDAM
from tests.e2e.snippet_site.reading import WATCH, changed, number_of, shift
from tests.e2e.snippet_site.server import Mishap
from tests.e2e.snippet_site.stand import Stand, Way, stand

pytestmark = pytest.mark.browser

ROTTERDAM_POOL = pool_numbers(40)[1]
QUICK = (Mishap.GONE, Mishap.HELD)


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Run the site and its edge."""
    with stand(Way.FORWARDED, tmp_path_factory.mktemp("stand")) as running:
        yield running


@pytest.fixture
def mishap(request: pytest.FixtureRequest, stood: Stand) -> Iterator[Mishap]:
    """Let each ask end so."""
    found: Mishap = request.param
    stood.site.held.clear()
    stood.site.mishap = found
    yield found
    stood.site.release()


def is_original(page: Page) -> bool:
    """Say whether a page shows its own numbers, all of them."""
    hrefs = page.locator("a[href^='tel:']").evaluate_all("all => all.map(a => a.href)")
    texts = page.locator("body").inner_text()
    return hrefs == ["tel:+31201234567"] and AMSTERDAM in texts and ROTTERDAM in texts


@pytest.mark.parametrize(
    "mishap",
    [
        pytest.param(one, id=one.name.lower(), marks=() if one in QUICK else pytest.mark.slow)
        for one in Mishap
    ],
    indirect=True,
)
def test_a_page_whose_ask_fails_shows_its_own_numbers_and_the_next_one_is_well(
    mishap: Mishap, chromium: Browser, stood: Stand
) -> None:
    with stood.window(chromium) as window:
        window.add_init_script(WATCH)
        page = window.new_page()
        page.goto("/page")  # its load event is waited for: what is held does not hold it up
        if mishap is not Mishap.HELD:
            page.wait_for_load_state("networkidle")
        original = is_original(page)
        moved = shift(page)
        stood.site.release()
        if mishap is not Mishap.HELD:  # that is only slow: its answer comes to this very page
            page.goto("/page")
        number = changed(page.locator("#one"), AMSTERDAM)

    assert original
    assert moved == 0
    assert number in stood.held()
    assert stood.problems == []


@pytest.mark.slow
def test_an_edge_that_is_killed_leaves_each_further_page_as_it_is(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with stand(Way.OWN_PORT, tmp_path_factory.mktemp("killed")) as stood:
        with stood.window(chromium) as window:
            page = window.new_page()
            page.goto("/late")
            number = changed(page.locator("#one"), AMSTERDAM)
            stood.kill()
            page.click("#open")
            expect(page.locator("#late")).to_be_visible()
            with window.expect_page() as opened:
                page.evaluate("void open('/page')")
            tab = opened.value
            tab.wait_for_load_state("networkidle")
            shown = [number_of(tab.locator("#one")), number_of(page.locator("#late a"))]
        with stood.window(chromium) as window:  # somebody who has nothing stored
            page = window.new_page()
            page.goto("/page")
            page.wait_for_load_state("networkidle")
            original = is_original(page)

    assert original
    assert shown[0] in (number, "+31201234567")  # what was told holds as long as it was to
    assert shown[1] == "+31101234567" or shown[1] in ROTTERDAM_POOL
    assert stood.problems == []


def test_a_strict_policy_with_a_nonce_and_trusted_types_is_kept(
    chromium: Browser, stood: Stand
) -> None:
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto("/strict")
        number = changed(page.locator("#one"), AMSTERDAM)
        changed(page.locator("#two"), ROTTERDAM)
        link = page.locator("#one a").get_attribute("href")

    assert link == f"tel:{number}"
    assert stood.problems == []  # a violation is told in the console


def test_without_javascript_the_proxy_has_put_the_numbers_in(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        stand(Way.BEHIND, tmp_path_factory.mktemp("behind")) as stood,
        stood.window(chromium, java_script_enabled=False) as window,
    ):
        page = window.new_page()
        page.goto("/all")
        number = number_of(page.locator("#one"))
        link = page.locator("#one a").get_attribute("href")
        held = stood.held()

    assert number in held
    assert link == f"tel:{number}"
    assert stood.problems == []
