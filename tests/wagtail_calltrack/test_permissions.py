"""Who may open and do what, for every address of the plugin in the admin.

The addresses come from the resolver: a view that has no place in the table below fails the tests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from demo.models import TextPage
from tests.wagtail_calltrack.access.admin_urls import BULK, Address, addresses
from tests.wagtail_calltrack.calls_made import call
from tests.wagtail_calltrack.facts import edge, given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import (
    BlockedCaller,
    CallSettings,
    Campaign,
    Category,
    CategoryRule,
    ContentFinding,
    ContentLook,
    EdgeToken,
    Job,
    Section,
    SpendEntry,
    TargetRule,
    Vestiging,
)

pytestmark = pytest.mark.django_db

PAGES = "pages"
"""Stands for the permission to edit pages."""

ROW = "index index_results inspect"
FORMS = "add edit delete history history_results usage"


@dataclass(frozen=True, slots=True)
class Module:
    """The views of a module: for who may look, and for who may change; and who these are."""

    looks: str
    changes: str = ""
    model: str = ""
    look: str = ""
    change: str = ""

    @property
    def to_look(self) -> set[str]:
        """Give the permissions that are enough to look."""
        return set((self.look or f"view_{self.model}").split())

    @property
    def to_change(self) -> set[str]:
        """Give the permissions that are enough for all."""
        usual = " ".join(f"{one}_{self.model}" for one in ("add", "change", "delete", "view"))
        return set((self.change or usual).split()) if self.changes else self.to_look

    @property
    def views(self) -> list[str]:
        """Give the names of all."""
        return [*self.looks.split(), *self.changes.split()]


TABLE: Mapping[str, Module] = {
    "calltrack_campaigns": Module(
        f"{ROW} trial off_site_made",
        f"{FORMS} copy reorder trial_typed trial_typed_new off_site",
        "campaign",
    ),
    "calltrack_numbers": Module(f"{ROW} example", f"{FORMS} copy import", "trackingnumber"),
    "calltrack_pools": Module(ROW, f"{FORMS} copy", "pool"),
    "calltrack_vestigingen": Module(ROW, f"{FORMS} copy reorder", "vestiging"),
    "calltrack_placeholders": Module(ROW, f"{FORMS} copy", "placeholder"),
    "calltrack_sections": Module(ROW, FORMS, "section"),
    "calltrack_spend": Module(f"{ROW} example", f"{FORMS} copy import", "spendentry"),
    "calltrack_sites": Module(ROW, f"{FORMS} copy", "trackedsite"),
    "calltrack_organisation": Module(ROW, "add edit history history_results usage", "organisation"),
    "calltrack_tokens": Module("index index_results", FORMS, "edgetoken"),
    "calltrack_live": Module(
        "index fragment",
        "release disable",
        look="view_leaseevent",
        change="view_leaseevent change_trackingnumber",
    ),
    "calltrack_health": Module("index", look="view_pool"),
    "calltrack_calls": Module(ROW, "categories", "call"),
    "calltrack_leads": Module(ROW, "edit note history history_results", "lead"),
    "calltrack_categories": Module(ROW, FORMS, "category"),
    "calltrack_target_rules": Module(ROW, FORMS, "targetrule"),
    "calltrack_category_rules": Module(ROW, FORMS, "categoryrule"),
    "calltrack_blocked_callers": Module(
        ROW,
        FORMS,
        "blockedcaller",
        look="view_blockedcaller see_callers",
        change="add_blockedcaller change_blockedcaller delete_blockedcaller see_callers",
    ),
    "calltrack_call_settings": Module(
        "", "index edit history history_results", "callsettings", change="change_callsettings"
    ),
    "calltrack_jobs": Module(
        "index fragment", "retry", look="view_job", change="view_job change_callsettings"
    ),
    "calltrack_telephony": Module(ROW, FORMS, "telephonyaccount"),
    "calltrack_privacy": Module(
        "index",
        "settings person",
        look="view_privacyrequest",
        change="change_privacysettings erase_people",
    ),
    "calltrack_dashboard": Module("index fragment", look="view_call"),
    "calltrack_reports": Module(
        "index source campaign keyword landing vestiging number pools", look="view_call"
    ),
    # A look at the content changes nothing but the report that it is for.
    "calltrack_findings": Module(
        "index index_results open look", look=f"view_contentfinding {PAGES}"
    ),
    "calltrack_preview": Module("", look=PAGES),
    "calltrack_preview_page": Module("", look=PAGES),
    # Who has anything to put a number into may choose one.
    "calltrack_number": Module("", look="change_image"),
    "calltrack_choose_placeholder": Module(
        "choose choose_results chosen chosen_multiple", look="change_image"
    ),
    "calltrack_choose_vestiging": Module(
        "choose choose_results chosen chosen_multiple", look="change_image"
    ),
    BULK: Module(
        "",
        "calltrack_pause calltrack_resume calltrack_move calltrack_stock calltrack_disable "
        "calltrack_enable calltrack_release calltrack_rent calltrack_category "
        "calltrack_uncategory calltrack_spam calltrack_no_spam calltrack_assign_me "
        "calltrack_assign calltrack_state",
        look="view_campaign view_trackingnumber view_call view_lead",
        change="change_campaign change_trackingnumber change_call change_lead "
        "add_blockedcaller delete_blockedcaller",
    ),
}

ANY_IS_ENOUGH = {"calltrack_health", "calltrack_number"} | {
    f"calltrack_choose_{one}" for one in ("placeholder", "vestiging")
}
"""Who has any permission of the plugin's may open these."""


