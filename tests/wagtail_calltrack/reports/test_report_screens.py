"""The reports' pages: what they show, to whom, and what they send as files."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html
from openpyxl import load_workbook
from wagtail.models import GroupSitePermission, ModelLogEntry

from tests.wagtail_calltrack.reports.month import make_month
from wagtail_calltrack.models import DailyVisitor, Job, Origin, TrackedSite
from wagtail_calltrack.reports.asked import DIMENSIONS

pytestmark = pytest.mark.django_db

DAYS = {"first": "2026-11-01", "last": "2026-11-30"}


def url(name: str) -> str:
    return reverse(f"calltrack_reports:{'index' if name == 'channel' else name}")


@pytest.fixture
def month(db: None) -> None:
    make_month()


def page(client: Client, name: str = "channel", **query: str) -> Any:
    response = client.get(url(name), {**DAYS, "model": "last_non_direct", **query})
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def cells(row: Any) -> list[str]:
    """Give a row's figures without what they are compared with."""
    return [(one.text or "").strip() or one.text_content().strip() for one in row]


def table(document: Any) -> dict[str, list[str]]:
    rows = document.cssselect("table.ct-report tbody tr, table.ct-report tfoot tr")
    return {cells(row)[0]: cells(row)[1:] for row in rows}


def editor(*sites: str) -> Client:
    """Log somebody in who may look at these sites alone."""
    user = User.objects.create_user(f"editor {User.objects.count()}")
    group = Group.objects.create(name=user.username)
    user.groups.add(group)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    view = Permission.objects.get(codename="view_trackedsite")
    for key in sites:
        site = TrackedSite.objects.get(key=key).site
        GroupSitePermission.objects.create(group=group, site=site, permission=view)
    client = Client()
    client.force_login(user)
    return client


def test_the_table_shows_what_was_reckoned(month: None, admin_client: Client) -> None:
    shown = table(page(admin_client))

    assert shown["Paid search"] == [
        "8", "4", "5", "3", "1", "2:05", "€ 309.90", "€ 61.98", "€ 103.30", "€ 1,500.00", "384 %",
    ]  # fmt: skip
    assert shown["Direct"] == ["4", "0", "0", "0", "0", "–", "€ 0.00", "–", "–", "€ 0.00", "–"]
    assert shown["Not known"][:6] == ["0", "1", "1", "0", "0", "0:04"]
    assert shown["Total"] == [
        "12", "7", "9", "4", "3", "1:31", "€ 364.90", "€ 40.54", "€ 91.23", "€ 1,500.00", "311 %",
    ]  # fmt: skip


def test_a_comparison_tells_the_difference_and_the_share(month: None, admin_client: Client) -> None:
    document = page(admin_client)
    row = next(
        one
        for one in document.cssselect("table.ct-report tbody tr")
        if "Paid" in one.text_content()
    )
    changes = [one.text.replace("\xa0", " ") for one in row.cssselect(".ct-change")]

    assert changes[0] == "+7 (+700 %)"
    assert changes[2] == "+4 (+400 %)"
    assert changes[4] == "+1"  # none were missed before, so that no share can be told
    assert changes[7] == "−€ 88.02 (−59 %)"
    alone = page(admin_client, compare="nothing")
    assert alone.cssselect(".ct-change") == []


FILTERS = [
    pytest.param({"site": "shop"}, ["1", "0", "0"], id="site"),
    pytest.param({"vestiging": "utrecht"}, ["4", "1", "2"], id="vestiging"),
    pytest.param({"campaign": "bing"}, ["3", "2", "3"], id="campaign"),
    pytest.param({"channel": "organic_search"}, ["3", "1", "1"], id="channel"),
    pytest.param({"campaign": "bing", "model": "linear"}, ["3", "2", "1.7"], id="a model's parts"),
    pytest.param({"first": "2026-11-12", "last": "2026-11-15"}, ["3", "2", "3"], id="days"),
]


