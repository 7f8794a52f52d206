"""The month that the demo opens on: believable, the same each time, and loaded once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from calltrack import planfile
from calltrack.calls import Phase, fold
from calltrack.events import Kind
from demo.management.commands.load_demo import PLAN
from demo.month.firm import Phones
from demo.month.played import played
from demo.month.visits import Dialled, Happening, View, happenings
from wagtail_calltrack.models import (
    Call,
    CallEvent,
    DailyVisitor,
    Lead,
    SpendEntry,
    VisitorSession,
)

END = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = END - timedelta(days=4)
ZONE = ZoneInfo("Europe/Amsterdam")


def some_days(seed: int = 1) -> list[Happening]:
    return happenings(START, END, per_day=60, zone=ZONE, seed=seed)


def test_the_same_seed_is_the_same_month_and_another_is_not() -> None:
    told = [(one.at, one.person.phone) for one in some_days()]

    assert told == [(one.at, one.person.phone) for one in some_days()]
    assert told != [(one.at, one.person.phone) for one in some_days(seed=2)]


def test_most_come_by_day_and_nobody_comes_twice_at_once() -> None:
    hours = Counter(one.at.astimezone(ZONE).hour for one in some_days() if isinstance(one, View))

    by_day = sum(count for hour, count in hours.items() if 8 <= hour < 22)
    assert by_day > 0.85 * hours.total()


def test_every_call_is_to_a_number_that_its_visitor_saw() -> None:
    plan = planfile.load(PLAN)
    what = some_days()

    events, reports = played(plan, what, Phones(ZONE, seed=1, end=END), lambda _at: None)

    shown = {event.data["number"] for event in events if event.kind is Kind.NUMBER_SHOWN}
    offered = [report for report in reports if report.phase is Phase.OFFERED]
    callers = {one.person.phone for one in what if isinstance(one, Dialled)}
    assert offered
    assert {report.number for report in offered} <= shown
    assert {report.caller for report in offered} <= callers
    assert all(START <= report.at <= END + timedelta(days=1) for report in reports)
    assert all(fold([one for one in reports if one.call == call.call]).status for call in offered)


@pytest.mark.django_db
@pytest.mark.slow
def test_it_is_loaded_whole_and_once() -> None:
    call_command("load_demo", stdout=StringIO())
    call_command("load_month", days=4, visits_per_day=60, stdout=StringIO())
    before = (VisitorSession.objects.count(), Call.objects.count(), Lead.objects.count())
    said = StringIO()

    call_command("load_month", days=4, stdout=said)

    assert "already" in said.getvalue()
    assert (VisitorSession.objects.count(), Call.objects.count(), Lead.objects.count()) == before
    assert all(before)
    assert Call.objects.filter(is_settled=False).count() == 0
    assert Call.objects.filter(is_target=True).exists()
    assert Lead.objects.exclude(state="new").exists()
    assert CallEvent.objects.count() > Call.objects.count()
    assert DailyVisitor.objects.exists()
    assert SpendEntry.objects.filter(campaign__key="google-ads").exists()


@pytest.mark.django_db
def test_without_a_plan_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="run load_demo first"):
        call_command("load_month")


@pytest.mark.parametrize(("option", "value"), [("days", 0), ("days", 366), ("visits_per_day", 0.5)])
def test_options_out_of_reach_are_refused(option: str, value: float) -> None:
    options = {"days": 30, "visits_per_day": 95.0, "seed": 1, option: value}

    with pytest.raises(CommandError, match="--days is 1 to 365"):
        call_command("load_month", **options)
