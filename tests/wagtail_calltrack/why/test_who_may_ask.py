"""Who may ask why: editors of campaigns or sites, and those of one site about that one alone."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.wagtail_calltrack.access.asking import user_with
from tests.wagtail_calltrack.access.two_sites import (
    ALPHA,
    BRAVO,
    Side,
    editor_of,
    leaks,
    make_two_sites,
)
from tests.wagtail_calltrack.why.site_server import SiteServer
from wagtail_calltrack.access.policies import CHANGE, VIEW

pytestmark = pytest.mark.django_db

NEWSLETTER = {"source": "newsletter", "medium": "email"}


@pytest.fixture
def sides(db: None, site: SiteServer, settings: Settings) -> dict[str, Side]:
    settings.CALLTRACK_UPSTREAMS = {f"{name}.example": site.url for name in (ALPHA, BRAVO)}
    return make_two_sites()


def ask(client: Client, name: str, **visitor: str) -> Any:
    return client.get("/cms/calltrack_why/", {"url": f"https://{name}.example/", **visitor})


@pytest.mark.parametrize("code", [VIEW, CHANGE])
def test_an_editor_of_a_site_asks_about_its_pages_alone(
    sides: dict[str, Side], site: SiteServer, client: Client, code: str
) -> None:
    client.force_login(editor_of(sides[ALPHA], code))

    refused = ask(client, BRAVO)
    assert "The host names known are: alpha.example." in refused.content.decode()
    assert site.asked == []

    taken = ask(client, ALPHA)
    assert len(taken.context["shown"]) == 1
    assert leaks(taken) == []
    assert [headers["Host"] for _, _, headers in site.asked] == ["alpha.example"]


def test_an_editor_of_a_site_reads_no_name_of_the_firm_s_campaigns(
    sides: dict[str, Side], client: Client, admin_client: Client
) -> None:
    client.force_login(editor_of(sides[ALPHA], VIEW))

    mine, admins = ask(client, ALPHA, **NEWSLETTER), ask(admin_client, ALPHA, **NEWSLETTER)

    assert [row.campaign for row in admins.context["shown"]] == ["Foxtrot"]
    assert [row.campaign for row in mine.context["shown"]] == ["a campaign that is not yours"]
    offered = [key for key, _ in mine.context["form"].fields["campaign"].choices]
    assert offered == ["", "sale-alpha"]
    assert leaks(mine) == []


SEEING = [
    pytest.param({"view_campaign"}, "Everyone", id="campaigns"),
    pytest.param({"view_trackedsite"}, "a campaign that is not yours", id="sites"),
]


@pytest.mark.parametrize(("codes", "campaign"), SEEING)
def test_who_may_see_campaigns_or_sites_of_the_firm_asks_about_each_site(
    sides: dict[str, Side], client: Client, codes: set[str], campaign: str
) -> None:
    client.force_login(user_with(codes))

    shown = {name: ask(client, name).context["shown"] for name in (ALPHA, BRAVO)}

    assert [row.campaign for row in shown[ALPHA]] == [campaign]
    assert len(shown[BRAVO]) == 1


@pytest.mark.parametrize("codes", [(), ("view_call", "view_pool", "view_trackingnumber")])
def test_nobody_else_asks(
    sides: dict[str, Side], site: SiteServer, client: Client, codes: tuple[str, ...]
) -> None:
    client.force_login(user_with(codes))

    assert ask(client, ALPHA).headers["Location"] == "/cms/"
    assert "Why this number?" not in client.get("/cms/").content.decode()
    assert site.asked == []
