"""A period is compared with the one before only where all of that was counted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.wagtail_calltrack.reports.month import NOVEMBER, make_month
from wagtail_calltrack.models import Call, DailyShown, DailyVisitor, Origin
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked
from wagtail_calltrack.reports.counted import Since, counted_since
from wagtail_calltrack.reports.report import read_report

pytestmark = pytest.mark.django_db
ASKED = Asked(DIMENSIONS["channel"], NOVEMBER, "last_non_direct")
FIRST_BEFORE = date(2026, 10, 2)


def begin(day: date) -> None:
    """Let nobody have come before a day, and somebody on it."""
    for table in (DailyVisitor, DailyShown):
        table._default_manager.filter(day__lte=day).delete()
    origin = Origin.objects.get(digest="o1")
    DailyVisitor.objects.create(day=day, origin=origin, visitor="the first")


@pytest.mark.parametrize(
    ("day", "compares"),
    [
        pytest.param(date(2026, 9, 1), True, id="long before"),
        pytest.param(FIRST_BEFORE, True, id="on its first day"),
        pytest.param(date(2026, 10, 3), False, id="a day later"),
        pytest.param(date(2026, 10, 23), False, id="inside the period before"),
        pytest.param(date(2026, 11, 4), False, id="inside the period itself"),
    ],
)
def test_a_period_before_that_was_not_counted_whole_is_not_compared_with(
    day: date, compares: bool
) -> None:
    make_month()
    begin(day)

    report = read_report(ASKED)

    assert report.since == Since(day, of_visitors=True)
    assert report.compares == compares
    assert {row.before is None for row in (*report.rows, report.total)} == {not compares}


def shown(client: Client, **query: str) -> Any:
    days = {"first": "2026-11-01", "last": "2026-11-30"}
    response = client.get(reverse("calltrack_reports:index"), {**days, **query})
    return html.fromstring(response.content.decode())


def test_the_page_says_since_when_visitors_are_counted(admin_client: Client) -> None:
    make_month()
    begin(date(2026, 10, 23))

    page = shown(admin_client)

    (said,) = (one.text for one in page.cssselect(".ct-report-since"))
    assert said == (
        "Visitors are counted since Oct. 23, 2026: there is no whole period before to compare with."
    )
    assert page.cssselect(".ct-change") == []
    assert "compared with" not in page.text_content()


def test_who_compares_with_nothing_is_told_nothing_of_it(admin_client: Client) -> None:
    make_month()
    begin(date(2026, 10, 23))

    assert shown(admin_client, compare="nothing").cssselect(".ct-report-since") == []


def test_a_file_has_no_columns_of_a_period_that_was_not_counted(admin_client: Client) -> None:
    make_month()
    begin(date(2026, 10, 23))
    query = {"first": "2026-11-01", "last": "2026-11-30", "export": "csv"}

    sent = admin_client.get(reverse("calltrack_reports:index"), query)

    assert b"before" not in b"".join(sent).splitlines()[0]


def test_a_site_that_began_later_has_a_beginning_of_its_own() -> None:
    make_month()
    shop = Asked(DIMENSIONS["channel"], NOVEMBER, "last_non_direct", site="shop")

    assert counted_since(shop) == Since(date(2026, 11, 21), of_visitors=True)


def test_where_no_visitor_was_ever_counted_calls_are() -> None:
    assert counted_since(ASKED) is None
    Call.objects.create(
        account="pbx", call="1", number="+31207654301", status="answered",
        started_at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC),
    )  # fmt: skip

    assert counted_since(ASKED) == Since(date(2026, 10, 1), of_visitors=False)
