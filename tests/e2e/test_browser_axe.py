"""Every screen of the plugin, looked at by axe: light and dark, with rows in it; and on a phone.

Each screen is opened once in a demo that runs, with visitors on its site and some days behind it.
Scripts that fail, and what the strict policy refuses, fail the test of the screen.
What Wagtail writes itself, out of our reach, is excluded: `WAGTAILS`, with what is wrong with each.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # has none
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e import office
from tests.e2e.editor import Editor
from tests.e2e.screens import CALLS, SETTING_UP, Screen
from tests.e2e.stage import LOOK_MS, Stage, no_problems
from tests.e2e.stage import stage as running_stage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

WAGTAILS = {
    "a[href*=describe_on_delete]": "how often a row is used: the link is not underlined",
    ".public-DraftEditor-content": "the box of the rich text editor has no name",
    "[id^=body-][id$=-value]": "nor has that of a block in a StreamField",
    "h2[role=alert]": "how many rows a filter leaves: a heading is no alert",
    ".w-minimap__list": "the page's list of fields scrolls, and takes no focus",
}
SETTLED = """Promise.all(document.getAnimations().filter(one => one instanceof CSSTransition)
    .map(one => one.finished.catch(() => null)))"""
WIDE = """() => [...document.querySelectorAll('main *')].filter(one => {
    const fits = element => element.getBoundingClientRect().right <= innerWidth + 1;
    const wagtails = '.w-minimap, .w-panel__header, .w-header, .form-side, .footer__container';
    if (fits(one) || !one.checkVisibility() || one.closest(wagtails)) return false;
    for (let up = one.parentElement; up.tagName !== 'MAIN'; up = up.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX) && fits(up)) return false;
    return true;
}).map(one => one.outerHTML.slice(0, 120))"""
"""What a phone shows only a part of, and no box lets you scroll to."""
PHONE: ViewportSize = {"width": 375, "height": 812}
MOVED_MS = 3_000


@pytest.fixture(scope="module")
def stage(
    chromium: Browser, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Run the demo; two visitors come."""
    folder = tmp_path_factory.mktemp("axe") / "var"
    shutil.copytree(demo_folder, folder)
    office.furnish(folder, "--month")
    with running_stage(chromium, folder) as found:
        for path in ("/?gclid=abc", "/rotterdam/"):
            with found.guest() as guest:
                guest.page.goto(path)
        yield found


@pytest.fixture(scope="module")
def editor(stage: Stage) -> Iterator[Editor]:
    """Log in once; wait until Wagtail has heard of the visitors."""
    with stage.editor() as found:
        found.page.goto("/cms/calltrack_live/")
        expect(found.page.locator("[data-rows] tr").first).to_be_visible()
        yield found


LISTINGS = ["campaigns", "numbers", "vestigingen", "placeholders", "sections", "sites", "tokens"]
FITS = "one => one.scrollWidth <= one.clientWidth || getComputedStyle(one).overflowX == 'auto'"


@pytest.mark.parametrize("open_it", SETTING_UP)
def test_axe_has_nothing_against(stage: Stage, editor: Editor, open_it: Screen) -> None:
    open_it(editor.page)

    assert violations_by_day_and_night(editor.page) == ([], [])
    stage.problems.clear()  # Wagtail's own editors write scripts into their pages


@pytest.mark.parametrize("open_it", CALLS)
def test_axe_has_nothing_against_and_a_phone_shows_all(
    stage: Stage, editor: Editor, open_it: Screen
) -> None:
    open_it(editor.page)

    assert violations_by_day_and_night(editor.page) == ([], [])
    with as_on_a_phone(editor.page):
        assert too_wide(editor.page) == []
    no_problems(stage)


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_loses_no_column_on_a_phone(editor: Editor, name: str) -> None:
    with as_on_a_phone(editor.page):
        editor.page.goto(f"/cms/calltrack_{name}/")

        assert editor.page.locator("#listing-results").evaluate(FITS)


@contextmanager
def as_on_a_phone(page: Page) -> Iterator[None]:
    wide = page.viewport_size
    assert wide is not None
    page.set_viewport_size(PHONE)
    try:
        yield
    finally:
        page.set_viewport_size(wide)


def too_wide(page: Page) -> list[str]:
    """Say what does not fit, once the menu has moved away."""
    found: list[str] = page.evaluate(WIDE)
    for _ in range(MOVED_MS // LOOK_MS):  # what a page may not eval, nobody waits for in it
        if not found:
            break
        page.wait_for_timeout(LOOK_MS)
        found = page.evaluate(WIDE)
    return found


def violations_by_day_and_night(page: Page) -> tuple[list[str], list[str]]:
    page.emulate_media(color_scheme="light")
    light = violations(page)
    page.emulate_media(color_scheme="dark")
    return light, violations(page)


def violations(page: Page) -> list[str]:
    """Ask axe when colours have changed; give a line for each element it has something against."""
    page.evaluate(SETTLED)
    context: Any = {"exclude": [[one] for one in WAGTAILS]}
    found = Axe().run(page, context).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]
