"""Ask for work.

There is one job of a kind that is not done. Whoever asks while there is one, whatever its state,
has it begin anew, once: it is one job then, for both reasons.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from wagtail_calltrack.jobs.audit import log_begun_anew
from wagtail_calltrack.jobs.kinds import KINDS
from wagtail_calltrack.jobs.restating import RESTATE
from wagtail_calltrack.models import Call, Job
from wagtail_calltrack.models.facts import LONGEST_TEXT
from wagtail_calltrack.settling import unsettle
from wagtail_calltrack.settling.turns import alone

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


def ask_restating(why: str, user: Any) -> Job:
    """Have all calls reckoned anew. `why` is a sentence: which rule changed, from what to what.

    To be asked once the change is saved, or in the same transaction.
    """
    return ask(RESTATE, why, user)


def ask(kind: str, why: str, user: Any) -> Job:
    """Have work of a kind done, from the beginning. `user` is None where nobody asked."""
    why = why[:LONGEST_TEXT]
    unfinished = Job.objects.exclude(state=DONE)
    job, is_new = unfinished.get_or_create(kind=kind, defaults={"why": why, "user": user})
    if is_new:
        return job
    with transaction.atomic():
        # Whoever is at work in a slice ends it first. It may have been the last.
        locked = unfinished.select_for_update(of=("self",)).filter(kind=kind).first()
        if locked is not None:
            _begin_anew(locked, why, user)
            return locked
    return ask(kind, why, user)


def _begin_anew(job: Job, why: str, user: Any) -> None:
    if job.kind == RESTATE and job.state != WAITING:
        log_begun_anew(job, why)
    if why not in job.why:
        job.why = f"{job.why} {why}".strip()[:LONGEST_TEXT]
    job.state, job.user, job.problem = WAITING, user, ""
    job.cursor = job.done = job.changed_targets = job.changed_categories = 0
    job.save()


def restate_callers(numbers: Collection[str]) -> int:
    """Have the calls of some callers reckoned anew, within seconds; give how many there are.

    Whether a caller is blocked changes no other caller's calls, so that needs no job. It waits for
    whoever reckons calls now: both write the same rows, each in an order of its own.
    """
    with alone():
        return unsettle(Call.objects.filter(caller__in=[one for one in numbers if one]))


def retry(job: Job) -> bool:
    """Have a failed job go on where it stopped; say whether it was one."""
    rows = Job.objects.filter(pk=job.pk, state=FAILED)
    begun, not_begun = rows.filter(done__gt=0), rows.filter(done=0)
    return bool(
        begun.update(state=RUNNING, problem="") or not_begun.update(state=WAITING, problem="")
    )


def ask_what_is_due() -> None:
    """Begin what begins by itself."""
    now = timezone.now()
    unfinished = set(Job.objects.exclude(state=DONE).values_list("kind", flat=True))
    for kind, work in KINDS.items():
        if kind not in unfinished and work.is_due(now):
            ask(kind, "", None)
