"""A changed rule restates history exactly: each call as if the rule had always been this one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from wagtail.models import ModelLogEntry

from calltrack.calls import Direction
from tests.wagtail_calltrack.calls import call
from wagtail_calltrack.jobs import ask_restating, restating, retry, work
from wagtail_calltrack.judging import judge, put
from wagtail_calltrack.models import (
    Call,
    CallCategory,
    CallSettings,
    Category,
    CategoryRule,
    Job,
)
from wagtail_calltrack.records import RESTATED
from wagtail_calltrack.settling import settle_these

pytestmark = pytest.mark.django_db

START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
A, B, C, D = (f"+3161234567{one}" for one in range(4))
LONG, SHORT = 60.0, 0.0

# day, caller, talk time, what else; counts by 30 s and 30 days; counts by 60 s and 7 days
MONTH: tuple[tuple[int, str, int, dict[str, Any], bool, bool], ...] = (
    (0, A, 30, {}, True, False),  # exactly the old threshold
    (1, A, 60, {}, False, True),  # exactly the new one
    (8, A, 60, {}, False, True),  # exactly at the end of the new cycle
    (14, A, 90, {}, False, False),  # within both
    (2, B, 59, {}, True, False),
    (31, B, 300, {}, False, True),
    (32, B, 300, {}, True, False),  # the old cycle is over; the new one has begun
    (3, C, 0, {"status": "missed"}, False, False),
    (4, C, 45, {}, True, False),
    (5, C, 61, {"direction": Direction.OUT}, False, False),
    (6, C, 61, {}, False, True),
    (7, D, 20, {}, False, False),
    (8, "", 31, {}, True, False),
    (9, "", 61, {}, True, True),
)
BEFORE = [row[4] for row in MONTH]
AFTER = [row[5] for row in MONTH]
CHANGED = sum(was != now for was, now in zip(BEFORE, AFTER, strict=True))
WHY = "Call settings: talk time: 30 → 60; sales cycle: 30 → 7."


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restating, "SLICE", 3)


@pytest.fixture
def month(db: None) -> list[Call]:
    """Store the calls, the last one first: what is heard of late is judged as well."""
    rows = [
        call(START + timedelta(days=day), caller=caller, talk_seconds=talk,
             **{"status": "answered", **more})
        for day, caller, talk, more, _old, _new in reversed(MONTH)
    ]  # fmt: skip
    for row in rows:
        judge([row])
    return rows[::-1]


def counting(month: list[Call]) -> list[bool]:
    found = dict(Call.objects.values_list("pk", "is_target"))
    return [found[one.pk] for one in month]


def change_rule() -> None:
    CallSettings.objects.update_or_create(pk=1, defaults={"talk_seconds": 60, "cycle_days": 7})


def told() -> list[str]:
    rows = ModelLogEntry.objects.filter(action=RESTATED).order_by("pk")
    return [row.data["said"] for row in rows]


def test_a_changed_rule_restates_every_call_and_says_so(month: list[Call]) -> None:
    user = User.objects.create_user("anna")
    before = counting(month)
    change_rule()
    ask_restating(WHY, user)

    work(LONG)

    assert before == BEFORE
    assert counting(month) == AFTER
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == ("done", len(MONTH), len(MONTH))
    assert (job.changed_targets, job.changed_categories) == (CHANGED, 0)
    ended = (
        f"{len(MONTH)} calls were reckoned anew. {CHANGED} calls became target calls or spam, or "
        f"are none any more; 0 have other categories. {WHY}"
    )
    assert told() == [f"Calls are reckoned anew. {WHY}", ended]
    assert {row.user for row in ModelLogEntry.objects.filter(action=RESTATED)} == {user}


def test_back_to_the_old_rule_everything_is_as_it_was(month: list[Call]) -> None:
    rows = Call.objects.order_by("pk")
    names = ("is_first", "is_target", "target_reason", "is_spam", "called_back_by")
    before = list(rows.values(*names))
    change_rule()
    ask_restating("", None)
    work(LONG)
    CallSettings.objects.update(talk_seconds=30, cycle_days=30)
    ask_restating("", None)

    work(LONG)

    assert list(rows.values(*names)) == before


class Killed(BaseException):
    """Stands for kill -9: nothing of the process comes after it, and its transaction is gone."""


@pytest.mark.parametrize("after", range(5))
def test_killed_in_the_middle_of_any_slice_it_goes_on_there(
    month: list[Call], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    change_rule()
    ask_restating(WHY, None)
    slices = iter(range(100))

    def dies(ids: Any) -> int:
        count = settle_these(ids)
        if next(slices) == after:
            raise Killed
        return count

    with monkeypatch.context() as patch:
        patch.setattr(restating, "settle_these", dies)
        with pytest.raises(Killed):
            work(LONG)
    done = Job.objects.get().done

    work(LONG)

    assert done == after * 3
    assert counting(month) == AFTER
    job = Job.objects.get()
    assert (job.state, job.done, job.changed_targets) == ("done", len(MONTH), CHANGED)
    assert [one.partition(".")[0] for one in told()] == [
        "Calls are reckoned anew",
        "14 calls were reckoned anew",
    ]


def test_a_second_change_while_it_runs_begins_anew_and_ends_right(month: list[Call]) -> None:
    change_rule()
    first = ask_restating("One.", None)
    work(SHORT)
    work(SHORT)
    CallSettings.objects.update(talk_seconds=1)

    second = ask_restating("Two.", None)
    done = Job.objects.get().done
    work(LONG)

    assert second.pk == first.pk
    assert done == 0
    seven_days_a_second = [True, False, True, False, True, True, False,
                           False, True, False, False, True, True, True]  # fmt: skip
    assert counting(month) == seven_days_a_second
    assert [one.partition(".")[0] for one in told()] == [
        "Calls are reckoned anew",
        "Reckoning calls anew starts over at 6 of 14: Two",
        "Calls are reckoned anew",
        "14 calls were reckoned anew",
    ]
    assert "One. Two." in told()[3]


def test_calls_that_come_in_meanwhile_are_judged_too(month: list[Call]) -> None:
    change_rule()
    ask_restating("", None)
    work(SHORT)
    new = call(START + timedelta(days=60), caller=A, talk_seconds=59)

    work(LONG)

    new.refresh_from_db()
    assert (new.is_target, new.target_reason) == (False, "short 60")
    job = Job.objects.get()
    assert (job.done, job.total) == (len(MONTH) + 1, len(MONTH) + 1)


def test_categories_are_restated_and_counted_and_those_by_hand_stay(month: list[Call]) -> None:
    hand, rule = Category.objects.create(name="Hand"), Category.objects.create(name="Long")
    put(month[0], hand, None)
    CategoryRule.objects.create(category=rule, least_talk_seconds=300)
    ask_restating("", None)

    work(LONG)

    given = CallCategory.objects.filter(category=rule).values_list("call", flat=True)
    assert set(given) == {month[5].pk, month[6].pk}
    assert CallCategory.objects.get(category=hand).call_id == month[0].pk
    job = Job.objects.get()
    assert (job.changed_targets, job.changed_categories) == (0, 2)


def test_a_slice_that_fails_says_why_and_can_be_tried_again(
    month: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    change_rule()
    job = ask_restating(WHY, None)
    with monkeypatch.context() as patch:
        patch.setattr(restating, "settle_these", lambda _ids: 1 // 0)
        work(LONG)
    job.refresh_from_db()
    failed = (job.state, job.problem.partition(",")[0])

    retry(job)
    work(LONG)

    assert failed == ("failed", "ZeroDivisionError in jobs/test_restating.py")
    assert counting(month) == AFTER
    assert told()[-1].startswith("14 calls were reckoned anew.")


def test_without_calls_it_is_done_at_once() -> None:
    job = ask_restating("", None)

    work(LONG)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 0, 0)
