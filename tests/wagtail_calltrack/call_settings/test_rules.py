"""Rules, categories and blocked callers as editors change them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.calls import CALLER, call
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.judging import judge, put
from wagtail_calltrack.models import (
    BlockedCaller,
    Call,
    CallCategory,
    Campaign,
    Category,
    CategoryRule,
    Job,
    TargetRule,
    TrackedSite,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def post(client: Client, space: str, path: str, **values: Any) -> str:
    """Post a form; give the page that is shown then."""
    answer = client.post(f"/cms/calltrack_{space}/{path}", values, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def whys() -> list[str]:
    return list(Job.objects.order_by("pk").values_list("why", flat=True))


def test_a_target_rule_is_added_changed_and_deleted(admin_client: Client) -> None:
    make_firm()
    site = TrackedSite.objects.all()[0]
    call(AT)

    shown = post(admin_client, "target_rules", "new/", site=site.pk, talk_seconds=900)
    rule = TargetRule.objects.get()
    post(
        admin_client, "target_rules", f"edit/{rule.pk}/", site=site.pk, talk_seconds=600,
        cycle_days=90,
    )  # fmt: skip
    post(admin_client, "target_rules", f"delete/{rule.pk}/")

    assert "1 call is being reckoned anew." in shown
    why = (
        f"Added: Target rule «{site}» (site: {site}; talk time, in seconds: 900). "
        f"Target rule «{site}»: talk time, in seconds: 900 → 600; sales cycle, in days: – → 90. "
        f"Deleted: Target rule «{site}» (site: {site}; talk time, in seconds: 600; "
        "sales cycle, in days: 90)."
    )
    assert whys() == [why]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param({}, "Name a site, a campaign, or both.", id="for nothing"),
        pytest.param({"site": "1"}, "There is a rule for these already", id="twice for a site"),
    ],
)
def test_a_target_rule_that_cannot_be(
    admin_client: Client, values: dict[str, str], error: str
) -> None:
    make_firm()
    site = TrackedSite.objects.all()[0]
    TargetRule.objects.create(site=site, talk_seconds=1)
    if "site" in values:
        values = {"site": str(site.pk)}

    shown = post(admin_client, "target_rules", "new/", talk_seconds=60, **values)

    assert error in shown
    assert TargetRule.objects.count() == 1


def test_a_category_changes_no_call_and_its_rule_does(admin_client: Client) -> None:
    call(AT)

    post(admin_client, "categories", "new/", name="Evening")
    before = whys()
    evening = Category.objects.get()
    post(admin_client, "category_rules", "new/", category=evening.pk, from_hour=18, to_hour=8)

    assert before == []
    assert whys() == [
        "Added: Category rule «Evening» (category: Evening; from hour: 18; to hour: 8)."
    ]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param({}, "Give at least one condition", id="no condition"),
        pytest.param(
            {"least_talk_seconds": 60, "most_talk_seconds": 59},
            "This is less than the talk time from.",
            id="an empty span",
        ),
        pytest.param({"status": "ringing"}, "Select a valid choice", id="a call that rings"),
    ],
)
def test_a_category_rule_that_fits_no_call(
    admin_client: Client, values: dict[str, Any], error: str
) -> None:
    category = Category.objects.create(name="Evening")

    shown = post(admin_client, "category_rules", "new/", category=category.pk, **values)

    assert error in shown
    assert not CategoryRule.objects.exists()


def test_the_listing_of_rules_tells_their_conditions(admin_client: Client) -> None:
    category = Category.objects.create(name="Evening")
    CategoryRule.objects.create(category=category, status="missed", from_hour=0)

    shown = admin_client.get("/cms/calltrack_category_rules/").content.decode()

    assert "status: Missed · from hour: 0" in shown


def test_before_a_category_is_deleted_it_is_told_what_goes_with_it(admin_client: Client) -> None:
    category = Category.objects.create(name="Evening")
    put(call(AT), category, None)

    asked = admin_client.get(f"/cms/calltrack_categories/delete/{category.pk}/").content.decode()
    listed = admin_client.get("/cms/calltrack_categories/").content.decode()

    assert "1 call has this category." in asked
    assert "Evening" in listed


def test_blocking_reckons_the_callers_calls_anew_without_a_job(admin_client: Client) -> None:
    mine, other = call(AT), call(AT, caller="+31687654321")

    shown = post(admin_client, "blocked_callers", "new/", number="06 12345678", note="Dialler")

    assert BlockedCaller.objects.get().number == CALLER
    assert "1 call is being reckoned anew." in shown
    assert whys() == []
    settled = dict(Call.objects.values_list("pk", "is_settled"))
    assert settled == {mine.pk: False, other.pk: True}


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("020 765 43 01", id="a tracking number"),
        pytest.param("020 123 45 67", id="a forwarding number"),
    ],
)
def test_the_firms_own_numbers_are_not_blocked(admin_client: Client, number: str) -> None:
    make_firm()

    shown = post(admin_client, "blocked_callers", "new/", number=number)

    assert "This is one of your own numbers." in shown
    assert not BlockedCaller.objects.exists()


def test_a_note_alone_reckons_nothing_anew_and_unblocking_does(admin_client: Client) -> None:
    row = BlockedCaller.objects.create(number=CALLER)
    mine = call(AT)

    post(admin_client, "blocked_callers", f"edit/{row.pk}/", number=CALLER, note="Dialler")
    noted = Call.objects.get().is_settled
    post(admin_client, "blocked_callers", f"delete/{row.pk}/")

    assert noted
    assert not Call.objects.get().is_settled
    judge([Call.objects.get(pk=mine.pk)])
    assert not Call.objects.get().is_spam


def test_a_blocked_number_stands_in_the_list_and_nowhere_else(admin_client: Client) -> None:
    post(admin_client, "blocked_callers", "new/", number=CALLER)
    row = BlockedCaller.objects.get()

    listed = admin_client.get("/cms/calltrack_blocked_callers/").content.decode()
    asked = admin_client.get(f"/cms/calltrack_blocked_callers/delete/{row.pk}/").content.decode()

    assert "06 12345678" in listed
    for text in (asked, str(row), *ModelLogEntry.objects.values_list("label", flat=True)):
        assert CALLER not in text
        assert "12345678" not in text


def test_who_may_not_see_callers_does_not_see_the_list(client: Client) -> None:
    user = User.objects.create_user("anna")
    client.force_login(user)
    mine = ("access_admin", "add_blockedcaller", "view_blockedcaller", "change_blockedcaller")
    user.user_permissions.set(Permission.objects.filter(codename__in=mine))
    without = client.get("/cms/calltrack_blocked_callers/").status_code
    user.user_permissions.add(Permission.objects.get(codename="see_callers"))

    assert without == 302
    assert client.get("/cms/calltrack_blocked_callers/").status_code == 200


def test_a_rule_that_goes_with_its_campaign_has_calls_reckoned_anew() -> None:
    make_firm()
    call(AT)
    campaign = Campaign.objects.filter(key="ads")[0]
    TargetRule.objects.create(campaign=campaign, talk_seconds=60)
    CategoryRule.objects.create(
        category=Category.objects.create(name="Ads"), campaign=campaign, status="missed"
    )

    campaign.delete()

    assert len(whys()) == 1
    assert "talk time, in seconds: 60" in whys()[0]
    assert not CallCategory.objects.exists()


def test_a_rule_that_goes_with_its_category_needs_nothing_more() -> None:
    call(AT)
    category = Category.objects.create(name="Evening")
    CategoryRule.objects.create(category=category, status="missed")

    category.delete()

    assert whys() == []
