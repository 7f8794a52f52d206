"""Which calls are spam, and why."""

from typing import Any

import pytest

from calltrack.calls import CallStatus, Direction
from calltrack.spam import SpamReason, SpamRules, spam_reason
from tests.calltrack.past_calls import ANNA, BOB, past

NONE = SpamRules()
ALL = SpamRules(frozenset({ANNA}), frozenset({ANNA, BOB}), anonymous=True, shortest_seconds=5)
EVA = "+31611112222"

CASES = [
    pytest.param({}, NONE, None, id="nothing is spam where nothing is set"),
    pytest.param({"caller": "", "talk": 0}, NONE, None, id="withheld and short neither"),
    pytest.param({}, ALL, SpamReason.BLOCKED, id="blocked, before all else"),
    pytest.param({"caller": BOB}, ALL, SpamReason.EXCLUDED, id="excluded"),
    pytest.param({"caller": ""}, ALL, SpamReason.ANONYMOUS, id="withheld"),
    pytest.param({"caller": EVA, "talk": 4}, ALL, SpamReason.SHORT, id="a second too short"),
    pytest.param({"caller": EVA, "talk": 5}, ALL, None, id="exactly long enough"),
    pytest.param(
        {"caller": EVA, "status": CallStatus.MISSED}, ALL, None, id="a missed call is not short"
    ),
    pytest.param(
        {"caller": EVA, "status": CallStatus.IN_PROGRESS}, ALL, None, id="nor one that goes on"
    ),
    pytest.param({"direction": Direction.OUT}, ALL, None, id="the firm calls whom it likes"),
]


@pytest.mark.parametrize(("call", "rules", "reason"), CASES)
def test_a_call(call: dict[str, Any], rules: SpamRules, reason: SpamReason | None) -> None:
    assert spam_reason(past(1, **call), rules) is reason


def test_who_is_blocked_or_excluded_is_spam_whatever_comes() -> None:
    assert [ALL.always(one) for one in (ANNA, BOB, EVA, "")] == [True, True, False, False]
