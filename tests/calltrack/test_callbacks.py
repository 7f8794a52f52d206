"""Missed calls that were answered later."""

import itertools
from datetime import timedelta

import pytest

from calltrack.callbacks import called_back
from calltrack.calls import CallStatus, Direction
from calltrack.pastcalls import PastCall
from tests.calltrack.past_calls import BOB, past

WITHIN = timedelta(hours=72)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MISSED = CallStatus.MISSED
missed = past(1, status=MISSED)

CASES = [
    pytest.param([missed], {}, id="nobody called back"),
    pytest.param([missed, past(2, after=MINUTE)], {1: 2}, id="they called again"),
    pytest.param(
        [missed, past(2, after=MINUTE, direction=Direction.OUT)], {1: 2}, id="the firm did"
    ),
    pytest.param([missed, past(2, after=-MINUTE)], {}, id="spoken to before"),
    pytest.param([missed, past(2, after=MINUTE, caller=BOB)], {}, id="somebody else"),
    pytest.param([missed, past(2, after=WITHIN)], {1: 2}, id="exactly at the end"),
    pytest.param([missed, past(2, after=WITHIN + SECOND)], {}, id="a second after it"),
    pytest.param(
        [missed, past(2, after=MINUTE, talk=0)], {1: 2}, id="answered is answered, however short"
    ),
    pytest.param(
        [missed, past(2, after=MINUTE), past(3, after=2 * MINUTE)], {1: 2}, id="the first of two"
    ),
    pytest.param(
        [missed, past(2, after=MINUTE, status=MISSED), past(3, after=2 * MINUTE)],
        {1: 3, 2: 3},
        id="one conversation answers all before it",
    ),
    pytest.param(
        [missed, past(2, after=MINUTE, status=MISSED, direction=Direction.OUT)],
        {},
        id="they missed the firm's call",
    ),
    pytest.param(
        [missed, past(2, after=MINUTE, status=CallStatus.IN_PROGRESS)], {}, id="they speak now"
    ),
    pytest.param(
        [past(1, caller="", status=MISSED), past(2, caller="", after=MINUTE)],
        {},
        id="number withheld",
    ),
    *(
        pytest.param([past(1, status=one), past(2, after=MINUTE)], {1: 2}, id=f"it was {one}")
        for one in (CallStatus.BUSY, CallStatus.FAILED, CallStatus.VOICEMAIL)
    ),
    pytest.param(
        [past(1, status=CallStatus.RINGING), past(2, after=MINUTE)], {}, id="it still rings"
    ),
]


@pytest.mark.parametrize(("calls", "answers"), CASES)
def test_in_whatever_order_calls_were_heard_of(
    calls: list[PastCall], answers: dict[int, int]
) -> None:
    for order in itertools.permutations(calls):
        assert called_back(order, within=WITHIN) == answers


def test_spam_waits_for_no_answer_and_is_none() -> None:
    calls = [missed, past(2, after=MINUTE), past(3, after=2 * MINUTE)]

    assert called_back(calls, within=WITHIN, spam={1}) == {}
    assert called_back(calls, within=WITHIN, spam={2}) == {1: 3}
