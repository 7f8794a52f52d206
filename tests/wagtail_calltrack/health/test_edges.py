"""What the page says of each edge."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.wagtail_calltrack.facts import edge
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.health.edges import EdgeHealth, edge_healths
from wagtail_calltrack.models import PlanSerial

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def serial(db: None) -> int:
    make_firm()
    PlanSerial.objects.update(changed_at=timezone.now() - 10 * MINUTE)
    return int(PlanSerial.objects.get().serial)


def health(**values: Any) -> EdgeHealth:
    now = timezone.now()
    edge(now - values.pop("ago", timedelta(seconds=5)), **values)
    (found,) = edge_healths(now)
    return found


def test_an_edge_that_follows_is_well(serial: int) -> None:
    found = health(serial=serial, report={"store": "up", "backlog": 12})

    assert (found.plan, found.store, found.backlog) == ("Follows", "up", 12)
    assert not found.problems


def test_one_that_was_not_heard_of_for_a_minute_is_silent(serial: int) -> None:
    found = health(serial=serial, ago=2 * MINUTE)

    assert found.is_silent
    assert "Silent since" in found.problems[0]


def test_a_machine_that_is_gone_for_a_week_is_no_trouble_any_more(serial: int) -> None:
    now = timezone.now()
    edge(now - MINUTE / 2, name="new", serial=serial)
    edge(now - timedelta(days=6), name="off for days")
    edge(now - timedelta(days=8), name="replaced")

    assert [one.edge.name for one in edge_healths(now)] == ["new", "off for days"]


def test_where_all_are_gone_the_last_one_is_told(serial: int) -> None:
    now = timezone.now()
    edge(now - timedelta(days=30), name="first")
    edge(now - timedelta(days=20), name="last")

    (found,) = edge_healths(now)

    assert (found.edge.name, found.is_silent) == ("last", True)


def test_one_with_an_earlier_plan_is_behind(serial: int) -> None:
    found = health(serial=serial - 5)

    assert found.plan == "Behind"
    assert "does not have the Plan that is in force" in found.problems[0]


def test_a_change_of_just_now_is_not_late(serial: int) -> None:
    PlanSerial.objects.update(changed_at=timezone.now())

    found = health(serial=serial - 5)

    assert found.plan == "About to follow"
    assert not found.problems
    assert not found.is_on_plan


def test_one_that_is_ahead_tells_of_a_backup(serial: int) -> None:
    found = health(serial=serial + 5)

    assert found.plan == "Is ahead"
    assert "backup" in found.problems[0]


def test_one_without_a_plan_says_so(serial: int) -> None:
    assert health(serial=0).plan == "Has none yet"


@pytest.mark.parametrize(
    ("report", "said"),
    [
        pytest.param({"plan_problem": "sites[1]: no"}, "It refuses the Plan: sites[1]: no", id="p"),
        pytest.param({"store": "down"}, "Its store does not answer", id="store"),
        pytest.param({"backlog": 4000}, "4,000 events wait", id="backlog"),
        pytest.param({"refused": 3}, "3 of its events were refused here", id="refused"),
        pytest.param({"dropped": {"page.viewed": 2, "b": 1}}, "3 events were lost", id="dropped"),
    ],
)
def test_what_it_told_of_trouble_is_told(serial: int, report: dict[str, Any], said: str) -> None:
    (problem,) = health(serial=serial, report=report).problems

    assert said in problem


@pytest.mark.parametrize(
    "report",
    [
        pytest.param([], id="no object"),
        pytest.param({"store": 3, "backlog": "many", "dropped": [1], "refused": None}, id="types"),
        pytest.param({"dropped": {"page.viewed": "x"}}, id="no count"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_report_of_another_version_breaks_nothing(serial: int, report: Any) -> None:
    found = health(serial=serial, report=report)

    assert not found.problems
    assert (found.store, found.backlog) == ("", 0)


def test_without_any_plan_nothing_is_behind(db: None) -> None:
    assert not health(serial=0).problems
