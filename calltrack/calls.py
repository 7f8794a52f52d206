"""Calls: what carriers tell of them, and the one call that all they told makes.

A carrier tells of a call in several webhooks, which come more than once, in any order, or not at
all. Each becomes a `CallReport`, with an id of its own that a second telling has, too; `fold` makes
one `Call` of all reports of a call, the same in whatever order they are taken.

Units: spans are whole seconds; moments are aware UTC datetimes, the carrier's own where it tells
them. Numbers are E.164; "" where the caller withholds the number.
"""

import uuid
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

from calltrack.events import Event, EventId, Kind

CallId = NewType("CallId", str)
"""The carrier's own name of a call; with the account's key it names one call."""

_SPACE = uuid.UUID("7ab0f7f1-2c52-4f51-9a57-0f5ac2a8d6f4")


class Phase(StrEnum):
    """What a report is about."""

    OFFERED = "offered"  # it came in, and the carrier asks where to connect it
    RINGING = "ringing"  # the vestiging's phone rings
    ANSWERED = "answered"  # somebody picked up
    ENDED = "ended"  # it is over
    RECORDED = "recorded"  # there is a recording


class Direction(StrEnum):
    """Who called whom."""

    IN = "in"
    OUT = "out"  # the firm called back


class CallStatus(StrEnum):
    """How a call went, or how far it is."""

    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    MISSED = "missed"
    BUSY = "busy"
    FAILED = "failed"
    VOICEMAIL = "voicemail"

    @property
    def is_over(self) -> bool:
        """Say whether the call has ended."""
        return self not in {CallStatus.RINGING, CallStatus.IN_PROGRESS}


class Step(StrEnum):
    """How a call was attributed to a session, from the surest to the least sure."""

    LIVE = "live"  # the session held the number
    LATE = "late"  # it had held it, and nobody has since
    CANDIDATES = "candidates"  # several may be meant, each with a weight
    STATIC = "static"  # a static number: the campaign is known, the session is not
    KNOWN_CALLER = "known_caller"  # somebody whose earlier call is attributed
    MISDIAL = "misdial"  # nobody had the number


@dataclass(frozen=True, slots=True)
class CallReport:
    """What a carrier told of a call in one webhook.

    `part` tells reports of one phase apart, where each leg of a call has its own; "" mostly.
    What is not told is None or "".
    """

    account: str
    provider: str
    call: CallId
    phase: Phase
    at: datetime
    number: str = ""  # the tracking number that was called
    caller: str = ""
    direction: Direction = Direction.IN
    status: CallStatus | None = None
    vestiging: str = ""  # who was to answer
    forwarded_to: str = ""
    talk_seconds: int | None = None
    ring_seconds: int | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    recording: str = ""
    part: str = ""

    @property
    def event_id(self) -> EventId:
        """Name this report: whoever hears it twice makes the same id."""
        name = "\0".join((self.account, self.call, self.phase, self.part))
        return EventId(uuid.uuid5(_SPACE, name).hex)

    def event(self) -> Event:
        """Write it as an event; what is not told is left out."""
        data: dict[str, str | int] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in {"at", "part"} or value is None or value == "":
                continue
            if isinstance(value, datetime):
                value = value.astimezone(UTC).isoformat()
            data[one.name] = value if isinstance(value, int) else str(value)
        return Event(Kind.CALL_REPORTED, self.at, data, self.event_id)


def from_event(event: Event) -> CallReport:
    """Read a report out of its event."""
    data = event.data

    def text(name: str) -> str:
        return str(data.get(name, ""))

    def count(name: str) -> int | None:
        return int(data[name]) if name in data else None

    def moment(name: str) -> datetime | None:
        return datetime.fromisoformat(str(data[name])) if name in data else None

    return CallReport(
        account=text("account"),
        provider=text("provider"),
        call=CallId(text("call")),
        phase=Phase(text("phase")),
        at=event.at,
        number=text("number"),
        caller=text("caller"),
        direction=Direction(text("direction") or Direction.IN),
        status=CallStatus(text("status")) if text("status") else None,
        vestiging=text("vestiging"),
        forwarded_to=text("forwarded_to"),
        talk_seconds=count("talk_seconds"),
        ring_seconds=count("ring_seconds"),
        started_at=moment("started_at"),
        answered_at=moment("answered_at"),
        ended_at=moment("ended_at"),
        recording=text("recording"),
    )
