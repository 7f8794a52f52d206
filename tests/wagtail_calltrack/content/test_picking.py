"""The modal in which editors pick a number for a text, and the choosers of StreamFields."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupSitePermission, Site

from demo.models import TextPage
from wagtail_calltrack.access.policies import CHANGE, permission
from wagtail_calltrack.models import Campaign, Placeholder, Section, TrackedSite, Vestiging

pytestmark = pytest.mark.django_db

MODAL = "/cms/calltrack_number/"


@pytest.fixture
def editor(client: Client) -> Client:
    """Log somebody in who has to do with images, and nothing with call tracking."""
    user = User.objects.create_user("editor")
    codes = ("access_admin", "change_image")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    return client


def ids(placeholder: str = "", vestiging: str = "") -> dict[str, Any]:
    return {
        "calltrack-number-placeholder": Placeholder.objects.get(key=placeholder).pk
        if placeholder
        else "",
        "calltrack-number-vestiging": Vestiging.objects.get(key=vestiging).pk if vestiging else "",
    }


def answer(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_the_modal_offers_what_there_is(firm: None, editor: Client) -> None:
    found = answer(editor.get(MODAL))

    assert found["step"] == "choose"
    assert ">head-office · Amsterdam</option>" in found["html"]
    assert ">Rotterdam · 010 123 4567</option>" in found["html"]
    assert "Insert number" in found["html"]


def test_what_a_number_has_is_chosen_already(firm: None, editor: Client) -> None:
    row = Placeholder.objects.get(key="head-office")

    html = answer(editor.get(f"{MODAL}?id={row.pk}&vestiging="))["html"]

    assert f'<option value="{row.pk}" selected>head-office' in html
    assert "Change number" in html


PICKED = [
    pytest.param("head-office", "", "020 123 4567 · head-office", "head-office", id="placeholder"),
    pytest.param("", "rotterdam", "010 123 4567", "qooqie-number-placeholder · Rotterdam", id="v"),
    pytest.param("", "", "020 123 4567", "qooqie-number-placeholder", id="neither"),
]


@pytest.mark.parametrize(("placeholder", "vestiging", "label", "note"), PICKED)
def test_what_was_picked_comes_with_its_number(
    firm: None, editor: Client, placeholder: str, vestiging: str, label: str, note: str
) -> None:
    found = answer(editor.post(MODAL, ids(placeholder, vestiging)))

    assert found["step"] == "chosen"
    assert (found["result"]["label"], found["result"]["note"]) == (label, note)


def test_a_page_in_a_section_gets_that_one_s_number(
    firm: None, area: TextPage, below: TextPage, editor: Client
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))
    places = {
        reverse("wagtailadmin_pages:edit", args=(below.pk,)): "010 123 4567",
        reverse("wagtailadmin_pages:add", args=("demo", "textpage", area.pk)): "010 123 4567",
        "/cms/": "020 123 4567",
        "/nowhere-at-all/": "020 123 4567",
        "": "020 123 4567",
    }

    for at, label in places.items():
        found = answer(editor.post(f"{MODAL}?at={at}", ids()))
        assert found["result"]["label"] == label


def test_what_is_not_there_is_refused(firm: None, editor: Client) -> None:
    found = answer(editor.post(MODAL, {**ids(), "calltrack-number-vestiging": "999999"}))

    assert found["step"] == "choose"
    assert "Select a valid choice" in found["html"]


def test_the_modal_opens_without_any_row(editor: Client) -> None:
    assert "The usual one" in answer(editor.get(MODAL))["html"]


ADDRESSES = [
    pytest.param("calltrack_number", id="the modal"),
    pytest.param("calltrack_choose_placeholder:choose", id="placeholders"),
    pytest.param("calltrack_choose_vestiging:choose", id="vestigingen"),
]


@pytest.mark.parametrize("name", ADDRESSES)
def test_they_are_for_those_who_may_enter_the_admin(firm: None, client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302

    client.force_login(User.objects.create_user("visitor"))
    assert client.get(reverse(name)).status_code == 302


FOUND = [
    pytest.param("placeholder", "", 4, id="all placeholders"),
    pytest.param("placeholder", "head", 1, id="by key"),
    pytest.param("placeholder", "amsterdam", 1, id="by vestiging"),
    pytest.param("placeholder", "qooqie", 3, id="by class"),
    pytest.param("placeholder", "xyz", 0, id="none"),
    pytest.param("vestiging", "", 3, id="all vestigingen"),
    pytest.param("vestiging", "rott", 1, id="by name"),
    pytest.param("vestiging", "+3110", 1, id="by number"),
]


@pytest.mark.parametrize(("name", "words", "count"), FOUND)
def test_a_chooser_finds_rows_by_words(
    firm: None, editor: Client, name: str, words: str, count: int
) -> None:
    for view in ("choose", "choose_results"):
        response = editor.get(reverse(f"calltrack_choose_{name}:{view}"), {"q": words})

        html = answer(response)["html"] if view == "choose" else response.content.decode()
        assert html.count("data-chooser-modal-choice") == count


def test_a_chooser_shows_what_a_row_is(firm: None, editor: Client) -> None:
    placeholders = answer(editor.get(reverse("calltrack_choose_placeholder:choose")))["html"]
    vestigingen = answer(editor.get(reverse("calltrack_choose_vestiging:choose")))["html"]

    assert "qooqie-number-placeholder" in placeholders
    assert "Amsterdam" in placeholders
    assert "+31101234567" in vestigingen
    assert vestigingen.index("Amsterdam") < vestigingen.index("Rotterdam")


def test_an_editor_of_one_site_is_not_shown_another_site_s_placeholders(
    firm: None, home: Any, editor: Client
) -> None:
    mine = TrackedSite.objects.get()
    page = Site.objects.create(hostname="other.example", root_page=home)
    other = TrackedSite.objects.create(
        site=page,
        key="other",
        hosts=("other.example",),
        mode="both",
        consent="not_required",
        hold_minutes=30,
    )
    for key, site in (("newsletter", mine), ("spring", other)):
        campaign = Campaign.objects.get(key=key)
        campaign.sites.add(site)
        Placeholder.objects.create(key=f"of-{key}").campaigns.add(campaign)
    group = Group.objects.create(name="Editors of the first site")
    User.objects.get().groups.add(group)
    GroupSitePermission.objects.create(group=group, site=mine.site, permission=permission(CHANGE))

    for html in (
        answer(editor.get(MODAL))["html"],
        answer(editor.get(reverse("calltrack_choose_placeholder:choose")))["html"],
    ):
        assert "of-newsletter" in html
        assert "head-office" in html
        assert "of-spring" not in html
