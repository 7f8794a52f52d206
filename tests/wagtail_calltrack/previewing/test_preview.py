"""A page as a visitor of some campaign would see it, in Wagtail's own admin."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import HttpResponseRedirect
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from wagtail.models import Page, Site

from demo.models import TextPage
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Campaign, TrackedSite, plan_change
from wagtail_calltrack.previewing.views import PreviewView

pytestmark = pytest.mark.django_db

AMSTERDAM = "020 - 123 45 67"
BODY = (
    f'<p><a href="tel:+31201234567">{AMSTERDAM}</a></p>'
    '<p><span data-calltrack="head-office" data-vestiging="rotterdam">010 123 45 67</span></p>'
    "<p>030 123 45 67</p>"
)


@pytest.fixture
def tariffs(db: None) -> Page:
    make_firm()
    home = Site.objects.get(is_default_site=True).root_page
    page: Page = home.add_child(instance=TextPage(title="Tarieven", body=[("html", BODY)]))
    return page


def screen(client: Client, page: Page, **visitor: str) -> str:
    response = client.get(f"/cms/calltrack_preview/{page.pk}/", visitor)
    assert response.status_code == 200
    return str(response.content.decode())


def inside(client: Client, page: Page, **visitor: str) -> Any:
    return client.get(f"/cms/calltrack_preview/{page.pk}/page/", visitor)


def shown(client: Client, page: Page, **visitor: str) -> list[str]:
    """Give the numbers in the page's text, the marked ones in brackets."""
    html = inside(client, page, **visitor).content.decode()
    html = re.sub(r"<mark [^>]*>(.*?)</mark>", r"[\1]", html)
    return re.findall(r"\[?0\d\d (?:- )?\d{3} \d\d \d\d\]?", html)


VISITORS = [
    pytest.param(
        {"medium": "email"},
        ["[020 - 765 99 01]", "[010 765 99 01]", "030 123 45 67"],
        "the campaign&#x27;s static number",
        id="a reader of the newsletter",
    ),
    pytest.param(
        {"campaign": "newsletter", "click_id": "gclid"},
        ["[020 - 765 99 01]", "[010 765 99 01]", "030 123 45 67"],
        "no campaign matches this visitor for this vestiging",
        id="of a campaign that is named",
    ),
    pytest.param(
        {"click_id": "gclid"},
        ["[020 - 765 43 01]", "[010 765 43 01]", "030 123 45 67"],
        "here one of the pool «amsterdam»",
        id="who clicked on an advertisement",
    ),
    pytest.param(
        {"click_id": "gclid", "refused": "on"},
        [AMSTERDAM, "010 123 45 67", "030 123 45 67"],
        "the visitor did not agree, and the campaign has no static number",
        id="who did not agree",
    ),
]


@pytest.mark.parametrize(("visitor", "numbers", "why"), VISITORS)
def test_a_page_shows_what_a_visitor_would_see_and_why(
    tariffs: Page, admin_client: Client, visitor: dict[str, str], numbers: list[str], why: str
) -> None:
    assert shown(admin_client, tariffs, **visitor) == numbers
    assert why in screen(admin_client, tariffs, **visitor)


def test_link_and_text_show_one_number_and_the_text_alone_is_marked(
    tariffs: Page, admin_client: Client
) -> None:
    html = inside(admin_client, tariffs, click_id="gclid").content.decode()

    assert re.search(
        r'<a href="tel:\+31207654301"><mark title="[^"]+">020 - 765 43 01</mark>', html
    )


def test_nothing_is_written(tariffs: Page, admin_client: Client) -> None:
    shown(admin_client, tariffs)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown(admin_client, tariffs, click_id="gclid")

    asked = [query["sql"].split()[0] for query in queries]
    assert set(asked) == {"SELECT"}


def test_what_is_drafted_is_what_is_shown(tariffs: Page, admin_client: Client) -> None:
    draft = tariffs.specific
    draft.body = [("html", "<p>020 1234567 in a draft</p>")]
    draft.save_revision()

    assert "in a draft" in inside(admin_client, tariffs).content.decode()


def test_the_page_inside_runs_no_script_and_is_kept_by_nobody(
    tariffs: Page, admin_client: Client
) -> None:
    response = inside(admin_client, tariffs)

    assert 'sandbox="allow-same-origin"' in screen(admin_client, tariffs)
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
    assert response.headers["X-Calltrack"] == "off"


@pytest.mark.parametrize(
    ("visitor", "problem"),
    [
        pytest.param({"referrer": "http://["}, "Write an address", id="a referrer"),
        pytest.param({"region": "Noord-Holland"}, "Write the code of a country", id="a region"),
        pytest.param({"campaign": "flyer"}, "Select a valid choice", id="an off-site campaign"),
        pytest.param({"device": "fridge"}, "Select a valid choice", id="a device"),
    ],
)
def test_what_makes_no_visitor_is_told_at_its_field_and_the_page_is_as_it_is(
    tariffs: Page, admin_client: Client, visitor: dict[str, str], problem: str
) -> None:
    assert problem in screen(admin_client, tariffs, **visitor)
    assert shown(admin_client, tariffs, **visitor)[0] == AMSTERDAM


def test_a_page_that_is_left_alone_says_so(tariffs: Page, admin_client: Client) -> None:
    site = TrackedSite.objects.get()
    site.never_rewrite = ("/tarieven/",)
    site.save()

    assert "one of those that are left alone" in screen(admin_client, tariffs)
    assert shown(admin_client, tariffs, click_id="gclid")[0] == AMSTERDAM


def test_without_a_plan_or_a_site_the_screen_says_what_to_do(admin_client: Client) -> None:
    root = Site.objects.get(is_default_site=True).root_page
    page = root.add_child(instance=TextPage(title="Tarieven", body=[("html", BODY)]))
    assert "the organisation comes first" in screen(admin_client, page)

    make_firm()
    with plan_change():
        Campaign.objects.all().update(paused=True)
        TrackedSite.objects.all().delete()

    assert "has no site for this page" in screen(admin_client, page)
    assert AMSTERDAM in inside(admin_client, page).content.decode()


def test_a_page_that_leads_on_says_so(
    tariffs: Page, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TextPage, "serve_preview", lambda *_: HttpResponseRedirect("/"))

    assert "leads on to another address" in screen(admin_client, tariffs)
    assert inside(admin_client, tariffs).status_code == 302


def test_a_kind_of_page_without_a_preview_says_so(
    tariffs: Page, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TextPage, "preview_modes", ())

    assert "have no preview" in screen(admin_client, tariffs)
    assert inside(admin_client, tariffs).status_code == 404


def test_the_screen_speaks_the_editor_s_language() -> None:
    with override("nl"):
        found = str(PreviewView.page_title)

    assert found != str(PreviewView.page_title)


def test_who_may_not_edit_the_page_sees_nothing(tariffs: Page, client: Client) -> None:
    url = f"/cms/calltrack_preview/{tariffs.pk}/"
    assert client.get(url).headers["Location"].startswith("/cms/login/")

    user = User.objects.create_user("reader")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    for address in (url, f"{url}page/"):
        assert client.get(address).headers["Location"] == "/cms/"


def test_the_page_editor_leads_to_it(tariffs: Page, admin_client: Client) -> None:
    editor = admin_client.get(f"/cms/pages/{tariffs.pk}/edit/").content.decode()

    assert f"/cms/calltrack_preview/{tariffs.pk}/" in editor
