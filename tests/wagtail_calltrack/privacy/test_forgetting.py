"""Retention as a job: when it begins, how far it is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.wagtail_calltrack.privacy.test_retention import everything
from wagtail_calltrack.jobs import work
from wagtail_calltrack.models import Job, PrivacySettings, VisitorSession
from wagtail_calltrack.privacy.forgetting import Forgetting

pytestmark = pytest.mark.django_db


def test_it_is_done_by_itself_once_a_day() -> None:
    everything(timezone.now() - timedelta(days=900), "a")

    while work(1.0):
        pass

    job = Job.objects.get(kind="forget")
    assert (job.state, job.done) == ("done", job.total)
    assert job.total > 10
    assert not VisitorSession.objects.exists()
    work(1.0)
    assert Job.objects.filter(kind="forget").count() == 1


@pytest.mark.parametrize(
    ("hours", "is_due"),
    [pytest.param(0, False, id="just now"), pytest.param(25, True, id="yesterday")],
)
def test_it_is_due_when_a_day_has_begun(hours: int, is_due: bool) -> None:
    now = timezone.now()
    PrivacySettings.objects.create(forgotten_at=now - timedelta(hours=hours))

    assert Forgetting().is_due(now) is is_due
