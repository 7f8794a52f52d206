"""Tabs, pages that a browser keeps (bfcache), and pages that it loads before anybody asks for them.

Playwright's debugger forbids Chromium to prerender, so that page is driven by its own script in a
browser that nothing is attached to, and tells the site what it saw.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.e2e.conftest import FLAGS
from tests.e2e.edges import FIREFOX
from tests.e2e.snippet_site.pages import AMSTERDAM, BOTH
from tests.e2e.snippet_site.pages import page as written
from tests.e2e.snippet_site.reading import changed
from tests.e2e.snippet_site.server import Page as Document
from tests.e2e.snippet_site.stand import Stand, Way, stand
from tests.outside import program, wait_until

pytestmark = pytest.mark.browser

BEFORE = """
<script type=speculationrules>
{"prerender": [{"urls": ["/next"], "eagerness": "immediate"}]}
</script>
<script>
(async () => {
  while (!(await fetch("/ready")).ok) await new Promise((done) => setTimeout(done, 50));
  location.href = "/next";
})();
</script>"""
"""Goes on to the next page when the test says so."""
ASK = "/_calltrack/page"
NEXT = """
<script>
const tell = (what) => fetch("/told?" + new URLSearchParams(what), {method: "POST"});
addEventListener("load", () => setTimeout(() => tell({loaded: document.prerendering}), 200));
document.addEventListener("calltrack:numbers", () =>
  tell({text: document.getElementById("one").textContent}));
</script>"""


@pytest.fixture(scope="module")
def keeping(playwright: Playwright) -> Iterator[Browser]:
    """Start a Chromium that keeps pages for the way back, as it does for people."""
    browser = playwright.chromium.launch(
        executable_path=program("chromium", "chromium"),
        args=list(FLAGS),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Run the site and its edge."""
    with stand(Way.FORWARDED, tmp_path_factory.mktemp("stand")) as running:
        yield running


def test_two_tabs_opened_at_once_are_one_session(chromium: Browser, stood: Stand) -> None:
    before, sessions = stood.held(), len(stood.events("session.started"))
    with stood.window(chromium) as window:
        tabs = [window.new_page(), window.new_page()]
        for tab in tabs:
            tab.goto("/page", wait_until="commit")
        numbers = [changed(tab.locator("#one"), AMSTERDAM) for tab in tabs]

    assert len(set(numbers)) == 1
    assert len(stood.held() - before) == 2  # of two branches
    assert len(stood.recorded("session.started", 1, after=sessions)) == 1
    assert stood.problems == []


def test_a_page_that_comes_back_from_the_cache_shows_its_session_s_number(
    keeping: Browser, stood: Stand
) -> None:
    with stood.window(keeping) as window:
        page = window.new_page()
        page.goto("/")
        page.evaluate(
            "addEventListener('pageshow', e => { document.title = `back ${e.persisted}` })"
        )
        number = changed(page.locator("#one"), AMSTERDAM)
        page.click("#next")
        page.wait_for_url("**/page")
        next_number = changed(page.locator("#one"), AMSTERDAM)
        asks = len(stood.site.asked("page"))
        page.evaluate("void history.back()")
        page.wait_for_function("document.title.startsWith('back')")
        title = page.title()
        wait_until(lambda: len(stood.site.asked("page")) > asks, "the page that came back is mute")
        again = changed(page.locator("#one"), AMSTERDAM)

    assert title == "back true"
    assert number == next_number == again
    assert stood.problems == []


def test_a_prerendered_page_asks_for_nothing_until_somebody_sees_it(
    stood: Stand, tmp_path: Path
) -> None:
    site = stood.site
    site.pages["/before"] = Document(f"<!doctype html>{BEFORE}")
    site.pages["/next"] = Document(written(stood.snippet, BOTH, head=NEXT))
    log = site.log
    log.clear()
    command = [
        *(program("chromium", "chromium"), "--headless", *FLAGS, f"--user-agent={FIREFOX}"),
        *(f"--user-data-dir={tmp_path}", f"{stood.address}/before"),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as alone:
        try:
            wait_until(lambda: "/told?loaded=true" in log, "the page was not prerendered")
            asked_unseen = ASK in log
            site.pages["/ready"] = Document("")
            wait_until(lambda: any("?text=" in path for path in log), "no number was shown")
        finally:
            alone.terminate()
    (text, *_) = [path for path in log if "?text=" in path]

    assert not asked_unseen
    assert ASK in log
    assert "Amsterdam" in text
    assert "123+45+67" not in text
