"""Calls over Vonage. The fields are those of its reference of voice webhooks.

Source: developer.vonage.com/en/voice/voice-api/webhook-reference.
"""

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
from tests.calltrack.telephony.signing import Sent

CONVERSATION = "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
IN, OUT = "aaaaaaaa-bbbb-cccc-dddd-000000000001", "aaaaaaaa-bbbb-cccc-dddd-000000000002"
RECORDING = "https://api.nexmo.com/v1/files/aaaaaaaa-bbbb-cccc-dddd-0123456789ab"


def bare(number: str) -> str:
    """Write a number as Vonage does."""
    return number.removeprefix("+")


def stamp(after: int) -> str:
    return moment(after).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def asked(caller: str) -> Hook:
    fields = {
        "region_url": "https://api-eu.vonage.com",
        "from": caller,
        "to": bare(NUMBER),
        "uuid": IN,
        "conversation_uuid": CONVERSATION,
    }
    return Hook("asked", 0, Sent(fields))


def inbound(status: str, after: int, caller: str, **more: Any) -> Hook:
    fields = {
        "from": caller,
        "to": bare(NUMBER),
        "uuid": IN,
        "conversation_uuid": CONVERSATION,
        "status": status,
        "direction": "inbound",
        "timestamp": stamp(after),
        **more,
    }
    return Hook(f"in {status}", after, Sent(fields))


def outbound(status: str, after: int, **more: Any) -> Hook:
    fields = {
        "from": bare(NUMBER),
        "to": bare(FORWARD),
        "uuid": OUT,
        "conversation_uuid": CONVERSATION,
        "status": status,
        "direction": "outbound",
        "timestamp": stamp(after),
        **more,
    }
    return Hook(f"out {status}", after, Sent(fields))


def recorded(after: int) -> Hook:
    fields = {
        "start_time": stamp(7),
        "recording_url": RECORDING,
        "size": 12222,
        "recording_uuid": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
        "end_time": stamp(49),
        "conversation_uuid": CONVERSATION,
        "timestamp": stamp(after),
    }
    return Hook("recorded", after, Sent(fields))


def talk(caller: str) -> tuple[Hook, ...]:
    """Write a call of 42 seconds that is recorded."""
    over = {"start_time": stamp(7), "end_time": stamp(49), "duration": "42", "price": "0.01"}
    return (
        asked(caller),
        inbound("started", 0, caller),
        inbound("ringing", 0, caller),
        outbound("started", 1),
        outbound("ringing", 2),
        inbound("answered", 7, caller, start_time=None, rate="0.00450000"),
        outbound("answered", 7, start_time=None, rate="0.00450000"),
        outbound("completed", 49, **over),
        inbound("completed", 49, caller, **over),
        recorded(52),
    )


def in_vain(status: str, after: int) -> tuple[Hook, ...]:
    """Write a call that nobody took."""
    caller = bare(CALLER)
    return (
        asked(caller),
        inbound("ringing", 0, caller),
        outbound("ringing", 2),
        outbound(status, after),
        outbound("completed", after, duration="0"),
        inbound("completed", after, caller, duration="0"),
    )


def by_machine() -> tuple[Hook, ...]:
    """Write a call that an answering machine took, where Vonage listens for one."""
    caller = bare(CALLER)
    return (
        asked(caller),
        inbound("ringing", 0, caller),
        outbound("answered", 20),
        outbound("machine", 22),
        outbound("completed", 49, duration="29", end_time=stamp(49)),
        inbound("completed", 49, caller, duration="49", end_time=stamp(49)),
    )


TALK = outcome(CallStatus.ANSWERED, answered=7, ended=49, recording=RECORDING)
VAIN = {
    "missed": ("timeout", 32, CallStatus.MISSED),
    "refused by the phone": ("unanswered", 9, CallStatus.MISSED),
    "given up by the caller": ("cancelled", 12, CallStatus.MISSED),
    "busy": ("busy", 3, CallStatus.BUSY),
    "failed": ("failed", 3, CallStatus.FAILED),
    "rejected": ("rejected", 3, CallStatus.FAILED),
}
CALLS = (
    Recorded(
        Provider.VONAGE, "answered", talk(bare(CALLER)), TALK, {"recorded": {"recording": ""}}
    ),
    Recorded(
        Provider.VONAGE,
        "anonymous",
        talk("Anonymous"),
        {**TALK, "caller": ""},
        {"recorded": {"recording": ""}},
    ),
    Recorded(
        Provider.VONAGE,
        "voicemail",
        by_machine(),
        outcome(CallStatus.VOICEMAIL, answered=20, ended=49),
        # Only one webhook tells of the machine: without it somebody seems to have talked.
        {"out machine": outcome(CallStatus.ANSWERED, answered=20, ended=49)},
    ),
    *(
        Recorded(
            Provider.VONAGE,
            name,
            in_vain(status, ended),
            outcome(told, ended=ended),
            # Only one webhook tells why: without it the call is a missed one.
            {f"out {status}": {"status": CallStatus.MISSED}},
        )
        for name, (status, ended, told) in VAIN.items()
    ),
)
