"""Events that come after what they tell of was forgotten: taken, and not stored."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.wagtail_calltrack.ingest.samples import START, body, event, new_token, send
from wagtail_calltrack.models import DailyVisitor, PageView, PrivacySettings, VisitorSession

pytestmark = pytest.mark.django_db

DAYS = 100
FORGOTTEN, KEPT = DAYS - 10, DAYS + 10
"""Days from the events to the last clean-up, which forgot what was older than DAYS."""


def sent(client: Client) -> Any:
    response = send(client, new_token(), body([event("session.started"), event("page.viewed")]))
    assert response.status_code == 200
    return response.json()


def cleaned_up(at: datetime | None) -> None:
    PrivacySettings.objects.create(visitor_days=DAYS, forgotten_at=at)


def test_events_of_a_forgotten_visit_do_not_bring_it_back(client: Client) -> None:
    cleaned_up(START + timedelta(days=KEPT))

    answer = sent(client)

    assert (answer["stored"], answer["refused"]) == (0, [])
    for model in (VisitorSession, PageView, DailyVisitor):
        assert not model._default_manager.exists()


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(START + timedelta(days=FORGOTTEN), id="not that old"),
        pytest.param(None, id="nothing was forgotten yet"),
    ],
)
def test_events_that_are_not_forgotten_are_stored(client: Client, at: datetime | None) -> None:
    cleaned_up(at)

    assert sent(client)["stored"] == 2
