"""What is told of calls: the row that it becomes, and what is refused."""

from typing import Any

import pytest

from calltrack.calls import CallId, CallReport, CallStatus, Phase
from tests.wagtail_calltrack.ingest.samples import DATA, event, minute
from tests.wagtail_calltrack.ingest.test_kinds import NOW, refusal, row
from wagtail_calltrack.ingest.kinds import read_event
from wagtail_calltrack.models import CallEvent
from wagtail_calltrack.settling.told import report_of


@pytest.mark.parametrize("name", ["number", "caller", "forwarded_to"])
@pytest.mark.parametrize("value", ["", "anonymous", "112", "0301234567", "\ud800"])
def test_a_call_is_kept_without_a_number_that_cannot_be_read(name: str, value: str) -> None:
    assert getattr(row("call.reported", **{name: value}), name) == ""


CALL_WRONG = [
    pytest.param("call", "x" * 129, "1 to 128 characters", id="a reference too long"),
    pytest.param("call", "a\nb", "1 to 128 characters", id="a reference of two lines"),
    pytest.param("phase", "begun", "one of offered, ringing", id="an unknown phase"),
    pytest.param("direction", "up", "one of in, out", id="an unknown direction"),
    pytest.param("status", "gone", "one of ringing, in_progress", id="an unknown status"),
    pytest.param("talk_seconds", -1, "whole seconds", id="seconds below nothing"),
    pytest.param("talk_seconds", 8 * 24 * 3600, "whole seconds", id="more than a week"),
    pytest.param("ring_seconds", 2.5, "whole seconds", id="half a second"),
    pytest.param("ring_seconds", True, "whole seconds", id="true"),
    pytest.param("started_at", "soon", "a moment of the form", id="no moment"),
    pytest.param("caller", 31612345678, "a text", id="a number that is one"),
    pytest.param("vestiging", "-", "1 to 64 of the letters", id="no key"),
]


@pytest.mark.parametrize(("name", "value", "wanted"), CALL_WRONG)
def test_a_wrong_value_of_a_call_is_refused(name: str, value: Any, wanted: str) -> None:
    problem = refusal(event("call.reported", **{name: value}))

    assert problem.startswith(f"data.{name}: must be ")
    assert wanted in problem


def test_of_a_call_little_need_be_told() -> None:
    only = dict.fromkeys(DATA["call.reported"])
    least = {"account": "pbx", "call": "1", "provider": "generic", "phase": "offered"}
    found = row("call.reported", **only | least)

    assert (found.number, found.status, found.talk_seconds, found.started_at) == (
        "",
        "",
        None,
        None,
    )


def test_a_link_is_whole_or_left_out() -> None:
    assert row("call.reported", recording="https://x/" + "y" * 991).recording == ""
    assert len(row("call.reported", recording="https://x/" + "y" * 990).recording) == 1000


def test_what_a_carrier_told_is_read_as_it_was_written() -> None:
    report = CallReport(
        account="twilio",
        provider="twilio",
        call=CallId("CA1"),
        phase=Phase.ENDED,
        at=minute(3),
        number="+31301234567",
        caller="+31612345678",
        status=CallStatus.ANSWERED,
        vestiging="utrecht",
        talk_seconds=0,
        ring_seconds=5,
        started_at=minute(1),
        ended_at=minute(3),
    )
    written = report.event()
    sent = {"id": written.id, "kind": written.kind.value, "at": written.at.isoformat()}

    found = read_event({**sent, "data": dict(written.data)}, NOW).row

    assert isinstance(found, CallEvent)
    assert report_of(found) == report
