"""Calls judged in the database, with those of the same callers that it changes."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wagtail_calltrack.calls import CALLER, call
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.judging import judge
from wagtail_calltrack.models import (
    BlockedCaller,
    Call,
    CallSettings,
    Campaign,
    TargetRule,
    TrackedSite,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OTHER = "+31687654321"


def made(after: timedelta = timedelta(0), talk: int = 60, **values: Any) -> Call:
    return call(START + after, talk_seconds=talk, **values)


def stored(*calls: Call) -> list[tuple[bool, str]]:
    rows = Call.objects.in_bulk([one.pk for one in calls])
    return [(rows[one.pk].is_target, rows[one.pk].target_reason) for one in calls]


def test_what_is_reckoned_stands_in_the_rows_given_and_in_the_database() -> None:
    one = made(talk=29)
    before = one.updated_at

    judge([one])

    assert (one.is_first, one.is_target, one.target_reason) == (True, False, "short 30")
    assert stored(one) == [(False, "short 30")]
    assert Call.objects.get().updated_at > before


def test_nothing_asked_is_nothing_done() -> None:
    with CaptureQueriesContext(connection) as queries:
        judge([])

    assert len(queries) == 0


def test_an_earlier_call_that_comes_late_takes_the_place_of_the_one_that_counted() -> None:
    later = made(2 * DAY)
    judge([later])
    earlier = made(DAY)

    judge([earlier])

    assert stored(earlier, later) == [(True, "target"), (False, "repeat 30")]
    assert not Call.objects.get(pk=later.pk).is_first


def test_the_same_verdicts_whatever_the_order_and_the_portions_in_which_calls_come() -> None:
    calls = [made(), made(DAY, talk=10), made(30 * DAY), made(31 * DAY), made(caller=OTHER)]
    verdicts = [
        (True, "target"),
        (False, "short 30"),
        (True, "target"),
        (False, "repeat 30"),
        (True, "target"),
    ]

    for order in itertools.permutations(calls):
        Call.objects.update(is_target=False, target_reason="")
        for one in order:
            judge([Call.objects.get(pk=one.pk)])

        assert stored(*calls) == verdicts


def test_calls_of_other_callers_are_left_alone() -> None:
    other = made(caller=OTHER)

    judge([made()])

    assert stored(other) == [(False, "")]


def test_rules_of_a_site_a_campaign_and_both() -> None:
    make_firm()
    site, campaign = TrackedSite.objects.all()[0], Campaign.objects.all()[0]
    TargetRule.objects.create(site=site, talk_seconds=100, cycle_days=7)
    TargetRule.objects.create(campaign=campaign, talk_seconds=200)
    TargetRule.objects.create(site=site, campaign=campaign, talk_seconds=300)
    calls = [
        made(caller="+31600000001"),
        made(caller="+31600000002", site=site),
        made(caller="+31600000003", campaign=campaign.key),
        made(caller="+31600000004", campaign=campaign.key, site=site),
        made(caller="+31600000005", site=site, talk=100),
        made(7 * DAY, caller="+31600000005", site=site, talk=100),
    ]

    judge(calls)

    assert stored(*calls) == [
        (True, "target"),
        (False, "short 100"),
        (False, "short 200"),
        (False, "short 300"),
        (True, "target"),
        (True, "target"),
    ]


def test_spam_of_each_kind() -> None:
    CallSettings.objects.create(
        excluded_numbers=[OTHER], anonymous_is_spam=True, shortest_seconds=5
    )
    BlockedCaller.objects.create(number=CALLER)
    eva = "+31611112222"
    calls = [made(), made(caller=OTHER), made(caller=""), made(caller=eva, talk=4), made(DAY)]

    judge(calls)

    assert [(one.is_spam, one.spam_reason) for one in calls] == [
        (True, "blocked"),
        (True, "excluded"),
        (True, "anonymous"),
        (True, "short"),
        (True, "blocked"),
    ]
    assert {one.target_reason for one in calls} == {"spam"}


def test_a_blocked_caller_costs_no_look_at_their_other_calls() -> None:
    BlockedCaller.objects.create(number=CALLER)
    other = made(DAY)
    one = made()

    judge([one])

    assert one.is_spam
    assert not Call.objects.get(pk=other.pk).is_spam


def test_a_missed_call_is_tied_to_the_answer_that_comes_after_it() -> None:
    missed = made(status="missed", talk=0)
    judge([missed])
    answer = made(MINUTE, direction="out")

    judge([answer])

    assert Call.objects.get(pk=missed.pk).called_back_by == answer


def test_it_is_tied_anew_when_an_earlier_answer_comes_late_and_when_the_span_is_shorter() -> None:
    missed, late = made(status="missed", talk=0), made(3 * MINUTE)
    judge([missed, late])
    soon = made(2 * MINUTE)
    judge([soon])
    first = Call.objects.get(pk=missed.pk).called_back_by
    CallSettings.objects.create(callback_hours=1)
    Call.objects.filter(pk__in=[soon.pk, late.pk]).update(started_at=START + timedelta(hours=2))

    judge([Call.objects.get(pk=missed.pk)])

    assert first == soon
    assert Call.objects.get(pk=missed.pk).called_back_by is None


def test_judging_twice_writes_nothing() -> None:
    calls = [made(), made(DAY), made(status="missed", talk=0, caller=OTHER)]
    judge(calls)
    before = list(Call.objects.order_by("pk").values())

    judge(list(Call.objects.all()))

    assert list(Call.objects.order_by("pk").values()) == before


def test_a_hundred_calls_cost_as_many_queries_as_two() -> None:
    def cost(count: int, start: int) -> int:
        calls = [made(at * MINUTE, caller=f"+3161000{start + at:04}") for at in range(count)]
        with CaptureQueriesContext(connection) as queries:
            judge(calls)
        return len(queries)

    assert cost(100, 100) == cost(2, 0) < 15
