"""A campaign is saved with its numbers, as one change; what is wrong stands at its row."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.campaigns.posting import FREE, NEW, fields_of, row, rule, vestiging
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.campaigns.form import CampaignForm
from wagtail_calltrack.models import (
    Campaign,
    PlanSerial,
    Pool,
    TrackingNumber,
    Vestiging,
    plan_change,
)
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

ADD = "/cms/calltrack_campaigns/new/"
TAKEN = "+31207654301"  # in a pool


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def editor(admin_client: Client) -> Client:
    return admin_client


def edit(campaign: Campaign) -> str:
    return f"/cms/calltrack_campaigns/edit/{campaign.pk}/"


def row_errors(response: Any) -> dict[str, list[str]]:
    """Give the errors of the number rows, by the keys of their vestigingen."""
    assert response.status_code == 200, response.headers.get("Location")
    names = {f"for_{one.pk}": one.key for one in Vestiging.objects.all()}
    errors = response.context["form"].numbers.errors
    assert all(text in response.content.decode() for found in errors.values() for text in found)
    return {names[name]: list(found) for name, found in errors.items()}


def test_a_static_campaign_is_made_with_its_number_in_one_change(
    firm: None, editor: Client
) -> None:
    fields = {**NEW, "vestigingen": [vestiging("utrecht")], **row("utrecht", FREE)}

    response = editor.post(ADD, fields)

    plan = published().plan
    assert response.status_code == 302
    assert str(plan.static_number("new", "utrecht")) == FREE  # type: ignore[arg-type]
    number = TrackingNumber.objects.get(number=FREE)
    assert [one.action for one in ModelLogEntry.objects.for_instance(number)] == ["wagtail.edit"]


def test_a_number_that_is_taken_away_is_back_in_stock_and_rests(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="flyer")
    before = timezone.now()

    editor.post(edit(campaign), fields_of(campaign, off_site="on", **row("amsterdam", None)))

    number = TrackingNumber.objects.get(number="+31207659902")
    assert (number.campaign, number.vestiging) == (None, None)
    assert number.released_at is not None
    assert before <= number.released_at <= timezone.now()


def test_two_vestigingen_swap_their_numbers(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="newsletter")
    swapped = {**row("amsterdam", "+31107659901"), **row("rotterdam", "+31207659901")}

    response = editor.post(edit(campaign), fields_of(campaign, **swapped))

    plan = published().plan
    assert response.status_code == 302
    assert str(plan.static_number("newsletter", "amsterdam")) == "+31107659901"  # type: ignore[arg-type]


def test_a_row_that_was_not_sent_is_left_alone(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="newsletter")

    editor.post(edit(campaign), fields_of(campaign, name="Post"))

    assert published().plan.campaigns[0].name == "Post"
    assert campaign.numbers.count() == 2


def test_what_is_saved_unchanged_is_the_same_plan(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="newsletter")
    same = {**row("amsterdam", "+31207659901"), **row("rotterdam", "+31107659901")}
    before = PlanSerial.objects.get().serial

    editor.post(edit(campaign), fields_of(campaign, **same))

    assert PlanSerial.objects.get().serial == before


def test_a_number_for_all_stays_one_for_all(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="flyer")
    campaign.numbers.update(vestiging=None)

    editor.post(
        edit(campaign),
        fields_of(campaign, off_site="on", name="F", **row("amsterdam", "+31207659902")),
    )

    number = TrackingNumber.objects.get(number="+31207659902")
    assert (number.campaign, number.vestiging) == (campaign, None)


@pytest.mark.parametrize("is_tried", [False, True], ids=["saved", "tried"])
def test_a_number_of_the_only_vestiging_is_that_one_s_when_another_joins(
    firm: None, editor: Client, is_tried: bool
) -> None:
    campaign = Campaign.objects.get(key="flyer")
    campaign.numbers.update(vestiging=None)
    numbers = {**row("amsterdam", "+31207659902"), **row("rotterdam", FREE)}
    both = [vestiging("amsterdam"), vestiging("rotterdam")]
    fields = fields_of(campaign, off_site="on", vestigingen=both, **numbers)

    if is_tried:
        path = f"/cms/calltrack_campaigns/test/{campaign.pk}/"
        answer = editor.post(path, {**fields, "trial-url": "https://www.vandamplafonds.example/"})
        assert answer.context["result"].problem == ""
        return
    response = editor.post(edit(campaign), fields)

    plan = published().plan
    assert response.status_code == 302
    assert str(plan.static_number("flyer", "amsterdam")) == "+31207659902"  # type: ignore[arg-type]
    assert str(plan.static_number("flyer", "rotterdam")) == FREE  # type: ignore[arg-type]


WRONG = [
    pytest.param(
        ["amsterdam", "utrecht"],
        {"utrecht": FREE},
        {"amsterdam": "Choose a number for this vestiging."},
        id="one is missing",
    ),
    pytest.param(
        ["amsterdam", "utrecht"],
        {"amsterdam": FREE, "utrecht": FREE},
        {"utrecht": "This number is chosen in another row already."},
        id="one is chosen twice",
    ),
    pytest.param(
        ["utrecht"],
        {"utrecht": TAKEN},
        {"utrecht": "This number is not free any more: choose another one."},
        id="one is in a pool",
    ),
    pytest.param(
        ["utrecht"],
        {"utrecht": "+31207659902"},
        {"utrecht": "This number is not free any more: choose another one."},
        id="one is another campaign's",
    ),
    pytest.param(
        ["amsterdam"],
        {"rotterdam": FREE},
        {
            "rotterdam": "Vestiging «rotterdam» is not one that campaign «new» covers: «amsterdam»",
            "amsterdam": "Choose a number for this vestiging.",
        },
        id="one is for a vestiging that is not covered",
    ),
]


@pytest.mark.parametrize(("covered", "chosen", "told"), WRONG)
def test_what_is_wrong_with_a_number_stands_at_its_row(
    firm: None, editor: Client, covered: list[str], chosen: dict[str, str], told: dict[str, str]
) -> None:
    before = published()
    fields = {**NEW, "vestigingen": [vestiging(key) for key in covered]}
    for key, number in chosen.items():
        fields |= row(key, number)

    response = editor.post(ADD, fields)

    assert row_errors(response) == {key: [text] for key, text in told.items()}
    assert published() == before
    assert not Campaign.objects.filter(key="new").exists()


def test_a_number_that_was_taken_while_the_form_was_checked_is_told_at_its_row(
    firm: None, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {**NEW, "vestigingen": [vestiging("utrecht")], **row("utrecht", FREE)}
    is_valid = CampaignForm.is_valid

    def and_then_somebody_takes_it(form: CampaignForm) -> bool:
        answer = is_valid(form)
        pool = Pool.objects.get(key="utrecht")
        TrackingNumber.objects.filter(number=FREE).update(pool=pool)
        return answer

    monkeypatch.setattr(CampaignForm, "is_valid", and_then_somebody_takes_it)

    response = editor.post(ADD, fields)

    told = "This number is not free any more: choose another one."
    assert row_errors(response) == {"utrecht": [told]}
    assert not Campaign.objects.filter(key="new").exists()


def test_a_copy_begins_with_the_rules_and_without_the_numbers(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="newsletter")

    page = editor.get(f"/cms/calltrack_campaigns/copy/{campaign.pk}/")

    form = page.context["form"]
    assert [one.number for one in form.numbers.rows] == [None, None, None]
    assert form.initial["name"] == "Newsletter"


def test_a_copy_is_saved_with_rules_of_its_own(firm: None, editor: Client) -> None:
    campaign = Campaign.objects.get(key="ads")

    editor.post(ADD, fields_of(campaign, key="copy", method="original"))

    copies = Campaign.objects.get(key="copy").rules.values_list("source", "click_id")
    assert list(copies) == list(campaign.rules.values_list("source", "click_id"))
    assert len(copies) == 2


def test_what_looks_wrong_though_it_is_allowed_is_told_after_saving(
    firm: None, editor: Client
) -> None:
    fields = {**NEW, "method": "original", **rule(0, landing_path="offer")}

    page = editor.post(ADD, fields, follow=True).content.decode()

    assert "«New»: Rules[1]: landing_path «offer» matches nothing" in page


def test_a_second_campaign_for_everybody_is_told_that_nobody_gets_to_it(
    firm: None, editor: Client
) -> None:
    page = editor.post(ADD, {**NEW, "method": "original"}, follow=True).content.decode()

    assert "«New»: Nobody gets to it: «everyone» stands before it, and takes everybody" in page


def test_a_new_campaign_with_rules_stands_before_the_one_for_everybody(
    firm: None, editor: Client
) -> None:
    before = list(Campaign.objects.order_by("sort_order").values_list("key", flat=True))
    assert before[-1] == "everyone"

    editor.post(ADD, {**NEW, "method": "original", **rule(0, source="bing")})

    after = list(Campaign.objects.order_by("sort_order").values_list("key", flat=True))
    assert after.index("new") < after.index("everyone")
    assert [key for key in after if key != "new"] == before


def test_a_campaign_that_is_only_changed_stays_where_it_is(firm: None, editor: Client) -> None:
    everyone = Campaign.objects.get(key="everyone")
    fields = {**fields_of(everyone), **rule(0, source="bing")}

    editor.post(f"/cms/calltrack_campaigns/edit/{everyone.pk}/", fields)

    assert everyone.rules.count() == 1
    assert Campaign.objects.order_by("sort_order").last() == everyone


def test_the_form_shows_each_rule_as_a_sentence_and_puts_rare_fields_away(
    firm: None, editor: Client
) -> None:
    campaign = Campaign.objects.get(key="ads")

    page = editor.get(edit(campaign)).content.decode()

    assert "click id is gclid or gbraid or wbraid or msclkid" in page
    assert "source is google or bing and medium is cpc or paid*" in page
    assert page.count('<details class="calltrack-more" open>') == 1  # a click id is used there
    assert page.count('<details class="calltrack-more">') == 2  # the other rule, and a new one


def queries_of(editor: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert editor.get(url).status_code == 200
    return len(queries)


def test_the_form_costs_the_same_queries_whatever_there_is_to_choose_from(
    firm: None, editor: Client
) -> None:
    url = edit(Campaign.objects.get(key="newsletter"))
    editor.get(url)
    few = queries_of(editor, url)

    with plan_change():
        pool = Pool.objects.get(key="utrecht")
        Vestiging.objects.bulk_create(
            Vestiging(key=f"v{at}", name="V", forwarding_number=f"+3120300{at:04}", pool=pool)
            for at in range(60)
        )
        TrackingNumber.objects.bulk_create(
            TrackingNumber(number=f"+3120400{at:04}") for at in range(300)
        )

    assert queries_of(editor, url) == few
    page = editor.get(url).content.decode()
    assert page.count("Number for ") == 2  # so many vestigingen: those that it covers
