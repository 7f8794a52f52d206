"""The inbox and the page of a lead: what they tell, what can be done, and by whom."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.access.two_sites import ALPHA, BRAVO, editor_of, make_two_sites
from tests.wagtail_calltrack.calls_made import ANNA, BERT, START, call, day, form, visit
from wagtail_calltrack.leads import gather, gather_forms
from wagtail_calltrack.models import (
    Call,
    Lead,
    LeadNote,
    NumberShown,
    PageView,
    SessionTouch,
)

pytestmark = pytest.mark.django_db

INBOX = "/cms/calltrack_leads/"


def page_of(lead: Lead) -> str:
    return reverse("calltrack_leads:inspect", args=(lead.pk,))


def a_lead(**values: Any) -> Lead:
    """Make one of a call, and with these values."""
    made = call(caller=f"+316{Lead.objects.count():08}")
    gather([made])
    Lead.objects.filter(calls=made).update(**values)
    return Lead.objects.get(calls=made)


def seen(visitor: str, session: str, at: Any, pages: int = 1) -> None:
    """Save a visit with a source, pages and a number."""
    visit(visitor, at, id=session)
    SessionTouch.objects.create(
        id=uuid.uuid4(), at=at, session=session, is_first=True, channel="paid_search",
        source="google", keyword="spanplafond", landing_path="/prijzen/",
    )  # fmt: skip
    PageView.objects.bulk_create(
        PageView(id=uuid.uuid4(), at=at, session=session, path=f"/page-{one}/", status=200)
        for one in range(pages)
    )
    NumberShown.objects.create(
        id=uuid.uuid4(), at=at, session=session, vestiging="amsterdam", number="+31207654301"
    )


def test_the_inbox_counts_each_state_and_shows_one(admin_client: Client) -> None:
    new, won = a_lead(), a_lead(state="won", value=1250)

    shown = admin_client.get(f"{INBOX}?state=won").content.decode()

    assert f"lead_{won.pk}_title" in shown
    assert f"lead_{new.pk}_title" not in shown
    assert "€ 1.250,00" in shown or "€ 1,250.00" in shown
    assert 'aria-current="page">Won <span class="ct-tabs__count">1</span>' in shown


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        pytest.param("vries", True, id="name"),
        pytest.param("anna@", True, id="address"),
        pytest.param("06 87 65", True, id="a number of a call"),
        pytest.param("jansen", False, id="somebody else"),
    ],
)
def test_a_lead_is_found(admin_client: Client, query: str, is_found: bool) -> None:
    made = [call(day(0), ANNA, "v"), call(day(1), BERT, "v")]
    gather(made)
    Lead.objects.update(name="Anna de Vries", email="anna@example.nl")

    shown = admin_client.get(INBOX, {"q": query}).content.decode()

    assert (f"lead_{made[0].lead_id}_title" in shown) == is_found


def test_the_page_tells_the_journey_in_order_of_time(admin_client: Client) -> None:
    seen("v", "s-v", day(0), pages=9)
    calls = [call(day(0.5), ANNA, "v", status="missed"), call(day(2), ANNA)]
    gather(calls)
    gather_forms([form(day(1), "s-v", form="Bel mij terug", reference="<i>7")])
    lead = Lead.objects.get()
    LeadNote.objects.create(lead=lead, text="Wil een offerte <b>nu</b>")

    whole = admin_client.get(page_of(lead)).content.decode()
    shown = whole[whole.index("How it began") :]

    parts = (
        "How it began", "keyword «spanplafond»", "first page: /prijzen/", "Journey",
        "Monday 2 November 2026", "/page-", "3 more pages", "Numbers shown:", "020 765 4301",
        "Missed", "Bel mij terug", "Reference: &lt;i&gt;7", "Wil een offerte &lt;b&gt;nu",
    )  # fmt: skip
    places = [shown.find(one) for one in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_what_is_filled_in_is_saved_and_stands_in_the_history(
    admin_client: Client, admin_user: User
) -> None:
    lead = a_lead()
    given = {"name": "Anna", "state": "won", "assignee": admin_user.pk, "value": "1200.50"}

    admin_client.post(reverse("calltrack_leads:edit", args=(lead.pk,)), given)
    admin_client.post(reverse("calltrack_leads:note", args=(lead.pk,)), {"text": "Belde terug"})

    lead.refresh_from_db()
    assert (lead.name, lead.state, lead.assignee) == ("Anna", "won", admin_user)
    assert lead.value == Decimal("1200.50")
    assert [(one.text, one.user) for one in lead.notes.all()] == [("Belde terug", admin_user)]
    entry = ModelLogEntry.objects.get(object_id=str(lead.pk), action="calltrack.bulk")
    assert "State: Won." in entry.message
    assert "Anna" not in entry.message
    shown = admin_client.get(page_of(lead)).content.decode()
    assert "State: Won." in shown


def test_what_is_wrong_is_told_at_its_field(admin_client: Client) -> None:
    lead = a_lead(name="Anna")

    answer = admin_client.post(
        reverse("calltrack_leads:edit", args=(lead.pk,)),
        {"name": "Bert", "state": "won", "value": "-1"},
    )

    assert "greater than or equal to 0" in answer.content.decode()
    lead.refresh_from_db()
    assert (lead.name, lead.state) == ("Anna", "new")


@pytest.mark.parametrize(
    ("action", "given", "field", "expected"),
    [
        pytest.param("calltrack_assign_me", {}, "assignee__username", "admin", id="to me"),
        pytest.param("calltrack_assign", {"assignee": "jan"}, "assignee__username", "jan", id="to"),
        pytest.param("calltrack_state", {"state": "lost"}, "state", "lost", id="state"),
    ],
)
def test_many_leads_are_changed_at_once(
    admin_client: Client, action: str, given: dict[str, str], field: str, expected: str
) -> None:
    jan = User.objects.create_superuser("jan")
    leads = [a_lead(), a_lead(), a_lead()]
    given = {name: str(jan.pk) if value == "jan" else value for name, value in given.items()}
    url = reverse("wagtail_bulk_action", args=("wagtail_calltrack", "lead", action))

    admin_client.post(f"{url}?id={leads[0].pk}&id={leads[1].pk}&next={INBOX}", given)

    changed = {pk for pk, value in Lead.objects.values_list("pk", field) if value == expected}
    assert changed == {leads[0].pk, leads[1].pk}
    assert ModelLogEntry.objects.filter(action="calltrack.bulk").count() == 2


def test_who_may_look_sees_no_form_and_changes_nothing() -> None:
    user = User.objects.create_user("looks")
    user.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_lead")))
    client = Client()
    client.force_login(user)
    lead = a_lead()

    shown = client.get(page_of(lead)).content.decode()
    client.post(reverse("calltrack_leads:edit", args=(lead.pk,)), {"state": "won"})
    client.post(reverse("calltrack_leads:note", args=(lead.pk,)), {"text": "x"})

    assert 'name="state"' not in shown
    lead.refresh_from_db()
    assert (lead.state, lead.notes.count()) == ("new", 0)


def test_an_editor_of_a_site_sees_its_calls_and_leads_alone() -> None:
    sides = make_two_sites()
    seen("v", "s1", day(0))
    rows = {
        name: call(caller=number, visitor=name, site=side.site)
        for (name, side), number in zip(sides.items(), (ANNA, BERT), strict=True)
    }
    rows["firm"] = call(caller="+31600000000")
    gather(list(rows.values()))
    # The lead of alpha's was on the other site, too.
    visit("alpha", START, id="other", site=BRAVO)
    PageView.objects.create(
        id=uuid.uuid4(), at=START, session="other", path="/of-bravo/", status=200
    )
    rows = {name: Call.objects.get(pk=row.pk) for name, row in rows.items()}
    client = Client()
    client.force_login(editor_of(sides[ALPHA], "change_trackedsite"))

    calls = client.get("/cms/calltrack_calls/").content.decode()
    leads = client.get(INBOX).content.decode()
    found = {
        name: (
            f"call_{row.pk}_title" in calls,
            f"lead_{row.lead_id}_title" in leads,
            client.get(reverse("calltrack_calls:inspect", args=(row.pk,))).status_code,
            client.get(reverse("calltrack_leads:inspect", args=(row.lead_id,))).status_code,
            client.post(reverse("calltrack_leads:note", args=(row.lead_id,))).status_code,
        )
        for name, row in rows.items()
    }

    assert found == {
        ALPHA: (True, True, 200, 200, 302),
        BRAVO: (False, False, 404, 404, 404),
        "firm": (False, False, 404, 404, 404),
    }
    page = client.get(reverse("calltrack_leads:inspect", args=(rows[ALPHA].lead_id,)))
    assert "/of-bravo/" not in page.content.decode()
    url = reverse("wagtail_bulk_action", args=("wagtail_calltrack", "lead", "calltrack_state"))
    client.post(f"{url}?id={rows[BRAVO].lead_id}&id={rows[ALPHA].lead_id}", {"state": "won"})
    assert {one.pk for one in Lead.objects.filter(state="won")} == {rows[ALPHA].lead_id}


def cost(client: Client, url: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
        if response.streaming:
            assert b"".join(response)
    assert response.status_code == 200
    return len(queries)


def test_screens_cost_the_same_queries_however_many_rows(admin_client: Client) -> None:
    def fill(count: int, mark: int) -> None:
        at = day(mark)
        seen("v", f"s{mark}", at, pages=count)
        calls = [call(at, ANNA, "v", session=f"s{mark}") for _ in range(count)]
        gather(calls + [call(at, f"+3161{mark}{one:06}") for one in range(count)])

    fill(2, 1)
    lead = Lead.objects.get(caller=ANNA)
    urls = (INBOX, page_of(lead), "/cms/calltrack_calls/", "/cms/calltrack_calls/?export=csv")
    for url in urls:
        cost(admin_client, url)
    few = {url: cost(admin_client, url) for url in urls}
    fill(40, 2)

    assert {url: cost(admin_client, url) for url in urls} == few
    assert max(few.values()) < 40
