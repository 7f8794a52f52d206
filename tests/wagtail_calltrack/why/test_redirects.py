"""A page that leads on to another one is told as that, and the other one is not fetched."""

import pytest
from django.test import Client
from django.utils.html import escape

from calltrack.plan import Plan
from tests.wagtail_calltrack.why.asking import HOST, SCREEN, ask, text
from tests.wagtail_calltrack.why.site_server import HTML, SiteServer, answer

pytestmark = pytest.mark.django_db


def test_a_redirect_within_the_site_leads_on_by_a_click(
    firm: Plan, site: SiteServer, admin_client: Client
) -> None:
    site.says = answer(301, location="/contact/us/?a=b", content_type=HTML)

    response = ask(admin_client, medium="email")

    assert "leads on to /contact/us/?a=b (status 301)" in text(response)
    url = response.context["onward_url"]
    assert url == f"{SCREEN}?url=https%3A%2F%2F{HOST}%2Fcontact%2Fus%2F%3Fa%3Db&medium=email"
    assert escape(url) in response.content.decode()
    assert len(site.asked) == 1


ELSEWHERE = [
    pytest.param("https://evil.example/", id="another host"),
    pytest.param("//evil.example/", id="no scheme"),
    pytest.param("javascript:alert(1)", id="a script"),
    pytest.param("https://[::1/", id="no address"),
    pytest.param(f"https://ann@{HOST}/", id="a user"),
    pytest.param(f"https://{HOST}:8443/", id="another port"),
    pytest.param("/contact/", id="the page itself"),
]


@pytest.mark.parametrize("location", ELSEWHERE)
def test_a_redirect_elsewhere_is_told_without_a_link(
    firm: Plan, site: SiteServer, admin_client: Client, location: str
) -> None:
    site.says = answer(302, location=location, content_type=HTML)

    response = ask(admin_client)

    assert escape(location) in response.content.decode()
    assert response.context["onward_url"] == ""
    assert f'href="{location}"' not in response.content.decode()


def test_a_redirect_to_another_server_is_never_followed(
    firm: Plan, site: SiteServer, elsewhere: SiteServer, admin_client: Client
) -> None:
    site.says = answer(302, location=f"{elsewhere.url}/x", content_type=HTML)

    ask(admin_client)

    assert elsewhere.asked == []
