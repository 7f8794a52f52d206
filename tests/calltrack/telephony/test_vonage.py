import base64
import hmac
import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import jwt
import pytest
from vonage_jwt import verify_signature

from calltrack.plan import Provider
from calltrack.telephony import vonage
from calltrack.telephony.webhook import Verdict, Webhook
from tests.calltrack.telephony.connecting import answer, thanks
from tests.calltrack.telephony.signing import (
    OTHER_SECRETS,
    SECRETS,
    START,
    URL,
    Sent,
    account,
    sign,
)

SECRET = SECRETS[Provider.VONAGE]
MOMENT = int(START.timestamp())
SENT = Sent({"from": "31612345678", "to": "31850199999", "conversation_uuid": "CON-1"})


def check(webhook: Webhook, owner: str | None = None) -> Verdict:
    return vonage.verify(webhook, account(Provider.VONAGE, owner), SECRET, now=START)


def token_of(webhook: Webhook) -> str:
    return webhook.headers["authorization"].removeprefix("Bearer ")


def with_token(webhook: Webhook, token: str) -> Webhook:
    return replace(webhook, headers={"authorization": f"Bearer {token}"})


def claimed(**claims: Any) -> Webhook:
    """Sign a webhook with other claims; None takes one away."""
    webhook = sign(Provider.VONAGE, SENT, at=START)
    told = jwt.decode(token_of(webhook), options={"verify_signature": False}) | claims
    left = {name: value for name, value in told.items() if value is not None}
    return with_token(webhook, jwt.encode(left, SECRET, algorithm="HS256"))


@pytest.mark.parametrize(
    ("secret", "is_good"),
    [
        pytest.param(SECRET, True, id="its own"),
        pytest.param(OTHER_SECRETS[Provider.VONAGE], False, id="another"),
    ],
)
def test_vonages_own_library_says_the_same(secret: str, is_good: bool) -> None:
    webhook = sign(Provider.VONAGE, SENT, at=START)

    ours = vonage.verify(webhook, account(Provider.VONAGE), secret, now=START)

    assert verify_signature(token_of(webhook), secret) is is_good
    assert (ours is Verdict.GOOD) is is_good


def test_a_token_made_by_hand_is_good() -> None:
    def part(text: bytes) -> bytes:
        return base64.urlsafe_b64encode(text).rstrip(b"=")

    webhook = sign(Provider.VONAGE, SENT, at=START)
    claims = {"iat": MOMENT, "payload_hash": sha256(webhook.body).hexdigest()}
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    made = hmac.new(SECRET.encode(), signed, sha256).digest()

    assert check(with_token(webhook, (signed + b"." + part(made)).decode())) is Verdict.GOOD


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [
        pytest.param({}, Verdict.GOOD, id="as Vonage makes it"),
        pytest.param({"iss": None, "jti": None}, Verdict.GOOD, id="claims that are not needed"),
        pytest.param({"payload_hash": None}, Verdict.FORGED, id="for no body"),
        pytest.param({"payload_hash": "00"}, Verdict.FORGED, id="for another body"),
        pytest.param({"payload_hash": 5}, Verdict.FORGED, id="a hash that is none"),
        pytest.param({"iat": None}, Verdict.FORGED, id="made at no moment"),
        pytest.param({"iat": MOMENT + 0.5}, Verdict.GOOD, id="half a second"),
        pytest.param({"iat": MOMENT - 301}, Verdict.LATE, id="five minutes ago"),
        pytest.param({"iat": MOMENT + 301}, Verdict.LATE, id="in five minutes"),
        pytest.param({"iat": 10**30}, Verdict.FORGED, id="a moment far away"),
        pytest.param({"iat": 10**400}, Verdict.FORGED, id="a moment that no float holds"),
        pytest.param({"iat": -5}, Verdict.FORGED, id="a moment before all"),
        pytest.param({"exp": MOMENT - 10}, Verdict.GOOD, id="our window counts, not theirs"),
    ],
)
def test_what_a_token_says_counts(claims: dict[str, Any], verdict: Verdict) -> None:
    assert check(claimed(**claims)) is verdict


