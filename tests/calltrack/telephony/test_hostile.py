"""Bodies that nobody would write: nothing but WebhookError comes of them, and what is read fits."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltrack.calls import CallReport, fold
from calltrack.plan import Provider
from calltrack.telephony.carriers import CARRIERS
from calltrack.telephony.webhook import Verdict, Webhook, WebhookError
from tests.calltrack.telephony.signing import SECRETS, START, URL, account

FORM_NAMES = [
    "CallSid",
    "ParentCallSid",
    "CallStatus",
    "From",
    "To",
    "Direction",
    "Timestamp",
    "CallDuration",
    "DialCallStatus",
    "DialCallDuration",
    "RecordingStatus",
    "RecordingUrl",
    "RecordingSid",
    "CallbackSource",
    "EndTime",
    "AnsweredBy",
    "AnsweredTime",
    "CallInitiatedAt",
    "AccountSid",
]
JSON_NAMES = [
    "event",
    "call",
    "at",
    "number",
    "caller",
    "direction",
    "status",
    "talk_seconds",
    "ring_seconds",
    "started_at",
    "answered_at",
    "ended_at",
    "recording",
    "part",
    "from",
    "to",
    "uuid",
    "conversation_uuid",
    "timestamp",
    "end_time",
    "duration",
    "entry_id",
    "recording_url",
    "recording_uuid",
    "call_id",
    "call_state",
    "location",
    "line_number",
    "call_direction",
    "talk_time",
    "create_time",
    "entry_result",
    "recording_id",
    "recording_state",
    "extension",
]
WORDS = [
    "ringing",
    "completed",
    "no-answer",
    "in-progress",
    "answered",
    "inbound",
    "outbound",
    "outbound-dial",
    "offered",
    "ended",
    "recorded",
    "in",
    "out",
    "missed",
    "Appeared",
    "Connected",
    "Completed",
    "abonent",
    "ivr",
    "machine",
    "timeout",
    "busy",
    "CON-1",
    "+31850199999",
    "31850199999",
    "2026-11-22T14:00:00Z",
    "1763820000",
    "42",
    "0",
    "1",
    "2",
    "https://x.nl/1",
    "anonymous",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "Sun,",
    "22",
    "Nov",
    "2026",
    "14:00:00",
    "+9999",
]
texts = st.sampled_from(WORDS) | st.text(max_size=40) | st.text("0123456789+-:.TZ", max_size=30)
scalars = texts | st.none() | st.booleans() | st.integers() | st.floats()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(JSON_NAMES), inner),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(JSON_NAMES), values, max_size=14)
forms = st.dictionaries(st.sampled_from(FORM_NAMES), texts, max_size=12)
tails = st.sampled_from(["", "events/call", "events/summary", "events/recording", "x"])


def body_of(provider: Provider, form: dict[str, str], told: dict[str, Any]) -> bytes:
    text = json.dumps(told)
    if provider is Provider.MANGO:
        return urlencode({"json": text, "sign": "0", "vpbx_api_key": "k"}).encode()
    if provider in {Provider.TWILIO, Provider.TELNYX}:
        safe = {name: value.encode("utf-8", "replace") for name, value in form.items()}
        return urlencode(safe).encode()
    return text.encode()


def fits(report: CallReport) -> bool:
    """Say whether the tables can hold it."""
    numbers = (report.number, report.caller, report.forwarded_to)
    spans = (report.talk_seconds or 0, report.ring_seconds or 0)
    written = "".join(str(value) for value in report.event().data.values())
    return (
        written.isprintable()
        and bool(written.encode())
        and len(report.call) <= 128
        and len(report.recording) <= 1000
        and max(map(len, numbers)) <= 16
        and 0 <= min(spans) <= max(spans) < 2**31
        and fold([report]).call == report.call
    )


@pytest.mark.parametrize("provider", list(Provider))
@given(form=forms, told=objects, tail=tails, is_get=st.booleans())
@settings(max_examples=200, deadline=None)
def test_what_is_read_fits_whatever_it_says(
    provider: Provider, form: dict[str, str], told: dict[str, Any], tail: str, is_get: bool
) -> None:
    body = body_of(provider, form, told)
    query = "?" + urlencode({k: v.encode("utf-8", "replace") for k, v in form.items()})
    webhook = Webhook("GET" if is_get else "POST", URL + tail + query, tail, {}, body)

    try:
        reports = CARRIERS[provider].read(webhook, account(provider), now=START).reports
    except WebhookError:
        reports = ()

    assert all(fits(report) for report in reports)


@pytest.mark.parametrize("provider", list(Provider))
@given(
    head=st.text(max_size=60)
    | st.sampled_from(["Bearer a.b.c", "v1,x v1", "1763820000", "=", "é"]),
    body=st.binary(max_size=60),
    url=st.text(max_size=40) | st.sampled_from(["https://[", "https://x:y/", "http://x:99999/"]),
)
@settings(max_examples=150, deadline=None)
def test_a_check_never_breaks(provider: Provider, head: str, body: bytes, url: str) -> None:
    names = (
        "x-twilio-signature telnyx-signature-ed25519 telnyx-timestamp authorization webhook-id "
        "webhook-timestamp webhook-signature"
    )
    webhook = Webhook("POST", url, "", dict.fromkeys(names.split(), head), body)
    ours, secret = account(provider), SECRETS[provider]

    found = {
        CARRIERS[provider].verify(replace(webhook, method=method), ours, secret, now=START)
        for method in ("GET", "POST")
    }

    assert found <= {Verdict.FORGED, Verdict.UNSIGNED}


@pytest.mark.parametrize(
    ("provider", "told", "named"),
    [
        pytest.param(Provider.GENERIC, {"event": ["ended"]}, "event", id="a list"),
        pytest.param(Provider.GENERIC, {"event": "ended"}, "call", id="no call"),
        pytest.param(
            Provider.GENERIC, {"event": "ended", "call": "x" * 200}, "call", id="too long"
        ),
        pytest.param(
            Provider.GENERIC, {"event": "ended", "call": "a\0b"}, "call", id="a zero byte"
        ),
        pytest.param(
            Provider.GENERIC, {"event": "ended", "call": "\ud800"}, "call", id="half a character"
        ),
        pytest.param(
            Provider.GENERIC,
            {"event": "ended", "call": "1", "talk_seconds": 10**30},
            "talk_seconds",
            id="a huge number",
        ),
        pytest.param(
            Provider.GENERIC,
            {"event": "ended", "call": "1", "talk_seconds": -1},
            "talk_seconds",
            id="less than nothing",
        ),
        pytest.param(
            Provider.GENERIC,
            {"event": "ended", "call": "1", "talk_seconds": 1.5},
            "talk_seconds",
            id="half a second",
        ),
        pytest.param(
            Provider.GENERIC,
            {"event": "ended", "call": "1", "ended_at": "yesterday"},
            "ended_at",
            id="no moment",
        ),
        pytest.param(
            Provider.GENERIC,
            {"event": "ended", "call": "1", "status": "gone"},
            "status",
            id="no status",
        ),
        pytest.param(
            Provider.GENERIC,
            {"event": "recorded", "call": "1", "recording": "javascript:alert(1)"},
            "recording",
            id="no address",
        ),
        pytest.param(Provider.VONAGE, {"to": "31850199999"}, "conversation_uuid", id="Vonage"),
        pytest.param(
            Provider.VONAGE,
            {"conversation_uuid": "C", "status": "completed", "timestamp": {}},
            "timestamp",
            id="Vonage, an object",
        ),
        pytest.param(Provider.TWILIO, {"CallStatus": "ringing"}, "CallSid", id="Twilio"),
        pytest.param(
            Provider.TELNYX,
            {"CallSid": "1", "ParentCallSid": "2", "CallStatus": "ringing", "Timestamp": "now"},
            "Timestamp",
            id="Telnyx",
        ),
        pytest.param(Provider.MANGO, {"from": "79000000000"}, "from", id="MANGO, no object"),
        pytest.param(
            Provider.MANGO,
            {"call_state": "Appeared", "from": {"number": 1.5}},
            "from.number",
            id="MANGO, a field within",
        ),
    ],
)
def test_a_bad_field_is_named(provider: Provider, told: dict[str, Any], named: str) -> None:
    form = {name: str(value) for name, value in told.items()}
    webhook = Webhook("POST", URL, "events/call", {}, body_of(provider, form, told))

    with pytest.raises(WebhookError) as caught:
        CARRIERS[provider].read(webhook, account(provider), now=START)

    assert f"«{named}»" in str(caught.value)
