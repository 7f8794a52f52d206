"""The list of campaigns says whose visitors are whose, and which campaign nobody gets to."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.campaigns import sentences
from wagtail_calltrack.models import Campaign, CampaignRule, TrackedSite, plan_change

pytestmark = pytest.mark.django_db

LISTING = "/cms/calltrack_campaigns/"


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def editor(admin_client: Client) -> Client:
    return admin_client


RULES = [
    pytest.param({}, "says nothing yet: fill in at least one field", id="nothing"),
    pytest.param(
        {"source": ["google"], "medium": ["cpc", "ppc"]},
        "source is google and medium is cpc or ppc",
        id="two fields",
    ),
    pytest.param({"campaign_tag": ["spring-*"]}, "campaign tag is spring-*", id="a campaign tag"),
    pytest.param({"term": ["*"]}, "keyword is known", id="anything"),
    pytest.param(
        {"channel": ["paid_search"], "device": ["mobile", "tablet"]},
        "channel is Paid search and device is Mobile or Tablet",
        id="words",
    ),
]


@pytest.mark.parametrize(("fields", "sentence"), RULES)
def test_a_rule_is_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    rule = CampaignRule(**fields)

    assert sentences.of_rule(sentences.given(rule)) == sentence


def page_of(editor: Client, path: str = LISTING) -> str:
    return editor.get(path).content.decode()


def test_the_list_says_who(firm: None, editor: Client) -> None:
    Campaign.objects.get(key="ads").sites.set(TrackedSite.objects.all())

    page = page_of(editor)

    assert "medium is email or newsletter" in page
    assert "source is google or bing and medium is cpc or paid*" in page
    assert "on main only" in page
    assert "Nobody on the site: it is off-site" in page
    assert "Everybody" in page
    assert "The first campaign that matches a visitor counts" in page
    assert "No visitor gets this far" not in page


def test_of_many_rules_the_first_are_shown(firm: None, editor: Client) -> None:
    for name in ("x", "y", "z"):
        CampaignRule.objects.create(
            campaign=Campaign.objects.get(key="ads"), source=[name], sort_order=9
        )

    page = page_of(editor)

    assert "source is x" in page
    assert "source is y" not in page
    assert "and 2 more rules" in page


def test_a_campaign_that_nobody_gets_to_is_told(firm: None, editor: Client) -> None:
    Campaign.objects.filter(key="everyone").update(sort_order=-1)

    page = page_of(editor)

    told = "No visitor gets this far: «Everyone» comes first, and matches everybody."
    assert page.count(told) == 4  # not of the flyer


def test_who_looks_at_one_campaign_reads_all_its_rules_and_numbers(
    firm: None, editor: Client
) -> None:
    campaign = Campaign.objects.get(key="newsletter")

    page = page_of(editor, f"{LISTING}inspect/{campaign.pk}/")

    assert "medium is email or newsletter" in page
    assert "Amsterdam: 020 765 9901; Rotterdam: 010 765 9901" in page
    assert not re.search(r"<dd>\s*(None|True|False)\s*</dd>", page)
    assert re.search(r"Paused\s*</dt>\s*<dd>\s*No\s*</dd>", page)


def queries_of(editor: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert editor.get(LISTING).status_code == 200
    return len(queries)


def test_rules_and_sites_cost_the_same_for_10_campaigns_and_for_1000(
    firm: None, editor: Client
) -> None:
    def many(start: int, count: int) -> None:
        with plan_change():
            rows = Campaign.objects.bulk_create(
                Campaign(key=f"c{at}", name="C", method="original", exhaustion="original")
                for at in range(start, start + count)
            )
            CampaignRule.objects.bulk_create(
                CampaignRule(campaign=row, source=["google"]) for row in rows
            )

    many(0, 10)
    editor.get(LISTING)
    few = queries_of(editor)

    many(10, 990)

    assert queries_of(editor) == few
