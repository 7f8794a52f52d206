"""Calls: what carriers tell of them, and the one call that all they told makes.

A carrier tells of a call in several webhooks, which come more than once, in any order, or not at
all. Each becomes a `CallReport`, with an id of its own that a second telling has, too; `fold` makes
one `CallTold` of all reports of a call, the same in whatever order they are taken.

How it went, by the first line that is so:

===========  =======================================================================================
status       when
===========  =======================================================================================
in_progress  an answer was told, and no end; or an answer after every end (the next phone took it)
ringing      neither an answer nor an end was told
voicemail    a machine took it
answered     an answer or a talk was told; or this outcome, and no other; or only a recording
busy         it was told, of one of the phones at least
failed       it was told
missed       it is over, and none of these
===========  =======================================================================================

The rest: the earliest start and answer, the last end, the longest talk and ringing. A moment that
the carrier names counts before one at which a webhook came. Who took the call is told best by the
report of the longest talk; the other words by the first report that has them. Nobody talks in a
call that was not answered.

A carrier that never tells the end leaves a call ringing: `CallTold.as_of` says what to make of it
when it is too old for that. Nothing changes by itself.

Units: spans are whole seconds; moments are aware UTC datetimes, the carrier's own where it tells
them. Numbers are E.164; "" where the caller withholds the number.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NewType

from calltrack.events import Event, EventId, Kind

CallId = NewType("CallId", str)
"""The carrier's own name of a call; with the account's key it names one call."""

LONGEST_RINGING = timedelta(minutes=15)
LONGEST_TALK = timedelta(hours=8)
"""A call of which no end was told is over after this long."""

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


@dataclass(frozen=True, slots=True)
class CallTold:
    """One call, as all that was told of it makes it. What is not known is None or ""."""

    account: str
    call: CallId
    direction: Direction
    number: str
    caller: str
    vestiging: str
    forwarded_to: str
    status: CallStatus
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    talk_seconds: int
    ring_seconds: int | None
    recording: str

    def as_of(self, now: datetime) -> "CallTold":
        """Give the call as it is to be taken now: no call rings, or lasts, for ever.

        How long was talked is not known then, and neither when it ended.
        """
        if self.status is CallStatus.RINGING and now - self.started_at > LONGEST_RINGING:
            return replace(self, status=CallStatus.MISSED)
        since = self.answered_at or self.started_at
        if self.status is CallStatus.IN_PROGRESS and now - since > LONGEST_TALK:
            return replace(self, status=CallStatus.ANSWERED)
        return self


def fold(reports: Iterable[CallReport]) -> CallTold:
    """Make one call of all reports of one call: of at least one."""
    told = sorted(reports, key=_place)
    if not told:
        raise ValueError("a call is made of one report at least")
    status = _status(told)
    started_at, answered_at, ended_at = _started_at(told), _answered_at(told), _ended_at(told)
    is_taken = status in {CallStatus.ANSWERED, CallStatus.IN_PROGRESS}
    taker = max(told, key=lambda one: (one.talk_seconds or 0, _is_answer(one)))
    is_out = any(one.direction is Direction.OUT for one in told)
    return CallTold(
        account=told[0].account,
        call=told[0].call,
        direction=Direction.OUT if is_out else Direction.IN,
        number=_first(one.number for one in told),
        caller=_first(one.caller for one in told),
        vestiging=taker.vestiging or _first(one.vestiging for one in told),
        forwarded_to=taker.forwarded_to or _first(one.forwarded_to for one in told),
        status=status,
        started_at=started_at,
        answered_at=answered_at if is_taken else None,
        ended_at=ended_at if status.is_over else None,
        talk_seconds=_talk(told, answered_at, ended_at) if status is CallStatus.ANSWERED else 0,
        ring_seconds=_ringing(told, started_at, answered_at if is_taken else ended_at),
        recording=_first(one.recording for one in told),
    )


_PHASES = tuple(Phase)


def _place(report: CallReport) -> tuple[object, ...]:
    """Put reports in one order, whatever order they came in."""
    return (_PHASES.index(report.phase), report.at, *map(str, _rest(report)))


def _rest(report: CallReport) -> Iterator[object]:
    return (getattr(report, one.name) for one in fields(report))


def _first(words: Iterable[str]) -> str:
    return next(filter(None, words), "")


def _is_answer(report: CallReport) -> bool:
    """Say whether a report tells that somebody picked up."""
    is_heard = report.phase is Phase.ANSWERED or report.status is CallStatus.IN_PROGRESS
    return is_heard or report.answered_at is not None or bool(report.talk_seconds)


def _is_end(report: CallReport) -> bool:
    is_over = report.status is not None and report.status.is_over
    return report.phase is Phase.ENDED or report.ended_at is not None or is_over


def _status(told: Sequence[CallReport]) -> CallStatus:
    """Say how the call went, or how far it is: the table above."""
    outcomes = {one.status for one in told if one.status is not None and one.status.is_over}
    is_answered = any(_is_answer(one) for one in told)
    if not any(_is_end(one) or one.phase is Phase.RECORDED for one in told) or _goes_on(told):
        return CallStatus.IN_PROGRESS if is_answered else CallStatus.RINGING
    if CallStatus.VOICEMAIL in outcomes:
        return CallStatus.VOICEMAIL
    is_recorded = any(one.phase is Phase.RECORDED for one in told)
    if is_answered or outcomes == {CallStatus.ANSWERED} or (is_recorded and not outcomes):
        return CallStatus.ANSWERED
    others = (CallStatus.BUSY, CallStatus.FAILED)
    return next((one for one in others if one in outcomes), CallStatus.MISSED)


def _goes_on(told: Sequence[CallReport]) -> bool:
    """Say whether somebody picked up after all that ended: one phone's end is not the call's."""
    answers = [one.answered_at for one in told if one.answered_at is not None]
    ends = [one.ended_at or one.at for one in told if _is_end(one) or one.phase is Phase.RECORDED]
    return bool(answers) and bool(ends) and max(answers) > max(ends)


def _started_at(told: Sequence[CallReport]) -> datetime:
    """Give the earliest start that was told; else the earliest that follows from the rest."""
    starts = [one.started_at for one in told if one.started_at is not None]
    if starts:
        return min(starts)
    return min(
        (one.ended_at or one.at)
        - timedelta(seconds=(one.talk_seconds or 0) + (one.ring_seconds or 0))
        for one in told
    )


def _answered_at(told: Sequence[CallReport]) -> datetime | None:
    """Give the first answer: named, heard of, or as long before the end as was talked."""
    named = [one.answered_at for one in told if one.answered_at is not None]
    heard = [one.at for one in told if one.phase is Phase.ANSWERED]
    reckoned = [
        (one.ended_at or one.at) - timedelta(seconds=one.talk_seconds)
        for one in told
        if one.talk_seconds and _is_end(one)
    ]
    return min(named or heard or reckoned, default=None)


def _ended_at(told: Sequence[CallReport]) -> datetime | None:
    named = [one.ended_at for one in told if one.ended_at is not None]
    heard = [one.at for one in told if _is_end(one)]
    return max(named or heard, default=None)


def _talk(
    told: Sequence[CallReport], answered_at: datetime | None, ended_at: datetime | None
) -> int:
    """Give the longest talk that was told; where none was, the time from answer to end."""
    longest = max((one.talk_seconds for one in told if one.talk_seconds is not None), default=None)
    return longest if longest is not None else _between(answered_at, ended_at) or 0


def _ringing(
    told: Sequence[CallReport], started_at: datetime, until: datetime | None
) -> int | None:
    longest = max((one.ring_seconds for one in told if one.ring_seconds is not None), default=None)
    return longest if longest is not None else _between(started_at, until)


def _between(begin: datetime | None, end: datetime | None) -> int | None:
    """Give the whole seconds from one moment to another; None where one is not known."""
    if begin is None or end is None:
        return None
    return max(0, int((end - begin).total_seconds()))
