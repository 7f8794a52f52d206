"""Every screen of the plugin, looked at by axe: light and dark, with rows in it; lists on a phone.

Each screen is opened once in a demo that runs, with visitors on its site.
What Wagtail writes itself, out of our reach, is excluded: `WAGTAILS`, with what is wrong with each.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # has none
from playwright.sync_api import Browser, Page, expect

from tests.e2e.editor import Editor
from tests.e2e.stage import Stage
from tests.e2e.stage import stage as running_stage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

Screen = Callable[[Page], object]

WAGTAILS = {
    "a[href*=describe_on_delete]": "how often a row is used: the link is not underlined",
    ".public-DraftEditor-content": "the box of the rich text editor has no name",
    "[id^=body-][id$=-value]": "nor has that of a block in a StreamField",
    ".w-minimap__list": "the page's list of fields scrolls, and takes no focus",
}
SETTLED = """Promise.all(document.getAnimations().filter(one => one instanceof CSSTransition)
    .map(one => one.finished.catch(() => null)))"""
POOL_NUMBER = "020 - 019 94 17"
NUMBERS = "number;pool\n020-0199 610;amsterdam\n020-0199 417;amsterdam\n"
FAULTS = "number;pool\n020-0199 6;amsterdam\n020-0199 612;roterdam\n"
SPEND = "campaign;starts_on;ends_on;amount\ngoogle-ads;2026-11-16;2026-11-21;410,00\n"


@pytest.fixture(scope="module")
def stage(
    chromium: Browser, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Run the demo; two visitors come."""
    folder = tmp_path_factory.mktemp("axe") / "var"
    shutil.copytree(demo_folder, folder)
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


def at(path: str) -> Screen:
    return lambda page: page.goto(f"/cms/{path}")


def upload(kind: str, text: str) -> Screen:
    """Choose a file, and have its preview shown."""

    def open_preview(page: Page) -> None:
        page.goto(f"/cms/calltrack_{kind}/import/")
        file = {"name": "file.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.get_by_label("File").set_input_files(file)  # type: ignore[arg-type] # a TypedDict
        page.get_by_role("button", name="Show what would happen").click()
        expect(page.locator("main table").first).to_be_visible()

    return open_preview


def bulk(kind: str, action: str) -> Screen:
    return at(f"bulk/wagtail_calltrack/{kind}/calltrack_{action}/?id=1&id=2&next=/cms/")


def live_confirm(action: str) -> Screen:
    def open_confirm(page: Page) -> None:
        page.goto("/cms/calltrack_live/")
        page.locator(f"[data-rows] a[href*='/{action}/']").first.click()
        expect(page.locator("main form")).to_be_visible()

    return open_confirm


def token_made(page: Page) -> None:
    page.goto("/cms/calltrack_tokens/new/")
    page.get_by_role("textbox", name="Name").fill("proxy 2, Amsterdam")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text("calltrack_").first).to_be_visible()


def campaign_tested(page: Page) -> None:
    page.goto("/cms/calltrack_campaigns/edit/1/")
    Editor(page).tests_arrival("http://localhost/?utm_source=google&utm_medium=cpc")


def looked_for_numbers(page: Page) -> None:
    page.goto("/cms/calltrack_findings/")
    page.get_by_role("button", name="Look now").first.click()
    expect(page.locator(".messages .success").first).to_be_visible()


def modal(page: Page) -> None:
    """Open the modal of the rich text editor."""
    editor = Editor(page)
    editor.opens_page("Van Dam Plafonds")
    editor.types("Bel nu")
    page.keyboard.press("Shift+ArrowLeft")
    page.locator("button[name=CALLTRACK_NUMBER]").first.click()
    expect(page.locator(".modal-body form")).to_be_visible()


def refused(page: Page) -> None:
    """Save a page with a pool's number typed in."""
    editor = Editor(page)
    editor.opens_page("Van Dam Plafonds")
    editor.types(f"Bel {POOL_NUMBER} ")
    editor.saves_draft()
    expect(page.get_by_text("is a tracking number").first).to_be_visible()


def screen(name: str, open_it: Screen) -> Any:
    return pytest.param(open_it, id=name)


