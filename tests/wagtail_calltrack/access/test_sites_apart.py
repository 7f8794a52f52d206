"""Editors of one site see and change what belongs to it, and nothing of another."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupSitePermission, Site

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.access.policies import CHANGE, VIEW, permission
from wagtail_calltrack.models import (
    Campaign,
    Placeholder,
    SpendEntry,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    plan_change,
)

pytestmark = pytest.mark.django_db

ROWS = [
    pytest.param("campaigns", Campaign, id="campaigns"),
    pytest.param("sites", TrackedSite, id="sites"),
    pytest.param("placeholders", Placeholder, id="placeholders"),
]


@pytest.fixture
def firm(db: None) -> None:
    """Two sites, each with a campaign and a placeholder of its own."""
    make_firm()
    first = TrackedSite.objects.get()
    home = first.site.root_page
    other = Site.objects.create(hostname="b.example", root_page=home.get_parent())
    with plan_change():
        second = TrackedSite.objects.create(
            site=other,
            key="b",
            hosts=("b.example",),
            mode="both",
            consent="not_required",
            hold_minutes=30,
        )
        for name, site in (("a", first), ("b", second)):
            campaign = Campaign.objects.create(
                key=f"only-{name}", name=f"Only {name}", method="original", exhaustion="original"
            )
            campaign.sites.set([site])
            Placeholder.objects.create(key=f"place-{name}").campaigns.set([campaign])
            SpendEntry.objects.create(
                campaign=campaign, starts_on="2026-11-01", ends_on="2026-11-30", amount=10
            )
        both = Campaign.objects.create(
            key="of-both", name="Of both", method="original", exhaustion="original"
        )
        both.sites.set([first, second])


def editor_of(client: Client, *codes: str, site: str = "main") -> User:
    user = User.objects.create_user("editor")
    group = Group.objects.create(name="Editors of a site")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for code in codes:
        GroupSitePermission.objects.create(
            group=group,
            site=TrackedSite.objects.get(key=site).site,
            permission=permission(code),
        )
    user.groups.add(group)
    client.force_login(user)
    return user


def url(name: str, view: str, row: Any = None) -> str:
    return reverse(f"calltrack_{name}:{view}", args=() if row is None else (row.pk,))


def listed(client: Client, name: str) -> str:
    response = client.get(url(name, "index"))
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize("code", [CHANGE, VIEW])
def test_an_editor_of_a_site_sees_what_belongs_to_it_alone(
    firm: None, client: Client, code: str
) -> None:
    editor_of(client, code)

    campaigns, sites, places = (
        listed(client, name) for name in ("campaigns", "sites", "placeholders")
    )

    assert "Only a" in campaigns
    assert not [name for name in ("Only b", "Of both", "Newsletter") if name in campaigns]
    assert "www.vandamplafonds.example" in sites
    assert "b.example" not in sites.replace("vandamplafonds.example", "")
    assert "place-a" in places
    assert "place-b" not in places


@pytest.mark.parametrize("view", ["edit", "inspect", "history", "usage", "delete"])
@pytest.mark.parametrize(("name", "model"), ROWS)
def test_a_row_of_another_site_is_not_there(
    firm: None, client: Client, name: str, model: Any, view: str
) -> None:
    editor_of(client, CHANGE, VIEW)
    foreign = {"campaigns": "only-b", "sites": "b", "placeholders": "place-b"}[name]

    response = client.get(url(name, view, model.objects.get(key=foreign)))

    denied = response.status_code == 302 and response.headers["Location"] == "/cms/"
    assert denied or response.status_code == 404


@pytest.mark.parametrize("key", ["of-both", "newsletter"])
def test_what_is_not_the_sites_alone_is_not_its_editors_to_change(
    firm: None, client: Client, key: str
) -> None:
    editor_of(client, CHANGE)

    response = client.get(url("campaigns", "edit", Campaign.objects.get(key=key)))

    assert response.status_code == 404


def test_an_editor_of_a_site_changes_its_campaigns_and_not_their_order(
    firm: None, client: Client
) -> None:
    editor_of(client, CHANGE)
    campaign = Campaign.objects.get(key="only-a")
    order = list(Campaign.objects.order_by("sort_order").values_list("key", flat=True))

    assert client.get(url("campaigns", "edit", campaign)).status_code == 200
    moved = client.post(f"{url('campaigns', 'reorder', campaign)}?position=0")

    assert moved.headers["Location"] == "/cms/"
    assert list(Campaign.objects.order_by("sort_order").values_list("key", flat=True)) == order
    assert "reorder" not in listed(client, "campaigns")


def test_who_may_look_at_a_site_changes_nothing(firm: None, client: Client) -> None:
    editor_of(client, VIEW)

    for view in ("edit", "delete"):
        response = client.get(url("campaigns", view, Campaign.objects.get(key="only-a")))
        assert response.headers["Location"] == "/cms/"
    assert client.get(url("campaigns", "add")).headers["Location"] == "/cms/"


@pytest.mark.parametrize("name", ["vestigingen", "pools", "organisation", "tokens"])
def test_what_is_the_firms_is_not_a_sites(firm: None, client: Client, name: str) -> None:
    editor_of(client, CHANGE, VIEW)

    assert client.get(url(name, "index")).headers["Location"] == "/cms/"


def test_of_the_numbers_a_site_sees_those_of_its_campaigns(firm: None, client: Client) -> None:
    editor_of(client, CHANGE)
    with plan_change():
        number = TrackingNumber.objects.get(number="+31850199999")
        number.campaign = Campaign.objects.get(key="only-a")
        number.campaign.vestigingen.add(Vestiging.objects.get(key="amsterdam"))
        number.save()

    page = listed(client, "numbers")

    assert "85 019 99 99" in page or "+31850199999" in page
    assert "7654301" not in page.replace(" ", "")


def test_an_administrator_gives_a_group_its_sites(firm: None, admin_client: Client) -> None:
    group = Group.objects.create(name="Editors of b")
    site = TrackedSite.objects.get(key="b").site
    edit = reverse("wagtailusers_groups:edit", args=(group.pk,))
    page = admin_client.get(edit).content.decode()
    assert "Call tracking, for some sites alone" in page

    posted = {
        "name": group.name,
        "calltrack_sites-edits": [site.pk],
        **{
            f"{prefix}-{field}": value
            for prefix in ("page_permissions", "collection_permissions", "image_permissions")
            for field, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
        },
        **{f"document_permissions-{field}": 0 for field in ("TOTAL_FORMS", "INITIAL_FORMS")},
    }
    admin_client.post(edit, posted)
    given = GroupSitePermission.objects.filter(group=group)
    assert [(one.site, one.permission.codename) for one in given] == [(site, CHANGE)]

    admin_client.post(edit, {**posted, "calltrack_sites-edits": []})
    assert not GroupSitePermission.objects.filter(group=group).exists()


def test_a_new_group_has_its_sites_at_once(firm: None, admin_client: Client) -> None:
    site = TrackedSite.objects.get(key="b").site
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    forms = [f"{name}_permissions" for name in ("page", "collection", "image", "document")]
    posted = {f"{form}-{field}": value for form in forms for field, value in empty.items()}

    admin_client.post(
        reverse("wagtailusers_groups:add"),
        {"name": "Readers of b", "calltrack_sites-views": [site.pk], **posted},
    )

    given = GroupSitePermission.objects.get(group__name="Readers of b")
    assert (given.site, given.permission.codename) == (site, VIEW)
