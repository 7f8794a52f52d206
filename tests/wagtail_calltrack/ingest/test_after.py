"""What waits is done behind an edge's answer, and not before it."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client, RequestFactory

from tests.wagtail_calltrack.calls import call
from tests.wagtail_calltrack.ingest.samples import EVENTS, START, body
from wagtail_calltrack.ingest import after
from wagtail_calltrack.ingest.views import events
from wagtail_calltrack.jobs import ask_restating
from wagtail_calltrack.models import Call, EdgeToken, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def connected() -> Iterator[None]:
    """Keep the test's connection when an answer is closed, as Django's own client does."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.mark.usefixtures("connected")
def test_long_work_is_done_when_the_edge_has_its_answer(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(after, "LONG_SECONDS", 60.0)  # the machine may be slow
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


def test_calls_that_an_import_left_have_a_turn_as_often_as_long_work_has() -> None:
    after.take_turn()
    made = call(START, is_settled=False)

    after.take_turn()
    before = _is_settled(made)
    cache.delete(after._LONG_KEY)
    after.take_turn()

    assert (before, _is_settled(made)) == (False, True)


def test_a_phone_system_that_tells_of_its_calls_gives_a_turn_too(client: Client) -> None:
    row = EdgeToken(name="pbx", purpose="calls")
    headers = {"Authorization": f"Bearer {row.issue()}"}
    row.save()
    made = call(START, is_settled=False)

    answer = client.post(
        "/calltrack/api/calls/", '{"calls": []}', "application/json", headers=headers
    )

    assert answer.status_code == 200
    assert _is_settled(made)


def _state(job: Job) -> str:
    return str(Job.objects.get(pk=job.pk).state)


def _is_settled(made: Call) -> bool:
    return Call.objects.get(pk=made.pk).is_settled
