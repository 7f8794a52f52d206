import pytest
from lxml import etree
from twilio.request_validator import RequestValidator

from calltrack.calls import Direction, Phase
from calltrack.plan import Provider
from calltrack.telephony import twilio
from calltrack.telephony.webhook import Verdict, Webhook
from tests.calltrack.telephony.connecting import answer, thanks
from tests.calltrack.telephony.signing import (
    ACCOUNTS,
    SECRETS,
    START,
    URL,
    Sent,
    account,
    sign,
)

# The example of Twilio's documentation and of its libraries' tests.
PUBLISHED_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PUBLISHED_BODY = (
    b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
    b"&To=%2B18005551212"
)
PUBLISHED_TOKEN, PUBLISHED_SIGNATURE = "12345", "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def check(url: str, body: bytes = PUBLISHED_BODY, signature: str = PUBLISHED_SIGNATURE) -> Verdict:
    webhook = Webhook("POST", url, "", {"x-twilio-signature": signature}, body)
    return twilio.verify(webhook, account(Provider.TWILIO), PUBLISHED_TOKEN, now=START)


def test_the_published_example_is_good() -> None:
    assert check(PUBLISHED_URL) is Verdict.GOOD


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        pytest.param("https://mycompany.com:443/myapp.php?foo=1&bar=2", Verdict.GOOD, id="port"),
        pytest.param("http://mycompany.com/myapp.php?foo=1&bar=2", Verdict.FORGED, id="scheme"),
        pytest.param("https://mycompany.com/myapp.php?foo=1&bar=3", Verdict.FORGED, id="query"),
        pytest.param("https://mycompany.com/myapp.php/?foo=1&bar=2", Verdict.FORGED, id="path"),
        pytest.param("https://yourcompany.com/myapp.php?foo=1&bar=2", Verdict.FORGED, id="host"),
    ],
)
def test_the_address_is_signed_too(url: str, verdict: Verdict) -> None:
    assert check(url) is verdict


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(PUBLISHED_BODY + b"&More=", id="an empty field more"),
        pytest.param(PUBLISHED_BODY + b"&From=%2B14158675300", id="a field twice"),
        pytest.param(PUBLISHED_BODY.replace(b"1234&", b"1235&"), id="another value"),
    ],
)
def test_each_field_is_signed(body: bytes) -> None:
    assert check(PUBLISHED_URL, body) is Verdict.FORGED


def test_twilios_own_library_says_the_same() -> None:
    sent = Sent({"CallSid": "CA1", "Caller": "+31612345678", "City": "'s-Gravenhage & é"})
    webhook = sign(Provider.TWILIO, sent, at=START)
    secret = SECRETS[Provider.TWILIO]

    theirs = RequestValidator(secret).validate(
        URL, dict(sent.told), webhook.headers["x-twilio-signature"]
    )

    assert theirs
    assert twilio.verify(webhook, account(Provider.TWILIO), secret, now=START) is Verdict.GOOD


def test_an_address_that_is_asked_by_get_is_read_from_its_query() -> None:
    query = "CallSid=CA1&From=%2B31612345678&To=%2B31850199999&CallStatus=ringing&AccountSid="
    query += ACCOUNTS[Provider.TWILIO]
    webhook = sign(Provider.TWILIO, Sent({}, method="GET", query=query), at=START)
    ours = account(Provider.TWILIO, ACCOUNTS[Provider.TWILIO])

    found = twilio.read(webhook, ours, now=START)

    assert twilio.verify(webhook, ours, SECRETS[Provider.TWILIO], now=START) is Verdict.GOOD
    assert found.asks
    assert (found.reports[0].number, found.reports[0].caller) == ("+31850199999", "+31612345678")


