import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from lxml import etree

from calltrack.calls import CallReport, CallStatus, Phase
from calltrack.plan import Provider
from calltrack.telephony import telnyx
from calltrack.telephony.webhook import Verdict
from tests.calltrack.telephony.connecting import answer, thanks
from tests.calltrack.telephony.signing import SECRETS, START, URL, Sent, account, sign

SENT = Sent({"CallSid": "v3:1", "From": "+31612345678", "To": "+31850199999"})

# RFC 8032, section 7.1, test 3.
RFC_PUBLIC = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
RFC_SECRET = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
RFC_SIGNATURE = (
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)


def test_the_library_is_the_one_of_the_standard() -> None:
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(RFC_PUBLIC))
    secret = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_SECRET))

    public.verify(bytes.fromhex(RFC_SIGNATURE), bytes.fromhex("af82"))

    assert secret.sign(bytes.fromhex("af82")).hex() == RFC_SIGNATURE


def test_a_signature_by_the_key_of_the_standard_is_good() -> None:
    secret = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_SECRET))
    webhook = sign(Provider.TELNYX, SENT, at=START)
    moment = webhook.headers["telnyx-timestamp"]
    made = base64.b64encode(secret.sign(moment.encode() + b"|" + webhook.body)).decode()
    webhook = replace(webhook, headers={**webhook.headers, "telnyx-signature-ed25519": made})
    public = base64.b64encode(bytes.fromhex(RFC_PUBLIC)).decode()

    assert telnyx.verify(webhook, account(Provider.TELNYX), public, now=START) is Verdict.GOOD


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"telnyx-timestamp": "0x1"}, id="a moment that is none"),
        pytest.param({"telnyx-timestamp": "9" * 30}, id="a moment far away"),
        pytest.param({"telnyx-timestamp": "١٧٦٣٨٢٠٠٠٠"}, id="other digits"),
        pytest.param({"telnyx-signature-ed25519": "%%%"}, id="no base64"),
        pytest.param({"telnyx-signature-ed25519": "AAAA"}, id="too short"),
    ],
)
def test_a_head_that_cannot_be_one_is_forged(headers: dict[str, str]) -> None:
    webhook = sign(Provider.TELNYX, SENT, at=START)
    webhook = replace(webhook, headers={**webhook.headers, **headers})
    secret = SECRETS[Provider.TELNYX]

    assert telnyx.verify(webhook, account(Provider.TELNYX), secret, now=START) is Verdict.FORGED


def test_what_stands_in_the_address_is_not_signed_and_not_looked_at() -> None:
    webhook = sign(Provider.TELNYX, SENT, at=START)
    webhook = replace(webhook, url=f"{URL}?From=%2B31600000000&CallSid=other")

    (report,) = telnyx.read(webhook, account(Provider.TELNYX), now=START).reports

    assert (report.caller, report.call) == ("+31612345678", "v3:1")


def test_the_answer_is_texml() -> None:
    dial = etree.fromstring(answer(Provider.TELNYX, is_recorded=True).body)[0]

    assert dict(dial.attrib) == {
        "timeout": "25",
        "callerId": "+31612345678",
        "record": "record-from-answer-dual",
        "recordingStatusCallback": URL,
        "recordingStatusCallbackMethod": "POST",
        "action": URL,
        "method": "POST",
    }
    assert dial[0].text == "+31101234567"
    assert etree.fromstring(thanks(Provider.TELNYX).body).tag == "Response"


def test_after_dialling_nothing_is_dialled_even_where_the_webhook_cannot_be_read() -> None:
    told = {"CallSid": "CA1", "DialCallStatus": "completed", "RecordingUrl": "no address"}

    again = answer(Provider.TELNYX, told)

    assert again == thanks(Provider.TELNYX)


# The example of the page "texml call completed", without the fields that are not read.
COMPLETED = {
    "AccountSid": "f5586561-8ff0-4291-a51b-c7dfe4139ff9",
    "CallInitiatedAt": "2024-01-15T10:30:00.028Z",
    "CallSid": "v3:child",
    "CallStatus": "completed",
    "CallbackSource": "call-progress-events",
    "From": "+35319605860",
    "To": "+13129457420",
    "Timestamp": "2024-01-15T10:31:02Z",
    "AnsweredTime": "2024-01-15T10:30:15Z",
    "EndTime": "2024-01-15T10:31:00Z",
    "CallDuration": "45",
}
DIALLED = {"DialCallStatus": "completed", "DialCallDuration": "44", "DialCallSid": "v3:child"}


def read(*fields: dict[str, str]) -> CallReport:
    told = {name: value for some in fields for name, value in some.items()}
    webhook = sign(Provider.TELNYX, Sent(told), at=START)
    (report,) = telnyx.read(webhook, account(Provider.TELNYX), now=START).reports
    return report


def test_the_documented_end_of_a_phones_leg_is_read() -> None:
    report = read(COMPLETED, {"ParentCallSid": "v3:parent"})

    assert (report.call, report.part, report.phase) == ("v3:parent", "v3:child", Phase.ENDED)
    assert (report.status, report.talk_seconds) == (CallStatus.ANSWERED, 45)
    assert report.answered_at == datetime(2024, 1, 15, 10, 30, 15, tzinfo=UTC)
    assert report.ended_at == datetime(2024, 1, 15, 10, 31, tzinfo=UTC)
    assert report.forwarded_to == "+13129457420"


def test_the_documented_end_of_a_callers_leg_is_read() -> None:
    report = read(COMPLETED, DIALLED)

    assert (report.call, report.part, report.phase) == ("v3:child", "call", Phase.ENDED)
    assert (report.status, report.talk_seconds) == (CallStatus.ANSWERED, 44)
    assert (report.number, report.caller) == ("+13129457420", "+35319605860")
    assert report.started_at == datetime(2024, 1, 15, 10, 30, 0, 28000, tzinfo=UTC)
    assert report.ended_at == datetime(2024, 1, 15, 10, 31, tzinfo=UTC)


@pytest.mark.parametrize("link", [f"https://s3.example/{'a' * 1000}", "http://s3.example/1.mp3"])
def test_how_it_went_is_read_without_a_recording_that_cannot_be_kept(link: str) -> None:
    report = read(COMPLETED, DIALLED, {"RecordingUrl": link})

    assert (report.talk_seconds, report.recording) == (44, "")


def test_a_moment_of_the_end_that_is_not_told_is_that_of_the_webhook() -> None:
    told = {name: value for name, value in COMPLETED.items() if name != "EndTime"}

    assert read(told).ended_at == datetime(2024, 1, 15, 10, 31, 2, tzinfo=UTC)
