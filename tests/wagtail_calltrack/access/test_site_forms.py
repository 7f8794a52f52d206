"""What an editor of one site makes belongs to that site; what does not is refused, with the fix."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.wagtail_calltrack.access.two_sites import (
    ALPHA,
    BRAVO,
    STATIC,
    Side,
    editor_of,
    leaks,
    make_two_sites,
)
from tests.wagtail_calltrack.campaigns.posting import FREE, NEW, fields_of, row
from tests.wagtail_calltrack.importing.uploads import bring_in, confirm, upload
from wagtail_calltrack.access.policies import CHANGE, VIEW
from wagtail_calltrack.access.sight import discreet
from wagtail_calltrack.models import (
    Campaign,
    Placeholder,
    PlaceholderCampaign,
    SpendEntry,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    plan_change,
)

pytestmark = pytest.mark.django_db

CHOOSE_ONE = "Choose at least one"
DYNAMIC = {**NEW, "method": "original"}


@pytest.fixture
def sides(db: None) -> dict[str, Side]:
    return make_two_sites()


@pytest.fixture
def editor(sides: dict[str, Side], client: Client) -> Client:
    client.force_login(editor_of(sides[ALPHA], CHANGE))
    return client


def url(name: str, view: str, row: Any = None) -> str:
    return reverse(f"calltrack_{name}:{view}", args=() if row is None else (row.pk,))


def errors(response: Any, field: str) -> str:
    assert response.status_code == 200
    return str(response.context["form"].errors.get(field, ""))


def test_a_campaign_is_made_for_ones_own_site(sides: dict[str, Side], editor: Client) -> None:
    response = editor.post(url("campaigns", "add"), {**DYNAMIC, "sites": [sides[ALPHA].site.pk]})

    assert response.status_code == 302
    made = Campaign.objects.get(key="new")
    assert [site.key for site in made.sites.all()] == [ALPHA]


WITHOUT = [
    pytest.param({}, CHOOSE_ONE, id="no site at all"),
    pytest.param({"sites": [BRAVO]}, "not one of the available choices", id="another's"),
    pytest.param({"sites": [ALPHA, BRAVO]}, "not one of the available choices", id="another's too"),
]


@pytest.mark.parametrize(("fields", "error"), WITHOUT)
@pytest.mark.parametrize("view", ["add", "edit", "copy"])
def test_a_campaign_of_no_site_or_of_anothers_is_refused(
    sides: dict[str, Side], editor: Client, view: str, fields: dict[str, Any], error: str
) -> None:
    campaign = sides[ALPHA].campaign
    sites = [sides[name].site.pk for name in fields.get("sites", ())]
    row_ = None if view == "add" else campaign
    data = {**DYNAMIC, "sites": sites} if view != "edit" else fields_of(campaign, sites=sites)

    response = editor.post(url("campaigns", view, row_), data)

    assert error in errors(response, "sites")
    assert leaks(response) == []
    assert [one.key for one in campaign.sites.all()] == [ALPHA]
    assert not Campaign.objects.filter(key="new").exists()


def test_an_off_site_campaign_is_the_firms(sides: dict[str, Side], editor: Client) -> None:
    data = {**DYNAMIC, "sites": [sides[ALPHA].site.pk], "off_site": "on"}
    editor.post(url("campaigns", "add"), data)

    assert not Campaign.objects.get(key="new").off_site
    page = editor.get(url("campaigns", "add")).content.decode()
    assert "An off-site campaign belongs to no site" in page
    assert (
        url("campaigns", "off_site") not in editor.get(url("campaigns", "index")).content.decode()
    )
    assert editor.get(url("campaigns", "off_site")).headers["Location"] == "/cms/"


def test_free_numbers_of_the_firm_are_there_to_choose_from(
    sides: dict[str, Side], editor: Client
) -> None:
    data = {**NEW, "sites": [sides[ALPHA].site.pk], **row("amsterdam", FREE)}
    data["vestigingen"] = [Vestiging.objects.get(key="amsterdam").pk]

    response = editor.post(url("campaigns", "add"), data)

    assert response.status_code == 302, response.context["form"].errors
    assert TrackingNumber.objects.get(number=FREE).campaign == Campaign.objects.get(key="new")


def test_a_number_of_another_sites_campaign_is_not(sides: dict[str, Side], editor: Client) -> None:
    data = {**NEW, "sites": [sides[ALPHA].site.pk], **row("amsterdam", STATIC[BRAVO])}

    response = editor.post(url("campaigns", "add"), data)

    assert response.status_code == 200
    assert leaks(response) == []
    assert TrackingNumber.objects.get(number=STATIC[BRAVO]).campaign == sides[BRAVO].campaign


def test_a_placeholder_is_for_campaigns_of_ones_own(sides: dict[str, Side], editor: Client) -> None:
    own, other = (side.campaign.pk for side in sides.values())
    firm = Campaign.objects.get(key="foxtrot").pk
    for wrong in ([], [other], [own, other], [firm]):
        response = editor.post(url("placeholders", "add"), {"key": "new", "campaigns": wrong})
        assert errors(response, "campaigns"), wrong
        assert leaks(response) == []

    response = editor.post(url("placeholders", "add"), {"key": "new", "campaigns": [own]})

    assert response.status_code == 302
    assert Placeholder.objects.get(key="new").campaigns.get().pk == own


def test_spend_is_entered_for_campaigns_of_ones_own(sides: dict[str, Side], editor: Client) -> None:
    entry = {"starts_on": "2027-01-01", "ends_on": "2027-01-31", "amount": "5"}
    for campaign in (sides[BRAVO].campaign, Campaign.objects.get(key="foxtrot")):
        refused = editor.post(url("spend", "add"), {**entry, "campaign": campaign.pk})
        assert errors(refused, "campaign")

    editor.post(url("spend", "add"), {**entry, "campaign": sides[ALPHA].campaign.pk})

    assert [one.campaign.key for one in SpendEntry.objects.filter(starts_on="2027-01-01")] == [
        "sale-alpha"
    ]


def test_spend_of_another_site_is_not_imported(sides: dict[str, Side], editor: Client) -> None:
    head = "campaign,first day,last day,amount\n"
    for name in ("sale-bravo", "Sale bravo", "foxtrot"):
        shown = upload(editor, "spend", f"{head}{name},2026-11-01,2026-11-30,99\n")
        assert not shown.context["preview"].is_right
        assert "10.00" not in shown.content.decode()
        assert confirm(editor, "spend", shown).status_code == 200

    bring_in(editor, "spend", f"{head}sale-alpha,2027-01-01,2027-01-31,99\n")

    assert SpendEntry.objects.filter(amount=99).get().campaign == sides[ALPHA].campaign


def test_a_preview_of_an_import_is_ones_own_and_not_to_be_changed(
    sides: dict[str, Side], editor: Client, admin_client: Client
) -> None:
    head = "campaign,first day,last day,amount\n"
    theirs = upload(admin_client, "spend", f"{head}sale-bravo,2026-11-01,2026-11-30,99\n")
    own = upload(editor, "spend", f"{head}sale-alpha,2027-01-01,2027-01-31,99\n")
    token = own.context["table"]

    for table in (theirs.context["table"], f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}", "x"):
        response = editor.post(url("spend", "import"), {"table": table, "step": "confirm"})
        assert response.status_code == 200
        assert "not valid any more" in response.content.decode()

    assert not SpendEntry.objects.filter(amount=99).exists()


def test_a_site_is_not_moved_to_another(sides: dict[str, Side], editor: Client) -> None:
    page = editor.get(url("sites", "edit", sides[ALPHA].site))
    offered = [site.hostname for site in page.context["form"].fields["site"].queryset]
    assert offered == ["alpha.example"]

    response = editor.post(
        url("sites", "edit", sides[ALPHA].site), {"key": ALPHA, "site": sides[BRAVO].site.site.pk}
    )

    assert "site" in response.context["form"].errors
    assert TrackedSite.objects.get(key=ALPHA).site.hostname == "alpha.example"


def test_a_host_that_is_another_sites_is_refused_without_its_name(
    sides: dict[str, Side], editor: Client
) -> None:
    data = {
        "key": ALPHA,
        "site": sides[ALPHA].site.site.pk,
        "hosts": "bravo.example",
        "mode": "both",
        "consent": "not_required",
        "hold_minutes": 30,
        "gpc": sides[ALPHA].site.gpc,
    }

    response = editor.post(url("sites", "edit", sides[ALPHA].site), data)

    told = " ".join(str(one) for one in response.context["form"].errors.values())
    assert "stands already" in told
    assert "«…»" in told
    assert escape(f"«{BRAVO}»") not in told


def test_what_another_row_needs_is_told_without_its_name(
    sides: dict[str, Side], editor: Client
) -> None:
    with plan_change():
        PlaceholderCampaign.objects.create(
            placeholder=sides[BRAVO].placeholder, campaign=sides[ALPHA].campaign
        )

    for view in ("delete", "usage"):
        shown = editor.get(url("campaigns", view, sides[ALPHA].campaign))
        assert shown.status_code == 200
        assert leaks(shown) == []
    editor.post(url("campaigns", "delete", sides[ALPHA].campaign))

    assert Campaign.objects.filter(key="sale-alpha").exists()


def test_a_campaign_that_nobody_gets_to_names_no_campaign_of_the_firm(
    sides: dict[str, Side], editor: Client
) -> None:
    with plan_change():
        Campaign.objects.create(
            key="bravo-for-all", name="Bravo", method="original", exhaustion="original"
        )

    data = {**DYNAMIC, "sites": [sides[ALPHA].site.pk]}
    response = editor.post(url("campaigns", "add"), data, follow=True)

    assert "obody gets to it" in response.content.decode()
    assert leaks(response) == []


def test_the_firms_editors_choose_from_all(sides: dict[str, Side], client: Client) -> None:
    codes = ("add_campaign", "change_campaign")
    client.force_login(editor_of(sides[ALPHA], more=codes))

    form = client.get(url("campaigns", "add")).context["form"]
    made = client.post(url("campaigns", "add"), DYNAMIC)

    assert {one.key for one in form.fields["sites"].queryset} == {ALPHA, BRAVO}
    assert not form.fields["off_site"].disabled
    assert made.status_code == 302
    assert not Campaign.objects.get(key="new").sites.exists()


def test_sentences_keep_names_for_those_who_may_know_them(sides: dict[str, Side]) -> None:
    text = "Campaign «Sale bravo»: key «sale-alpha» · «+31852220002» · «whatever»"

    assert discreet(text, editor_of(sides[ALPHA], VIEW)) == (
        "Campaign «…»: key «sale-alpha» · «…» · «whatever»"
    )
    assert discreet(text, editor_of(sides[ALPHA], more=("view_campaign",))) == text
    assert discreet(text, None) == text
    assert discreet(text, AnonymousUser()) == text
