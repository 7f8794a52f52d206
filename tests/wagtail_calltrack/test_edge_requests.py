"""What every request of an edge is answered when the database is not there."""

import logging

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from tests.wagtail_calltrack.ingest.samples import EVENTS, body, event, new_token
from wagtail_calltrack import api
from wagtail_calltrack.ingest import views
from wagtail_calltrack.models import Edge, PageView

pytestmark = pytest.mark.django_db

PLAN = "/calltrack/api/plan/"
DEADLOCK = "deadlock detected\nDETAIL:  row contains (SECRET-SESSION, +31301234567)"


@pytest.mark.parametrize("error", [OperationalError(DEADLOCK), InterfaceError(DEADLOCK)], ids=type)
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
