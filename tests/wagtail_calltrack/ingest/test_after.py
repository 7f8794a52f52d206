"""What waits is done behind an edge's answer, and not before it."""

import pytest
from django.test import RequestFactory

from tests.wagtail_calltrack.calls import call
from tests.wagtail_calltrack.ingest.samples import EVENTS, START, body
from wagtail_calltrack.ingest import after
from wagtail_calltrack.ingest.views import events
from wagtail_calltrack.jobs import ask_restating
from wagtail_calltrack.models import Call, Job

pytestmark = pytest.mark.django_db


def test_long_work_is_done_when_the_edge_has_its_answer(token: str) -> None:
    made = call(START, is_settled=False)
    job = ask_restating("", None)
    sent = RequestFactory().post(
        EVENTS, body([]), "application/json", headers={"Authorization": f"Bearer {token}"}
    )

    answer = events(sent)
    told = (answer.status_code, _state(job), _is_settled(made))
    answer.close()

    assert told == (200, "waiting", False)
    assert (_state(job), _is_settled(made)) == ("done", True)


def test_there_is_one_turn_however_many_edges_tell(token: str) -> None:
    after.take_turn()
    job = ask_restating("", None)

    after.take_turn()

    assert _state(job) == "waiting"


def _state(job: Job) -> str:
    return str(Job.objects.get(pk=job.pk).state)


def _is_settled(made: Call) -> bool:
    return Call.objects.get(pk=made.pk).is_settled
