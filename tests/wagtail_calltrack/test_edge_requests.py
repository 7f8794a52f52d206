"""What every request of an edge is answered when the database is not there."""

import logging
from datetime import datetime

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, ProgrammingError
from django.test import Client

from tests.wagtail_calltrack.ingest.samples import EVENTS, body, event, new_token, send
from wagtail_calltrack import api
from wagtail_calltrack.ingest import views
from wagtail_calltrack.ingest.batch import Batch
from wagtail_calltrack.ingest.storing import Outcome, store
from wagtail_calltrack.models import Edge, EdgeToken, PageView

pytestmark = pytest.mark.django_db

PLAN = "/calltrack/api/plan/"
DEADLOCK = "deadlock detected\nDETAIL:  row contains (SECRET-SESSION, +31301234567)"


@pytest.mark.parametrize(
    "error",
    [OperationalError(DEADLOCK), InterfaceError(DEADLOCK), ProgrammingError(DEADLOCK)],
    ids=type,
)
@pytest.mark.parametrize("address", [EVENTS, PLAN])
def test_a_database_that_is_away_is_asked_again_later(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    address: str,
) -> None:
    def fail(*_args: object) -> None:
        raise error

    monkeypatch.setattr(views, "store", fail)
    monkeypatch.setattr(api, "published", fail)
    caplog.set_level(logging.DEBUG)
    headers = {"Authorization": f"Bearer {new_token()}"}

    if address == PLAN:
        response = client.get(PLAN, headers=headers)
    else:
        sent = body([event("page.viewed")])
        response = client.post(EVENTS, sent, content_type="application/json", headers=headers)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert response.headers["X-Calltrack"] == "off"
    assert response.json() == {"error": "the database is busy or away; send the same again later"}
    assert f"come again: {type(error).__name__}: deadlock detected" in caplog.text
    assert not any(word in caplog.text for word in ("SECRET", "31301234567"))
    assert not PageView.objects.exists()
    assert not Edge.objects.exists()


def test_a_fault_of_ours_is_no_busy_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(api, "published", fail)

    with pytest.raises(RuntimeError, match="ours"):
        client.get(PLAN, headers={"Authorization": f"Bearer {new_token()}"})


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_token_that_is_deleted_while_its_events_are_stored_is_not_known(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete_and_store(batch: Batch, token: EdgeToken, now: datetime) -> Outcome:
        EdgeToken.objects.filter(pk=token.pk).delete()
        return store(batch, token, now)

    monkeypatch.setattr(views, "store", delete_and_store)

    response = send(client, new_token(), body([event("page.viewed")]))

    assert response.status_code == 401
    assert response.json()["error"].startswith("this token is not known here")
    assert not PageView.objects.exists()


def test_what_the_tables_do_not_take_is_no_fault_of_the_token(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise IntegrityError("ours")

    monkeypatch.setattr(views, "store", fail)

    with pytest.raises(IntegrityError, match="ours"):
        send(client, new_token(), body([event("page.viewed")]))
