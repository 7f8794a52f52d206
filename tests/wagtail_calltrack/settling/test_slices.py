"""Calls in slices: as dear for one as for many, and one that fails holds up no other."""

import logging
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests.wagtail_calltrack.settling.story import (
    NUMBER,
    OTHER,
    by_ad,
    called,
    came,
    leased,
    outcome,
    settle_all,
    shown,
    take,
    tell,
    the_call,
)
from wagtail_calltrack.judging import judge
from wagtail_calltrack.models import Call, Lead
from wagtail_calltrack.settling import settle, settle_marked, settle_these, settler, unsettle

pytestmark = pytest.mark.django_db


def many(count: int) -> None:
    """Calls of as many visitors, each on the number they had."""
    events: list[Any] = []
    for at in range(count):
        session, number = f"S{at}", f"+3130{1000000 + at}"
        events += [by_ad(at, session, f"V{at}"), leased(at, session, number)]
        events += [shown(at, session, number)]
        events += called(at + 5, f"CA{at}", number, f"+316{at:08}")
    take(events)


@pytest.mark.parametrize("count", [1, 20])
def test_a_slice_costs_the_same_queries_for_one_call_and_for_twenty(count: int) -> None:
    tell(by_ad(-99, "other"), *called(-98, "other", OTHER))
    many(count)

    with CaptureQueriesContext(connection) as queries:
        assert settle() == count

    assert Call.objects.filter(step="live", is_settled=True).count() == count
    assert len(queries) <= 75


def test_there_is_nothing_to_settle_twice() -> None:
    many(3)

    assert (settle(), settle()) == (3, 0)


def test_no_more_are_settled_than_asked_for() -> None:
    many(5)

    assert settle(limit=2) == 2
    assert (
        settle_marked(list(Call.objects.order_by("pk").values_list("pk", flat=True)[:4]), 30) == 2
    )
    assert Call.objects.filter(is_settled=False).count() == 1


def test_without_time_nothing_is_settled() -> None:
    many(1)

    assert settle(seconds=0) == 0
    assert the_call("CA0").is_settled is False


def test_restated_calls_are_as_they_were() -> None:
    tell(by_ad(0), leased(0), *called(5), *called(99, "CA2", OTHER))
    before = outcome()
    Call.objects.update(step="", session="", visitor="", talk_seconds=7, campaign="x")

    assert settle_these(list(Call.objects.values_list("pk", flat=True))) >= 2
    assert outcome() == before


def test_calls_may_be_marked_by_hand() -> None:
    tell(*called(5))

    assert unsettle(Call.objects.all()) == 1
    assert settle() == 1


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of calls that cannot be judged; the error's text tells a number."""
    names: list[str] = []

    def judged(calls: Any) -> None:
        for call in calls:
            if call.call in names:
                raise RuntimeError(f"a mistake about {call.caller}")
        judge(calls)

    monkeypatch.setattr(settler, "judge", judged)
    return names


def test_a_call_that_fails_holds_up_no_other_and_is_tried_again(
    broken: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    many(9)
    broken.append("CA4")

    assert settle() == 8
    left = Call.objects.get(is_settled=False)
    assert (left.call, left.failures, left.step) == ("CA4", 1, "")
    assert Lead.objects.count() == 8
    broken.clear()
    settle_all()
    assert (the_call("CA4").step, the_call("CA4").failures) == ("live", 0)
    assert "could not be reckoned: RuntimeError in judged, line " in caplog.text
    assert "+316" not in caplog.text


def test_a_call_that_fails_is_tried_so_many_times_and_again_when_more_is_told(
    broken: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    broken.append("CA1")
    take(called(5))
    for _ in range(9):
        settle()
    given_up = the_call().failures
    broken.clear()
    nothing = settle()
    tell(by_ad(0), leased(0))

    assert (given_up, nothing) == (settler.TRIES, 0)
    assert (the_call().step, the_call().failures) == ("live", 0)


def test_a_database_that_is_busy_is_no_fault_of_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    take(called(5))

    def busy(_calls: Any) -> None:
        raise OperationalError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(settler, "gather", busy)
        with pytest.raises(OperationalError):
            settle()
    after = the_call()

    assert (after.is_settled, after.failures, after.step) == (False, 0, "")
    assert settle() == 1


def test_broken_off_in_the_middle_nothing_of_the_slice_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tell(by_ad(0), leased(0), *called(5))
    before = outcome()
    take([came(1, "S2", "V2"), leased(2, "S2", NUMBER)])

    def killed(_calls: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(settler, "gather", killed)
        with pytest.raises(KeyboardInterrupt):
            settle()
    Call.objects.update(is_settled=True)

    assert outcome() == before
