"""What reports say before and after people are forgotten."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User

from tests.wagtail_calltrack.calls import CALLER
from tests.wagtail_calltrack.privacy.test_retention import (
    BOUNDS,
    NOW,
    OLDEST,
    everything,
    forget_all,
)
from wagtail_calltrack.models import Call, DailyVisitor, FormSent, Lead, PrivacySettings
from wagtail_calltrack.privacy.erasing import erase
from wagtail_calltrack.privacy.person import person
from wagtail_calltrack.privacy.retention import Bounds
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked
from wagtail_calltrack.reports.figures import Figures
from wagtail_calltrack.reports.periods import Period
from wagtail_calltrack.reports.report import read_report

pytestmark = pytest.mark.django_db

OTHER = "+31687654321"
VISITS = {
    "a": ("2024-09-11", "2024-09-12", "2024-09-25", "2025-01-05", "2025-10-10", "2025-10-30"),
    "b": ("2024-09-12", "2025-10-20", "2025-10-21", "2026-11-15"),
    "c": ("2024-09-12",),
}
"""Before 20 November 2024 all is forgotten, before 21 October 2025 visits are."""


def months() -> None:
    """Visitors who come again and again; b and c have one telephone."""
    for mark, days in VISITS.items():
        for day in days:
            made = everything(datetime.fromisoformat(f"{day}T12:00:00+00:00"), mark)
            caller = CALLER if mark == "a" else OTHER
            Call.objects.filter(pk=made.pk).update(caller=caller)
            Lead.objects.filter(calls=made).update(caller=caller)
            FormSent.objects.filter(lead=made.lead_id).update(phone=caller)


def figures(first: str, last: str) -> dict[tuple[str, str], Figures]:
    """Give the figures of each row of some reports, and of their totals."""
    found: dict[tuple[str, str], Figures] = {}
    for name in ("channel", "vestiging", "number"):
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
        report = read_report(Asked(DIMENSIONS[name], period, "last_click"), compares=False)
        found |= {(name, row.key): row.figures for row in report.rows}
        found[name, "total"] = report.total.figures
    return found


@pytest.mark.parametrize(
    ("first", "last", "visitors", "callers"),
    [
        pytest.param("2024-09-12", "2024-09-12", 3, 3, id="a day"),
        pytest.param("2024-09-01", "2024-09-30", 3, 3, id="a month"),
        pytest.param("2025-10-01", "2025-10-20", 2, 2, id="days up to the boundary"),
        pytest.param("2024-09-01", "2025-09-30", 3, None, id="many months"),
        pytest.param("2025-10-01", "2025-10-31", 2, None, id="a month with the boundary in it"),
        pytest.param("2024-01-01", "2026-12-31", 3, None, id="all"),
    ],
)
def test_they_are_the_same_for_any_span(
    first: str, last: str, visitors: int, callers: int | None
) -> None:
    months()
    before = figures(first, last)

    assert forget_all() > 50

    after = figures(first, last)
    assert before["channel", "total"].visitors == visitors
    if callers is None:  # numbers have other words in other months
        before, after = _without_callers(before), _without_callers(after)
    else:
        assert before["channel", "total"].callers == callers
    assert after == before


def _without_callers(found: dict[tuple[str, str], Figures]) -> dict[tuple[str, str], Figures]:
    return {key: replace(one, callers=0) for key, one in found.items()}


def test_who_comes_again_after_being_forgotten_is_the_same_visitor() -> None:
    everything(OLDEST, "a")
    forget_all()

    everything(NOW, "a")

    assert figures("2024-01-01", "2026-12-31")["channel", "total"].visitors == 1
    assert len({row.visitor for row in DailyVisitor.objects.all()}) == 1


def test_a_month_that_is_forgotten_day_by_day_keeps_its_callers() -> None:
    for day in (3, 20):
        for mark in ("a", "b"):
            everything(datetime(2025, 9, day, 12, tzinfo=UTC), mark)
    Call.objects.update(visitor="")
    before = figures("2025-09-01", "2025-09-30")

    for at in (datetime(2025, 9, 10, tzinfo=UTC), datetime(2025, 9, 25, tzinfo=UTC)):
        forget_all(Bounds(at, at))

    assert figures("2025-09-01", "2025-09-30") == before
    assert before["channel", "total"].callers == 1
    assert set(PrivacySettings.current().month_keys) == {"2025-09"}


@pytest.mark.parametrize("is_late", [False, True], ids=["now", "when visits are forgotten"])
def test_they_are_the_same_when_one_is_erased(is_late: bool) -> None:
    months()
    if is_late:
        forget_all(Bounds(BOUNDS.visits, OLDEST))
    spans = [("2024-09-01", "2024-09-30"), ("2024-01-01", "2026-12-31")]
    before = [figures(*span) for span in spans]
    words = set(DailyVisitor.objects.values_list("visitor", flat=True))

    erase(person(visitor="v-a"), User.objects.create_user("officer"))

    assert [figures(*span) for span in spans] == before
    left = set(DailyVisitor.objects.values_list("visitor", flat=True))
    assert len(words - left) == len(left - words) == 1
    assert not any(person(visitor="v-a").counts().values())
