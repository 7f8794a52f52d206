"""The live list in a real browser: it follows by itself, and leaves a reader's place alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.users.models import UserProfile

from tests.wagtail_calltrack.facts import edge, given, renewed
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import LeaseEvent

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIST = "/cms/calltrack_live/"
FIRST, SECOND = "31207654301", "31107654301"
SOON = 15_000
"""Milliseconds: the list asks every two seconds, on a machine that may be busy."""


@pytest.fixture(autouse=True, scope="session")
def a_loop_runs_beside_the_tests() -> Iterator[None]:
    """Playwright keeps one in this thread, and Django would make no queries beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def lease(live_server: LiveServer) -> LeaseEvent:
    make_firm()
    edge(timezone.now() + timedelta(hours=1))  # is heard of for as long as the test lasts
    return given(timezone.now(), "a", number=f"+{FIRST}")


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer, lease: LeaseEvent) -> Iterator[Page]:
    """Open the list, as an editor who reads English."""
    user = User.objects.create_superuser("editor")
    UserProfile.objects.create(user=user, preferred_language="en")
    client = Client()
    client.force_login(user)
    context = chromium.new_context(base_url=live_server.url)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(LIST)
    yield page
    context.close()


def focused(window: Page) -> str:
    return str(window.evaluate("document.activeElement.id"))


def test_a_new_number_appears_and_the_focus_stays(window: Page) -> None:
    window.focus(f"#release-{FIRST}")

    given(timezone.now(), "b", number=f"+{SECOND}", pool="rotterdam", vestiging="rotterdam")

    expect(window.locator(f"#number-{SECOND}")).to_be_visible(timeout=SOON)
    expect(window.locator("[data-rows] tr").first).to_have_id(f"number-{SECOND}")
    assert focused(window) == f"release-{FIRST}"


def test_a_row_that_changed_gives_the_focus_back(window: Page, lease: LeaseEvent) -> None:
    row = window.locator(f"#number-{FIRST}")
    before = row.inner_text()
    window.focus(f"#release-{FIRST}")

    renewed(timezone.now() + timedelta(seconds=1), lease)

    expect(row).not_to_have_text(before, timeout=SOON, use_inner_text=True)
    assert focused(window) == f"release-{FIRST}"


def test_where_the_row_is_gone_the_heading_has_the_focus_and_it_is_told(window: Page) -> None:
    window.focus(f"#release-{FIRST}")

    LeaseEvent.objects.all().delete()

    expect(window.locator(f"#number-{FIRST}")).to_have_count(0, timeout=SOON)
    expect(window.locator("[data-heading]")).to_be_focused()
    freed = "The number you were looking at is free now."
    expect(window.locator("[data-status]")).to_have_text(freed)
    expect(window.get_by_text("No visitor has a number now.")).to_be_visible()


def test_a_paused_list_asks_nothing_until_it_goes_on(window: Page) -> None:
    window.clock.install()
    window.reload()
    window.get_by_role("button", name="Pause").click()
    expect(window.locator("[data-status]")).to_have_text("Paused. The list stays as it is.")
    given(timezone.now(), "b", number=f"+{SECOND}", pool="rotterdam", vestiging="rotterdam")
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))

    window.clock.run_for(60_000)
    assert [url for url in asked if LIST in url] == []

    window.get_by_role("button", name="Go on").click()
    window.clock.run_for(1_000)
    expect(window.locator(f"#number-{SECOND}")).to_be_visible(timeout=SOON)


def test_an_editor_who_was_logged_out_is_told_that_the_list_stands_still(window: Page) -> None:
    window.context.clear_cookies()

    expect(window.locator("[data-status]")).to_have_text(
        "The site does not answer. Trying again.", timeout=SOON
    )


def test_a_release_is_asked_about_and_shown(window: Page) -> None:
    window.click(f"#release-{FIRST}")
    expect(window.get_by_text("next page shows another number of the pool")).to_be_visible()

    window.get_by_role("button", name="Yes, release it").click()

    row = window.locator(f"#number-{FIRST}")
    expect(row.get_by_text("Released")).to_be_visible()
    expect(window.locator(f"#release-{FIRST}")).to_have_count(0)
