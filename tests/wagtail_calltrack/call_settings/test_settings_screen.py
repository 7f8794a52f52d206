"""The call settings' form, and what follows when somebody saves it."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.wagtail_calltrack.calls import call
from wagtail_calltrack.jobs import ask_restating, work
from wagtail_calltrack.models import CallSettings, Category, CategoryRule, Job

pytestmark = pytest.mark.django_db

FORM = "/cms/calltrack_call_settings/edit/1/"
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DEFAULTS = {
    "talk_seconds": "30",
    "cycle_days": "30",
    "model": "last_non_direct",
    "lookback_days": "30",
    "excluded_numbers": "",
    "shortest_seconds": "0",
    "callback_hours": "72",
    "fee_per_shown_number": "0",
}


def save(client: Client, **values: str) -> str:
    """Save the form; give the page that is shown then."""
    answer = client.post(FORM, {**DEFAULTS, **values}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain, answer.context["form"].errors
    return str(answer.content.decode())


def whys() -> list[str]:
    return list(Job.objects.filter(kind="restate").order_by("pk").values_list("why", flat=True))


def test_the_menu_leads_to_the_form(admin_client: Client) -> None:
    assert "/cms/calltrack_call_settings/" in admin_client.get("/cms/").content.decode()
    assert admin_client.get("/cms/calltrack_call_settings/").headers["Location"] == FORM


def test_it_shows_what_holds_before_anybody_saved_it(admin_client: Client) -> None:
    shown = admin_client.get(FORM).content.decode()

    assert 'name="talk_seconds" value="30"' in shown
    assert not CallSettings.objects.exists()


def test_the_first_save_makes_the_row_and_the_second_changes_it(admin_client: Client) -> None:
    save(admin_client, talk_seconds="45")
    save(admin_client, talk_seconds="60")

    assert CallSettings.objects.get().talk_seconds == 60


def test_there_is_no_other_row(admin_client: Client) -> None:
    for view in ("edit", "history"):
        assert admin_client.get(f"/cms/calltrack_call_settings/{view}/2/").status_code == 404


CHANGES = [
    pytest.param(
        {"talk_seconds": "60"},
        "Call settings: talk time of a target call, in seconds: 30 → 60.",
        id="talk time",
    ),
    pytest.param(
        {"talk_seconds": "60", "cycle_days": "7"},
        "Call settings: talk time of a target call, in seconds: 30 → 60; "
        "sales cycle, in days: 30 → 7.",
        id="two at once",
    ),
    pytest.param(
        {"excluded_numbers": "06 12345678\n06 87654321"},
        "Call settings: numbers that never count: 0 numbers → 2 numbers.",
        id="numbers are counted, not told",
    ),
    pytest.param(
        {"anonymous_is_spam": "on"},
        "Call settings: anonymous callers are spam: no → yes.",
        id="yes and no",
    ),
    pytest.param({"callback_hours": "24"}, "Call settings: called back within, in hours: 72 → 24.",
                 id="called back"),
    pytest.param({"lookback_days": "90"}, "Call settings: lookback, in days: 30 → 90.",
                 id="lookback"),
    pytest.param({"shortest_seconds": "5"},
                 "Call settings: shorter calls are spam, in seconds: 0 → 5.", id="short calls"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "why"), CHANGES)
def test_what_matters_has_all_calls_reckoned_anew(
    admin_client: Client, values: dict[str, str], why: str
) -> None:
    call(AT)
    call(AT)

    shown = save(admin_client, **values)

    assert whys() == [why]
    assert Job.objects.get().user == User.objects.get()
    assert "2 calls are being reckoned anew." in shown
    assert 'href="/cms/calltrack_jobs/"' in shown


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"fee_per_shown_number": "0.5"}, id="the fee"),
        pytest.param({"model": "first"}, id="the model that reports show first"),
    ],
)
def test_what_does_not_matter_starts_no_work(admin_client: Client, values: dict[str, str]) -> None:
    call(AT)

    shown = save(admin_client, **values)

    assert whys() == []
    assert "reckoned anew." not in shown


def test_the_model_matters_where_a_rule_asks_for_the_channel(admin_client: Client) -> None:
    call(AT)
    CategoryRule.objects.create(category=Category.objects.create(name="Mail"), channel="email")

    save(admin_client, model="first")

    assert whys() == ["Call settings: attribution model: Last known source → First source."]


def test_without_calls_there_is_nothing_to_reckon(admin_client: Client) -> None:
    save(admin_client, talk_seconds="60")

    assert whys() == []


def test_what_is_wrong_is_said_and_starts_no_work(admin_client: Client) -> None:
    call(AT)

    answer = admin_client.post(FORM, {**DEFAULTS, "excluded_numbers": "12"})

    assert answer.context["form"].errors["excluded_numbers"]
    assert whys() == []


def test_the_page_leads_to_the_rules_with_their_counts(admin_client: Client) -> None:
    Category.objects.create(name="Mail")

    shown = " ".join(admin_client.get(FORM).content.decode().split())

    for space, count in (
        ("target_rules", 0),
        ("categories", 1),
        ("category_rules", 0),
        ("blocked_callers", 0),
        ("jobs", 0),
    ):
        start = shown.index(f'<li><a href="/cms/calltrack_{space}/">')
        assert f"</a> ({count})</li>" in shown[start : start + 120]


def test_somebody_is_led_only_where_they_may_go(client: Client, db: Any) -> None:
    user = User.objects.create_user("anna")
    codes = ("access_admin", "change_callsettings", "add_blockedcaller", "view_targetrule")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    call(AT)

    shown = client.get(FORM).content.decode()
    saved = save(client, talk_seconds="60")

    assert "/cms/calltrack_target_rules/" in shown
    for other in ("categories", "blocked_callers", "jobs"):
        assert f"/cms/calltrack_{other}/" not in shown
    assert "1 call is being reckoned anew." in saved


def test_the_history_tells_what_changed_and_what_came_of_it(admin_client: Client) -> None:
    call(AT)
    save(admin_client, talk_seconds="60")
    work(60.0)
    ask_restating("Another rule.", None)
    work(60.0)

    shown = admin_client.get(reverse("calltrack_call_settings:history", args=(1,)))

    told = unescape(shown.content.decode())
    assert told.count("Calls are reckoned anew. ") == 2
    assert "Call settings: talk time of a target call, in seconds: 30 → 60." in told
    assert told.count("1 call was reckoned anew.") == 2
