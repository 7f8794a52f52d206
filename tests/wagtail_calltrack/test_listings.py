"""Listings find rows, in their order, and say how they stand. Their cost: test_query_budgets.py."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Campaign
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def editor(admin_client: Client) -> Client:
    return admin_client


SEARCHES = [
    pytest.param("numbers/?q=76543", {"+31207654301", "+31207654302"}, id="numbers"),
    pytest.param("numbers/?q=020+765+43", {"+31207654301", "+31207654302"}, id="as written"),
    pytest.param("numbers/?q=(0)10-765+43+02", {"+31107654302"}, id="as written elsewhere"),
    pytest.param("vestigingen/?q=010", {"Rotterdam"}, id="a vestiging by its number"),
    pytest.param("numbers/?state=disabled", {"+31107654302"}, id="disabled numbers"),
    pytest.param("campaigns/?q=flyer", {"Flyer in the letter boxes"}, id="campaigns"),
    pytest.param("campaigns/?off_site=true", {"Flyer in the letter boxes"}, id="off-site"),
    pytest.param("vestigingen/?q=utre", {"Utrecht"}, id="vestigingen"),
    pytest.param("sites/?q=vandamplafonds.ex", {"main"}, id="a site by its host"),
    pytest.param("placeholders/?q=head", {"head-office"}, id="placeholders"),
]


@pytest.mark.parametrize(("path", "found"), SEARCHES)
def test_listings_are_searched_and_filtered(
    firm: None, editor: Client, path: str, found: set[str]
) -> None:
    response = editor.get(f"/cms/calltrack_{path}")

    assert {str(row) for row in response.context["object_list"]} >= found
    assert len(response.context["object_list"]) < 6


def test_campaigns_stand_in_their_order_to_be_dragged(firm: None, editor: Client) -> None:
    response = editor.get("/cms/calltrack_campaigns/")

    keys = [row.key for row in response.context["object_list"]]
    assert keys == [row.key for row in published().plan.campaigns]
    assert "/cms/calltrack_campaigns/reorder/" in response.content.decode()


def test_a_pool_tells_how_many_numbers_it_has(firm: None, editor: Client) -> None:
    response = editor.get("/cms/calltrack_pools/")

    counts = {row.key: row.number_count for row in response.context["object_list"]}
    assert counts == {"amsterdam": 2, "rotterdam": 2, "utrecht": 1}


STATES = [
    pytest.param({}, "In force", True, id="in force"),
    pytest.param({"paused": True}, "Paused", False, id="paused"),
    pytest.param({"starts_at": datetime(2999, 1, 1, tzinfo=UTC)}, "To come", False, id="to come"),
    pytest.param({"ends_at": datetime(2001, 1, 1, tzinfo=UTC)}, "Over", False, id="over"),
    pytest.param({"off_site": True}, "Off-site", True, id="off-site"),
]


@pytest.mark.parametrize(("fields", "state", "is_in_force"), STATES)
def test_a_campaign_tells_whether_it_counts(
    fields: dict[str, Any], state: str, is_in_force: bool
) -> None:
    campaign = Campaign(method="dynamic", **fields)

    assert (campaign.state, campaign.is_in_force) == (state, is_in_force)
    assert campaign.method_word == "Dynamic"
