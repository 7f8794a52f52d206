"""An editor puts a tracked number into a text, in a real browser.

The modal and the editor's parts are Wagtail's own and no public API: this holds for each supported
Wagtail. The admin is served with a policy that forbids inline scripts.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.admin.panels import get_edit_handler
from wagtail.models import Site
from wagtail.users.models import UserProfile

from demo.models import HomePage
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Placeholder, Vestiging

pytestmark = pytest.mark.browser

FEATURE = "calltrack-number"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data:"
LABEL = "010 123 4567 · head-office"


@pytest.fixture(autouse=True, scope="session")
def a_loop_runs_beside_the_tests() -> Iterator[None]:
    """Playwright keeps one in this thread, and Django would make no queries beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


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
    if publish:
        window.locator("footer [data-w-dropdown-target=toggle]").click()
        window.get_by_role("button", name="Publish").click()
    else:
        window.get_by_role("button", name="Save draft").click()
    expect(window.locator(".messages .success")).to_be_visible()


def pick(window: Page, placeholder: str, vestiging: str, button: str) -> None:
    """Choose in the modal."""
    modal = window.locator(".modal-body form")
    rows = Placeholder.objects.filter(key=placeholder).first()
    branch = Vestiging.objects.filter(key=vestiging).first()
    modal.get_by_label("Placeholder").select_option(str(rows.pk) if rows else "")
    modal.get_by_label("Vestiging").select_option(str(branch.pk) if branch else "")
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
    pick(window, "head-office", "rotterdam", "Insert number")

    expect(field).to_have_text(f"Bel {LABEL} nu")
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
    pick(window, "", "rotterdam", "Change number")
    expect(field).to_have_text("Bel 010 123 4567 nu")
    number.click()
    window.get_by_role("button", name="Remove", exact=True).click()

    expect(field).to_have_text("Bel  nu")
    save(window, publish=True)
    front_page.refresh_from_db()
    assert "embed" not in front_page.intro
