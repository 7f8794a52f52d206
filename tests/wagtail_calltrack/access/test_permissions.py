"""Who may open and do what, for every address of the plugin in the admin.

The addresses come from the resolver: a view that has no place in the table fails the tests.
"""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.wagtail_calltrack.access.admin_urls import addresses
from tests.wagtail_calltrack.access.asking import (
    answers,
    everything,
    is_denied,
    is_given,
    not_given,
    row_for,
    told,
    user_with,
)
from tests.wagtail_calltrack.access.permission_table import ANY_IS_ENOUGH, TABLE

pytestmark = pytest.mark.django_db


def test_every_address_has_its_place_in_the_table() -> None:
    named = {
        f"{space}:{view}" if view else space
        for space, module in TABLE.items()
        for view in module.views or [""]
    }

    assert {one.name for one in addresses()} == named


def test_who_is_not_logged_in_must_log_in(content: Any, client: Client) -> None:
    wrong = [
        told(address, way, response)
        for address in addresses()
        for way, response in answers(client, address, content).items()
        if not response.headers.get("Location", "").startswith("/cms/login/")
    ]

    assert wrong == []


def test_who_may_enter_the_admin_alone_is_denied_everything(content: Any, client: Client) -> None:
    client.force_login(user_with(()))

    wrong = [
        told(address, way, response)
        for address in addresses()
        for way, response in answers(client, address, content).items()
        if not is_denied(response)
    ]

    assert wrong == []


def test_permissions_for_other_rows_give_nothing(content: Any, client: Client) -> None:
    every = {
        one.codename
        for one in Permission.objects.filter(content_type__app_label="wagtail_calltrack")
    }
    wrong = []
    for space, module in TABLE.items():
        if space in ANY_IS_ENOUGH:
            continue
        client.force_login(user_with(every - module.to_look - module.to_change))
        wrong += [
            told(address, way, response)
            for address in addresses()
            if address.space == space
            for way, response in answers(client, address, content).items()
            if not is_denied(response)
        ]

    assert wrong == []


def test_who_may_look_sees_and_does_not_change(content: Any, client: Client) -> None:
    wrong, before = [], everything()
    for space, module in TABLE.items():
        client.force_login(user_with(module.to_look))
        for address in addresses():
            if address.space != space:
                continue
            may = not module.changes or address.name.partition(":")[2] in module.looks.split()
            wrong += [
                told(address, way, response)
                for way, response in answers(client, address, content).items()
                if not (is_given(response) if may else is_denied(response))
            ]

    assert wrong == []
    assert everything() == before


def test_an_editor_with_permission_gets_each_screen(content: Any, client: Client) -> None:
    wrong = []
    for space, module in TABLE.items():
        client.force_login(user_with(module.to_change))
        for address in addresses():
            if address.space == space:
                wrong += not_given(client, address, content)

    assert wrong == []


def test_a_superuser_gets_each_screen(content: Any, admin_client: Client) -> None:
    wrong = [one for address in addresses() for one in not_given(admin_client, address, content)]

    assert wrong == []


EACH = [
    pytest.param("view", "", id="view"),
    pytest.param("add", "add", id="add"),
    pytest.param("change", "edit", id="change"),
    pytest.param("delete", "delete", id="delete"),
]


@pytest.mark.parametrize(("action", "given_views"), EACH)
def test_each_permission_gives_its_own_screens(
    content: Any, client: Client, action: str, given_views: str
) -> None:
    for model in ("campaign", "trackingnumber", "pool", "placeholder"):
        space = next(space for space, one in TABLE.items() if one.model == model)
        client.force_login(user_with({f"{action}_{model}"}))
        found = [
            one.name.partition(":")[2]
            for one in addresses()
            if one.space == space
            and one.name.partition(":")[2] in {"add", "copy", "edit", "delete"}
            and is_given(client.get(one.url(row_for(one, content))))
        ]

        assert sorted(found) == sorted(given_views.split()), space


def test_the_menu_shows_what_an_editor_may_open(content: Any, client: Client) -> None:
    client.force_login(user_with({"change_campaign"}))

    shown = client.get("/cms/").content.decode()

    assert "/cms/calltrack_campaigns/" in shown
    for other in ("tokens", "live", "findings", "numbers", "spend", "sections"):
        assert f"/cms/calltrack_{other}/" not in shown


def test_the_organisation_is_not_deleted_and_not_copied(content: Any, admin_client: Client) -> None:
    for view in ("delete", "copy"):
        assert admin_client.get(f"/cms/calltrack_organisation/{view}/1/").status_code == 404


def test_nothing_is_made_in_a_chooser(content: Any, admin_client: Client) -> None:
    for name in ("placeholder", "vestiging"):
        assert admin_client.get(f"/cms/calltrack_choose_{name}/create/").status_code == 404


def test_permissions_are_given_where_wagtail_gives_them(content: Any, admin_client: Client) -> None:
    shown = admin_client.get(reverse("wagtailusers_groups:add")).content.decode()

    for module in TABLE.values():
        if module.model:
            permission = Permission.objects.get(codename=f"change_{module.model}")
            assert f'value="{permission.pk}"' in shown


def test_every_view_that_takes_posts_wants_a_token_of_the_form(
    content: Any, admin_user: User
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    before = everything()

    taking = [one for one in addresses() if one.takes_posts]
    wrong = [
        told(one, "post", response)
        for one in taking
        if (response := client.post(one.url(row_for(one, content)))).status_code != 403
    ]

    assert wrong == []
    assert len(taking) > 50
    assert everything() == before
