"""Retention as a job: once a day by itself, and at once when the times are shortened."""

from datetime import datetime

from django.utils import timezone

from wagtail_calltrack.jobs import Work
from wagtail_calltrack.models import Job, PrivacySettings
from wagtail_calltrack.privacy.retention import Bounds, forget, waiting
from wagtail_calltrack.rollups.days import local_day

FORGET = "forget"


class Forgetting(Work):
    """Forgets who came longer ago than the firm keeps."""

    def begin(self, job: Job) -> None:
        """Count what is to be forgotten."""
        job.total = waiting(_bounds())

    def take(self, job: Job) -> bool:
        """Forget a slice; steps for which nothing is left are passed."""
        place: int | None = job.cursor
        while place is not None:
            place, done = forget(place, _bounds())
            if place is not None:
                job.cursor = place
            if done:
                job.done += done
                job.total = max(job.total, job.done)
                return True
        return False

    def end(self, job: Job) -> None:
        """Say that all is done."""
        job.total = job.done

    def is_due(self, now: datetime) -> bool:
        """Say whether a day has begun since the last time."""
        last = PrivacySettings.current().forgotten_at
        return last is None or local_day(last) < local_day(now)


def _bounds() -> Bounds:
    return Bounds.of(PrivacySettings.current(), timezone.now())