@pytest.mark.parametrize(("query", "total"), FILTERS)
def test_filters_leave_out_what_they_say(
    month: None, admin_client: Client, query: dict[str, str], total: list[str]
) -> None:
    if "vestiging" in query:  # who saw the number on the day on which they came
        came = [(4, "v4"), (10, "v5"), (11, "v6"), (15, "v8")]
        origin = Origin.objects.get(digest="o1")
        DailyVisitor.objects.all().delete()
        for _day, visitor in came:
            DailyVisitor.objects.create(day="2026-11-06", origin=origin, visitor=visitor)

    assert table(page(admin_client, **query))["Total"][:3] == total


def test_a_filter_takes_its_share_of_the_costs(month: None, admin_client: Client) -> None:
    def spend(name: str, **query: str) -> str:
        return table(page(admin_client, name, **query))["Total"][6]

    assert spend("channel", campaign="google") == "€ 216.60"
    assert spend("vestiging", vestiging="utrecht") == "€ 134.40"
    assert spend("channel", channel="offline") == "€ 55.00"
    assert spend("channel", channel="organic_search") == "€ 0.00"


def test_an_editor_of_a_site_sees_that_site_alone(month: None) -> None:
    shop, main = editor("shop"), editor("main")

    assert table(page(shop))["Total"][:7] == ["1", "0", "0", "0", "0", "–", "€ 0.00"]
    shown = table(page(main))["Total"]
    assert shown[:4] == ["11", "7", "9", "4"]
    assert shown[6] == "€ 90.30"  # bing, which runs on no other site; pools are the firm's
    named = table(page(main, "campaign"))
    assert "Bing" in named
    assert "Google" not in named
    assert "a campaign that is not yours" in named
    assert table(page(main, site="shop"))["Total"][:3] == ["11", "7", "9"]  # no filter of theirs


@pytest.mark.parametrize("name", DIMENSIONS)
def test_who_may_not_view_calls_sees_no_report(month: None, client: Client, name: str) -> None:
    user = User.objects.create_user("other")
    codes = ("access_admin", "view_spendentry", "view_trackingnumber", "view_lead")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)

    assert client.get(url(name)).status_code in {302, 403}
    assert client.get(url(name), {"export": "csv"}).status_code in {302, 403}


def test_rows_are_sorted_by_any_figure(month: None, admin_client: Client) -> None:
    def order(ordering: str) -> Sequence[str]:
        return list(table(page(admin_client, "campaign", ordering=ordering)))[:-1]

    assert order("-spend") == ["Google", "Bing", "Radio", "No campaign"]
    assert order("call_cost") == ["No campaign", "Radio", "Bing", "Google"]
    assert order("label") == ["Bing", "Google", "Radio", "No campaign"]
    assert order("nonsense") == order("-calls")


def test_what_is_hostile_in_an_address_is_no_error(month: None, admin_client: Client) -> None:
    for query in (
        "first=x&last=9999-99-99",
        "first=0001-01-01",
        "p=-3&ordering=--",
        "model=none",
        "period=nonsense&campaign=%00&site=x",
        "first=2026-11-30&last=2026-11-01",
    ):
        assert admin_client.get(f"{url('source')}?{query}").status_code == 200


def test_a_page_holds_a_hundred_rows_and_a_file_all(month: None, admin_client: Client) -> None:
    for at in range(120):
        origin = Origin.objects.create(digest=f"x{at}", source=f"source {at:03}")
        DailyVisitor.objects.create(day="2026-11-20", origin=origin, visitor=f"x{at}")

    assert len(page(admin_client, "source").cssselect("table.ct-report tbody tr")) == 100
    assert len(page(admin_client, "source", p="2").cssselect("table.ct-report tbody tr")) == 25
    sent = admin_client.get(url("source"), {**DAYS, "export": "csv"})
    assert len(b"".join(sent).decode().splitlines()) == 1 + 125 + 1


