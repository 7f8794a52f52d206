import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Standard
from standardwebhooks.webhooks import WebhookVerificationError

from calltrack.calls import Direction
from calltrack.plan import Provider
from calltrack.telephony import generic
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

# The example of the specification's own libraries.
PUBLISHED_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLISHED_AT = datetime.fromtimestamp(1614265330, UTC)
PUBLISHED_HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
PUBLISHED_BODY = b'{"test": 2432232314}'
SENT = Sent({"event": "offered", "call": "1", "number": "+31850199999"})


def check(headers: dict[str, str], *, late: timedelta = timedelta(0)) -> Verdict:
    webhook = Webhook("POST", URL, "", {**PUBLISHED_HEADERS, **headers}, PUBLISHED_BODY)
    now = PUBLISHED_AT + late
    return generic.verify(webhook, account(Provider.GENERIC), PUBLISHED_SECRET, now=now)


SIGNED = PUBLISHED_HEADERS["webhook-signature"]


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        pytest.param({}, Verdict.GOOD, id="as it is published"),
        pytest.param({"webhook-signature": f"v1,AAAA {SIGNED}"}, Verdict.GOOD, id="two keys"),
        pytest.param({"webhook-signature": f"v1a,x {SIGNED}"}, Verdict.GOOD, id="two schemes"),
        pytest.param({"webhook-signature": SIGNED.replace("v1", "v2")}, Verdict.FORGED, id="v2"),
        pytest.param({"webhook-signature": SIGNED[3:]}, Verdict.FORGED, id="no scheme"),
        pytest.param({"webhook-id": "msg_2"}, Verdict.FORGED, id="another id"),
        pytest.param({"webhook-timestamp": "1614265331"}, Verdict.FORGED, id="another moment"),
        pytest.param({"webhook-timestamp": "1614265330.5"}, Verdict.FORGED, id="half a second"),
        pytest.param({"webhook-timestamp": "soon"}, Verdict.FORGED, id="no moment"),
        pytest.param({"webhook-id": ""}, Verdict.UNSIGNED, id="no id"),
        pytest.param({"webhook-timestamp": ""}, Verdict.UNSIGNED, id="no timestamp"),
        pytest.param({"webhook-signature": ""}, Verdict.UNSIGNED, id="no signature"),
    ],
)
def test_the_published_example_is_good_and_nothing_else(
    headers: dict[str, str], verdict: Verdict
) -> None:
    assert check(headers) is verdict


def test_the_published_example_is_late_today() -> None:
    assert check({}, late=timedelta(days=2000)) is Verdict.LATE


@pytest.mark.parametrize(
    ("secret", "verdict"),
    [
        pytest.param(SECRETS[Provider.GENERIC], Verdict.GOOD, id="its own"),
        pytest.param(OTHER_SECRETS[Provider.GENERIC], Verdict.FORGED, id="another"),
    ],
)
def test_the_kept_library_says_the_same(secret: str, verdict: Verdict) -> None:
    now = datetime.now(UTC)  # the library looks at its clock
    webhook = sign(Provider.GENERIC, SENT, at=now)
    theirs = Verdict.GOOD
    try:
        Standard(secret).verify(webhook.body, dict(webhook.headers))
    except WebhookVerificationError:
        theirs = Verdict.FORGED

    ours = generic.verify(webhook, account(Provider.GENERIC), secret, now=now)

    assert (ours, theirs) == (verdict, verdict)


def test_a_secret_may_stand_without_its_first_word() -> None:
    webhook = sign(Provider.GENERIC, SENT, at=START)
    secret = SECRETS[Provider.GENERIC].removeprefix("whsec_")

    found = generic.verify(webhook, account(Provider.GENERIC), secret, now=START)

    assert found is Verdict.GOOD


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        pytest.param({}, True, id="a call comes in"),
        pytest.param({"direction": "in"}, True, id="and says so"),
        pytest.param({"direction": "out"}, False, id="the firm calls"),
        pytest.param({"event": "ringing"}, False, id="a phone rings"),
        pytest.param({"event": "of a later version"}, False, id="an event we do not know"),
    ],
)
def test_only_a_call_that_comes_in_asks(changes: dict[str, str], asks: bool) -> None:
    webhook = sign(Provider.GENERIC, replace(SENT, told={**SENT.told, **changes}), at=START)

    assert generic.read(webhook, account(Provider.GENERIC), now=START).asks is asks


def test_all_fields_are_read() -> None:
    told: dict[str, Any] = {
        "event": "ended",
        "call": "1",
        "at": "2026-11-22T15:00:49+01:00",
        "number": "+31 85 019 9999",
        "caller": "sip:+31612345678@example.nl",
        "direction": "out",
        "status": "answered",
        "forwarded_to": "+31101234567",
        "talk_seconds": 42,
        "ring_seconds": 7,
        "started_at": "2026-11-22T14:00:00Z",
        "answered_at": "2026-11-22T14:00:07Z",
        "ended_at": "2026-11-22T14:00:49Z",
        "recording": "https://exchange.example.nl/1",
        "part": "phone-2",
    }
    webhook = sign(Provider.GENERIC, Sent(told), at=START)

    (report,) = generic.read(webhook, account(Provider.GENERIC), now=START).reports

    assert report.at == report.ended_at == START + timedelta(seconds=49)
    assert (report.number, report.caller) == ("+31850199999", "+31612345678")
    assert report.direction is Direction.OUT
    assert (report.talk_seconds, report.ring_seconds, report.part) == (42, 7, "phone-2")
    assert report.recording == "https://exchange.example.nl/1"


def test_the_answer_says_where_to_connect_the_call() -> None:
    given = answer(Provider.GENERIC)

    assert json.loads(given.body) == {
        "connect": "+31101234567",
        "vestiging": "rotterdam",
        "caller": "+31612345678",
        "number": "+31850199999",
        "ring_seconds": 25,
        "record": False,
        "callback_url": URL,
    }
    assert (thanks(Provider.GENERIC).status, thanks(Provider.GENERIC).body) == (204, b"")
