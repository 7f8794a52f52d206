"""Calls over Twilio and Telnyx. The forms are those of their pages on voice and callbacks.

Source: twilio.com/docs/voice/twiml#request-parameters, …/voice/twiml/dial#attributes-action,
…/voice/twiml/number#attributes-status-callback-event, and Telnyx' pages of TeXML callbacks.
"""

from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any

from calltrack.calls import CallStatus
from calltrack.plan import Provider
from tests.calltrack.telephony.recorded import (
    CALLER,
    FORWARD,
    NUMBER,
    Hook,
    Recorded,
    moment,
    outcome,
)
from tests.calltrack.telephony.signing import ACCOUNTS, Sent

ANONYMOUS = {Provider.TWILIO: "+266696687", Provider.TELNYX: "anonymous"}
RECORDING = "https://api.example.com/Recordings/RE1"


class Teller:
    """Writes the webhooks of one call as one of the two does."""

    def __init__(self, provider: Provider, caller: str = CALLER) -> None:
        self.provider = provider
        self.caller = caller

    def stamp(self, after: int) -> str:
        if self.provider is Provider.TWILIO:
            return format_datetime(moment(after))
        return moment(after).isoformat().replace("+00:00", "Z")

    def hook(self, name: str, after: int, fields: Mapping[str, Any]) -> Hook:
        return Hook(name, after, Sent({"AccountSid": ACCOUNTS[self.provider], **fields}))

    def parent(self, status: str) -> dict[str, str]:
        return {
            "CallSid": "CA-parent",
            "From": self.caller,
            "To": NUMBER,
            "CallStatus": status,
            "Direction": "inbound",
        }

    def offered(self) -> Hook:
        return self.hook("offered", 0, {**self.parent("ringing"), "ApiVersion": "2010-04-01"})

    def leg(self, status: str, after: int, **more: str) -> Hook:
        fields = {
            "CallSid": "CA-child",
            "ParentCallSid": "CA-parent",
            "From": NUMBER,
            "To": FORWARD,
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "Timestamp": self.stamp(after),
            "Direction": "outbound-dial",
            "SequenceNumber": "1",
            **more,
        }
        return self.hook(f"leg {status}", after, fields)

    def dialled(self, status: str, after: int, **more: str) -> Hook:
        fields = {
            **self.parent("in-progress"),
            "DialCallSid": "CA-child",
            "DialCallStatus": status,
            **more,
        }
        return self.hook("dialled", after, fields)

    def end(self, after: int) -> Hook:
        fields = {
            **self.parent("completed"),
            "CallbackSource": "call-progress-events",
            "CallDuration": str(after),
            "Timestamp": self.stamp(after),
            "SequenceNumber": "0",
        }
        return self.hook("end", after, fields)

    def recording(self, after: int) -> Hook:
        fields = {
            "CallSid": "CA-parent",
            "RecordingSid": "RE1",
            "RecordingStatus": "completed",
            "RecordingUrl": RECORDING,
            "RecordingDuration": "42",
            "RecordingChannels": "2",
            "RecordingSource": "DialVerb",
        }
        return self.hook("recording", after, fields)


def answered(teller: Teller) -> tuple[Hook, ...]:
    """Write a call of 42 seconds that is recorded."""
    return (
        teller.offered(),
        teller.leg("initiated", 1),
        teller.leg("ringing", 2),
        teller.leg("in-progress", 7),
        teller.leg("completed", 49, CallDuration="42"),
        teller.dialled("completed", 50, DialCallDuration="42", RecordingUrl=RECORDING),
        teller.end(49),
        teller.recording(55),
    )


def in_vain(teller: Teller, status: str, after: int) -> tuple[Hook, ...]:
    """Write a call that nobody took."""
    return (
        teller.offered(),
        teller.leg("ringing", 2),
        teller.leg(status, after, CallDuration="0"),
        teller.dialled(status, after + 1),
        teller.end(after),
    )


def by_machine(teller: Teller) -> tuple[Hook, ...]:
    """Write a call that an answering machine took, where the carrier listens for one."""
    return (
        teller.offered(),
        teller.leg("ringing", 2),
        teller.leg("in-progress", 20, AnsweredBy="machine_start"),
        teller.leg("completed", 49, CallDuration="29", AnsweredBy="machine_start"),
        teller.dialled("completed", 50, DialCallDuration="29"),
        teller.end(49),
    )


def late_by(seconds: int, ring: int) -> dict[str, Any]:
    """Say what a lost first webhook costs: the call seems to begin when the phone rings."""
    return {"started_at": moment(seconds), "ring_seconds": ring - seconds}


def calls(provider: Provider) -> tuple[Recorded, ...]:
    """Give all calls of one of the two."""
    teller, nobody = Teller(provider), Teller(provider, ANONYMOUS[provider])
    talk = outcome(CallStatus.ANSWERED, answered=7, ended=49, recording=RECORDING)
    vain = {
        "missed": ("no-answer", 32, CallStatus.MISSED),
        "given up by the caller": ("canceled", 12, CallStatus.MISSED),
        "busy": ("busy", 3, CallStatus.BUSY),
        "failed": ("failed", 3, CallStatus.FAILED),
    }
    return (
        Recorded(provider, "answered", answered(teller), talk, {"offered": late_by(2, 7)}),
        Recorded(
            provider,
            "anonymous",
            answered(nobody),
            {**talk, "caller": ""},
            {"offered": late_by(2, 7)},
        ),
        Recorded(
            provider,
            "voicemail",
            by_machine(teller),
            outcome(CallStatus.VOICEMAIL, answered=20, ended=49),
            {"offered": late_by(2, 49)},
        ),
        *(
            Recorded(
                provider,
                name,
                in_vain(teller, status, ended),
                outcome(told, ended=ended),
                {"offered": late_by(2, ended)},
            )
            for name, (status, ended, told) in vain.items()
        ),
    )


CALLS = (*calls(Provider.TWILIO), *calls(Provider.TELNYX))
