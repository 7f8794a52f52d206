"""Users of every kind, and what an address answers them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from tests.wagtail_calltrack.access.admin_urls import BULK, Address
from tests.wagtail_calltrack.access.permission_table import PAGES, TABLE
from wagtail_calltrack.models import ContentFinding, ContentLook


def user_with(codes: Iterable[str]) -> User:
    """Make somebody who may enter the admin and has these permissions."""
    codes = {*codes, "access_admin"}
    user = User.objects.create_user(f"user {User.objects.count()}")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes - {PAGES}))
    if PAGES in codes:
        group = Group.objects.create(name=user.username)
        change = Permission.objects.get(
            codename="change_page", content_type__app_label="wagtailcore"
        )
        root = Page.objects.get(depth=1)
        GroupPagePermission.objects.create(group=group, page=root, permission=change)
        user.groups.add(group)
    return user


def row_for(address: Address, content: Any) -> Any:
    """Give the row to ask an address for."""
    if "preview" in address.space:
        return content.pk
    if address.space == BULK:
        model = apps.get_model(address.arguments[0], address.arguments[1])
    elif address.space.startswith("calltrack_choose"):
        model = apps.get_model("wagtail_calltrack", address.space.rpartition("_")[2])
    else:
        name = TABLE[address.space].model or {
            "calltrack_live": "trackingnumber",
            "calltrack_findings": "contentfinding",
            "calltrack_jobs": "job",
        }.get(address.space, "pool")
        model = apps.get_model("wagtail_calltrack", name)
    rows = model._default_manager.order_by("pk")
    if address.name.endswith(":off_site_made"):
        rows = rows.filter(off_site=True)
    return rows.values_list("pk", flat=True)[0]


def answers(client: Client, address: Address, content: Any) -> dict[str, Any]:
    """Ask in every way that a view answers."""
    url = address.url(row_for(address, content))
    ways = {"get": address.is_shown, "post": address.takes_posts}
    return {way: getattr(client, way)(url) for way, has in ways.items() if has}


def is_denied(response: Any) -> bool:
    if response.status_code == 302:
        return bool(response.headers["Location"] == "/cms/")
    return bool(response.status_code == 403)


def is_given(response: Any) -> bool:
    return response.status_code in {200, 302} and not is_denied(response)


def told(address: Address, way: str, response: Any) -> str:
    return f"{way} {address.name}: {response.status_code} {response.headers.get('Location', '')}"


def everything() -> Mapping[str, Any]:
    """Give all rows of the plugin, but for the report that a look makes."""
    return {
        model.__name__: list(model._default_manager.values())
        for model in apps.get_app_config("wagtail_calltrack").get_models()
        if model not in {ContentFinding, ContentLook}
    }


def not_given(client: Client, address: Address, content: Any) -> list[str]:
    """Ask for a screen; where there is none, post."""
    ask = client.get if address.is_shown else client.post
    response = ask(address.url(row_for(address, content)))
    if is_given(response) and response.headers["X-Calltrack"] == "off":
        return []
    return [told(address, ask.__name__, response)]
