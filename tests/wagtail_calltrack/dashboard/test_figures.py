"""What the dashboard counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wagtail_calltrack.calls import call, visit
from tests.wagtail_calltrack.facts import given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.dashboard.figures import Figures, Today, figures
from wagtail_calltrack.dashboard.scope import Scope
from wagtail_calltrack.models import Lead, Origin, VisitorSession

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ALL = Scope(None, sees_callers=True, names_all=True)


def counted(scope: Scope = ALL) -> Figures:
    return figures(scope, NOW)


def test_visitors_of_the_last_five_minutes_count_by_their_latest_channel() -> None:
    visit(NOW - MINUTE, "a", "paid_search")
    visit(NOW - 4 * MINUTE, "b", "paid_search")
    visit(NOW - MINUTE, "c", "direct")
    visit(NOW - 6 * MINUTE, "gone", "direct")

    assert counted().visitors == [("paid_search", 2), ("direct", 1)]
    assert counted().visitor_count == 3


def test_a_visitor_who_left_is_gone_until_the_next_page() -> None:
    visit(NOW - MINUTE, "a")
    VisitorSession.objects.update(left_at=NOW - MINUTE)
    assert counted().visitors == []

    VisitorSession.objects.update(seen_at=NOW)
    assert counted().visitors == [("direct", 1)]


def test_numbers_in_use_count_by_pool() -> None:
    make_firm()
    given(NOW - MINUTE)
    given(NOW - 2 * HOUR, "b", number="+31207654302")

    found = {one.pool: (one.in_use, one.numbers) for one in counted().pools}

    assert found["amsterdam"] == (1, 2)


@pytest.mark.parametrize(
    ("status", "age", "is_on"),
    [
        pytest.param("ringing", MINUTE, True, id="rings"),
        pytest.param("ringing", 16 * MINUTE, False, id="rang long ago, and no end was told"),
        pytest.param("in_progress", HOUR, True, id="a long talk"),
        pytest.param("in_progress", 9 * HOUR, False, id="in progress for hours"),
        pytest.param("answered", MINUTE, False, id="over"),
    ],
)
def test_a_call_is_on_as_long_as_that_can_be(status: str, age: timedelta, is_on: bool) -> None:
    made = call(NOW - age, status)

    found = counted()

    assert list(found.now) == ([made] if is_on else [])
    assert list(found.last) == ([] if is_on else [made])
    assert found.ringing + found.talking == int(is_on)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, Today(1, 0, 0), id="answered"),
        pytest.param({"is_target": True}, Today(1, 1, 0), id="target"),
        pytest.param({"status": "missed"}, Today(1, 0, 1), id="missed"),
        pytest.param({"status": "busy"}, Today(1, 0, 1), id="busy is missed, as in reports"),
        pytest.param({"is_spam": True}, Today(0, 0, 0), id="spam"),
        pytest.param({"direction": "out"}, Today(0, 0, 0), id="outgoing"),
        pytest.param({"at": NOW - 24 * HOUR}, Today(0, 0, 0), id="yesterday"),
    ],
)
def test_todays_calls(values: dict[str, Any], expected: Today) -> None:
    call(**{"at": NOW - HOUR, **values})

    assert counted().today == expected


def test_leads_of_today_count_by_channel_and_spam_is_none() -> None:
    origin = Origin.objects.create(digest="a", channel="email")
    for state, of in (("new", origin), ("won", origin), ("spam", origin), ("new", None)):
        Lead.objects.create(state=state, origin=of, began_at=NOW, last_at=NOW)
    Lead.objects.create(origin=origin, began_at=NOW - 24 * HOUR, last_at=NOW)

    assert counted().leads == [("email", 2), ("", 1)]


def test_ten_calls_are_the_last(django_assert_max_num_queries: Any) -> None:
    made = [call(NOW - at * MINUTE) for at in range(1, 15)]

    with django_assert_max_num_queries(12):
        found = counted()

    assert list(found.last) == made[:10]
