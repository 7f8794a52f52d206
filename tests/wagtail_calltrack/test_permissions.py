"""Who may see and change what under "Call tracking": Wagtail's own permissions decide."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import models
from django.test import Client
from django.urls import reverse

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import (
    Campaign,
    EdgeToken,
    Organisation,
    Placeholder,
    Pool,
    TrackedSite,
    TrackingNumber,
    Vestiging,
)

pytestmark = pytest.mark.django_db

SCREENS: list[tuple[str, type[models.Model], str]] = [
    ("campaigns", Campaign, "index results add edit delete copy history usage inspect reorder"),
    ("numbers", TrackingNumber, "index results add edit delete copy history usage inspect"),
    ("pools", Pool, "index results add edit delete copy history usage inspect"),
    ("vestigingen", Vestiging, "index results add edit delete copy history usage inspect reorder"),
    ("placeholders", Placeholder, "index results add edit delete copy history usage inspect"),
    ("sites", TrackedSite, "index results add edit delete copy history usage inspect"),
    ("organisation", Organisation, "index add edit history usage inspect"),
    ("tokens", EdgeToken, "index results add edit delete history usage"),
]

VIEWS = [
    pytest.param(name, model, view, id=f"{name} {view}")
    for name, model, views in SCREENS
    for view in views.split()
]

LEADS_ON = {("organisation", "index"), ("organisation", "add")}
"""There is one organisation: its listing and its second form lead to its form."""


@pytest.fixture
def rows(db: None) -> None:
    make_firm()
    token = EdgeToken(name="proxy 1")
    token.issue()
    token.save()


def user_with(name: str, *models_: type[models.Model], actions: str = "") -> User:
    user = User.objects.create_user(name)
    codes = [f"{act}_{model._meta.model_name}" for model in models_ for act in actions.split()]
    user.user_permissions.set(
        Permission.objects.filter(codename__in=codes, content_type__app_label="wagtail_calltrack")
    )
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def ask(client: Client, name: str, model: type[Any], view: str) -> Any:
    pk = model.objects.order_by("pk").values_list("pk", flat=True)[0]
    names = {"results": "index_results"}
    args = () if view in {"index", "results", "add"} else (pk,)
    url = reverse(f"calltrack_{name}:{names.get(view, view)}", args=args)
    return client.post(f"{url}?position=0") if view == "reorder" else client.get(url)


def is_denied(response: Any) -> bool:
    return bool(response.status_code == 302 and response.headers["Location"] == "/cms/")


@pytest.mark.parametrize(("name", "model", "view"), VIEWS)
def test_who_is_not_logged_in_must_log_in(
    rows: None, client: Client, name: str, model: type, view: str
) -> None:
    response = ask(client, name, model, view)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/cms/login/")


@pytest.mark.parametrize(("name", "model", "view"), VIEWS)
def test_who_has_no_permission_sees_nothing(
    rows: None, client: Client, name: str, model: type, view: str
) -> None:
    client.force_login(user_with("nobody"))

    assert is_denied(ask(client, name, model, view))


@pytest.mark.parametrize(("name", "model", "view"), VIEWS)
def test_who_may_do_all_with_other_rows_sees_nothing_of_these(
    rows: None, client: Client, name: str, model: type, view: str
) -> None:
    others = [other for _, other, _ in SCREENS if other is not model]
    client.force_login(user_with("other", *others, actions="add change delete view"))

    assert is_denied(ask(client, name, model, view))


@pytest.mark.parametrize(("name", "model", "view"), VIEWS)
def test_who_may_look_does_not_change(
    rows: None, client: Client, name: str, model: type, view: str
) -> None:
    client.force_login(user_with("viewer", model, actions="view"))

    response = ask(client, name, model, view)

    shown = view in {"index", "results", "inspect"}
    assert is_denied(response) is not shown


@pytest.mark.parametrize(("name", "model", "view"), VIEWS)
def test_an_editor_with_permission_gets_each_screen(
    rows: None, client: Client, name: str, model: type, view: str
) -> None:
    client.force_login(user_with("editor", model, actions="add change delete view"))

    response = ask(client, name, model, view)

    assert response.status_code == (302 if (name, view) in LEADS_ON else 200)
    assert response.headers["X-Calltrack"] == "off"
    assert not is_denied(response)


@pytest.mark.parametrize(("name", "model", "view"), VIEWS)
def test_a_superuser_gets_each_screen(
    rows: None, admin_client: Client, name: str, model: type, view: str
) -> None:
    response = ask(admin_client, name, model, view)

    assert response.status_code == (302 if (name, view) in LEADS_ON else 200)
    assert not is_denied(response)


def test_the_menu_shows_what_an_editor_may_open(rows: None, client: Client) -> None:
    client.force_login(user_with("editor", Campaign, actions="change"))

    page = client.get("/cms/").content.decode()

    assert "/cms/calltrack_campaigns/" in page
    assert "/cms/calltrack_tokens/" not in page


def test_the_organisation_is_not_deleted_and_not_copied(rows: None, admin_client: Client) -> None:
    for view in ("delete", "copy"):
        assert admin_client.get(f"/cms/calltrack_organisation/{view}/1/").status_code == 404


def test_permissions_are_given_where_wagtail_gives_them(rows: None, admin_client: Client) -> None:
    page = admin_client.get(reverse("wagtailusers_groups:add")).content.decode()

    for _, model, _ in SCREENS:
        permission = Permission.objects.get(codename=f"change_{model._meta.model_name}")
        assert f'value="{permission.pk}"' in page
