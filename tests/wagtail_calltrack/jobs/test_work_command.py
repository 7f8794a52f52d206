"""`manage.py calltrack_work`."""

import os
import signal
import threading
import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.wagtail_calltrack.calls_made import ANNA, BERT, form
from tests.wagtail_calltrack.ingest.samples import event
from wagtail_calltrack.jobs import Work, ask
from wagtail_calltrack.jobs.kinds import _kinds
from wagtail_calltrack.management.commands import calltrack_work
from wagtail_calltrack.models import Call, FormSent, Job, UnknownEvent
from wagtail_calltrack.settling import forms

pytestmark = pytest.mark.django_db


class Halting(Work):
    """Has so many slices, and does something in the first."""

    def __init__(self, slices: int, first: int | None = None) -> None:
        self.slices, self.first = slices, first

    def take(self, job: Job) -> bool:
        if self.first is not None and job.done == 0:
            os.kill(os.getpid(), self.first)
        job.done += 1
        return job.done < self.slices


def test_once_ends_when_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_kinds, "halt", Halting(5))
    monkeypatch.setattr(calltrack_work, "SLICE_SECONDS", 0.0)
    job = ask("halt", "", None)
    out = StringIO()

    call_command("calltrack_work", "--once", stdout=out)

    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 5)
    assert out.getvalue() == "0 calls settled; 0 jobs are not done.\n"


def test_once_reads_what_could_not_be_read_and_brings_forms_into_leads() -> None:
    now = timezone.now()
    left = [form(now, phone=ANNA) for _one in range(2)]
    told = event("call.reported", caller=BERT)
    UnknownEvent.objects.create(
        id=uuid.uuid4(), kind="call.reported", at=now, data=told["data"], came_at=now
    )
    out = StringIO()

    call_command("calltrack_work", "--once", stdout=out)

    assert not UnknownEvent.objects.exists()
    made = Call.objects.get()
    assert (made.caller, made.is_settled) == (BERT, True)
    assert made.lead is not None
    assert len({one.lead_id for one in FormSent.objects.filter(pk__in=[f.pk for f in left])}) == 1
    assert FormSent.objects.filter(lead=None).count() == 0
    assert out.getvalue() == "1 calls settled; 0 jobs are not done.\n"


def test_once_ends_where_a_form_is_in_no_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "gather_sent", lambda _ids: None)
    form(timezone.now(), phone=ANNA)
    out = StringIO()

    call_command("calltrack_work", "--once", stdout=out)

    assert FormSent.objects.get().lead is None
    assert out.getvalue() == "0 calls settled; 0 jobs are not done.\n"


def test_a_failed_job_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_kinds, "halt", Work())
    ask("halt", "", None)
    out = StringIO()

    call_command("calltrack_work", "--once", stdout=out)

    assert "1 jobs are not done" in out.getvalue()


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_it_after_the_slice(
    monkeypatch: pytest.MonkeyPatch, told: signal.Signals
) -> None:
    monkeypatch.setitem(_kinds, "halt", Halting(100_000, told))
    monkeypatch.setattr(calltrack_work, "SLICE_SECONDS", 0.0)
    job = ask("halt", "", None)
    out = StringIO()
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]

    call_command("calltrack_work", stdout=out)

    job.refresh_from_db()
    assert (job.state, job.done) == ("running", 1)
    assert out.getvalue().endswith("Stopped. What was begun goes on next time.\n")
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert threading.current_thread() is threading.main_thread()


def test_its_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("calltrack_work", "--help")

    told = capsys.readouterr().out
    assert "manage.py calltrack_work --once   all that waits now" in told
    assert "No site needs this" in told
