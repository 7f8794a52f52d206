"""One call of all that was told of it, in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.calls import (
    LONGEST_RINGING,
    LONGEST_TALK,
    CallId,
    CallReport,
    CallStatus,
    Direction,
    Phase,
    fold,
    from_event,
)

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def report(phase: Phase, second: float, **more: Any) -> CallReport:
    fields: dict[str, Any] = {
        "account": "main",
        "provider": "generic",
        "call": CallId("C1"),
        "at": at(second),
    }
    return CallReport(phase=phase, **(fields | more))


OFFERED = report(Phase.OFFERED, 0, number="+31301234567", caller="+31612345678")
RINGING = report(Phase.RINGING, 1, vestiging="utrecht")
ANSWERED = report(Phase.ANSWERED, 8, vestiging="utrecht", forwarded_to="+31301111111")
ENDED = report(
    Phase.ENDED, 68, status=CallStatus.ANSWERED, talk_seconds=60, ring_seconds=8, ended_at=at(68)
)
MISSED = report(Phase.ENDED, 31, status=CallStatus.MISSED)
LEG_BUSY = report(Phase.ENDED, 3, status=CallStatus.BUSY, part="leg 1", vestiging="amsterdam")
LEG_FAILED = report(Phase.ENDED, 2, status=CallStatus.FAILED, part="leg 2")
PARENT_DONE = report(Phase.ENDED, 32, status=CallStatus.ANSWERED, part="parent")
VOICEMAIL = report(Phase.ENDED, 50, status=CallStatus.VOICEMAIL, talk_seconds=12)
RECORDED = report(Phase.RECORDED, 70, recording="https://example.nl/r/1")
ANSWERED_NEXT = report(Phase.ANSWERED, 9, answered_at=at(9), part="leg 3", vestiging="utrecht")
TALKED = [OFFERED, RINGING, ANSWERED, ENDED, RECORDED]


@pytest.mark.parametrize(
    ("told", "status", "talk"),
    [
        pytest.param([OFFERED], "ringing", 0, id="offered: it rings"),
        pytest.param([RINGING], "ringing", 0, id="it rings"),
        pytest.param([OFFERED, ANSWERED], "in_progress", 0, id="answered, no end: goes on"),
        pytest.param(
            [report(Phase.RINGING, 4, status=CallStatus.IN_PROGRESS)],
            "in_progress",
            0,
            id="told as in progress",
        ),
        pytest.param(TALKED, "answered", 60, id="the usual call"),
        pytest.param([ENDED], "answered", 60, id="only its end"),
        pytest.param([OFFERED, ANSWERED, RECORDED], "answered", 0, id="the end is missing"),
        pytest.param([OFFERED, RECORDED], "answered", 0, id="only a recording tells of it"),
        pytest.param([OFFERED, MISSED], "missed", 0, id="missed"),
        pytest.param([OFFERED, MISSED, RECORDED], "missed", 0, id="missed, and recorded"),
        pytest.param([MISSED, ENDED], "answered", 60, id="a talk beats a missed leg"),
        pytest.param([OFFERED, MISSED, PARENT_DONE], "missed", 0, id="an outcome without a talk"),
        pytest.param([OFFERED, PARENT_DONE], "answered", 0, id="an outcome alone"),
        pytest.param([OFFERED, MISSED, LEG_BUSY], "busy", 0, id="busy beats missed"),
        pytest.param([LEG_FAILED, LEG_BUSY], "busy", 0, id="busy beats failed"),
        pytest.param([LEG_FAILED, MISSED], "failed", 0, id="failed beats missed"),
        pytest.param([OFFERED, report(Phase.ENDED, 9)], "missed", 0, id="ended, no outcome told"),
        pytest.param(
            [OFFERED, ANSWERED, report(Phase.ENDED, 20)], "answered", 12, id="talk as it follows"
        ),
        pytest.param([OFFERED, ANSWERED, VOICEMAIL], "voicemail", 0, id="a machine answered"),
        pytest.param([OFFERED, MISSED, VOICEMAIL], "voicemail", 0, id="voicemail after missing"),
        pytest.param([LEG_BUSY, ANSWERED_NEXT], "in_progress", 0, id="the next phone took it"),
        pytest.param([LEG_BUSY, ANSWERED_NEXT, ENDED], "answered", 60, id="and hung up"),
        pytest.param(
            [OFFERED, report(Phase.ENDED, 5, status=CallStatus.FAILED)], "failed", 0, id="failed"
        ),
    ],
)
def test_how_a_call_went(told: Sequence[CallReport], status: str, talk: int) -> None:
    call = fold(told)

    assert (call.status.value, call.talk_seconds) == (status, talk)


def test_what_a_whole_call_says() -> None:
    call = fold(TALKED)

    assert call.started_at == at(0)
    assert call.answered_at == at(8)
    assert call.ended_at == at(68)
    assert (call.ring_seconds, call.talk_seconds) == (8, 60)
    assert (call.number, call.caller) == ("+31301234567", "+31612345678")
    assert (call.vestiging, call.forwarded_to) == ("utrecht", "+31301111111")
    assert call.recording == "https://example.nl/r/1"
    assert call.direction is Direction.IN


@pytest.mark.parametrize("missing", [RINGING, ANSWERED, RECORDED], ids=lambda one: one.phase.value)
def test_one_that_is_missing_changes_neither_status_nor_times(missing: CallReport) -> None:
    whole, part = fold(TALKED), fold([one for one in TALKED if one is not missing])

    same = ("status", "started_at", "answered_at", "ended_at", "talk_seconds", "ring_seconds")
    assert [getattr(part, name) for name in same] == [getattr(whole, name) for name in same]


@pytest.mark.parametrize(
    ("told", "name", "value"),
    [
        pytest.param(
            [ENDED], "started_at", at(0), id="start: as long before as it rang and lasted"
        ),
        pytest.param(
            [OFFERED, report(Phase.ENDED, 9, started_at=at(-2))], "started_at", at(-2), id="named"
        ),
        pytest.param(
            [report(Phase.ANSWERED, 9), report(Phase.ANSWERED, 7, part="b")],
            "answered_at",
            at(7),
            id="the first answer",
        ),
        pytest.param([MISSED, LEG_BUSY], "ended_at", at(31), id="the last end"),
        pytest.param([OFFERED, ANSWERED], "ended_at", None, id="no end while it lasts"),
        pytest.param([OFFERED, MISSED], "ring_seconds", 31, id="rang until it ended"),
        pytest.param(
            [OFFERED, ANSWERED, replace(MISSED, talk_seconds=3)],
            "ring_seconds",
            8,
            id="until taken",
        ),
        pytest.param([LEG_BUSY, RINGING], "vestiging", "utrecht", id="the phone that rang first"),
        pytest.param(
            [LEG_BUSY, replace(ENDED, vestiging="zeist")], "vestiging", "zeist", id="who talked"
        ),
        pytest.param(
            [OFFERED, report(Phase.ENDED, 3, direction=Direction.OUT)],
            "direction",
            Direction.OUT,
            id="outgoing is said, incoming is not",
        ),
    ],
)
def test_what_follows_from_what_was_told(
    told: Sequence[CallReport], name: str, value: object
) -> None:
    assert getattr(fold(told), name) == value


def test_a_call_of_no_report_is_refused() -> None:
    with pytest.raises(ValueError, match="one report at least"):
        fold([])


@pytest.mark.parametrize(
    ("told", "since", "longest", "then"),
    [
        pytest.param([OFFERED], 0, LONGEST_RINGING, "missed", id="nothing rings for ever"),
        pytest.param([OFFERED, ANSWERED], 8, LONGEST_TALK, "answered", id="nobody talks for ever"),
        pytest.param(TALKED, 0, LONGEST_TALK, "answered", id="what is over stays"),
    ],
)
def test_a_call_whose_end_is_never_told_is_over_some_time(
    told: Sequence[CallReport], since: float, longest: timedelta, then: str
) -> None:
    call = fold(told)

    assert call.as_of(at(since) + longest) == call
    assert call.as_of(at(since) + longest + SECOND).status.value == then
    assert call.as_of(at(since) + longest + SECOND).ended_at == call.ended_at


MOMENTS = st.integers(0, 100).map(at)
MAYBE = st.none() | MOMENTS
SPANS = st.none() | st.integers(0, 50)
REPORTS = st.builds(
    CallReport,
    account=st.just("main"),
    provider=st.just("generic"),
    call=st.just(CallId("C1")),
    phase=st.sampled_from(Phase),
    at=MOMENTS,
    number=st.sampled_from(["", "+31301234567"]),
    caller=st.sampled_from(["", "+31612345678", "+31612345679"]),
    direction=st.sampled_from(Direction),
    status=st.none() | st.sampled_from(CallStatus),
    vestiging=st.sampled_from(["", "utrecht", "zeist"]),
    forwarded_to=st.sampled_from(["", "+31301111111"]),
    talk_seconds=SPANS,
    ring_seconds=SPANS,
    started_at=MAYBE,
    answered_at=MAYBE,
    ended_at=MAYBE,
    recording=st.sampled_from(["", "r1", "r2"]),
    part=st.sampled_from(["", "leg"]),
)
TOLD = st.lists(REPORTS, min_size=1, max_size=7)


@given(told=TOLD, data=st.data())
def test_order_and_repetition_change_nothing(told: list[CallReport], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(told), max_size=5))
    shuffled = data.draw(st.permutations([*told, *again]))

    assert fold(shuffled) == fold(told)


@given(told=TOLD)
def test_through_events_the_same_call_comes(told: list[CallReport]) -> None:
    sent = [from_event(replace_part(one).event()) for one in told]

    assert fold(sent) == fold([replace_part(one) for one in told])


def replace_part(one: CallReport) -> CallReport:
    """Leave out what an event does not tell: by its id alone it says which part it was."""
    return replace(one, part="")


@given(told=TOLD)
def test_only_a_call_that_was_answered_has_a_talk(told: list[CallReport]) -> None:
    call = fold(told)

    is_taken = call.status in {CallStatus.ANSWERED, CallStatus.IN_PROGRESS}
    assert call.talk_seconds == 0 or call.status is CallStatus.ANSWERED
    assert call.answered_at is None or is_taken
    assert call.ended_at is None or call.status.is_over
