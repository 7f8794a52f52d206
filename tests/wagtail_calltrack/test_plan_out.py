"""The Plan that comes out of the database is the one that editors put in."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from calltrack.errors import PlanError
from calltrack.plan import PLACEHOLDER_CLASS, NumberState
from calltrack.planfile import check, load
from tests.wagtail_calltrack.firm import example, make_firm
from wagtail_calltrack.models import (
    Campaign,
    CampaignRule,
    CampaignSite,
    CampaignVestiging,
    Organisation,
    Placeholder,
    PlaceholderCampaign,
    PlanSerial,
    Pool,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    plan_change,
)
from wagtail_calltrack.plan_out import published, read

pytestmark = pytest.mark.django_db

DEMO = Path(__file__).resolve().parents[2] / "demo" / "plan.toml"


def test_what_goes_in_comes_out() -> None:
    plan = make_firm()

    assert replace(published().plan, serial=plan.serial) == plan


def test_the_demos_plan_goes_in_and_comes_out() -> None:
    said = StringIO()

    call_command("calltrack_load_plan", str(DEMO), stdout=said)

    plan = load(DEMO)
    assert replace(published().plan, serial=plan.serial) == plan
    assert "edit it in Wagtail" in said.getvalue()


def test_a_plan_file_is_for_an_empty_start() -> None:
    make_firm()

    with pytest.raises(CommandError, match="set up here already"):
        call_command("calltrack_load_plan", str(DEMO))

    assert Organisation.objects.get().kvk == example().organisation.kvk


def test_a_plan_file_of_a_site_that_wagtail_does_not_know_is_refused(tmp_path: Path) -> None:
    root = Site.objects.get().root_page
    Site.objects.create(hostname="other.example", root_page=root)

    with pytest.raises(CommandError, match="no site of Wagtail's has one of the hosts"):
        call_command("calltrack_load_plan", str(_moved(tmp_path)))

    assert not Organisation.objects.exists()


def _moved(folder: Path) -> Path:
    text = DEMO.read_text("utf-8").replace('"localhost", "127.0.0.1"', '"elsewhere.example"')
    (folder / "plan.toml").write_text(text, "utf-8")
    return folder / "plan.toml"


def test_edges_get_what_they_can_check_again() -> None:
    make_firm()

    found = published()

    assert check(read().fields | {"serial": found.serial.serial}) == found.plan


def test_without_placeholders_the_usual_classes_count() -> None:
    make_firm()
    with plan_change():
        Placeholder.objects.all().delete()

    assert PLACEHOLDER_CLASS in {row.css_class for row in published().plan.placeholders}


def test_campaigns_stand_in_their_order() -> None:
    make_firm()

    Campaign.objects.filter(key="everyone").update(sort_order=-1)

    assert published().plan.campaigns[0].key == "everyone"


def test_a_new_campaign_comes_last() -> None:
    make_firm()

    Campaign.objects.create(key="new", name="New", method="original", exhaustion="original")

    assert published().plan.campaigns[-1].key == "new"


def test_without_an_organisation_there_is_no_plan() -> None:
    Pool.objects.create(key="amsterdam")

    with pytest.raises(PlanError, match="there is no organisation yet"):
        published()


def test_a_number_is_kept_in_one_form_however_it_is_written() -> None:
    Organisation.objects.create(name="Van Dam", kvk="12345678")

    row = TrackingNumber.objects.create(number="020 - 123 45 67")

    assert row.number == "+31201234567"
    assert [str(one.number) for one in published().plan.numbers] == ["+31201234567"]
    assert published().plan.numbers[0].state is NumberState.ACTIVE


def many(count: int) -> None:
    """Make `count` of everything."""
    with plan_change():
        Organisation.objects.create(name="Van Dam", kvk="12345678")
        pool = Pool.objects.create(key="pool")
        site = TrackedSite.objects.create(
            site=Site.objects.get(),
            key="main",
            hosts=["www.example.nl"],
            mode="both",
            consent="not_required",
            hold_minutes=30,
        )
        vestigingen = Vestiging.objects.bulk_create(
            Vestiging(key=f"v{at}", name="V", forwarding_number=f"+3120100{at:04}", pool=pool)
            for at in range(count)
        )
        campaigns = Campaign.objects.bulk_create(
            Campaign(key=f"c{at}", name="C", method="dynamic", exhaustion="original")
            for at in range(count)
        )
        placeholders = Placeholder.objects.bulk_create(
            Placeholder(key=f"p{at}") for at in range(count)
        )
        TrackingNumber.objects.bulk_create(
            TrackingNumber(number=f"+3120200{at:04}", pool=pool) for at in range(count)
        )
        CampaignRule.objects.bulk_create(
            CampaignRule(campaign=campaign, source=["google"]) for campaign in campaigns
        )
        CampaignSite.objects.bulk_create(
            CampaignSite(campaign=campaign, site=site) for campaign in campaigns
        )
        CampaignVestiging.objects.bulk_create(
            CampaignVestiging(campaign=campaign, vestiging=vestiging)
            for campaign, vestiging in zip(campaigns, vestigingen, strict=True)
        )
        PlaceholderCampaign.objects.bulk_create(
            PlaceholderCampaign(placeholder=placeholder, campaign=campaign)
            for placeholder, campaign in zip(placeholders, campaigns, strict=True)
        )


@pytest.mark.parametrize("count", [10, 1000])
def test_the_number_of_queries_does_not_grow_with_the_rows(count: int) -> None:
    many(count)

    with CaptureQueriesContext(connection) as queries:
        plan = published().plan

    assert len(plan.campaigns) == len(plan.placeholders) == count
    assert len(queries) == 13


def test_what_was_changed_round_us_gets_a_serial_of_its_own() -> None:
    make_firm()
    before = published().serial

    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtail_calltrack_pool SET rest_minutes = 7 WHERE key = 'utrecht'")

    after = published()
    assert after.serial.serial > before.serial
    assert after.serial == PlanSerial.objects.get()
    assert after.serial.fingerprint != before.fingerprint
    assert published().serial.serial == after.serial.serial
