"""All calls reckoned anew, by the rules as they are now.

Calls are taken in the order of their keys. A slice changes its own calls and may change others of
the same callers, so both are compared with what was before. All calls of a caller get their new
worth in the first slice that has one of them, so none is counted twice.
"""

from collections.abc import Collection

from django.db.models import Q

from wagtail_calltrack.jobs.audit import log_begun, log_ended
from wagtail_calltrack.jobs.kinds import Work
from wagtail_calltrack.models import Call, CallCategory, Job
from wagtail_calltrack.settling import settle_these

RESTATE = "restate"
SLICE = 50
"""Calls in a slice."""


class Restating(Work):
    """Settles every call once more."""

    def begin(self, job: Job) -> None:
        """Count the calls, and say so in the history."""
        job.total = Call.objects.count()
        log_begun(job)

    def take(self, job: Job) -> bool:
        """Reckon the next calls anew."""
        rows = Call.objects.filter(pk__gt=job.cursor).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:SLICE])
        if not ids:
            return False
        worth, categories = _worth(ids), _categories(ids)
        settle_these(ids)
        job.changed_targets += _changed(worth, _worth(ids))
        job.changed_categories += _changed(categories, _categories(ids))
        job.cursor = ids[-1]
        job.done += len(ids)
        job.total = max(job.total, job.done)
        return True

    def end(self, job: Job) -> None:
        """Say in the history what changed."""
        job.total = job.done
        log_ended(job)


def _worth(ids: Collection[int]) -> dict[int, object]:
    """Say of these calls and those of the same callers whether they count, or are spam."""
    of_these = Call.objects.filter(pk__in=ids).exclude(caller="")
    callers = set(of_these.values_list("caller", flat=True))
    rows = Call.objects.filter(Q(pk__in=ids) | Q(caller__in=callers))
    return {pk: worth for pk, *worth in rows.values_list("pk", "is_target", "is_spam")}


def _categories(ids: Collection[int]) -> dict[int, object]:
    found: dict[int, set[int]] = {pk: set() for pk in ids}
    rows = CallCategory.objects.filter(call__in=ids, is_taken_away=False)
    for call, category in rows.values_list("call", "category"):
        found[call].add(category)
    return dict(found)


def _changed(before: dict[int, object], after: dict[int, object]) -> int:
    return sum(before[pk] != now for pk, now in after.items() if pk in before)
