"""An edge sends a batch: each event is stored once, and a bad one holds up no other."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.wagtail_calltrack.ingest.samples import (
    EDGE,
    EVENTS,
    KINDS,
    body,
    event,
    minute,
    one_of_each,
    send,
    tables,
)
from wagtail_calltrack.models import Edge, EdgeToken, PageView

pytestmark = pytest.mark.django_db


def test_one_of_each_kind_is_stored_and_a_second_time_known(client: Client, token: str) -> None:
    sent = body(one_of_each())

    first = send(client, token, sent)
    before = tables()
    second = send(client, token, sent)

    assert first.status_code == second.status_code == 200
    assert first.json() == {"stored": len(KINDS), "known": 0, "refused": []}
    assert second.json() == {"stored": 0, "known": len(KINDS), "refused": []}
    assert tables() == before
    assert {name: len(rows) for name, rows in before.items()} == {
        "VisitorSession": 1,
        "SessionTouch": 2,
        "PageView": 1,
        "NumberShown": 1,
        "LeaseEvent": 5,
        "PoolExhausted": 1,
        "CallEvent": 1,
        "FormSent": 1,
        "UnknownEvent": 0,
    }


def test_what_is_in_the_batch_twice_is_stored_once(client: Client, token: str) -> None:
    events = one_of_each()

    answer = send(client, token, body([*events, *events])).json()

    assert answer == {"stored": len(KINDS), "known": len(KINDS), "refused": []}


def test_bad_events_are_named_and_the_others_stored(client: Client, token: str) -> None:
    bad = event("page.viewed", path=None)
    newer = event("page.viewed") | {"kind": "Call rang"}
    events = [event("page.viewed"), bad, "no event", newer, event("page.viewed")]

    answer = send(client, token, body(events)).json()

    assert (answer["stored"], answer["known"]) == (2, 0)
    assert answer["refused"] == [
        {"at": 1, "id": bad["id"], "problem": "data.path: is missing"},
        {"at": 2, "id": None, "problem": "the event: must be an object"},
        {
            "at": 3,
            "id": newer["id"],
            "problem": "kind: must be a kind of event, as page.viewed",
        },
    ]
    assert PageView.objects.count() == 2


def test_an_edge_is_remembered_as_it_last_told_of_itself(client: Client, token: str) -> None:
    send(client, token, body([]))
    first = Edge.objects.get()
    assert first.events_at is None

    send(client, token, body([event("page.viewed")], name="proxy 1b", serial=13, report={"a": 1}))
    with_events = Edge.objects.get()
    send(client, token, body([], report=None))
    last = Edge.objects.get()

    assert (first.id, first.name, first.version, first.serial) == (
        *(EDGE["id"], "proxy 1", "0.1.0", 12),
    )
    assert first.report == EDGE["report"]
    assert (with_events.name, with_events.serial, with_events.report) == ("proxy 1b", 13, {"a": 1})
    assert with_events.events_at == with_events.seen_at
    assert last.report == {}
    assert last.events_at == with_events.events_at
    assert last.first_seen_at == first.first_seen_at
    assert first.seen_at < with_events.seen_at < last.seen_at <= timezone.now()
    assert last.token == EdgeToken.objects.get()


def test_the_use_of_the_token_is_noted(client: Client, token: str) -> None:
    send(client, token, body([]))

    assert EdgeToken.objects.get().last_used_at is not None


def nested(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(levels - 1):
        found = {"a": found}
    return found


def test_a_report_may_be_nested(client: Client, token: str) -> None:
    send(client, token, body([], report=nested(20)))

    assert Edge.objects.get().report == nested(20)


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        pytest.param([1], "must be an object", id="a list"),
        pytest.param("x", "must be an object", id="a text"),
        pytest.param({"a": "x" * 32_768}, "is longer than 32768 bytes", id="too long"),
        pytest.param({"a": "\x00"}, "holds the character NUL", id="NUL"),
        pytest.param({"\ud800": 1}, "cannot be kept as JSON", id="half of a pair"),
        pytest.param({"a": 10**400}, "cannot be kept as JSON", id="a number too large"),
        pytest.param(nested(21), "is more than 20 levels deep", id="too deep"),
    ],
)
def test_a_report_that_cannot_be_kept_is_told_and_holds_up_nothing(
    client: Client, token: str, report: Any, problem: str
) -> None:
    answer = send(client, token, body([event("page.viewed")], report=report)).json()

    assert answer["stored"] == 1
    assert answer["problems"] == [f"edge.report: {problem}; it is left out"]
    assert Edge.objects.get().report == {}


def test_the_answer_is_for_this_edge_alone(client: Client, token: str) -> None:
    response = send(client, token, body([]))

    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Calltrack"] == "off"
    assert "Authorization" in response.headers["Vary"]
    assert "Set-Cookie" not in response.headers


def test_who_has_no_token_stores_nothing(client: Client, token: str) -> None:
    sent = body([event("page.viewed")])

    unknown = send(client, token[:-1] + "-", sent)
    nobody = client.post(EVENTS, sent, content_type="application/json")
    EdgeToken.objects.update(is_revoked=True)
    revoked = send(client, token, sent)

    assert [unknown.status_code, nobody.status_code, revoked.status_code] == [401, 401, 403]
    assert unknown.headers["WWW-Authenticate"].startswith("Bearer")
    assert not PageView.objects.exists()
    assert not Edge.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_events_are_sent_by_post(token: str, method: str) -> None:
    client = Client(enforce_csrf_checks=True)

    response = getattr(client, method)(EVENTS, headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


def test_no_page_of_the_site_need_be_asked_for_first(token: str) -> None:
    response = send(Client(enforce_csrf_checks=True), token, body([]))

    assert response.status_code == 200


def test_the_log_counts_and_names_nobody(
    client: Client, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bad = event("lease.given", number="+31301234567x", session="SECRET-SESSION")

    send(client, token, body([event("lease.given", session="SECRET-SESSION"), bad, "x"]))

    ours = [record for record in caplog.records if record.name.startswith("wagtail_calltrack")]
    assert [record.getMessage() for record in ours] == [
        "refused 2 of 3 events: data.number (1), the event (1)"
    ]
    assert not any(word in caplog.text for word in ("SECRET", "31301234567", "V1"))


def test_moments_are_kept_to_the_microsecond(client: Client, token: str) -> None:
    exact = minute(0).replace(microsecond=123456)
    sent = event("page.viewed") | {"at": exact.isoformat()}

    send(client, token, body([sent]))

    assert PageView.objects.get().at == exact
