"""Jobs go on in slices, one of a kind at a time, and stop and go on anywhere."""

from datetime import datetime

import pytest
from django.db import OperationalError

from wagtail_calltrack.jobs import Work, ask, retry, work
from wagtail_calltrack.jobs.kinds import KINDS, _kinds
from wagtail_calltrack.models import Category, Job

pytestmark = pytest.mark.django_db

COUNT = "count"
LONG, SHORT = 60.0, 0.0


class Counting(Work):
    """Makes three categories, one in a slice; what it has to fail with stands in `errors`."""

    def __init__(self) -> None:
        self.errors: dict[int, Exception] = {}
        self.is_wanted = False
        self.told: list[str] = []

    def begin(self, job: Job) -> None:
        job.total = 3
        self.told.append("begin")

    def take(self, job: Job) -> bool:
        if job.cursor == 3:
            return False
        Category.objects.create(name=f"{job.pk} {job.cursor}")
        job.cursor += 1
        job.done += 1
        if error := self.errors.pop(job.done, None):
            raise error
        return True

    def end(self, job: Job) -> None:
        self.told.append(f"end {job.done}")

    def is_due(self, now: datetime) -> bool:
        del now
        return self.is_wanted


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setitem(_kinds, COUNT, counting)
    return counting


def state(job: Job) -> tuple[str, int]:
    row = Job.objects.get(pk=job.pk)
    return row.state, row.done


def test_without_jobs_there_is_nothing_to_do(counting: Counting) -> None:
    assert not work(LONG)
    assert counting.told == []


def test_a_job_is_done_from_beginning_to_end(counting: Counting) -> None:
    job = ask(COUNT, "because", None)

    assert not work(LONG)

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert job.finished_at is not None
    assert counting.told == ["begin", "end 3"]


def test_in_a_short_time_one_slice_is_done_and_the_next_goes_on_there(counting: Counting) -> None:
    job = ask(COUNT, "", None)

    found = [(work(SHORT), state(job)) for _ in range(4)]

    assert found == [
        (True, ("running", 1)),
        (True, ("running", 2)),
        (True, ("running", 3)),
        (True, ("done", 3)),
    ]
    assert not work(SHORT)
    assert Category.objects.count() == 3
    assert counting.told == ["begin", "end 3"]


def test_what_fails_is_undone_says_why_and_holds_up_no_other(
    counting: Counting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    counting.errors[2] = ValueError("+31612345678")
    other = Counting()
    monkeypatch.setitem(_kinds, "other", other)
    job, second = ask(COUNT, "", None), ask("other", "", None)

    assert not work(LONG)

    assert state(job) == ("failed", 1)
    assert state(second) == ("done", 3)
    job.refresh_from_db()
    assert job.problem.startswith("ValueError in jobs/test_working.py, line ")
    assert Category.objects.filter(name__startswith=f"{job.pk} ").count() == 1
    assert "ValueError in jobs/test_working.py" in caplog.text
    assert "+31612345678" not in caplog.text


def test_a_failed_job_goes_on_where_it_stopped(counting: Counting) -> None:
    counting.errors[2] = ValueError()
    job = ask(COUNT, "", None)
    work(LONG)

    assert retry(job)
    work(LONG)

    assert state(job) == ("done", 3)
    assert Job.objects.get().problem == ""
    assert counting.told == ["begin", "end 3"]
    assert not retry(job)


def test_a_job_that_failed_at_once_begins_when_it_is_tried_again(counting: Counting) -> None:
    counting.errors[1] = ValueError()
    job = ask(COUNT, "", None)
    work(LONG)

    assert retry(job)
    work(LONG)

    assert state(job) == ("done", 3)
    assert counting.told == ["begin", "begin", "end 3"]


def test_a_database_that_is_busy_is_asked_again_later(counting: Counting) -> None:
    counting.errors[2] = OperationalError("database is locked")
    job = ask(COUNT, "", None)

    with pytest.raises(OperationalError):
        work(LONG)

    assert state(job) == ("running", 1)
    assert not work(LONG)
    assert state(job) == ("done", 3)


def test_who_asks_while_it_runs_has_it_begin_anew_once(counting: Counting) -> None:
    job = ask(COUNT, "One.", None)
    work(SHORT)
    work(SHORT)

    again = [ask(COUNT, why, None) for why in ("Two.", "Three.", "Three.")]

    assert {one.pk for one in again} == {job.pk}
    job.refresh_from_db()
    assert (job.state, job.done, job.cursor) == ("waiting", 0, 0)
    assert job.why == "One. Two. Three."
    Category.objects.all().delete()
    work(LONG)
    assert state(job) == ("done", 3)
    assert counting.told == ["begin", "begin", "end 3"]


def test_who_asks_once_it_is_done_gets_a_new_job(counting: Counting) -> None:
    first = ask(COUNT, "", None)
    work(LONG)

    second = ask(COUNT, "", None)

    assert second.pk != first.pk
    assert state(second) == ("waiting", 0)


def test_a_failed_job_begins_anew_too(counting: Counting) -> None:
    counting.errors[2] = ValueError()
    job = ask(COUNT, "", None)
    work(LONG)

    again = ask(COUNT, "", None)

    assert again.pk == job.pk
    assert (state(job), again.problem) == (("waiting", 0), "")


def test_what_is_due_begins_by_itself_and_once(counting: Counting) -> None:
    counting.is_wanted = True

    work(SHORT)
    work(SHORT)

    assert [state(one) for one in Job.objects.all()] == [("running", 2)]


def test_a_job_of_a_kind_that_nobody_knows_waits(db: None) -> None:
    job = Job.objects.create(kind="gone")

    assert not work(LONG)
    assert state(job) == ("waiting", 0)


def test_restating_is_a_kind(db: None) -> None:
    assert "restate" in KINDS
