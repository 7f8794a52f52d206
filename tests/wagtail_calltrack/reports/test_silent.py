"""What a campaign costs on days without visitors and calls, in the month reckoned by hand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.wagtail_calltrack.reports.month import N1, N2, N3, N9, make_month
from wagtail_calltrack.models import Campaign
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked
from wagtail_calltrack.reports.periods import Period
from wagtail_calltrack.reports.report import Report, read_report

pytestmark = pytest.mark.django_db

QUIET = date(2026, 11, 22)
"""Nobody came, and nobody called. Of the radio 5.00 of spend and 0.17 of rent, of google 2.00 for
the keyword plafond, of bing 3.00; rent of a pool that nobody saw a number of, 0.30.
"""


@pytest.fixture
def month(db: None) -> None:
    make_month()
    Campaign.objects.filter(key="radio").update(off_site=True)


def report_of(first: date, last: date, dimension: str = "channel", **filters: Any) -> Report:
    asked = Asked(DIMENSIONS[dimension], Period(first, last), "last_non_direct", **filters)
    return read_report(asked, compares=False)


def spent(report: Report) -> Mapping[str, str]:
    return {row.key: str(row.figures.spend) for row in report.rows if row.figures.spend}


ROWS = [
    pytest.param("channel", {"offline": "5.17", "": "5.30"}, id="channel"),
    pytest.param("source", {"": "10.47"}, id="source"),
    pytest.param(
        "campaign",
        {"radio": "5.17", "google": "2.00", "bing": "3.00", "": "0.30"},
        id="campaign",
    ),
    pytest.param("keyword", {"plafond": "2.00", "": "8.47"}, id="keyword"),
    pytest.param("vestiging", {"amsterdam": "5.17", "": "5.30"}, id="vestiging"),
    pytest.param(
        "number", {N1: "0.10", N2: "0.10", N3: "0.10", N9: "5.17", "": "5.00"}, id="number"
    ),
]


@pytest.mark.parametrize(("dimension", "rows"), ROWS)
def test_a_cost_without_visitors_and_calls_stands_where_its_calls_would(
    month: None, dimension: str, rows: Mapping[str, str]
) -> None:
    report = report_of(QUIET, QUIET, dimension)

    assert spent(report) == rows
    assert report.total.figures.spend == Decimal("10.47")
    assert report.spending.unplaced == 0


def test_days_of_a_row_add_up_to_all_of_them(month: None) -> None:
    days = [date(2026, 11, day) for day in range(21, 31)]  # there are calls on two of them
    parts = [Decimal(spent(report_of(day, day))["offline"]) for day in days]

    assert sum(parts) == Decimal("51.67")
    assert spent(report_of(days[0], days[-1]))["offline"] == "51.67"


FILTERS = [
    pytest.param({"channel": "offline"}, {"offline": "5.17"}, "5.30", id="its channel"),
    pytest.param({"channel": "direct"}, {}, "5.30", id="another channel"),
    pytest.param({"vestiging": "amsterdam"}, {"offline": "5.17"}, "5.30", id="its vestiging"),
    pytest.param({"vestiging": "utrecht"}, {}, "5.30", id="another vestiging"),
    pytest.param({"site": "main"}, {"": "3.00"}, "7.47", id="bing runs on this site alone"),
    pytest.param({"site": "shop"}, {}, "7.47", id="bing runs on another site"),
    pytest.param(
        {"channel": "offline", "vestiging": "utrecht"}, {}, "5.30", id="one of two filters"
    ),
    pytest.param({"campaign": "radio", "site": "main"}, {}, "5.17", id="of one campaign"),
]


@pytest.mark.parametrize(("filters", "rows", "unplaced"), FILTERS)
def test_filters_leave_out_what_is_known_and_tell_what_is_not(
    month: None, filters: dict[str, str], rows: Mapping[str, str], unplaced: str
) -> None:
    report = report_of(QUIET, QUIET, **filters)

    assert spent(report) == rows
    assert report.spending.unplaced == Decimal(unplaced)


def test_a_keyword_that_nobody_came_by_keeps_its_part_under_a_filter(month: None) -> None:
    google = Campaign.objects.get(key="google")
    google.spend.create(
        keyword="luchtkussen", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30), amount=80
    )

    report = report_of(date(2026, 11, 1), date(2026, 11, 30), "keyword", channel="paid_search")

    assert spent(report)["luchtkussen"] == "80.00"


def test_the_page_tells_what_is_left_out(month: None, admin_client: Client) -> None:
    query = {"first": "2026-11-22", "last": "2026-11-22", "channel": "offline"}

    text = admin_client.get(reverse("calltrack_reports:index"), query).content.decode()

    assert "€ 5.30 is left out" in text
