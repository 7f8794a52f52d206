"""From a row of a report to the calls behind it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.wagtail_calltrack.reports.month import N1, NOVEMBER, make_month, moment
from wagtail_calltrack.models import Call, CallCredit
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked
from wagtail_calltrack.reports.behind import CallsBehind
from wagtail_calltrack.reports.report import Row, read_report

pytestmark = pytest.mark.django_db
WHOLE = ("first", "last", "last_non_direct")
NAMED = [name for name in DIMENSIONS if name not in {"vestiging", "number"}]


@pytest.fixture(autouse=True)
def month(db: None) -> None:
    make_month()


def rows_with_links(name: str, model: str, **filters: Any) -> Iterator[tuple[Row, str]]:
    asked = Asked(DIMENSIONS[name], NOVEMBER, model, **filters)
    behind = CallsBehind(asked)
    return ((row, behind(row)) for row in read_report(asked, compares=False).rows)


def listed(client: Client, link: str) -> set[str]:
    """Follow a link; give the calls that are listed."""
    response = client.get(link)
    assert response.status_code == 200
    assert not response.context["filters"].form.errors
    return {call.call for call in response.context["object_list"]}


@pytest.mark.parametrize("model", WHOLE)
@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_rows_link_lists_as_many_calls_as_the_row_counts(
    admin_client: Client, name: str, model: str
) -> None:
    found = {
        row.key: (len(listed(admin_client, link)), row.figures.calls)
        for row, link in rows_with_links(name, model)
        if row.figures.calls
    }

    assert found
    assert [key for key, (count, calls) in found.items() if count != calls] == []
    assert sum(count for count, _calls in found.values()) == 9


@pytest.mark.parametrize("model", ["position", "linear"])
@pytest.mark.parametrize("name", NAMED)
def test_where_calls_are_shared_out_it_lists_those_of_which_the_row_has_a_part(
    admin_client: Client, name: str, model: str
) -> None:
    column = f"origin__{DIMENSIONS[name].origin}"
    for row, link in rows_with_links(name, model):
        if not row.figures.calls:
            continue
        parts = CallCredit.objects.filter(
            model=model, call__started_at__gte=moment(1), **{column: row.key}
        )
        has_part = set(parts.values_list("call__call", flat=True)) | (
            {"c9"} if not row.key else set()
        )
        assert listed(admin_client, link) == has_part, row.key


FILTERS = [
    pytest.param({"channel": "paid_search"}, id="channel"),
    pytest.param({"campaign": "google"}, id="campaign"),
    pytest.param({"campaign": "bing", "channel": "paid_search"}, id="both"),
    pytest.param({"vestiging": "amsterdam"}, id="vestiging"),
    pytest.param({"site": "main"}, id="site"),
]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("name", ["keyword", "landing", "number"])
def test_a_link_keeps_the_reports_filters(
    admin_client: Client, name: str, filters: dict[str, str]
) -> None:
    found = [
        (len(listed(admin_client, link)), row.figures.calls)
        for row, link in rows_with_links(name, "last_non_direct", **filters)
        if link
    ]

    assert found
    assert all(count == calls for count, calls in found)


def test_a_row_without_calls_and_a_campaign_of_others_have_no_link() -> None:
    asked = Asked(DIMENSIONS["campaign"], NOVEMBER, "first", own_campaigns=frozenset({"bing"}))
    links = {
        row.key: bool(CallsBehind(asked)(row)) for row in read_report(asked, compares=False).rows
    }

    assert links == {"google": False, "bing": True, "radio": False, "": True}
    asked = Asked(DIMENSIONS["channel"], NOVEMBER, "first")
    (direct,) = (row for row in read_report(asked, compares=False).rows if row.key == "direct")
    assert direct.figures.calls == 0
    assert CallsBehind(asked)(direct) == ""


def test_a_call_from_a_number_is_no_call_to_it(admin_client: Client) -> None:
    Call.objects.filter(call="c4").update(caller=N1)

    (link,) = (link for row, link in rows_with_links("number", "first") if row.key == N1)

    assert listed(admin_client, link) == {"c1", "c6"}


def test_the_page_says_why_a_link_may_list_more(admin_client: Client) -> None:
    page = admin_client.get(reverse("calltrack_reports:keyword"), {"model": "linear", **DAYS})
    document: Any = html.fromstring(page.content.decode())
    (link,) = (
        one.get("href")
        for one in document.cssselect("table.ct-report tbody th a")
        if one.text == "spanplafond"
    )

    assert "these are more than the row counts" in document.text_content()
    assert len(listed(admin_client, link)) == 2
    row = next(
        row for row, _link in rows_with_links("keyword", "linear") if row.key == "spanplafond"
    )
    assert row.figures.calls == Decimal("0.666666668")


DAYS = {"first": "2026-11-01", "last": "2026-11-30"}
