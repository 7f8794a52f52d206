"""Calls over MANGO OFFICE. The fields are those of its VPBX API, chapters on notifications."""

from typing import Any

from calltrack.calls import CallStatus, Direction
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
from tests.calltrack.telephony.signing import START, Sent

ENTRY = "MjMyd2MzZTN3M3MyMjI="
RECORDING = "MToxMDAxNTcyNjoxMDQ="


def bare(number: str) -> str:
    return number.removeprefix("+")


def stamp(after: int) -> int:
    return int(moment(after).timestamp())


def call(state: str, after: int, *, leg: str, place: str, caller: str = CALLER) -> Hook:
    to = {"number": bare(NUMBER), "line_number": bare(NUMBER)}
    if place == "abonent":
        to |= {"extension": "123", "number": bare(FORWARD)}
    fields = {
        "entry_id": ENTRY,
        "call_id": leg,
        "timestamp": stamp(after),
        "seq": 1,
        "call_state": state,
        "location": place,
        "from": {"number": bare(caller)} if caller else {},
        "to": to,
    }
    return Hook(f"{place} {state}", after, Sent(fields, "events/call"))


def summary(after: int, *, talk: int, result: int, caller: str = CALLER) -> Hook:
    fields = {
        "entry_id": ENTRY,
        "call_direction": 1,
        "from": {"number": bare(caller)} if caller else {},
        "to": {"extension": "123", "number": bare(FORWARD)},
        "line_number": bare(NUMBER),
        "create_time": stamp(0),
        "forward_time": stamp(5),
        "talk_time": stamp(talk) if talk else 0,
        "end_time": stamp(after),
        "entry_result": result,
        "disconnect_reason": 1110,
    }
    return Hook("summary", after, Sent(fields, "events/summary"))


def recording(after: int) -> Hook:
    fields = {
        "recording_id": RECORDING,
        "recording_state": "Completed",
        "seq": 2,
        "entry_id": ENTRY,
        "call_id": "leg-2",
        "extension": "123",
        "timestamp": stamp(after),
        "completion_code": 1000,
    }
    return Hook("recording", after, Sent(fields, "events/recording"))


def rung(caller: str = CALLER) -> tuple[Hook, ...]:
    """Write the menu that the caller hears, and the employee's phone that rings."""
    return (
        call("Appeared", 0, leg="leg-1", place="ivr", caller=caller),
        call("Disconnected", 5, leg="leg-1", place="ivr", caller=caller),
        call("Appeared", 5, leg="leg-2", place="abonent", caller=caller),
    )


def talk(caller: str = CALLER) -> tuple[Hook, ...]:
    """Write a call of 42 seconds."""
    return (
        *rung(caller),
        call("Connected", 12, leg="leg-2", place="abonent", caller=caller),
        call("Disconnected", 54, leg="leg-2", place="abonent", caller=caller),
        summary(54, talk=12, result=1, caller=caller),
    )


TALK = outcome(CallStatus.ANSWERED, answered=12, ended=54)
KEPT = {"recording": f"mango:{RECORDING}"}
UNENDED: dict[str, Any] = {"status": CallStatus.IN_PROGRESS, "ended_at": None, "talk_seconds": 0}
UNTOLD: dict[str, Any] = {"status": CallStatus.RINGING, "ended_at": None, "ring_seconds": None}

CALLS = (
    # Only the summary tells of the end.
    Recorded(Provider.MANGO, "answered", talk(), TALK, {"summary": UNENDED}),
    Recorded(Provider.MANGO, "anonymous", talk(""), {**TALK, "caller": ""}, {"summary": UNENDED}),
    Recorded(
        Provider.MANGO,
        "recorded",
        (*talk(), recording(60)),
        {**TALK, **KEPT},
        {
            "recording": {"recording": ""},
            "summary": {**UNENDED, "status": CallStatus.ANSWERED},
        },
    ),
    Recorded(
        Provider.MANGO,
        "missed",
        (*rung(), summary(35, talk=0, result=0)),
        outcome(CallStatus.MISSED, ended=35),
        {"summary": UNTOLD},
    ),
)

CALLED_BACK = Recorded(
    Provider.MANGO,
    "called back",
    (
        Hook(
            "out",
            9,
            Sent(
                {
                    "entry_id": ENTRY,
                    "call_direction": 2,
                    "from": {"extension": "123", "number": "sip:123@example.mangosip.ru"},
                    "to": {"number": bare(CALLER)},
                    "line_number": bare(NUMBER),
                    "create_time": stamp(0),
                    "talk_time": stamp(4),
                    "end_time": stamp(9),
                    "entry_result": 1,
                },
                "events/summary",
            ),
        ),
    ),
    {
        **outcome(CallStatus.ANSWERED, answered=4, ended=9, forwarded_to=""),
        "direction": Direction.OUT,
        "started_at": START,
    },
)
