"""Calls that go on, told in any order, and never too many of them."""

from datetime import UTC, datetime, timedelta

import pytest

from calltrack.calls import CallId, CallReport, Phase
from calltrack.numbers import PhoneNumber
from snippet_server.calls_under_way import LONGEST, USUAL, CallsUnderWay

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBER = PhoneNumber("+31207654301")


def report(phase: Phase, call: str = "1") -> CallReport:
    return CallReport("main", "generic", CallId(call), phase, NOW)


@pytest.mark.parametrize(
    ("phases", "going_on"),
    [
        pytest.param("offered", 1, id="it came in"),
        pytest.param("offered ringing answered", 1, id="it goes on"),
        pytest.param("answered offered", 1, id="out of order"),
        pytest.param("offered ended", 0, id="it is over"),
        pytest.param("ended offered answered", 0, id="the end first"),
        pytest.param("offered ended answered ended", 0, id="an answer too late"),
        pytest.param("recorded", 0, id="a recording alone"),
    ],
)
def test_a_call_that_ended_stays_ended(phases: str, going_on: int) -> None:
    calls = CallsUnderWay()

    for phase in phases.split():
        calls.note(report(Phase(phase)), NUMBER, now=NOW)

    assert len(calls) == going_on
    assert calls.is_in_call(NUMBER, now=NOW) is bool(going_on)


def test_a_number_is_kept_for_a_call_as_long_as_calls_usually_last() -> None:
    calls = CallsUnderWay()
    calls.note(report(Phase.OFFERED), NUMBER, now=NOW)

    assert calls.is_in_call(NUMBER, now=NOW + USUAL - timedelta(seconds=1))
    assert not calls.is_in_call(NUMBER, now=NOW + USUAL)


def test_the_end_finds_the_number_that_the_call_began_with() -> None:
    calls = CallsUnderWay()
    calls.note(report(Phase.ANSWERED), None, now=NOW)
    calls.note(report(Phase.OFFERED), NUMBER, now=NOW)

    ended = calls.note(report(Phase.ENDED), None, now=NOW)

    assert ended is not None
    assert ended.number == NUMBER


def test_a_call_is_forgotten_after_the_longest_it_may_last_and_so_is_its_end() -> None:
    calls = CallsUnderWay()
    calls.note(report(Phase.OFFERED), NUMBER, now=NOW)
    calls.note(report(Phase.ENDED, "2"), NUMBER, now=NOW)

    assert calls.count(now=NOW + LONGEST - timedelta(seconds=1)) == 1
    assert calls.count(now=NOW + LONGEST) == 0
    assert calls.note(report(Phase.OFFERED, "2"), NUMBER, now=NOW + LONGEST) is not None


def test_of_too_many_the_oldest_are_forgotten() -> None:
    calls = CallsUnderWay(most=3)
    for at in range(10):
        calls.note(report(Phase.OFFERED, f"on {at}"), NUMBER, now=NOW)
        calls.note(report(Phase.ENDED, f"over {at}"), NUMBER, now=NOW)

    assert calls.count(now=NOW) == 3
    assert calls.call(report(Phase.RINGING, "on 9")) is not None
    assert calls.note(report(Phase.OFFERED, "over 9"), NUMBER, now=NOW) is None
    assert calls.note(report(Phase.OFFERED, "over 0"), NUMBER, now=NOW) is not None
