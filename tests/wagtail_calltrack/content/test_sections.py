"""Sections under Call tracking: a page, chosen in the tree, and its vestiging."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from demo.models import TextPage
from wagtail_calltrack.models import Section, Vestiging
from wagtail_calltrack.viewsets.sections import section_button

pytestmark = pytest.mark.django_db

HOME = "/cms/calltrack_sections/"
GONE = 999_999


@pytest.fixture
def editor(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def section(firm: None, area: TextPage) -> Section:
    return Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))


def editor_with(client: Client, *codes: str) -> Client:
    user = User.objects.create_user("editor")
    user.user_permissions.set(Permission.objects.filter(codename__in=[*codes, "access_admin"]))
    client.force_login(user)
    return client


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.headers.get("Location")
    return response.content.decode()


def test_a_page_and_its_vestiging_are_chosen(firm: None, area: TextPage, editor: Client) -> None:
    vestiging = Vestiging.objects.get(key="rotterdam")

    response = editor.post(f"{HOME}new/", {"page": area.pk, "vestiging": vestiging.pk})

    assert response.status_code == 302
    row = Section.objects.get()
    assert (row.page, row.vestiging) == (area.pk, vestiging)
    assert str(row) == "Rotterdam · Rotterdam"


def test_the_form_shows_the_page_by_its_title(section: Section, editor: Client) -> None:
    html = text_of(editor, f"{HOME}edit/{section.pk}/")

    assert "page-chooser" in html
    assert ">Rotterdam</div>" in html.replace("\n", "").replace("  ", "")


def test_another_page_is_chosen(section: Section, below: TextPage, editor: Client) -> None:
    editor.post(f"{HOME}edit/{section.pk}/", {"page": below.pk, "vestiging": section.vestiging_id})

    assert Section.objects.get().page == below.pk


REFUSED: list[Any] = [
    pytest.param({"page": GONE}, "page", id="a page that is not there"),
    pytest.param({"page": ""}, "page", id="no page"),
    pytest.param({"vestiging": ""}, "vestiging", id="no vestiging"),
]


@pytest.mark.parametrize(("wrong", "field"), REFUSED)
def test_what_is_wrong_is_told_at_its_field(
    section: Section, below: TextPage, editor: Client, wrong: dict[str, Any], field: str
) -> None:
    fields = {"page": below.pk, "vestiging": section.vestiging_id, **wrong}

    response = editor.post(f"{HOME}new/", fields)

    assert list(response.context["form"].errors) == [field]
    assert Section.objects.count() == 1


def test_a_page_is_one_section_only(section: Section, editor: Client) -> None:
    fields = {"page": section.page, "vestiging": section.vestiging_id}

    response = editor.post(f"{HOME}new/", fields)

    assert list(response.context["form"].errors) == ["page"]
    assert Section.objects.count() == 1


def test_the_listing_names_pages_also_one_that_is_gone(section: Section, editor: Client) -> None:
    Section.objects.create(page=GONE, vestiging=section.vestiging)

    html = text_of(editor, HOME)

    assert "Rotterdam" in html
    assert f'href="{HOME}edit/{section.pk}/"' in html
    assert "/rotterdam/" in html
    assert f"page {GONE}, which is gone" in html


def test_a_section_whose_page_is_gone_is_deleted(section: Section, editor: Client) -> None:
    gone = Section.objects.create(page=GONE, vestiging=section.vestiging)

    assert f"page {GONE}, which is gone" in text_of(editor, f"{HOME}edit/{gone.pk}/")
    editor.post(f"{HOME}delete/{gone.pk}/")

    assert [row.page for row in Section.objects.all()] == [section.page]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("rotterdam", 1, id="of the page or the vestiging"),
        pytest.param("amst", 0, id="of neither"),
    ],
)
def test_a_section_is_found_by_words(
    section: Section, editor: Client, words: str, found: int
) -> None:
    response = editor.get(HOME, {"q": words})

    assert len(response.context["object_list"]) == found


def test_the_listing_costs_the_same_queries_for_10_sections_and_for_1000(
    firm: None, home: Any, editor: Client
) -> None:
    vestiging = Vestiging.objects.get(key="rotterdam")
    home.add_child(instance=TextPage(title="A", slug="a"))
    Section.objects.bulk_create(
        Section(page=page, vestiging=vestiging) for page in range(home.pk, home.pk + 10)
    )
    text_of(editor, HOME)
    few = queries_of(editor)

    Section.objects.bulk_create(
        Section(page=page, vestiging=vestiging) for page in range(home.pk + 10, home.pk + 1000)
    )

    assert queries_of(editor) == few


def queries_of(editor: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        text_of(editor, HOME)
    return len(queries)


def test_a_vestiging_that_a_section_names_is_not_deleted_and_the_section_is_named(
    section: Section, editor: Client
) -> None:
    vestigingen = "/cms/calltrack_vestigingen"

    asked = text_of(editor, f"{vestigingen}/delete/{section.vestiging_id}/")
    editor.post(f"{vestigingen}/delete/{section.vestiging_id}/")

    usage = f"{vestigingen}/usage/{section.vestiging_id}/?describe_on_delete=1"
    assert "prevent it from being deleted" in asked
    assert usage in asked
    assert "Rotterdam · Rotterdam" in text_of(editor, usage)
    assert Vestiging.objects.filter(pk=section.vestiging_id).exists()


def test_a_page_s_button_leads_to_its_section(
    section: Section, area: TextPage, below: TextPage, editor: Client
) -> None:
    assert f"{HOME}edit/{section.pk}/" in text_of(editor, f"/cms/pages/{area.pk}/edit/")

    html = text_of(editor, f"/cms/pages/{below.pk}/edit/")
    assert f"{HOME}new/?page={below.pk}" in html
    assert "Vestiging of this section" in html
    form = editor.get(f"{HOME}new/?page={below.pk}")
    assert form.context["form"]["page"].value() == below.pk
    assert editor.get(f"{HOME}new/?page=x").context["form"]["page"].value() is None


def test_who_may_not_change_sections_has_no_button(
    section: Section, area: TextPage, below: TextPage
) -> None:
    user = User.objects.create_user("editor")

    assert list_of_buttons(area, user) == []

    user.user_permissions.add(Permission.objects.get(codename="add_section"))
    user = User.objects.get()
    assert list_of_buttons(area, user) == []
    assert list_of_buttons(below, user) == [f"{HOME}new/?page={below.pk}"]


def list_of_buttons(page: TextPage, user: User) -> list[str]:
    return [button.url for button in section_button(page, user, "edit")]


VIEWS = ["index", "add", "edit", "delete", "history", "usage", "inspect"]
MAY = {
    "view_section": {"index", "inspect"},
    "add_section": {"index", "inspect", "history", "add"},
    "change_section": {"index", "inspect", "history", "edit", "usage"},
    "delete_section": {"index", "inspect", "history", "delete"},
}


@pytest.mark.parametrize("code", MAY)
def test_each_view_asks_for_its_permission(section: Section, client: Client, code: str) -> None:
    editor = editor_with(client, code)

    assert {view for view in VIEWS if asked(editor, view, section) == 200} == MAY[code]


def test_who_has_no_permission_or_is_not_logged_in_sees_nothing(
    section: Section, client: Client
) -> None:
    assert {asked(client, view, section) for view in VIEWS} == {302}

    nobody = editor_with(client)
    assert {asked(nobody, view, section) for view in VIEWS} == {302}


def asked(client: Client, view: str, section: Section) -> int:
    args = () if view in {"index", "add"} else (section.pk,)
    return client.get(reverse(f"calltrack_sections:{view}", args=args)).status_code