SCREENS = [
    screen("health", at("calltrack_health/")),
    screen("home, which may have alarms", at("")),
    screen("live list", at("calltrack_live/")),
    screen("live list that found nothing", at("calltrack_live/?q=999999")),
    screen("take a number back", live_confirm("release")),
    screen("take a number out of use", live_confirm("disable")),
    screen("campaigns", at("calltrack_campaigns/")),
    screen("campaign", at("calltrack_campaigns/edit/1/")),
    screen("campaign with static numbers", at("calltrack_campaigns/edit/2/")),
    screen("new campaign", at("calltrack_campaigns/new/")),
    screen("campaign tested", campaign_tested),
    screen("campaign looked at", at("calltrack_campaigns/inspect/1/")),
    screen("campaign's history", at("calltrack_campaigns/history/1/")),
    screen("campaign to delete", at("calltrack_campaigns/delete/4/")),
    screen("test box", at("calltrack_campaigns/test/?url=http%3A%2F%2Flocalhost%2F%3Fgclid%3D1")),
    screen("new off-site campaign", at("calltrack_campaigns/off-site/")),
    screen("off-site campaign's number", at("calltrack_campaigns/off-site/4/")),
    screen("campaigns to pause", bulk("campaign", "pause")),
    screen("numbers", at("calltrack_numbers/")),
    screen("number", at("calltrack_numbers/edit/1/")),
    screen("numbers to import", at("calltrack_numbers/import/")),
    screen("preview of numbers", upload("numbers", NUMBERS)),
    screen("preview of numbers with faults", upload("numbers", FAULTS)),
    screen("numbers to disable", bulk("trackingnumber", "disable")),
    screen("numbers to move", bulk("trackingnumber", "move")),
    screen("rent of numbers", bulk("trackingnumber", "rent")),
    screen("pools", at("calltrack_pools/")),
    screen("pool", at("calltrack_pools/edit/1/")),
    screen("vestigingen", at("calltrack_vestigingen/")),
    screen("vestiging", at("calltrack_vestigingen/edit/1/")),
    screen("placeholders", at("calltrack_placeholders/")),
    screen("placeholder", at("calltrack_placeholders/edit/1/")),
    screen("sections", at("calltrack_sections/")),
    screen("section", at("calltrack_sections/edit/1/")),
    screen("spend, empty", at("calltrack_spend/")),
    screen("new spend", at("calltrack_spend/new/")),
    screen("spend to import", at("calltrack_spend/import/")),
    screen("preview of spend", upload("spend", SPEND)),
    screen("sites", at("calltrack_sites/")),
    screen("site", at("calltrack_sites/edit/1/")),
    screen("organisation", at("calltrack_organisation/")),
    screen("organisation's form", at("calltrack_organisation/edit/1/")),
    screen("numbers in content", looked_for_numbers),
    screen("edge tokens", at("calltrack_tokens/")),
    screen("edge token made", token_made),
    screen("preview as a visitor", at("calltrack_preview/7/?campaign=google-ads")),
    screen("group with its sites", at("groups/edit/1/")),
    screen("tracked number's modal", modal),
    screen("page with a refused number", refused),
]


LISTINGS = ["campaigns", "numbers", "vestigingen", "placeholders", "sections", "sites", "tokens"]
FITS = "one => one.scrollWidth <= one.clientWidth || getComputedStyle(one).overflowX == 'auto'"


@pytest.mark.parametrize("open_it", SCREENS)
def test_axe_has_nothing_against(editor: Editor, open_it: Screen) -> None:
    editor.page.emulate_media(color_scheme="light")
    open_it(editor.page)

    light = violations(editor.page)
    editor.page.emulate_media(color_scheme="dark")
    dark = violations(editor.page)

    assert (light, dark) == ([], [])


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_loses_no_column_on_a_phone(editor: Editor, name: str) -> None:
    wide = editor.page.viewport_size
    editor.page.set_viewport_size({"width": 375, "height": 812})
    editor.page.goto(f"/cms/calltrack_{name}/")

    fits = editor.page.locator("#listing-results").evaluate(FITS)

    assert fits
    assert wide is not None
    editor.page.set_viewport_size(wide)


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