def test_a_token_that_is_not_signed_is_forged() -> None:
    webhook = sign(Provider.VONAGE, SENT, at=START)
    claims = jwt.decode(token_of(webhook), options={"verify_signature": False})

    assert check(with_token(webhook, jwt.encode(claims, "", algorithm="none"))) is Verdict.FORGED


@pytest.mark.parametrize(
    ("owner", "verdict"),
    [
        pytest.param("abcd1234", Verdict.GOOD, id="the API key"),
        pytest.param("aaaaaaaa-bbbb-cccc-dddd-0123456789ab", Verdict.GOOD, id="the application"),
        pytest.param("someone", Verdict.OTHER_ACCOUNT, id="another"),
    ],
)
def test_an_account_is_the_api_key_or_the_application(owner: str, verdict: Verdict) -> None:
    assert check(sign(Provider.VONAGE, SENT, at=START), owner) is verdict


def test_a_body_with_other_spaces_is_the_same_body() -> None:
    webhook = sign(Provider.VONAGE, SENT, at=START)
    spaced = json.dumps(json.loads(webhook.body), indent=1).encode()

    assert spaced != webhook.body
    assert check(replace(webhook, body=spaced)) is Verdict.GOOD


def test_an_answer_address_that_is_asked_by_get_is_checked_and_read_by_its_query() -> None:
    query = "from=31612345678&to=31850199999&conversation_uuid=CON-1"
    webhook = sign(Provider.VONAGE, replace(SENT, method="GET", query=query), at=START)
    changed = replace(webhook, url=webhook.url.replace("31612345678", "31600000000"))

    found = vonage.read(webhook, account(Provider.VONAGE), now=START)

    assert (check(webhook), check(changed)) == (Verdict.GOOD, Verdict.FORGED)
    assert found.asks
    assert (found.reports[0].number, found.reports[0].caller) == ("+31850199999", "+31612345678")


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"dtmf": {"digits": "1"}, "conversation_uuid": "CON-1"}, id="a key"),
        pytest.param({"status": "human", "direction": "outbound"}, id="a status we do not need"),
        pytest.param({"status": "new one"}, id="a status we do not know"),
        pytest.param({}, id="nothing"),
    ],
)
def test_what_is_not_needed_says_nothing_and_is_no_error(told: dict[str, Any]) -> None:
    webhook = sign(Provider.VONAGE, Sent(told), at=START)

    found = vonage.read(webhook, account(Provider.VONAGE), now=START)

    assert (list(found.reports), found.asks) == ([], False)


def test_the_answer_connects_from_a_number_of_vonages() -> None:
    given = answer(Provider.VONAGE)

    assert given.content_type == "application/json"
    assert json.loads(given.body) == [
        {
            "action": "connect",
            "from": "31850199999",
            "timeout": "25",
            "eventUrl": [URL],
            "endpoint": [{"type": "phone", "number": "31101234567"}],
        }
    ]
    assert (thanks(Provider.VONAGE).status, thanks(Provider.VONAGE).body) == (204, b"")


def test_a_recording_begins_before_the_call_is_connected() -> None:
    record, connect = json.loads(answer(Provider.VONAGE, is_recorded=True).body)

    assert (record["action"], record["eventUrl"]) == ("record", [URL])
    assert connect["action"] == "connect"


def test_what_is_not_known_is_left_out() -> None:
    (connect,) = json.loads(answer(Provider.VONAGE, called="", callback_url="").body)

    assert set(connect) == {"action", "timeout", "endpoint"}


def test_the_phones_leg_tells_which_number_was_called() -> None:
    told = {
        "from": "31850199999",
        "to": "31101234567",
        "uuid": "2",
        "conversation_uuid": "CON-1",
        "status": "ringing",
        "direction": "outbound",
        "timestamp": "2026-11-22T14:00:02.000Z",
    }
    webhook = sign(Provider.VONAGE, Sent(told), at=START)

    (report,) = vonage.read(webhook, account(Provider.VONAGE), now=START).reports

    assert (report.number, report.forwarded_to, report.caller) == (
        "+31850199999",
        "+31101234567",
        "",
    )
