"""Every screen of the plugin, and how it is opened in a demo that had visitors, calls and a month.

Each is a pytest.param, named after what a person sees.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor

Screen = Callable[[Page], object]

POOL_NUMBER = "020 - 019 94 17"
NUMBERS = "number;pool\n020-0199 610;amsterdam\n020-0199 417;amsterdam\n"
FAULTS = "number;pool\n020-0199 6;amsterdam\n020-0199 612;roterdam\n"
SPEND = "campaign;starts_on;ends_on;amount\ngoogle-ads;2026-11-16;2026-11-21;410,00\n"

PHONE_LOG = (
    "id;datum;van;naar;status;duur\n"
    "1;2-11-2026 14:05;0612345678;020-0199 417;beantwoord;1:05\n"
    "2;2-11-2026 14:06;201;020-0199 417;beantwoord;0:20\n"
)


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


def row(kind: str, found: str) -> Screen:
    """Open a listing, and of it the first row in which a text stands."""

    def open_row(page: Page) -> None:
        page.goto(f"/cms/calltrack_{kind}/")
        rows = page.locator("main tbody tr").filter(has_text=found)
        rows.locator("td.title a").first.click()
        expect(page.locator("main h2").first).to_be_visible()

    return open_row


def person_looked_for(page: Page) -> None:
    """Ask what is stored of somebody who called."""
    page.goto("/cms/calltrack_calls/")
    caller = page.locator("main td.ct-phone").filter(has_text="06 0").first.inner_text()
    page.goto("/cms/calltrack_privacy/person/")
    page.get_by_role("textbox", name="Phone").fill(caller.partition("\n")[0])
    page.get_by_role("button", name="Look what is stored").click()
    expect(page.get_by_role("heading", name="Erase", exact=True)).to_be_visible()


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


SETTING_UP = [
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
    screen("spend", at("calltrack_spend/")),
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

WHY = "calltrack_why/?url=http%3A%2F%2Flocalhost%2F"
REPORTS = ("source", "campaign", "keyword", "landing", "vestiging", "number", "pools")
CALLS = [
    screen("dashboard", at("calltrack_dashboard/")),
    screen("why this number, not asked yet", at("calltrack_why/")),
    screen("why this number", at(f"{WHY}&campaign=google-ads")),
    screen("why this number, of no page", at(f"{WHY}static%2Fnone.css")),
    screen("why this number, refused", at("calltrack_why/?url=https%3A%2F%2Fevil.example%2F")),
    screen("leads", at("calltrack_leads/")),
    screen("leads that were won", at("calltrack_leads/?state=won")),
    screen("lead", row("leads", "Paid search")),
    screen("lead's history", at("calltrack_leads/history/1/")),
    screen("leads to move on", bulk("lead", "state")),
    screen("calls", at("calltrack_calls/")),
    screen("calls that were missed", at("calltrack_calls/?status=missed")),
    screen("call that was answered", row("calls", "Target call")),
    screen("call that was missed", row("calls", "Missed")),
    screen("calls to be given a category", bulk("call", "category")),
    screen("calls to import", at("calltrack_calls/import/")),
    screen("preview of calls", upload("calls", PHONE_LOG)),
    screen("report by channel", at("calltrack_reports/")),
    *(screen(f"report by {name}", at(f"calltrack_reports/{name}/")) for name in REPORTS),
    screen(
        "report of days without a visit", at("calltrack_reports/?first=2020-01-01&last=2020-01-02")
    ),
    screen("categories", at("calltrack_categories/")),
    screen("category", at("calltrack_categories/edit/1/")),
    screen("call settings", at("calltrack_call_settings/")),
    screen("target rules", at("calltrack_target_rules/")),
    screen("target rule", at("calltrack_target_rules/new/")),
    screen("category rules", at("calltrack_category_rules/")),
    screen("category rule", at("calltrack_category_rules/new/")),
    screen("blocked callers", at("calltrack_blocked_callers/")),
    screen("blocked caller", at("calltrack_blocked_callers/new/")),
    screen("jobs", at("calltrack_jobs/")),
    screen("telephony accounts", at("calltrack_telephony/")),
    screen("telephony account", at("calltrack_telephony/edit/1/")),
    screen("what is stored", at("calltrack_privacy/")),
    screen("privacy settings", at("calltrack_privacy/settings/")),
    screen("a person, not asked yet", at("calltrack_privacy/person/")),
    screen("a person's data", person_looked_for),
]
