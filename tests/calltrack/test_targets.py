"""Which calls count: the rule, case by case, and whatever order calls were heard of in."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from calltrack.calls import CallStatus, Direction
from calltrack.pastcalls import PastCall
from calltrack.targets import TargetReason as R
from calltrack.targets import TargetRule, TargetRules, Verdict, judge
from tests.calltrack.past_calls import BOB, past

CYCLE = timedelta(days=30)
SECOND = timedelta(seconds=1)
FIRM = TargetRules(TargetRule(30, CYCLE))
MISSED, RINGING = CallStatus.MISSED, CallStatus.RINGING

Cell = tuple[bool, R]


def days(count: int) -> timedelta:
    return timedelta(days=count)


def told(calls: list[PastCall], rules: TargetRules = FIRM, *spam: int) -> list[Cell]:
    found = judge(calls, rules, frozenset(spam))
    return [(found[one].is_first, found[one].reason) for one in sorted(found)]


OF_ONE_CALL = [
    pytest.param({"talk": 30}, (True, R.TARGET), id="exactly at the threshold"),
    pytest.param({"talk": 29}, (True, R.SHORT), id="a second under it"),
    pytest.param({"talk": 0}, (True, R.SHORT), id="answered, and hung up"),
    pytest.param({"status": MISSED}, (True, R.UNANSWERED), id="missed"),
    pytest.param({"status": CallStatus.VOICEMAIL}, (True, R.UNANSWERED), id="voicemail"),
    pytest.param({"status": RINGING}, (True, R.RUNNING), id="it rings"),
    pytest.param({"status": CallStatus.IN_PROGRESS}, (True, R.RUNNING), id="they speak"),
    pytest.param({"direction": Direction.OUT}, (False, R.OUTGOING), id="the firm called"),
    pytest.param({"caller": ""}, (True, R.ANONYMOUS), id="number withheld"),
    pytest.param({"caller": "", "talk": 29}, (True, R.SHORT), id="number withheld, too short"),
    pytest.param(
        {"caller": "", "direction": Direction.OUT}, (False, R.OUTGOING), id="called, to nobody"
    ),
]


@pytest.mark.parametrize(("call", "verdict"), OF_ONE_CALL)
def test_a_call_by_itself(call: dict[str, Any], verdict: Cell) -> None:
    assert told([past(1, **call)]) == [verdict]


def test_voicemail_counts_not_even_without_a_threshold() -> None:
    rules = TargetRules(TargetRule(0, CYCLE))

    assert told([past(1, status=CallStatus.VOICEMAIL), past(2, caller=BOB, talk=0)], rules) == [
        (True, R.UNANSWERED),
        (True, R.TARGET),
    ]


OF_ONE_CALLER = [
    pytest.param(
        [past(1), past(2, after=days(1))],
        [(True, R.TARGET), (False, R.REPEAT)],
        id="again within the cycle",
    ),
    pytest.param(
        [past(1), past(2, after=CYCLE - SECOND)],
        [(True, R.TARGET), (False, R.REPEAT)],
        id="a second before its end",
    ),
    pytest.param(
        [past(1), past(2, after=CYCLE)],
        [(True, R.TARGET), (True, R.TARGET)],
        id="exactly at its end",
    ),
    pytest.param(
        [past(1), past(2, after=days(20)), past(3, after=days(40)), past(4, after=days(60))],
        [(True, R.TARGET), (False, R.REPEAT), (True, R.TARGET), (False, R.REPEAT)],
        id="a repeat makes no cycle longer",
    ),
    pytest.param(
        [past(1, talk=10), past(2, after=days(1))],
        [(True, R.SHORT), (False, R.TARGET)],
        id="too short first: the next one that is long enough counts",
    ),
    pytest.param(
        [past(1, talk=10), past(2, after=days(1)), past(3, after=days(29))],
        [(True, R.SHORT), (False, R.TARGET), (False, R.REPEAT)],
        id="and it counts once",
    ),
    pytest.param(
        [past(1, talk=10), past(2, after=days(10)), past(3, after=days(31))],
        [(True, R.SHORT), (False, R.TARGET), (True, R.REPEAT)],
        id="its cycle begins with the call that counts, that of first calls with the first",
    ),
    pytest.param(
        [past(1, status=MISSED), past(2, after=SECOND)],
        [(True, R.UNANSWERED), (False, R.TARGET)],
        id="missed, and tried again",
    ),
    pytest.param(
        [past(1, direction=Direction.OUT), past(2, after=days(1))],
        [(False, R.OUTGOING), (True, R.TARGET)],
        id="the firm had called before",
    ),
    pytest.param(
        [past(1), past(2, caller=BOB, after=SECOND)],
        [(True, R.TARGET), (True, R.TARGET)],
        id="two callers",
    ),
    pytest.param(
        [past(1, caller=""), past(2, caller="", after=SECOND)],
        [(True, R.ANONYMOUS), (True, R.ANONYMOUS)],
        id="two without a number",
    ),
    pytest.param(
        [past(1, reference="b"), past(2, reference="a")],
        [(False, R.REPEAT), (True, R.TARGET)],
        id="at the same moment: by their references",
    ),
    pytest.param(
        [past(1, site="sushi"), past(2, site="ceilings", after=days(1))],
        [(True, R.TARGET), (True, R.TARGET)],
        id="two sites are two businesses",
    ),
    pytest.param(
        [past(1, site="sushi"), past(2, site="ceilings", after=days(1)), past(3, after=days(2))],
        [(True, R.TARGET), (True, R.TARGET), (False, R.REPEAT)],
        id="site not known: it repeats a call of any",
    ),
    pytest.param(
        [past(1), past(2, site="ceilings", after=days(1))],
        [(True, R.TARGET), (False, R.REPEAT)],
        id="a call of a site repeats one whose site is not known",
    ),
    pytest.param(
        [
            past(1, site="sushi"),
            past(2, site="ceilings", after=days(1)),
            past(3, site="sushi", after=days(2)),
        ],
        [(True, R.TARGET), (True, R.TARGET), (False, R.REPEAT)],
        id="another site's call between them",
    ),
]


@pytest.mark.parametrize(("calls", "verdicts"), OF_ONE_CALLER)
def test_calls_of_callers_in_whatever_order_they_were_heard_of(
    calls: list[PastCall], verdicts: list[Cell]
) -> None:
    for order in itertools.permutations(calls):
        assert told(list(order)) == verdicts


def test_spam_counts_not_and_takes_nothing_from_the_calls_after_it() -> None:
    calls = [past(1), past(2, after=days(1)), past(3, caller="")]

    assert told(calls, FIRM, 1, 3) == [(False, R.SPAM), (True, R.TARGET), (False, R.SPAM)]


NARROWER = TargetRules(
    TargetRule(30, CYCLE),
    {
        ("ceilings", ""): TargetRule(900, days(90)),
        ("", "google"): TargetRule(120, CYCLE),
        ("ceilings", "google"): TargetRule(600, CYCLE),
    },
)

RULES = [
    pytest.param("", "", 30, id="the firm's"),
    pytest.param("sushi", "", 30, id="a site without a rule"),
    pytest.param("sushi", "bing", 30, id="a campaign without a rule"),
    pytest.param("ceilings", "", 900, id="the site's"),
    pytest.param("ceilings", "bing", 900, id="the site's, of a campaign without a rule"),
    pytest.param("sushi", "google", 120, id="the campaign's"),
    pytest.param("", "google", 120, id="the campaign's, without a site"),
    pytest.param("ceilings", "google", 600, id="that of both"),
]


@pytest.mark.parametrize(("site", "campaign", "seconds"), RULES)
def test_the_narrowest_rule_counts(site: str, campaign: str, seconds: int) -> None:
    enough = past(1, site=site, campaign=campaign, talk=seconds)
    short = past(2, site=site, campaign=campaign, talk=seconds - 1, caller=BOB)

    found = judge([enough, short], NARROWER, frozenset())

    assert found == {1: Verdict(True, R.TARGET), 2: Verdict(True, R.SHORT, seconds)}


def test_the_cycle_is_that_of_the_later_calls_rule() -> None:
    ceilings = [past(1, site="ceilings", talk=900), past(2, site="ceilings", talk=900, after=CYCLE)]
    google = [ceilings[0], past(2, site="ceilings", campaign="google", talk=900, after=CYCLE)]

    assert judge(ceilings, NARROWER, frozenset())[2] == Verdict(False, R.REPEAT, 90)
    assert judge(google, NARROWER, frozenset())[2] == Verdict(True, R.TARGET)
