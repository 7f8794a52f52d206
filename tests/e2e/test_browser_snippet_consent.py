"""A site that has to ask: nothing is leased or stored before the yes, and nothing stays after a no.

Three tools are played: one that sends our event, one that speaks TCF 2.2, and Google Consent Mode.
The campaign of the newsletter has numbers of its own: they are shown before the yes, too.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from calltrack.cookie import NAME_PREFIX
from calltrack.plan import Consent
from tests.calltrack.plans import SITE
from tests.e2e.firm import MAIL_NUMBERS, firm_plan, pool_numbers
from tests.e2e.snippet_site.pages import AMSTERDAM
from tests.e2e.snippet_site.reading import changed, number_of
from tests.e2e.snippet_site.stand import Stand, Way, stand

pytestmark = pytest.mark.browser

AMSTERDAM_POOL = set(pool_numbers(40)[0])
TOOLS = ("event", *(pytest.param(name, marks=pytest.mark.slow) for name in ("tcf", "mode")))
MAIL = "?utm_source=nieuwsbrief&utm_medium=email"


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Run a site that has to ask, and its edge."""
    plan = firm_plan(40, sites=(replace(SITE, consent=Consent.REQUIRED),))
    with stand(Way.FORWARDED, tmp_path_factory.mktemp("stand"), plan=plan) as running:
        yield running


def stored(page: Page) -> int:
    """Say how much of ours the browser keeps: cookies, and what scripts can store."""
    context: BrowserContext = page.context
    ours = [one for one in context.cookies() if one["name"].startswith(NAME_PREFIX)]
    return len(ours) + int(page.evaluate("localStorage.length"))


def say(page: Page, *, yes: bool) -> None:
    """Answer the tool's question, and wait until the edge has been told."""
    with page.expect_response("**/_calltrack/page"):
        page.evaluate(f"say({'true' if yes else 'false'})")


@pytest.mark.parametrize("tool", TOOLS)
def test_numbers_come_with_the_yes_and_go_with_the_no(
    tool: str, chromium: Browser, stood: Stand
) -> None:
    before = stood.held()
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto(f"/consent/{tool}")
        page.wait_for_load_state("networkidle")
        unasked, kept, held = page.locator("#one").inner_text(), stored(page), stood.held()
        say(page, yes=True)
        number = changed(page.locator("#one"), AMSTERDAM)
        held_after, kept_after = stood.held(), stored(page)
        say(page, yes=False)
        expect(page.locator("#one")).to_contain_text(AMSTERDAM)
        expect(page.locator("#one a")).to_have_attribute("href", "tel:+31201234567")
        kept_at_last = stored(page)
        page.goto(f"/consent/{tool}?later")
        page.wait_for_load_state("networkidle")
        later = page.locator("#one").inner_text()

    assert AMSTERDAM in unasked
    assert (kept, held) == (0, before)
    assert number in AMSTERDAM_POOL & held_after
    assert kept_after > 0
    assert AMSTERDAM in later
    assert kept_at_last == 0
    assert stood.problems == []


def test_the_session_is_over_with_the_no(chromium: Browser, stood: Stand) -> None:
    ended = len(stood.events("lease.ended"))
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto("/consent/event")
        page.wait_for_load_state("networkidle")
        say(page, yes=True)
        number = changed(page.locator("#one"), AMSTERDAM)
        say(page, yes=False)
        expect(page.locator("#one")).to_contain_text(AMSTERDAM)
        say(page, yes=True)
        again = changed(page.locator("#one"), AMSTERDAM)

    released = [e["number"] for e in stood.recorded("lease.ended", 2, after=ended)]
    started = {e["session"] for e in stood.events("lease.given") if e["number"] in (number, again)}
    assert number in released
    assert len(started) == 2
    assert stood.problems == []


@pytest.mark.parametrize("tool", TOOLS)
def test_a_source_is_kept_until_the_yes_and_its_numbers_are_shown_before(
    tool: str, chromium: Browser, stood: Stand
) -> None:
    before = len(stood.events("session.started"))
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto(f"/consent/{tool}{MAIL}")
        shown = changed(page.locator("#one"), AMSTERDAM)
        kept = stored(page)
        with page.expect_response("**/_calltrack/page"):
            page.evaluate("history.pushState({}, '', '/page')")
        say(page, yes=True)
        number = number_of(page.locator("#one"))

    (started,) = stood.recorded("session.started", 1, after=before)
    assert shown == number == MAIL_NUMBERS[0]
    assert kept == 0
    assert (started["source"], started["channel"]) == ("nieuwsbrief", "email")
    assert started["landing"] == f"/consent/{tool}{MAIL}"
    assert stood.problems == []
