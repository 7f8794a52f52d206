import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from calltrack.calls import Direction, Phase
from calltrack.plan import Provider
from calltrack.telephony import mango
from calltrack.telephony.webhook import Verdict
from tests.calltrack.telephony.connecting import answer, thanks
from tests.calltrack.telephony.signing import SECRETS, START, Sent, account, sign

# SHA-256 of "qwerty123" + "{}" + "salt", reckoned with sha256sum.
BY_HAND = "0f132e4752124552db283128d9dde17edf469f93dc2d5e7b470c9a780dff52ce"


def read(told: dict[str, Any], tail: str = "events/call") -> list[tuple[Phase, Direction]]:
    webhook = sign(Provider.MANGO, Sent({"entry_id": "1", **told}, tail), at=START)
    reports = mango.read(webhook, account(Provider.MANGO), now=START).reports
    return [(one.phase, one.direction) for one in reports]


def test_the_signature_is_the_hash_of_key_json_and_salt() -> None:
    body = urlencode({"vpbx_api_key": "qwerty123", "json": "{}", "sign": BY_HAND}).encode()
    webhook = replace(sign(Provider.MANGO, Sent({}), at=START), body=body)
    ours = account(Provider.MANGO)

    assert mango.verify(webhook, ours, "qwerty123:salt", now=START) is Verdict.GOOD
    assert mango.verify(webhook, ours, "qwerty123:other", now=START) is Verdict.FORGED
    assert mango.verify(webhook, ours, "qwerty123", now=START) is Verdict.FORGED
    assert mango.verify(webhook, ours, "another:salt", now=START) is Verdict.OTHER_ACCOUNT


@pytest.mark.parametrize(
    ("told", "found"),
    [
        pytest.param(
            {"call_state": "Appeared", "location": "ivr"},
            [(Phase.OFFERED, Direction.IN)],
            id="the menu",
        ),
        pytest.param(
            {"call_state": "Appeared", "location": "queue"},
            [(Phase.OFFERED, Direction.IN)],
            id="the queue",
        ),
        pytest.param(
            {"call_state": "Appeared", "location": "abonent", "to": {"extension": "123"}},
            [(Phase.RINGING, Direction.IN)],
            id="an employee's phone",
        ),
        pytest.param(
            {"call_state": "Connected", "location": "ivr"}, [], id="the menu is no answer"
        ),
        pytest.param(
            {"call_state": "OnHold", "location": "abonent"}, [], id="a state we do not need"
        ),
        pytest.param({"call_state": "Disconnected", "location": "abonent"}, [], id="one leg's end"),
        pytest.param(
            {
                "call_state": "Connected",
                "location": "abonent",
                "from": {"extension": "123"},
                "to": {"number": "79000000000"},
            },
            [(Phase.ANSWERED, Direction.OUT)],
            id="the firm calls",
        ),
        pytest.param(
            {
                "call_state": "Connected",
                "location": "abonent",
                "from": {"extension": "123"},
                "to": {"extension": "124"},
            },
            [],
            id="a call inside of the firm",
        ),
    ],
)
def test_a_leg_is_read(told: dict[str, Any], found: list[tuple[Phase, Direction]]) -> None:
    assert read(told) == found


@pytest.mark.parametrize(
    ("told", "tail"),
    [
        pytest.param({"call_direction": 0}, "events/summary", id="a summary inside of the firm"),
        pytest.param({"recording_state": "Started"}, "events/recording", id="recording begins"),
        pytest.param({}, "events/dtmf", id="keys"),
        pytest.param({}, "events/sms", id="a text message"),
        pytest.param({}, "result/callback", id="a result"),
        pytest.param({}, "", id="the address alone"),
    ],
)
def test_what_is_not_needed_says_nothing_and_is_no_error(told: dict[str, Any], tail: str) -> None:
    assert read(told, tail) == []


def test_numbers_and_moments_may_come_as_texts() -> None:
    told = {
        "entry_id": "1",
        "call_direction": "1",
        "line_number": "74950000001",
        "from": {"number": "79000000000"},
        "create_time": str(int(START.timestamp())),
        "talk_time": "0",
        "end_time": str(int(START.timestamp()) + 9),
        "entry_result": "0",
    }
    webhook = sign(Provider.MANGO, Sent(told, "events/summary"), at=START)

    (report,) = mango.read(webhook, account(Provider.MANGO), now=START).reports

    assert (report.number, report.caller) == ("+74950000001", "+79000000000")
    assert report.started_at == START


def test_an_event_without_a_moment_is_not_late() -> None:
    webhook = sign(Provider.MANGO, Sent({"entry_id": "1"}, "events/call"), at=START)
    secret = SECRETS[Provider.MANGO]

    assert mango.verify(webhook, account(Provider.MANGO), secret, now=START) is Verdict.GOOD


def test_mango_routes_by_itself_and_is_only_thanked() -> None:
    assert json.loads(answer(Provider.MANGO).body) == {"result": 1000}
    assert answer(Provider.MANGO) == thanks(Provider.MANGO)


def test_a_call_out_tells_whom_the_firm_called() -> None:
    told = {
        "entry_id": "1",
        "call_state": "Appeared",
        "location": "abonent",
        "from": {"extension": "123", "line_number": "74950000001"},
        "to": {"number": "79000000000"},
    }
    webhook = sign(Provider.MANGO, Sent(told, "events/call"), at=START)

    (report,) = mango.read(webhook, account(Provider.MANGO), now=START).reports

    assert (report.number, report.caller) == ("+74950000001", "+79000000000")