def exported(client: Client, name: str, **query: str) -> list[dict[str, str]]:
    sent = client.get(url(name), {**DAYS, "model": "linear", "export": "csv", **query})
    text = b"".join(sent).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_file_has_figures_to_reckon_with(month: None, admin_client: Client) -> None:
    rows = {row["Channel"]: row for row in exported(admin_client, "channel")}

    assert rows["Paid search"]["Calls"] == "4.333333334"
    assert rows["Paid search"]["Cost per call"] == "71.52"
    assert rows["Paid search"]["Calls, before"] == "1"
    assert rows["Total"]["Calls"] == "9"
    assert rows["Total"]["Spend"] == "364.90"
    assert ModelLogEntry.objects.filter(action="calltrack.export").count() == 1


def test_a_file_has_euros_with_cents_and_shares_with_four_digits_at_most(
    month: None, admin_client: Client
) -> None:
    rows = {row["Channel"]: row for row in exported(admin_client, "channel")}
    money = ("Spend", "Cost per call", "Cost per target call", "Value of won leads")

    assert [rows["Paid search"][name] for name in money] == ["309.90", "71.52", "143.03", "833.33"]
    assert [rows["Offline"][name] for name in money] == ["55.00", "27.50", "55.00", "0.00"]
    assert [rows["Direct"][name] for name in money] == ["0.00", "0.00", "0.00", "666.67"]
    assert rows["Paid search"]["Return"] == "1.689"
    assert rows["Total"]["Return"] == "3.1107"
    assert rows["Total"]["Average talk time"] == "90.67"


def test_no_text_of_outsiders_is_a_formula_in_a_file(month: None, admin_client: Client) -> None:
    Origin.objects.filter(digest="o2").update(keyword='=HYPERLINK("http://x")')

    keywords = {row["Keyword"] for row in exported(admin_client, "keyword")}
    assert '\'=HYPERLINK("http://x")' in keywords
    sent = admin_client.get(url("keyword"), {**DAYS, "export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(sent)))["Sheet1"]
    assert {cell.data_type for line in sheet for cell in line} <= {"s", "inlineStr", "n"}


def test_numbers_are_written_as_they_are_dialled(month: None, admin_client: Client) -> None:
    assert "020 765 4301" in table(page(admin_client, "number"))
    assert {row["Number"] for row in exported(admin_client, "number")} >= {"020 765 4301"}


def test_the_page_tells_of_a_restating_job_and_of_what_is_left_out(
    month: None, admin_client: Client
) -> None:
    Job.objects.create(kind="restate", state="running", done=3, total=9)

    text = page(admin_client).text_content()

    assert "3 of 9 are done" in text
    assert "1 spam calls and 1 outgoing calls" in text
    assert "€ 350.00 for advertising, € 14.00 for the rent of numbers and € 0.90 in fees" in text


def test_where_nothing_was_counted_the_page_says_what_to_do(admin_client: Client) -> None:
    assert "Choose other days" in page(admin_client).text_content()


def test_a_chart_has_no_style_no_script_and_a_sentence(month: None, admin_client: Client) -> None:
    for chart in page(admin_client).cssselect("svg.ct-chart"):
        assert "Paid search 5 / 3" in chart.get("aria-label")
        assert chart.get("role") == "img"
        assert len(chart.cssselect(".bars rect")) == 8
        assert chart.cssselect("style, script, [style]") == []


def test_a_phone_has_a_chart_of_its_own_that_is_whole(month: None, admin_client: Client) -> None:
    wide, narrow = page(admin_client).cssselect("svg.ct-chart")

    assert (wide.get("class"), narrow.get("class")) == ("ct-chart", "ct-chart is-narrow")
    assert narrow.get("viewbox") == "0 0 340 256"


def test_a_report_costs_the_same_queries_however_many_rows(
    month: None, admin_client: Client
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(admin_client, "source")
        return len(queries)

    cost()  # what Django and Wagtail ask once in a process
    few = cost()
    for at in range(200):
        origin = Origin.objects.create(digest=f"y{at}", source=f"source {at}")
        DailyVisitor.objects.create(day="2026-11-20", origin=origin, visitor=f"y{at}")

    assert cost() == few < 50
