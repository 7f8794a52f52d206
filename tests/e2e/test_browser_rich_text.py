"""An editor puts a tracked number into a text, in a real browser.

The modal and the editor's parts are Wagtail's own and no public API: this holds for each supported
Wagtail. The admin is served with a policy that forbids inline scripts.
"""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.admin.panels import get_edit_handler
from wagtail.models import Site
from wagtail.users.models import UserProfile

from demo.models import HomePage
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Placeholder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FEATURE = "calltrack-number"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data:"
ROTTERDAM = "Rotterdam · 010 123 4567"
LABEL = "010 123 4567 · head-office"


@pytest.fixture(autouse=True, scope="session")
def a_loop_runs_beside_the_tests() -> Iterator[None]:
    """Playwright keeps one in this thread, and Django would make no queries beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(autouse=True)
def one_request_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests wait for each other: all of them share one connection to the database."""
    answer, turn = BaseHandler.get_response, threading.RLock()  # a preview is a request within one

    def in_turn(handler: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        with turn:
            return answer(handler, request)

    monkeypatch.setattr(BaseHandler, "get_response", in_turn)


@pytest.fixture
def feature(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the front page's text tracked numbers, whatever else it may hold."""
    field: Any = HomePage._meta.get_field("intro")
    monkeypatch.setattr(field, "features", ["bold", "link", FEATURE])
    get_edit_handler.cache_clear()
    yield
    get_edit_handler.cache_clear()


@pytest.fixture
def front_page(live_server: LiveServer, feature: None) -> HomePage:
    """Make a firm and its front page."""
    make_firm()
    site = Site.objects.get()
    page = HomePage(title="Van Dam", slug="van-dam", tagline="Plafonds", intro="<p>Welkom</p>")
    site.root_page.add_child(instance=page)
    site.root_page = page
    site.save()
    return page


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Open a window in which an editor is logged in."""
    user = User.objects.create_superuser("editor")
    UserProfile.objects.create(user=user, preferred_language="en")
    client = Client()
    client.force_login(user)
    context = chromium.new_context(base_url=live_server.url)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    context.route("**/cms/**", strictly)
    yield context.new_page()
    context.close()


def strictly(route: Route) -> None:
    """Send a page of the admin with the policy."""
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, headers={**answer.headers, "Content-Security-Policy": POLICY})


def text_field(window: Page) -> Locator:
    return window.locator("#panel-child-content-intro-content .public-DraftEditor-content")


def open_editor(window: Page, page: HomePage) -> Locator:
    window.goto(f"/cms/pages/{page.pk}/edit/")
    field = text_field(window)
    expect(field).to_be_visible()
    return field


def save(window: Page, *, publish: bool = False) -> None:
    """Save what the field holds: Draftail writes it there a moment after each change."""
    if publish:
        window.locator("footer [data-w-dropdown-target=toggle]").click()
        window.get_by_role("button", name="Publish").click()
    else:
        window.get_by_role("button", name="Save draft").click()
    told = "has been published" if publish else "has been updated"
    expect(window.locator(".messages .success").first).to_contain_text(told)


def pick(window: Page, placeholder: str, vestiging: str, button: str) -> None:
    """Choose in the modal."""
    modal = window.locator(".modal-body form")
    modal.get_by_label("Placeholder").select_option(label=placeholder)
    modal.get_by_label("Vestiging").select_option(label=vestiging)
    modal.get_by_role("button", name=button).click()
    expect(modal).to_have_count(0)


def test_an_editor_puts_a_number_into_a_text(window: Page, front_page: HomePage) -> None:
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    field = open_editor(window, front_page)
    field.click()
    window.keyboard.press("Control+A")
    window.keyboard.type("Bel nummer nu")
    for _ in " nu":
        window.keyboard.press("ArrowLeft")
    for _ in "nummer":
        window.keyboard.press("Shift+ArrowLeft")
    window.locator("button[name=CALLTRACK_NUMBER]").first.click()
    pick(window, "head-office · Amsterdam", ROTTERDAM, "Insert number")

    expect(field).to_have_text(f"Bel {LABEL} nu")
    expect(window.locator("input[name=intro]")).to_have_value(re.compile("CALLTRACK_NUMBER"))
    save(window)
    for _ in range(2):
        field = open_editor(window, front_page)
        expect(field).to_have_text(f"Bel {LABEL} nu")
        save(window)
    save(window, publish=True)

    html = Client().get(front_page.url).content.decode()
    assert (
        'Bel <a href="tel:+31101234567" data-calltrack="head-office" data-vestiging="rotterdam">'
        "010 123 4567</a> nu</p>"
    ) in re.sub(r' data-block-key="\w+"', "", html)
    assert errors == []


def test_a_number_in_a_text_is_changed_and_taken_out(window: Page, front_page: HomePage) -> None:
    row = Placeholder.objects.get(key="head-office")
    front_page.intro = f'<p>Bel <embed embedtype="{FEATURE}" id="{row.pk}"/> nu</p>'
    front_page.save_revision().publish()
    field = open_editor(window, front_page)
    number = field.locator(".TooltipEntity")
    expect(number).to_have_text("020 123 4567 · head-office")

    number.click()
    expect(window.locator(".Tooltip")).to_contain_text("head-office")
    window.get_by_role("button", name="Edit", exact=True).click()
    pick(window, "The usual one", ROTTERDAM, "Change number")
    expect(field).to_have_text("Bel 010 123 4567 nu")
    number.click()
    window.get_by_role("button", name="Remove", exact=True).click()

    expect(field).to_have_text("Bel  nu")
    expect(window.locator("input[name=intro]")).not_to_have_value(re.compile("CALLTRACK_NUMBER"))
    save(window, publish=True)
    assert "Bel  nu" in Client().get(front_page.url).content.decode()