def test_every_address_has_its_place_in_the_table() -> None:
    named = {
        f"{space}:{view}" if view else space
        for space, module in TABLE.items()
        for view in module.views or [""]
    }

    assert {one.name for one in addresses()} == named


@pytest.fixture
def content(db: None) -> Any:
    """Make a firm, what edges and a look would tell, and a page."""
    make_firm()
    now = timezone.now()
    page = TextPage(title="Prijzen", slug="prijzen", intro="Bel 020 123 45 67")
    Page.objects.get(depth=1).add_child(instance=page)
    token = EdgeToken(name="proxy 1")
    token.issue()
    token.save()
    edge(now)
    given(now)
    gather([call(now)])
    category = Category.objects.create(name="Evening")
    CategoryRule.objects.create(category=category, status="missed")
    TargetRule.objects.create(campaign=Campaign.objects.all()[0], talk_seconds=60)
    BlockedCaller.objects.create(number="+31687654321")
    CallSettings.objects.create()
    Job.objects.create(kind="restate", state="failed", problem="ValueError")
    Section.objects.create(page=page.pk, vestiging=Vestiging.objects.all()[0])
    SpendEntry.objects.create(
        campaign=Campaign.objects.all()[0],
        starts_on="2026-11-01",
        ends_on="2026-11-30",
        amount=10,
    )
    ContentFinding.objects.create(
        content_type=ContentType.objects.get_for_model(page),
        object_id=str(page.pk),
        title=page.title,
        kind="forwarding",
        number="+31201234567",
        found_at=now,
    )
    return page


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


def everything() -> Mapping[str, Any]:
    """Give all rows of the plugin, but for the report that a look makes."""
    return {
        model.__name__: list(model._default_manager.values())
        for model in apps.get_app_config("wagtail_calltrack").get_models()
        if model not in {ContentFinding, ContentLook}
    }


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


def not_given(client: Client, address: Address, content: Any) -> list[str]:
    """Ask for a screen; where there is none, post."""
    ask = client.get if address.is_shown else client.post
    response = ask(address.url(row_for(address, content)))
    if is_given(response) and response.headers["X-Calltrack"] == "off":
        return []
    return [told(address, ask.__name__, response)]


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
