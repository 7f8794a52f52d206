"""X-Calltrack: off goes with the admin, previews and the API, and with nothing else."""

from inspect import iscoroutinefunction
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import AsyncRequestFactory, Client, RequestFactory
from pytest_django import Settings
from wagtail.models import Page

from demo.models import HomePage
from wagtail_calltrack.middleware import HEADER, OFF, switch_off_calltrack

PATHS = [
    pytest.param("/cms/", OFF, id="Wagtail admin"),
    pytest.param("/cms/pages/3/edit/", OFF, id="page editor"),
    pytest.param("/cms/nothing/", OFF, id="nothing in the admin"),
    pytest.param("/django-admin/", OFF, id="Django admin"),
    pytest.param("/", None, id="front page"),
    pytest.param("/contact/", None, id="page"),
    pytest.param("/cmsx/", None, id="page whose path begins alike"),
    pytest.param("/nl/cms/", None, id="page with the admin's name further on"),
]


@pytest.mark.parametrize(("path", "expected"), PATHS)
def test_only_what_lies_under_an_admin_is_switched_off(path: str, expected: str | None) -> None:
    answer = switch_off_calltrack(lambda _request: HttpResponse())

    response = cast(HttpResponseBase, answer(RequestFactory().get(path)))

    assert response.headers.get(HEADER) == expected


@pytest.mark.parametrize(("path", "expected"), PATHS)
async def test_it_is_the_same_without_threads(path: str, expected: str | None) -> None:
    async def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    answer = switch_off_calltrack(page)
    assert iscoroutinefunction(answer)

    response = await answer(AsyncRequestFactory().get(path))

    assert response.headers.get(HEADER) == expected


ELSEWHERE = [
    pytest.param("/beheer/wagtail/login/", OFF, id="Wagtail admin"),
    pytest.param("/beheer/django/login/", OFF, id="Django admin"),
    pytest.param("/api/v2/pages/", OFF, id="Wagtail API"),
    pytest.param("/api/v2/pages/999/", OFF, id="Wagtail API, nothing there"),
    pytest.param("/api/leads/", OFF, id="API of the site"),
    pytest.param("/fragment/", None, id="fragment of a page"),
    pytest.param("/cms/", None, id="page where others have their admin"),
    pytest.param("/beheer/nieuws/", None, id="page beside the admin"),
    pytest.param("/beheer/", None, id="nothing above the admin"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "expected"), ELSEWHERE)
def test_the_admin_is_found_wherever_it_is_mounted(
    settings: Settings, client: Client, path: str, expected: str | None
) -> None:
    settings.ROOT_URLCONF = "tests.wagtail_calltrack.elsewhere"

    response = client.get(path)

    assert response.headers.get(HEADER) == expected


@pytest.mark.parametrize("path", ["/", "/cms/"])
def test_a_site_without_an_admin_has_nothing_to_switch_off(
    settings: Settings, client: Client, path: str
) -> None:
    settings.ROOT_URLCONF = "tests.wagtail_calltrack.no_admin"

    assert HEADER not in client.get(path).headers


@pytest.fixture
def home(db: None) -> Page:
    call_command("load_demo", verbosity=0)
    return HomePage.objects.get()


def test_a_published_page_is_for_visitors(home: Page, client: Client) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert HEADER not in response.headers


def test_a_preview_is_switched_off_also_outside_of_the_admin(home: Page) -> None:
    visit = RequestFactory().get("/preview/", HTTP_HOST="localhost")

    response = home.make_preview_request(original_request=visit)

    assert response.status_code == 200
    assert response.headers[HEADER] == OFF


def test_a_draft_in_the_admin_is_switched_off(home: Page, client: Client) -> None:
    client.force_login(User.objects.create_superuser("editor"))

    response = client.get(f"/cms/pages/{home.pk}/view_draft/")

    assert response.status_code == 200
    assert "(020) 019 91 00" in response.content.decode()
    assert response.headers[HEADER] == OFF
