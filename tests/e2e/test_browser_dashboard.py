"""The dashboard in a real browser: it follows by itself, and a call's time runs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.users.models import UserProfile

from tests.wagtail_calltrack.calls import call
from tests.wagtail_calltrack.facts import edge
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Call

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = 15_000
"""Milliseconds: the page asks every two seconds, on a machine that may be busy."""


@pytest.fixture(autouse=True, scope="session")
def a_loop_runs_beside_the_tests() -> Iterator[None]:
    """Playwright keeps one in this thread, and Django would make no queries beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Open the dashboard, as an editor who reads English."""
    make_firm()
    edge(timezone.now() + timedelta(hours=1))  # is heard of for as long as the test lasts
    user = User.objects.create_superuser("editor")
    UserProfile.objects.create(user=user, preferred_language="en")
    client = Client()
    client.force_login(user)
    context = chromium.new_context(base_url=live_server.url)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto("/cms/calltrack_dashboard/")
    yield page
    context.close()


def test_a_call_appears_runs_and_goes_without_a_reload(window: Page) -> None:
    expect(window.get_by_text("Nobody is calling now.")).to_be_visible()

    made = call(timezone.now(), "ringing")

    row = window.locator(f"#now-{made.pk}")
    expect(row).to_contain_text("06 12345678", timeout=SOON)
    expect(window.locator("[data-status]")).to_have_text("1 call rings.")
    expect(row.locator("[data-since]")).to_have_text("0:03", timeout=SOON)

    Call.objects.update(status="missed", ended_at=timezone.now())

    expect(row).to_have_count(0, timeout=SOON)
    expect(window.get_by_text("Nobody is calling now.")).to_be_visible()
    expect(window.locator("[data-status]")).to_have_text("")
    expect(window.locator(f"#call-{made.pk}")).to_contain_text("Missed")


def test_a_site_that_does_not_answer_is_told(window: Page) -> None:
    window.context.clear_cookies()

    expect(window.locator("[data-status]")).to_have_text(
        "The site does not answer. Trying again.", timeout=SOON
    )