@pytest.mark.parametrize(
    ("fields", "asks", "phases"),
    [
        pytest.param({"CallStatus": "ringing"}, True, [Phase.OFFERED], id="a call comes in"),
        pytest.param({"CallStatus": "in-progress"}, True, [Phase.OFFERED], id="after a menu"),
        pytest.param({"DialCallStatus": "busy"}, False, [Phase.ENDED], id="after dialling"),
        pytest.param(
            {"CallStatus": "completed", "CallbackSource": "call-progress-events"},
            False,
            [Phase.ENDED],
            id="the call is over",
        ),
        pytest.param({"CallStatus": "completed"}, False, [Phase.ENDED], id="over, no source"),
        pytest.param({"CallStatus": "who-knows"}, False, [], id="a status we do not know"),
        pytest.param({"RecordingStatus": "in-progress"}, False, [], id="recording begins"),
        pytest.param(
            {"CallStatus": "initiated", "ParentCallSid": "CA0"}, False, [], id="a leg begins"
        ),
    ],
)
def test_only_a_call_that_comes_in_asks(
    fields: dict[str, str], asks: bool, phases: list[Phase]
) -> None:
    webhook = sign(Provider.TWILIO, Sent({"CallSid": "CA1", **fields}), at=START)

    found = twilio.read(webhook, account(Provider.TWILIO), now=START)

    assert (found.asks, [one.phase for one in found.reports]) == (asks, phases)


def test_a_call_that_the_firm_makes_is_one_out() -> None:
    fields = {
        "CallSid": "CA1",
        "Direction": "outbound-api",
        "From": "+31850199999",
        "To": "+31612345678",
        "CallStatus": "completed",
        "CallDuration": "12",
        "CallbackSource": "call-progress-events",
    }
    webhook = sign(Provider.TWILIO, Sent(fields), at=START)

    (report,) = twilio.read(webhook, account(Provider.TWILIO), now=START).reports

    assert report.direction is Direction.OUT
    assert (report.number, report.caller) == ("+31850199999", "+31612345678")
    assert report.talk_seconds == 12


def test_the_answer_dials_the_vestiging_and_asks_to_be_told() -> None:
    given = answer(Provider.TWILIO)

    assert given.content_type.startswith("text/xml")
    dial = etree.fromstring(given.body)[0]
    assert dict(dial.attrib) == {
        "timeout": "25",
        "answerOnBridge": "true",
        "callerId": "+31612345678",
        "action": URL,
        "method": "POST",
    }
    assert (dial[0].tag, dial[0].text) == ("Number", "+31101234567")
    assert dict(dial[0].attrib) == {
        "statusCallback": URL,
        "statusCallbackMethod": "POST",
        "statusCallbackEvent": "ringing answered completed",
    }


def test_a_call_is_recorded_only_where_the_account_says_so() -> None:
    dial = etree.fromstring(answer(Provider.TWILIO, is_recorded=True).body)[0]

    assert dial.get("record") == "record-from-answer-dual"
    assert dial.get("recordingStatusCallback") == URL


def test_a_caller_who_withholds_the_number_is_shown_as_the_number_that_was_called() -> None:
    dial = etree.fromstring(answer(Provider.TWILIO, caller="").body)[0]

    assert dial.get("callerId") == "+31850199999"


def test_what_is_not_known_is_left_to_twilio() -> None:
    dial = etree.fromstring(answer(Provider.TWILIO, caller="", called="", callback_url="").body)[0]

    assert dict(dial.attrib) == {"timeout": "25", "answerOnBridge": "true"}


def test_after_dialling_there_is_no_more_to_do() -> None:
    assert etree.fromstring(thanks(Provider.TWILIO).body).tag == "Response"
    assert len(etree.fromstring(thanks(Provider.TWILIO).body)) == 0


def test_after_dialling_nothing_is_dialled_even_where_the_webhook_cannot_be_read() -> None:
    told = {"CallSid": "CA1", "DialCallStatus": "completed", "RecordingUrl": "no address"}

    again = answer(Provider.TWILIO, told)

    assert again == thanks(Provider.TWILIO)


def test_the_vestigings_leg_is_never_told_to_dial() -> None:
    told = {"CallSid": "CA2", "ParentCallSid": "CA1", "Timestamp": "no moment"}

    assert answer(Provider.TWILIO, told) == thanks(Provider.TWILIO)
