"""Events of a kind that is not known: kept, the newest of them, and read once they are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.wagtail_calltrack.ingest.samples import body, event, minute, send
from wagtail_calltrack.ingest import storing
from wagtail_calltrack.ingest.unknown import read_unknown
from wagtail_calltrack.models import Call, PageView, UnknownEvent, VisitorSession

pytestmark = pytest.mark.django_db

NEW = event("page.viewed", 3) | {"kind": "page.scrolled", "data": {"how": {"far": 0.5}}}


def waiting(kind: str, at: float = 0, **data: object) -> UnknownEvent:
    """An event as an older version kept it."""
    told = event(kind, at, **data)
    return UnknownEvent.objects.create(
        id=uuid4(), kind=kind, at=minute(at), data=told["data"], came_at=minute(at)
    )


def test_an_event_of_a_new_kind_is_stored_as_it_came(client: Client, token: str) -> None:
    first = send(client, token, body([NEW])).json()
    second = send(client, token, body([NEW, event("page.viewed")])).json()

    assert first == {"stored": 1, "known": 0, "refused": []}
    assert second == {"stored": 1, "known": 1, "refused": []}
    row = UnknownEvent.objects.get()
    assert (row.kind, row.at, row.data) == ("page.scrolled", minute(3), NEW["data"])
    assert VisitorSession.objects.get().seen_at == minute(0)


def test_the_oldest_go_when_there_are_too_many(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "MOST_UNKNOWN", 5)
    monkeypatch.setattr(storing, "SPARE_UNKNOWN", 2)
    for at in range(7):
        UnknownEvent.objects.create(
            id=uuid4(), kind="old", at=minute(0), data={}, came_at=minute(-100 + at)
        )

    answer = send(client, token, body([NEW]))

    assert answer.json()["stored"] == 1
    assert UnknownEvent.objects.count() == 5
    assert min(UnknownEvent.objects.values_list("came_at", flat=True)) == minute(-97)
    assert UnknownEvent.objects.filter(kind="page.scrolled").exists()


def test_what_is_known_by_now_is_read_and_the_rest_waits() -> None:
    waiting("page.viewed", 1)
    waiting("lease.given", 0, before=None)
    waiting("call.reported", 2, caller="+31612345678")
    UnknownEvent.objects.create(
        id=uuid4(), kind="page.scrolled", at=minute(0), data={}, came_at=minute(0)
    )

    assert read_unknown() == 3
    assert PageView.objects.get().at == minute(1)
    assert Call.objects.get().is_settled is False
    assert list(UnknownEvent.objects.values_list("kind", flat=True)) == ["page.scrolled"]
    assert read_unknown() == 0


def test_what_is_wrong_is_refused_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    UnknownEvent.objects.create(
        id=uuid4(),
        kind="page.viewed",
        at=minute(0),
        data={"path": "/+31612345678"},
        came_at=minute(0),
    )
    waiting("page.viewed")

    assert read_unknown() == 2
    assert PageView.objects.count() == 1
    assert not UnknownEvent.objects.exists()
    assert "refused 1 of 2 events: data.session (1)" in caplog.text
    assert "612345678" not in caplog.text


def test_a_sign_of_life_reads_them(client: Client, token: str) -> None:
    waiting("page.viewed")

    send(client, token, body([]))

    assert PageView.objects.count() == 1


def test_an_event_from_the_far_future_is_no_event(client: Client, token: str) -> None:
    ahead = NEW | {"at": (minute(0) + timedelta(days=4000)).isoformat()}

    answer = send(client, token, body([ahead, NEW | {"id": "x"}])).json()

    assert answer["stored"] == 0
    assert [one["problem"].partition(":")[0] for one in answer["refused"]] == ["at", "id"]
