"""Editors set the Plan up; what would break it is refused at the field."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from wagtail.models import ModelLogEntry, Site

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import (
    Campaign,
    CampaignRule,
    EdgeToken,
    Organisation,
    Pool,
    TrackedSite,
    TrackingNumber,
    Vestiging,
)
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

NO_RULES = {
    "rules-TOTAL_FORMS": "0",
    "rules-INITIAL_FORMS": "0",
    "rules-MIN_NUM_FORMS": "0",
    "rules-MAX_NUM_FORMS": "1000",
}
CAMPAIGN = {"key": "new", "name": "New", "method": "dynamic", "exhaustion": "original", **NO_RULES}
SITE = {
    "key": "main",
    "hosts": "www.example.nl\r\nexample.nl",
    "mode": "both",
    "hold_minutes": "30",
    "consent": "not_required",
    "gpc": "no_consent",
    "attributes": "title",
}


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def editor(admin_client: Client) -> Client:
    return admin_client


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, response.headers.get("Location")
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def post(editor: Client, path: str, **fields: Any) -> Any:
    return editor.post(f"/cms/calltrack_{path}/", fields)


def test_a_firm_is_set_up_from_nothing(editor: Client) -> None:
    site = Site.objects.get()
    post(editor, "organisation/new", name="Van Dam", kvk="12345678", region="NL")
    post(editor, "pools/new", key="amsterdam", rest_minutes="0", alarm_loss="1")
    pool = Pool.objects.get()
    post(
        editor,
        "vestigingen/new",
        key="amsterdam",
        name="Amsterdam",
        forwarding_number="(020) 123 45 67",
        pool=pool.pk,
    )
    post(editor, "numbers/new", number="020 765 43 01", state="active", pool=pool.pk)
    post(editor, "sites/new", site=site.pk, **SITE)
    post(editor, "campaigns/new", **CAMPAIGN, vestigingen=[Vestiging.objects.get().pk])
    campaign = Campaign.objects.get()
    post(editor, "placeholders/new", key="head", css_class="phone", campaigns=[campaign.pk])

    plan = published().plan
    assert plan.organisation.kvk == "12345678"
    assert plan.sites[0].hosts == ("www.example.nl", "example.nl")
    assert plan.sites[0].attributes == {"title"}
    assert [str(number) for number in plan.by_forwarding_number] == ["+31201234567"]
    assert {str(number) for number in plan.pool_of} == {"+31207654301"}
    assert plan.campaigns[0].vestigingen == {"amsterdam"}
    assert plan.by_placeholder["head"].campaigns == {"new"}


def rule(at: int, **fields: Any) -> dict[str, Any]:
    named = {f"rules-{at}-{name}": value for name, value in fields.items()}
    return {f"rules-{at}-ORDER": str(at + 1), f"rules-{at}-id": "", **named}


def test_a_campaign_is_made_with_its_rules(firm: None, editor: Client) -> None:
    fields = {
        **CAMPAIGN,
        **rule(0, source="google\nbing", channel=["paid_search", "display"]),
        **rule(1, landing_path="/offer/*", device=["mobile"]),
        "rules-TOTAL_FORMS": "2",
    }

    post(editor, "campaigns/new", **fields)

    (campaign,) = [one for one in published().plan.campaigns if one.key == "new"]
    found = campaign.rules
    assert [(one.source, one.channel) for one in found] == [
        (("google", "bing"), ("paid_search", "display")),
        ((), ()),
    ]
    assert (found[1].landing_path, found[1].device) == (("/offer/*",), ("mobile",))


def test_a_campaign_keeps_its_rules_when_another_field_changes(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="newsletter")
    before = published().plan.campaigns[0]
    kept = CampaignRule.objects.get(campaign=campaign)
    fields = {
        **CAMPAIGN,
        "key": "newsletter",
        "name": "Post",
        "method": "static",
        "vestigingen": [row.pk for row in campaign.vestigingen.all()],
        **rule(0, medium="email\r\nnewsletter"),
        "rules-0-id": str(kept.pk),
        "rules-TOTAL_FORMS": "1",
        "rules-INITIAL_FORMS": "1",
    }

    response = post(editor, f"campaigns/edit/{campaign.pk}", **fields)

    after = published().plan.campaigns[0]
    assert response.status_code == 302
    assert (after.name, after.rules) == ("Post", before.rules)
    assert after.vestigingen == before.vestigingen


REFUSED: list[Any] = [
    pytest.param(
        "pools/new", {"key": "two words", "rest_minutes": 0, "alarm_loss": 1}, "key", id="a key"
    ),
    pytest.param(
        "pools/new", {"key": "utrecht", "rest_minutes": 0, "alarm_loss": 1}, "key", id="a key twice"
    ),
    pytest.param(
        "pools/new", {"key": "x", "rest_minutes": -1, "alarm_loss": 1}, "rest_minutes", id="minutes"
    ),
    pytest.param("numbers/new", {"number": "12", "state": "active"}, "number", id="no number"),
    pytest.param(
        "numbers/new",
        {"number": "(020) 765 43 01", "state": "active"},
        "number",
        id="a number that is there in another form",
    ),
    pytest.param(
        "numbers/new",
        {"number": "020 123 45 67", "state": "active"},
        "number",
        id="a tracking number that is a forwarding number",
    ),
    pytest.param("sites/new", {**SITE, "hosts": "https://a.nl/"}, "hosts", id="a host"),
    pytest.param("sites/new", {**SITE, "hosts": ""}, "hosts", id="no host"),
    pytest.param("sites/new", {**SITE, "hold_minutes": "4"}, "hold_minutes", id="a short hold"),
    pytest.param("sites/new", {**SITE, "consent": ""}, "consent", id="consent left open"),
    pytest.param("sites/new", {**SITE, "attributes": "class"}, "attributes", id="an attribute"),
    pytest.param("campaigns/new", {**CAMPAIGN, "method": ""}, "method", id="method left open"),
    pytest.param(
        "campaigns/new", {**CAMPAIGN, "exhaustion": ""}, "exhaustion", id="exhaustion left open"
    ),
    pytest.param(
        "campaigns/new",
        {**CAMPAIGN, "method": "static"},
        "method",
        id="a static campaign without numbers",
    ),
    pytest.param(
        "campaigns/new", {**CAMPAIGN, "off_site": "on"}, "method", id="off-site and dynamic"
    ),
    pytest.param(
        "campaigns/new",
        {**CAMPAIGN, "starts_at": "2027-02-01 10:00", "ends_at": "2027-01-01 10:00"},
        "__all__",
        id="a window that ends before it starts",
    ),
    pytest.param("placeholders/new", {"key": "off"}, "key", id="the reserved key"),
    pytest.param(
        "placeholders/new",
        {"key": "x", "css_class": "qooqie-number-placeholder"},
        "css_class",
        id="a class twice",
    ),
]


@pytest.mark.parametrize(("path", "fields", "field"), REFUSED)
def test_what_cannot_stand_in_the_plan_is_refused_at_its_field(
    firm: None, editor: Client, path: str, fields: dict[str, Any], field: str
) -> None:
    before = published()
    if path == "sites/new":
        other = Site.objects.create(hostname="x.nl", root_page=Site.objects.get().root_page)
        fields = {**fields, "site": other.pk, "key": "other"}

    response = post(editor, path, **fields)

    assert set(errors(response)) == {field}
    assert published() == before


def test_a_refused_row_leaves_nothing_and_its_form_can_be_mended(
    firm: None, editor: Client
) -> None:
    logged = ModelLogEntry.objects.count()
    refused = post(editor, "campaigns/new", **{**CAMPAIGN, "method": "static"})

    (told,) = errors(refused)["method"]
    assert "needs a static number" in told
    assert told.endswith("under «Numbers of its own».")
    assert "[[" not in told
    assert refused.context["form"].instance.pk is None
    assert not Campaign.objects.filter(key="new").exists()
    assert ModelLogEntry.objects.count() == logged

    assert post(editor, "campaigns/new", **CAMPAIGN).status_code == 302
    assert Campaign.objects.filter(key="new").exists()


def test_a_problem_of_another_row_stands_above_the_form_with_its_name(
    firm: None, editor: Client
) -> None:
    number = TrackingNumber.objects.get(number="+31207659901")
    pool = Pool.objects.get(key="amsterdam")

    response = post(
        editor, f"numbers/edit/{number.pk}", number="020 765 99 01", state="active", pool=pool.pk
    )

    found = errors(response)
    assert set(found) == {"__all__"}
    assert found["__all__"][0].startswith("Campaign «Newsletter»: method static needs a static")


def test_the_kvk_number_is_not_changed_by_a_form(firm: None, editor: Client) -> None:
    post(editor, "organisation/edit/1", name="Van Dam BV", kvk="87654321", region="NL")

    row = Organisation.objects.get()
    assert (row.name, row.kvk) == ("Van Dam BV", "12345678")


def test_dragging_a_campaign_changes_what_comes_first(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="everyone")
    before = published()

    editor.post(f"/cms/calltrack_campaigns/reorder/{campaign.pk}/?position=0")

    after = published()
    assert [row.key for row in after.plan.campaigns] == [
        "everyone",
        *(row.key for row in before.plan.campaigns if row.key != "everyone"),
    ]
    assert after.serial.serial > before.serial.serial


def test_what_the_plan_needs_is_not_deleted_and_the_reason_is_told(
    firm: None, editor: Client
) -> None:
    number = TrackingNumber.objects.get(number="+31207659901")

    response = editor.post(f"/cms/calltrack_numbers/delete/{number.pk}/", follow=True)

    assert "was not deleted" in response.content.decode()
    assert "needs a static number" in response.content.decode()
    assert TrackingNumber.objects.filter(pk=number.pk).exists()


def test_what_others_name_is_not_deleted_and_they_are_told(firm: None, editor: Client) -> None:
    site = TrackedSite.objects.get()
    Campaign.objects.get(key="everyone").sites.add(site)

    response = editor.post(f"/cms/calltrack_sites/delete/{site.pk}/", follow=True)

    assert "it is used by «Everyone · main»" in response.content.decode()
    assert TrackedSite.objects.exists()


def test_what_nobody_needs_is_deleted(firm: None, editor: Client) -> None:
    row = TrackingNumber.objects.get(number="+31850199999")

    editor.post(f"/cms/calltrack_numbers/delete/{row.pk}/")

    assert not TrackingNumber.objects.filter(pk=row.pk).exists()
    assert len(published().plan.numbers) == 8


def test_a_change_stands_in_the_history(firm: None, editor: Client) -> None:
    pool = Pool.objects.get(key="utrecht")

    post(editor, f"pools/edit/{pool.pk}", key="utrecht", rest_minutes="5", alarm_loss="1")

    assert [one.action for one in ModelLogEntry.objects.for_instance(pool)] == ["wagtail.edit"]


def test_who_may_look_only_reads_lists_on_one_line(firm: None, editor: Client) -> None:
    site = TrackedSite.objects.get()

    page = editor.get(f"/cms/calltrack_sites/inspect/{site.pk}/").content.decode()

    assert "www.vandamplafonds.example, vandamplafonds.example" in page
    assert "alt, aria-label, title" in page


def test_a_token_is_shown_also_where_a_site_has_no_address_for_edges_yet(
    editor: Client, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.wagtail_calltrack.elsewhere"

    made = editor.post(
        "/beheer/wagtail/calltrack_tokens/new/", {"name": "proxy 1", "purpose": "edge"}
    )

    assert made.context["token"] in made.content.decode()
    assert "curl" not in made.content.decode()


def test_a_token_is_shown_once(firm: None, editor: Client, client: Client) -> None:
    made = post(editor, "tokens/new", name="proxy 1", purpose="edge")
    row = EdgeToken.objects.get()
    token = made.context["token"]

    assert token in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert row.opens_with(token)
    for path in ("", f"edit/{row.pk}/", f"history/{row.pk}/"):
        assert (
            token.split("_", 2)[2]
            not in editor.get(f"/cms/calltrack_tokens/{path}").content.decode()
        )
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/calltrack/api/plan/", headers=headers).status_code == 200

    post(editor, f"tokens/edit/{row.pk}", name="proxy 1", purpose="edge", is_revoked="on")
    assert Client().get("/calltrack/api/plan/", headers=headers).status_code == 403
