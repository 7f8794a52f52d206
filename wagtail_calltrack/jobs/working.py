"""Do what is asked for, slice by slice.

Several processes may call `work` at once: whoever has a job's row locked does the slice, and the
others go home. A slice that fails is undone, and its job waits for somebody to look at it; only
what the database itself cannot do now (it is busy, or gone) is tried again.
"""

import logging
import traceback
from pathlib import Path
from time import monotonic

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from wagtail_calltrack.jobs.asking import DONE, FAILED, RUNNING, WAITING, ask_what_is_due
from wagtail_calltrack.jobs.kinds import KINDS
from wagtail_calltrack.models import Job

_log = logging.getLogger(__name__)


def work(seconds: float) -> bool:
    """Work for about so long: the slice that is begun is ended. Gives whether there is more."""
    ask_what_is_due()
    until = monotonic() + seconds
    while _take_slice():
        if monotonic() >= until:
            return True
    return False


def unfinished() -> int:
    """Give how many jobs are not done, failed ones too."""
    return Job.objects.exclude(state=DONE).count()


def _take_slice() -> bool:
    """Do one slice; say whether there was one to do."""
    job = _next()
    if job is None:
        return False
    try:
        with transaction.atomic():
            locked = _lock(job)
            if locked is None:
                return False
            _advance(locked)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever fails: one job must not hold up the others)
        _fail(job, error)
    return True


def _next() -> Job | None:
    """Give the job that waits longest for a slice."""
    jobs = Job.objects.filter(state__in=(WAITING, RUNNING), kind__in=KINDS)
    return jobs.order_by(F("touched_at").asc(nulls_first=True), "pk").first()


def _lock(job: Job) -> Job | None:
    """Have the row for this transaction; None where somebody else has it, or it is done."""
    rows = Job.objects.filter(pk=job.pk, state__in=(WAITING, RUNNING))
    locked = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if locked is not None:
        locked.touched_at = timezone.now()
        locked.save(update_fields=["touched_at"])
    return locked


def _advance(job: Job) -> None:
    work = KINDS[job.kind]
    if job.state == WAITING:
        job.state, job.cursor, job.done = RUNNING, 0, 0
        work.begin(job)
    if not work.take(job):
        job.state, job.finished_at = DONE, timezone.now()
        work.end(job)
    job.save()


def _fail(job: Job, error: Exception) -> None:
    """Keep the place, and not the message: it may have somebody's number in it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).parent.name}/{Path(last.filename).name}"
    problem = f"{type(error).__name__} in {place}, line {last.lineno}"
    _log.error("The job «%s» failed: %s", job.kind, problem)
    rows = Job.objects.filter(pk=job.pk, state__in=(WAITING, RUNNING))
    rows.update(state=FAILED, problem=problem, touched_at=timezone.now())
