"""What Wagtail's history says of restating: why, begun when, with what result.

It stands in the history of the call settings, where the rules are that changed.
"""

from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from wagtail_calltrack.models import CallSettings, Job
from wagtail_calltrack.records import RESTATED


def log_begun(job: Job) -> None:
    """Say that calls are reckoned anew, and why."""
    _log(job, _("Calls are reckoned anew. %(why)s") % {"why": job.why})


def log_begun_anew(job: Job, why: str) -> None:
    """Say that it begins at the beginning once more, and what it had changed until then."""
    told = _("Reckoning calls anew starts over at %(done)s of %(total)s: %(why)s %(changes)s")
    values = {"done": job.done, "total": job.total, "why": why, "changes": changes(job)}
    _log(job, told % values)


def log_ended(job: Job) -> None:
    """Say what changed."""
    told = ngettext(
        "%(count)s call was reckoned anew. %(changes)s %(why)s",
        "%(count)s calls were reckoned anew. %(changes)s %(why)s",
        job.done,
    )
    _log(job, told % {"count": job.done, "changes": changes(job), "why": job.why})


def changes(job: Job) -> str:
    """Say how many calls a restating has changed so far."""
    targets = ngettext(
        "%(count)s call became a target call or spam, or is none any more;",
        "%(count)s calls became target calls or spam, or are none any more;",
        job.changed_targets,
    )
    categories = ngettext(
        "%(count)s has other categories.",
        "%(count)s have other categories.",
        job.changed_categories,
    )
    numbers = {"count": job.changed_targets}, {"count": job.changed_categories}
    return f"{targets % numbers[0]} {categories % numbers[1]}"


def _log(job: Job, said: str) -> None:
    # An id of its own: of entries that share one, the history shows the last alone.
    log(
        instance=CallSettings.current(),
        action=RESTATED,
        user=job.user,
        uuid=uuid4(),
        data={"said": said},
    )
