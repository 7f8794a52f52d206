"""Which categories calls get by rule."""

from typing import Any

import pytest

from calltrack.calls import CallStatus, Direction
from calltrack.categories import CategoryRule, categories_of
from tests.calltrack.past_calls import past

CASES = [
    pytest.param({}, {}, False, id="a rule without conditions fits nothing"),
    pytest.param({"status": "answered"}, {}, True, id="status"),
    pytest.param({"status": "missed"}, {}, False, id="another status"),
    pytest.param({"least_talk_seconds": 60}, {}, True, id="exactly as long as asked for"),
    pytest.param({"least_talk_seconds": 61}, {}, False, id="a second shorter"),
    pytest.param({"most_talk_seconds": 60}, {}, True, id="exactly as short"),
    pytest.param({"most_talk_seconds": 59}, {}, False, id="a second longer"),
    pytest.param({"least_talk_seconds": 0}, {}, True, id="0 is a condition, too"),
    pytest.param({"most_talk_seconds": 0}, {}, False, id="on both ends"),
    pytest.param({"campaign": "google"}, {"campaign": "google"}, True, id="campaign"),
    pytest.param({"campaign": "google"}, {}, False, id="campaign not known"),
    pytest.param({"vestiging": "north"}, {"vestiging": "north"}, True, id="vestiging"),
    pytest.param({"vestiging": "north"}, {"vestiging": "south"}, False, id="another vestiging"),
    pytest.param({"channel": "email"}, {"channel": "email"}, True, id="channel"),
    pytest.param({"channel": "email"}, {"channel": "direct"}, False, id="another channel"),
    pytest.param(
        {"status": "answered", "campaign": "google"}, {}, False, id="all conditions must hold"
    ),
    pytest.param({"status": "answered"}, {"direction": Direction.OUT}, False, id="outgoing"),
    pytest.param(
        {"most_talk_seconds": 60}, {"status": CallStatus.RINGING}, False, id="it still rings"
    ),
]


@pytest.mark.parametrize(("rule", "call", "fits"), CASES)
def test_a_rule(rule: dict[str, Any], call: dict[str, Any], fits: bool) -> None:
    rules = [CategoryRule(rule=7, category=3, **rule)]

    assert categories_of(past(1, **call), rules, local_hour=12) == ({3: 7} if fits else {})


HOURS = [
    pytest.param(9, 17, "9 10 16", "8 17 0", id="by day"),
    pytest.param(18, 8, "18 23 0 7", "8 17 12", id="over midnight"),
    pytest.param(18, None, "18 23", "17 0", id="from an hour on"),
    pytest.param(None, 8, "0 7", "8 23", id="up to an hour"),
    pytest.param(0, 6, "0 5", "6 23", id="from midnight"),
    pytest.param(22, 0, "22 23", "0 21", id="up to midnight"),
    pytest.param(8, 8, "8 7 0 23", "", id="from an hour to the same"),
]


@pytest.mark.parametrize(("start", "end", "inside", "outside"), HOURS)
def test_hours(start: int | None, end: int | None, inside: str, outside: str) -> None:
    rule = CategoryRule(rule=7, category=3, from_hour=start, to_hour=end)
    found = [hour for hour in range(24) if categories_of(past(1), [rule], local_hour=hour)]

    assert {int(one) for one in inside.split()} <= set(found)
    assert not {int(one) for one in outside.split()} & set(found)


def test_several_categories_and_of_two_rules_for_one_the_first() -> None:
    rules = [
        CategoryRule(rule=1, category=3, status="missed"),
        CategoryRule(rule=2, category=3, status="answered"),
        CategoryRule(rule=3, category=3, least_talk_seconds=1),
        CategoryRule(rule=4, category=4, least_talk_seconds=1),
    ]

    assert categories_of(past(1), rules, local_hour=0) == {3: 2, 4: 4}
