"""From an ad to a call, a lead and a report: webhooks on the edge, people in browsers."""

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests.e2e import office
from tests.e2e.editor import Editor
from tests.e2e.stage import Stage, no_problems, until
from tests.e2e.stage import stage as running_stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MENU = "Calls"
KEYWORD = "=cmd plafond"
ADVERTISEMENT = "/?gclid=EAIaIQ&utm_source=google&utm_medium=cpc&utm_term=%3Dcmd+plafond"
CALLER, SHOWN = "+31612345678", "06 12345678"
OTHER, OTHER_SHOWN = "+31687654321", "06 87654321"
DIGITS = "612345678"
"""Of the caller, in whatever form."""


@pytest.fixture(scope="module")
def stage(
    chromium: Browser, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Run the demo of a firm that spends on ads."""
    folder = tmp_path_factory.mktemp("calls") / "var"
    shutil.copytree(demo_folder, folder)
    office.furnish(folder)
    with running_stage(chromium, folder) as found:
        yield found


@pytest.fixture
def editor(stage: Stage) -> Iterator[Editor]:
    """Log in. What browsers complain of until the test ends, fails it."""
    with stage.editor() as found:
        yield found
    no_problems(stage)


@pytest.fixture(scope="module")
def called(stage: Stage) -> str:
    """Come by an ad, read two pages, call; give the number that was called.

    Wagtail has heard of it when it is in the listing of calls.
    """
    with stage.guest() as guest:
        number = min(guest.numbers(ADVERTISEMENT) & stage.leased())
        guest.page.goto("/contact/")
    call = stage.carrier.call(number, CALLER)
    call.rings()
    call.is_answered()
    call.ends()
    with stage.editor() as editor:
        until_settled(editor.page, SHOWN)
    return number


def until_settled(page: Page, caller: str) -> None:
    """Look at the listing until a call is over, and it is known whose it was."""
    row = page.locator("main tbody tr").filter(has_text=caller)

    def is_settled() -> bool:
        page.goto("/cms/calltrack_calls/")
        return row.filter(has_text="Paid search").is_visible()

    until(page, is_settled, "the call is never known to come from the ad")


def opens_call(editor: Editor) -> None:
    editor.opens("Calls", MENU)
    row = editor.page.locator("main tbody tr").filter(has_text=SHOWN)
    row.get_by_role("link").first.click()
    expect(editor.page.get_by_role("heading", name="What happened")).to_be_visible()


def opens_lead(editor: Editor) -> None:
    opens_call(editor)
    editor.page.get_by_role("link", name="Open the lead").click()
    expect(editor.page.get_by_role("heading", name="Journey")).to_be_visible()


def test_a_call_rings_runs_and_ends_on_the_dashboard_and_is_a_lead_in_the_inbox(
    stage: Stage, editor: Editor
) -> None:
    page = editor.page
    editor.opens("Dashboard", MENU)
    expect(page.get_by_text("Nobody is calling now.")).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    with stage.guest() as guest:
        number = min(guest.numbers("/") & stage.leased())

    call = stage.carrier.call(number, OTHER)
    connected = call.rings()["connect"]
    row = page.locator("[data-rows=now] li").filter(has_text=OTHER_SHOWN)
    expect(row).to_contain_text("Ringing")
    expect(page.locator("[data-status]")).to_have_text("1 call rings.")
    call.is_answered()
    expect(row).to_contain_text("In progress")
    call.ends()
    expect(row).to_have_count(0)
    last = page.locator("[data-rows=last] tr").filter(has_text=OTHER_SHOWN)
    expect(last).to_contain_text("Answered")

    assert page.evaluate("window.isTheSamePage")
    assert re.fullmatch(r"\+31\d{9}", connected)
    assert connected != number
    editor.opens("Leads", MENU)
    expect(editor.row(OTHER_SHOWN)).to_contain_text("New")


@pytest.mark.slow
def test_the_journey_tells_what_happened_in_order(editor: Editor, called: str) -> None:
    opens_lead(editor)

    expect(editor.page.locator(".ct-first")).to_contain_text(f"keyword «{KEYWORD}»")
    expect(editor.page.locator(".ct-first")).to_contain_text("first page: /")
    told = editor.page.locator(".ct-timeline").inner_text()
    steps = ["Visit", "Paid search · google", KEYWORD, "/contact/", "Numbers shown:", "Called 0"]
    places = [told.find(step) for step in [*steps, "ANSWERED", SHOWN, "Google Ads"]]
    assert -1 not in places, told
    assert places == sorted(places)
    digits = re.sub(r"\D", "", told.partition("Called ")[2].partition("\n")[0])
    assert digits.startswith(f"0{called.removeprefix('+31')}")


@pytest.mark.slow
@pytest.mark.usefixtures("called")
def test_a_category_that_is_set_by_hand_stays_and_the_sheet_of_calls_reckons_nothing(
    editor: Editor,
) -> None:
    opens_lead(editor)
    editor.fills({"Name": "=1+1"})
    editor.saves("Save")
    opens_call(editor)
    editor.ticks(office.CATEGORY)
    editor.saves("Save categories")
    expect(editor.page.get_by_role("checkbox", name=office.CATEGORY)).to_be_checked()

    editor.opens("Calls", MENU)
    expect(editor.row("=1+1")).to_contain_text(SHOWN)
    sheet = downloaded(editor.page)

    rows = list(csv.DictReader(sheet.splitlines()))
    (row,) = (one for one in rows if DIGITS in re.sub(r"\D", "", one["Caller"]))
    cells = [cell for one in rows for cell in one.values()]
    assert (row["Keyword"], row["Categories"]) == (f"'{KEYWORD}", f"'{office.CATEGORY}")
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def downloaded(page: Page) -> str:
    """Download the listing as CSV, by its menu; give the text."""
    page.get_by_role("navigation", name="Actions").get_by_role("button").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download CSV").click()
    return text_of(waiting.value)


def text_of(download: Download) -> str:
    return Path(download.path()).read_text(encoding="utf-8-sig")


@pytest.mark.slow
@pytest.mark.usefixtures("called")
def test_the_report_by_campaign_counts_the_call_and_what_it_cost(editor: Editor) -> None:
    editor.opens("Reports", MENU)
    editor.page.get_by_role("link", name="Campaign", exact=True).click()
    table = editor.page.get_by_role("region", name="Figures")
    row = table.get_by_role("row").filter(has=editor.page.get_by_role("rowheader", name="Google"))
    expect(row).to_have_count(1)

    heads = [one.strip() for one in table.locator("thead th").all_inner_texts()]
    cells = row.locator("th, td").all_inner_texts()

    figures = {head: cell.partition("\n")[0] for head, cell in zip(heads, cells, strict=True)}
    assert (figures["Calls"], figures["Cost per call"]) == ("1", "€ 90.00")


@pytest.mark.slow
@pytest.mark.usefixtures("called")
def test_somebody_who_may_not_see_callers_finds_no_number_in_any_form(
    stage: Stage, editor: Editor
) -> None:
    opens_lead(editor)
    paths = [editor.page.url]
    opens_call(editor)
    paths += [editor.page.url, *(f"/cms/calltrack_{name}/" for name in ("calls", "leads"))]
    paths += ["/cms/calltrack_dashboard/", "/cms/calltrack_dashboard/fragment/"]
    seen = {path: told(editor.page, path) for path in paths}
    seen["sheet"] = downloaded_at(editor.page)

    with stage.editor(office.COLLEAGUE, office.PASSWORD) as colleague:
        masked = {path: told(colleague.page, path) for path in paths}
        masked["sheet"] = downloaded_at(colleague.page)

    unnamed = {path for path in seen if not has_digits(seen[path])}
    assert unnamed <= {"/cms/calltrack_leads/"}  # a lead with a name shows that
    assert [path for path in masked if has_digits(masked[path])] == []
    assert "06 •• •• •• 78" in masked["/cms/calltrack_calls/"]


def told(page: Page, path: str) -> str:
    """Give all of a page that is sent, not only what is seen."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok
    return f"{page.url}\n{answer.text()}"


def downloaded_at(page: Page) -> str:
    page.goto("/cms/calltrack_calls/")
    return downloaded(page)


def has_digits(text: str) -> bool:
    """Look for the caller's digits, whatever stands between them."""
    return DIGITS in re.sub(r"\D", "", text)
