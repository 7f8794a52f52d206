"""The screens about privacy: what they say, and what they do for one person."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.calls import CALLER, call
from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.privacy.test_retention import everything
from wagtail_calltrack.models import (
    Call,
    DailyVisitor,
    Job,
    Lead,
    PrivacyRequest,
    PrivacySettings,
    TrackedSite,
    VisitorSession,
)

pytestmark = pytest.mark.django_db

INDEX, SETTINGS, PERSON = (f"/cms/calltrack_privacy/{one}" for one in ("", "settings/", "person/"))
TYPED = "06 12 34 56 78"


@pytest.fixture
def officer(client: Client) -> Client:
    """Log somebody in who may change the settings and erase people, and nothing else."""
    user = User.objects.create_user("officer")
    codes = ("access_admin", "change_privacysettings", "erase_people")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    return client


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_what_is_stored_follows_the_settings(officer: Client) -> None:
    make_firm()
    PrivacySettings.objects.create(visitor_days=90, caller_days=200)

    page = shown(officer.get(INDEX))

    assert "Visitors are kept for 90 days, callers and leads for 200." in page
    assert "Visitors (90 days)" in page
    assert "calltrack-12345678-main" in page
    assert "HttpOnly, SameSite=Lax" in page
    assert "30 days" in page


def test_what_the_snippet_keeps_in_a_browser_is_told_of_each_site(officer: Client) -> None:
    make_firm()

    page = shown(officer.get(INDEX))

    in_the_table_and_in_the_statement = page.count("calltrack (localStorage, sessionStorage)")
    assert in_the_table_and_in_the_statement == 2


def test_when_a_cookie_is_set_follows_the_sites_consent(officer: Client) -> None:
    make_firm()
    TrackedSite.objects.update(
        consent="required", consent_cookie="CookieConsent", consent_value="*"
    )
    asked = shown(officer.get(INDEX))
    TrackedSite.objects.update(consent="not_required", consent_cookie="", consent_value="")
    not_asked = shown(officer.get(INDEX))

    assert "Set only after the visitor agreed, which «CookieConsent» tells." in asked
    assert "Set on the first page of a visit, without asking." in not_asked


def test_a_longer_time_is_saved_at_once_and_told(officer: Client) -> None:
    response = officer.post(SETTINGS, {"visitor_days": 500, "caller_days": 730}, follow=True)

    assert "Visitors are kept for 500 days instead of 395." in shown(response)
    assert PrivacySettings.current().visitor_days == 500
    assert not Job.objects.exists()
    said = [entry.message for entry in ModelLogEntry.objects.filter(action="calltrack.privacy")]
    assert said == ["Visitors are kept for 500 days instead of 395."]


def test_a_shorter_time_is_asked_about_first(officer: Client) -> None:
    everything(timezone.now() - timedelta(days=200), "a")
    typed = {"visitor_days": 100, "caller_days": 730}

    asked = shown(officer.post(SETTINGS, typed))

    assert "Visitors are kept for 100 days instead of 395." in asked
    assert "8 rows that are older are deleted or emptied" in asked
    assert PrivacySettings.current().visitor_days == 395

    officer.post(SETTINGS, {**typed, "confirmed": "1"})

    assert PrivacySettings.current().visitor_days == 100
    assert Job.objects.get().kind == "forget"


@pytest.mark.parametrize("days", ["0", "6", "4000", "-1", "abc", ""])
def test_a_time_that_makes_no_sense_is_refused(officer: Client, days: str) -> None:
    response = officer.post(SETTINGS, {"visitor_days": days, "caller_days": "730"})

    assert "w-field__errors" in shown(response)
    assert PrivacySettings.current().visitor_days == 395


def find(client: Client, **whom: Any) -> str:
    return shown(client.post(PERSON, {"action": "find", **whom}))


def token(page: str) -> str:
    return page.partition('name="whom" value="')[2].partition('"')[0]


@pytest.mark.parametrize("by", ["caller", "visitor", "lead"])
def test_a_person_is_found_by_number_visitor_or_lead(officer: Client, by: str) -> None:
    everything(timezone.now(), "a")
    call(timezone.now(), caller="+31687654321")
    whom = {"caller": TYPED, "visitor": "v-a", "lead": Lead.objects.get().pk}

    page = find(officer, **{by: whom[by]})

    for label, count in (("Calls", 1), ("Visits", 1), ("Leads", 1), ("Notes", 1)):
        assert f'<th scope="row">{label}</th><td>{count}</td>' in page
    assert "12345678" not in page
    assert TYPED not in page


def test_the_page_of_a_lead_leads_to_the_person(officer: Client) -> None:
    everything(timezone.now(), "a")
    lead = Lead.objects.get()
    officer.logout()
    user = User.objects.get(username="officer")
    user.user_permissions.add(Permission.objects.get(codename="view_lead"))
    colleague = User.objects.create_user("colleague")
    codes = ("access_admin", "view_lead")
    colleague.user_permissions.set(Permission.objects.filter(codename__in=codes))

    pages = []
    for one in (user, colleague):
        officer.force_login(one)
        pages.append(shown(officer.get(f"/cms/calltrack_leads/inspect/{lead.pk}/")))

    assert f'formaction="{PERSON}#erase"' in pages[0]
    assert f'name="lead" value="{lead.pk}"' in pages[0]
    assert PERSON not in pages[1]


def test_who_is_not_there_is_told_so(officer: Client) -> None:
    assert "Nothing is stored of this person." in find(officer, caller=TYPED)


@pytest.mark.parametrize(
    "whom",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"caller": TYPED, "visitor": "v"}, id="two"),
        pytest.param({"caller": "0612"}, id="no number"),
        pytest.param({"lead": "x"}, id="no lead"),
    ],
)
def test_one_way_to_look_is_wanted(officer: Client, whom: Any) -> None:
    page = find(officer, **whom)

    assert "Look what is stored" in page
    assert "error" in page


def test_the_export_has_all_that_is_the_persons_and_nothing_else(officer: Client) -> None:
    everything(timezone.now(), "a")
    other = call(timezone.now(), caller="+31687654321")
    page = find(officer, caller=TYPED)

    response = officer.post(PERSON, {"action": "export", "whom": token(page)})

    found = json.loads(response.content)
    assert [row["caller"] for row in found["call"]] == [CALLER]
    assert [row["name"] for row in found["lead"]] == ["Jan"]
    assert [row["text"] for row in found["leadnote"]] == ["Calls back"]
    assert len(found["pageview"]) == len(found["sessiontouch"]) == len(found["formsent"]) == 1
    assert other.caller not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert "attachment" in response.headers["Content-Disposition"]
    assert PrivacyRequest.objects.get().kind == "export"


def test_erasing_wants_a_tick(officer: Client) -> None:
    everything(timezone.now(), "a")
    page = find(officer, caller=TYPED)

    answer = shown(officer.post(PERSON, {"action": "erase", "whom": token(page)}))

    assert "Nothing was erased: tick the box first." in answer
    assert Call.objects.get().caller == CALLER


def test_an_erased_person_is_gone_and_the_figures_are_not(officer: Client) -> None:
    at = timezone.now()
    everything(at, "a")
    everything(at - timedelta(days=40), "a")
    other = call(at, caller="+31687654321")
    before = _figures()
    page = find(officer, caller=TYPED)

    done = {"action": "erase", "whom": token(page), "sure": "1"}
    assert "Erased:" in shown(officer.post(PERSON, done))

    assert _figures() == before
    assert VisitorSession.objects.count() == 0
    assert not Call.objects.filter(caller=CALLER).exists()
    other.refresh_from_db()
    assert other.caller == "+31687654321"
    assert "Nothing is stored of this person." in find(officer, caller=TYPED)
    assert "Nothing is stored of this person." in find(officer, visitor="v-a")


def _figures() -> Any:
    visitors = DailyVisitor.objects.order_by()
    return (
        visitors.aggregate(n=Count("visitor", distinct=True), rows=Count("pk")),
        Call.objects.aggregate(n=Count("caller", distinct=True), rows=Count("pk")),
        sorted(Lead.objects.values_list("state", "value")),
    )


def test_it_is_written_down_by_whom_and_never_whose(officer: Client) -> None:
    everything(timezone.now(), "a")
    page = find(officer, caller=TYPED)

    officer.post(PERSON, {"action": "erase", "whom": token(page), "sure": "1"})

    made = PrivacyRequest.objects.get()
    assert (made.kind, made.user.username if made.user else "") == ("erase", "officer")
    assert made.counts["call"] == 1
    entries = list(ModelLogEntry.objects.filter(action="calltrack.erase"))
    assert [entry.message for entry in entries] == [f"Erased one person: {made.total} rows"]
    assert not any(CALLER[-8:] in f"{entry.data} {entry.label}" for entry in entries)


def test_what_was_not_signed_here_finds_nobody(officer: Client) -> None:
    everything(timezone.now(), "a")

    answer = officer.post(PERSON, {"action": "export", "whom": '{"caller": "+31612345678"}'})

    assert "look for the person again" in shown(answer)
    assert not PrivacyRequest.objects.exists()


def test_a_number_stands_in_no_address(officer: Client) -> None:
    everything(timezone.now(), "a")

    assert officer.get(f"{PERSON}?caller={uuid.uuid4().hex}").status_code == 200
    assert "Look what is stored" in shown(officer.get(f"{PERSON}?action=find&caller=0612345678"))
