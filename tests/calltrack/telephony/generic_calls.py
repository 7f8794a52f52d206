"""Calls in the format of docs/telephony.md."""

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

RECORDING = "https://exchange.example.nl/recordings/1"


def told(event: str, after: int, caller: str = CALLER, **more: Any) -> Hook:
    fields = {
        "event": event,
        "call": "1700000000.42",
        "at": moment(after).isoformat(),
        "number": NUMBER,
        "caller": caller,
        "account": "exchange-1",
        **more,
    }
    return Hook(event, after, Sent(fields))


def talk(caller: str = CALLER) -> tuple[Hook, ...]:
    """Write a call of 42 seconds that is recorded."""
    return (
        told("offered", 0, caller),
        told("ringing", 2, caller, forwarded_to=FORWARD),
        told("answered", 7, caller, forwarded_to=FORWARD),
        told(
            "ended",
            49,
            caller,
            status="answered",
            talk_seconds=42,
            started_at=moment(0).isoformat(),
            forwarded_to=FORWARD,
        ),
        told("recorded", 55, caller, recording=RECORDING),
    )


def in_vain(status: str, after: int) -> tuple[Hook, ...]:
    """Write a call that nobody took."""
    return (
        told("offered", 0),
        told("ringing", 2, forwarded_to=FORWARD),
        told("ended", after, status=status, started_at=moment(0).isoformat(), forwarded_to=FORWARD),
    )


TALK = outcome(CallStatus.ANSWERED, answered=7, ended=49, recording=RECORDING)
LOST: dict[str, dict[str, Any]] = {
    "ended": {"ended_at": None, "talk_seconds": 0},
    "recorded": {"recording": ""},
}
UNTOLD: dict[str, Any] = {"status": CallStatus.RINGING, "ended_at": None, "ring_seconds": None}

CALLS = (
    Recorded(Provider.GENERIC, "answered", talk(), TALK, LOST),
    Recorded(Provider.GENERIC, "anonymous", talk("anonymous"), {**TALK, "caller": ""}, LOST),
    *(
        Recorded(
            Provider.GENERIC,
            status.value,
            in_vain(status.value, 32),
            outcome(status, ended=32),
            {"ended": UNTOLD},
        )
        for status in (
            CallStatus.MISSED,
            CallStatus.BUSY,
            CallStatus.FAILED,
            CallStatus.VOICEMAIL,
        )
    ),
)
