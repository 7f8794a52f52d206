"""Spend: its listing with a sum, its form with a warning, and who may see it."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Campaign, SpendEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db: None, admin_client: Client) -> Client:
    make_firm()
    return admin_client


def entry(campaign: str, first: str, last: str, amount: str, keyword: str = "") -> SpendEntry:
    return SpendEntry.objects.create(
        campaign=Campaign.objects.get(key=campaign),
        keyword=keyword,
        starts_on=first,
        ends_on=last,
        amount=amount,
    )


@pytest.fixture
def entries(editor: Client) -> None:
    entry("flyer", "2026-10-01", "2026-10-31", "1000.50")
    entry("flyer", "2026-11-01", "2026-11-30", "2000.25")
    entry("ads", "2026-10-20", "2026-11-05", "300", keyword="plafond rotterdam")


def listed(editor: Client, query: str) -> tuple[int, str]:
    response = editor.get(f"/cms/calltrack_spend/?{query}")
    return len(response.context["object_list"]), response.context["view"].total


LISTINGS = [
    pytest.param("", 3, "3,300.75", id="all"),
    pytest.param("q=rotterdam", 1, "300.00", id="by keyword"),
    pytest.param("q=flyer", 2, "3,000.75", id="by campaign's name"),
    pytest.param("period_from=2026-11-01", 2, "2,300.25", id="from a day on"),
    pytest.param("period_to=2026-10-19", 1, "1,000.50", id="up to a day"),
    pytest.param("period_from=2026-11-06&period_to=2026-11-06", 1, "2,000.25", id="one day"),
    pytest.param("period_from=2027-01-01", 0, "0.00", id="nothing"),
]


@pytest.mark.parametrize(("query", "count", "total"), LISTINGS)
def test_the_listing_is_filtered_and_summed(
    editor: Client, entries: None, query: str, count: int, total: str
) -> None:
    assert listed(editor, query) == (count, total)


def test_the_sum_is_of_all_pages_and_of_one_campaign(editor: Client, entries: None) -> None:
    for at in range(1, 29):
        entry("newsletter", f"2026-02-{at:02}", f"2026-02-{at:02}", "1", keyword="a")
        entry("newsletter", f"2026-02-{at:02}", f"2026-02-{at:02}", "1", keyword="b")
    campaign = Campaign.objects.get(key="newsletter").pk

    assert listed(editor, f"campaign={campaign}") == (50, "56.00")
    page = editor.get(f"/cms/calltrack_spend/results/?campaign={campaign}").content.decode()
    assert "Sum of the entries listed, on all pages: € 56.00" in page


def save(editor: Client, path: str, **fields: str) -> tuple[Any, list[str]]:
    given = {
        "campaign": str(Campaign.objects.get(key="flyer").pk),
        "keyword": "",
        "starts_on": "2026-11-15",
        "ends_on": "2026-12-15",
        "amount": "10",
        "note": "",
        **fields,
    }
    response = editor.post(f"/cms/calltrack_spend/{path}/", given)
    return response, [str(one) for one in get_messages(response.wsgi_request)]


def test_days_in_two_entries_are_warned_about_and_saved(editor: Client, entries: None) -> None:
    response, said = save(editor, "new")

    assert response.status_code == 302
    assert SpendEntry.objects.count() == 4
    assert any("1 Nov 2026 – 30 Nov 2026" in one and "added up" in one for one in said), said


@pytest.mark.parametrize(
    "fields",
    [{"keyword": "x"}, {"starts_on": "2026-12-01"}],
    ids=["another keyword", "other days"],
)
def test_other_entries_are_saved_without_a_warning(
    editor: Client, entries: None, fields: dict[str, str]
) -> None:
    _response, said = save(editor, "new", **fields)

    assert len(said) == 1
    assert "added up" not in said[0]


def test_an_entry_does_not_overlap_itself(editor: Client, entries: None) -> None:
    row = SpendEntry.objects.get(amount="2000.25")

    response, said = save(editor, f"edit/{row.pk}", starts_on="2026-11-01", ends_on="2026-11-30")

    row.refresh_from_db()
    assert (response.status_code, str(row.amount)) == (302, "10.00")
    assert not any("added up" in one for one in said)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"ends_on": "2026-11-01"}, "__all__"),
        ({"amount": "-1"}, "amount"),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-30"}, "__all__"),
    ],
    ids=["backwards", "below zero", "the same days"],
)
def test_what_is_wrong_is_refused_in_the_form(
    editor: Client, entries: None, fields: dict[str, str], name: str
) -> None:
    response, _said = save(editor, "new", **fields)

    assert name in response.context["form"].errors
    assert SpendEntry.objects.count() == 3


VIEWS = ["", "results/", "new/", "import/", "import/example/", "?export=csv"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "codes", [(), ("view_spendentry",), ("add_spendentry", "change_spendentry")]
)
def test_each_screen_is_for_those_who_may(
    editor: Client, client: Client, entries: None, view: str, codes: tuple[str, ...]
) -> None:
    user = User.objects.create_user("somebody")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    client.force_login(user)

    response = client.get(f"/cms/calltrack_spend/{view}")

    may = len(codes) == 2 or (len(codes) == 1 and view not in {"new/", "import/"})
    assert response.status_code == (200 if may else 302)
    assert (response.headers.get("Location") == "/cms/") is not may


def test_the_button_to_import_is_for_those_who_may(
    editor: Client, client: Client, entries: None
) -> None:
    user = User.objects.create_user("viewer")
    codes = ["access_admin", "view_spendentry"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)

    assert "/cms/calltrack_spend/import/" in editor.get("/cms/calltrack_spend/").content.decode()
    assert "calltrack_spend/import/" not in client.get("/cms/calltrack_spend/").content.decode()


def test_the_listing_costs_the_same_queries_for_10_rows_and_for_1000(editor: Client) -> None:
    campaign = Campaign.objects.get(key="ads")
    counts = []
    for start, count in ((0, 10), (10, 990)):
        SpendEntry.objects.bulk_create(
            SpendEntry(
                campaign=campaign,
                keyword=f"k{at}",
                starts_on="2026-11-01",
                ends_on="2026-11-02",
                amount="1",
            )
            for at in range(start, start + count)
        )
        editor.get("/cms/calltrack_spend/")
        with CaptureQueriesContext(connection) as queries:
            editor.get("/cms/calltrack_spend/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
