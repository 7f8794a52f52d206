"""Screens that show something by themselves, in a real browser: tests, copies, lists, health."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.users.models import UserProfile

from tests.e2e.editor import Editor
from tests.e2e.stage import PATIENCE_MS, Stage, no_problems, until
from tests.e2e.stage import stage as running_stage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(autouse=True, scope="session")
def a_loop_runs_beside_the_tests() -> Iterator[None]:
    """Playwright keeps one in this thread, and Django would make no queries beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def stage(
    chromium: Browser, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Run the demo."""
    folder = tmp_path_factory.mktemp("screens") / "var"
    shutil.copytree(demo_folder, folder)
    with running_stage(chromium, folder) as found:
        yield found


@pytest.fixture
def editor(stage: Stage) -> Iterator[Editor]:
    """Log in. What browsers complain of until the test ends, fails it."""
    with stage.editor() as found:
        yield found
    no_problems(stage)


def test_the_test_box_tells_which_campaign_an_address_belongs_to(editor: Editor) -> None:
    editor.opens("Campaigns")
    editor.page.get_by_role("link", name="Test a URL and referrer").click()
    editor.field("Address of the page").fill("http://localhost/?gclid=abc&utm_medium=email")

    editor.page.get_by_role("button", name="Test", exact=True).click()

    told = editor.page.get_by_role("heading", name="This visitor belongs to «Google Ads»")
    expect(told).to_be_visible()


def test_the_test_box_of_a_form_knows_a_rule_that_is_not_saved_yet(editor: Editor) -> None:
    address = "http://localhost/?utm_campaign=spring-2027"
    editor.opens_campaign("Newsletter")
    expect(editor.tests_arrival(address)).to_contain_text("This visitor belongs to «Everybody»")

    editor.adds_rule("spring-*")
    answer = editor.tests_arrival(address)

    expect(answer).to_contain_text("This visitor belongs to «Newsletter»")
    editor.page.reload()
    expect(editor.tests_arrival(address)).to_contain_text("This visitor belongs to «Everybody»")


def test_an_off_site_campaign_shows_a_number_of_its_own_to_copy(editor: Editor) -> None:
    editor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    number = editor.makes_off_site("Poster at the station")
    first = number.inner_text()

    editor.page.get_by_role("button", name="Copy").first.click()

    def is_copied() -> bool:
        return str(editor.page.evaluate("navigator.clipboard.readText()")) == first

    until(editor.page, is_copied, "nothing was copied")
    assert re.fullmatch(r"0\d\d 019 \d{4}", first)
    assert editor.makes_off_site("Poster at the market").inner_text() != first


def test_the_form_of_a_site_shows_its_line_of_html_to_copy(editor: Editor) -> None:
    editor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    editor.opens("Sites")
    editor.page.get_by_role("link", name="van-dam").first.click()

    editor.page.get_by_role("button", name="Copy", exact=True).click()

    def copied() -> str:
        return str(editor.page.evaluate("navigator.clipboard.readText()"))

    until(editor.page, lambda: bool(copied()), "nothing was copied")
    assert copied() == '<script src="/_calltrack/snippet.js" async></script>'


def test_a_visitor_s_number_appears_in_the_live_list_by_itself_and_is_taken_back(
    stage: Stage, editor: Editor
) -> None:
    editor.opens("Live numbers")
    editor.page.evaluate("window.isTheSamePage = true")
    with stage.guest() as guest:
        mine = guest.numbers("/") & stage.leased()
        number = min(mine)

        row = editor.page.locator(f"#number-{number.removeprefix('+')}")
        expect(row).to_be_visible()
        assert editor.page.evaluate("window.isTheSamePage")
        row.get_by_role("link", name="Release").click()
        editor.page.get_by_role("button", name="Yes, release it").click()
        editor.is_told_it_went_well()

        until(guest.page, lambda: number not in guest.numbers("/"), "the number stays theirs")
        assert mine - {number} <= guest.numbers("/")


def test_a_page_tells_why_each_of_its_numbers_is_shown_or_left_alone(editor: Editor) -> None:
    editor.opens("Why this number?")
    editor.field("Address of the page").fill(editor.page.url.partition("cms/")[0])
    editor.field("Click id").select_option(label="gclid")

    editor.page.get_by_role("button", name="Tell why").click()

    shown = editor.page.get_by_role("region", name="What this visitor sees").locator("tbody tr")
    expect(shown.first).to_contain_text("a number of the visitor's own, here one of the pool")
    expect(shown.first).to_contain_text("Google Ads")
    expect(shown.first.locator("code")).to_contain_text("> a")
    expect(editor.page.get_by_text("Places for a number:")).to_be_visible()


def test_health_is_all_done_once_a_visitor_came(stage: Stage, editor: Editor) -> None:
    with stage.guest() as guest:
        (number, *_rest) = sorted(guest.numbers("/"))
    stage.carrier.call(number, "+31600000001").rings()
    editor.opens("Health")

    def is_done() -> bool:
        editor.page.reload()
        return editor.page.get_by_role("heading", name="13 of 13 steps done").is_visible()

    until(editor.page, is_done, "the set-up is never done")

    edge = editor.page.get_by_role("region", name="Table of edges").locator("tbody tr")
    expect(edge).to_have_count(1)
    expect(edge).to_contain_text("Follows")
    expect(edge).to_contain_text("Up")


def test_health_of_an_empty_site_names_the_first_step(
    live_server: LiveServer, chromium: Browser
) -> None:
    user = User.objects.create_superuser("editor")
    UserProfile.objects.create(user=user, preferred_language="en")
    client = Client()
    client.force_login(user)
    context = chromium.new_context(base_url=live_server.url)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()

    page.goto("/cms/calltrack_health/", timeout=PATIENCE_MS)

    step = page.locator("li[aria-current=step]")
    expect(step).to_contain_text("Organisation", timeout=PATIENCE_MS)
    expect(step).to_contain_text("Next")
    step.get_by_role("link", name="Organisation").click()
    expect(page.get_by_role("textbox", name="KvK")).to_be_visible(timeout=PATIENCE_MS)
    context.close()
