"""Calls of a phone system of the firm's own: each once, and what is wrong told by its field."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.wagtail_calltrack.ingest.samples import (
    EVENTS,
    START,
    Json,
    body,
    minute,
    moment,
    new_token,
)
from wagtail_calltrack.ingest.body import Doubled
from wagtail_calltrack.ingest.own_calls import State, store_calls, told_before
from wagtail_calltrack.models import Call, CallEvent, EdgeToken, Lead, PrivacySettings

pytestmark = pytest.mark.django_db

CALLS = "/calltrack/api/calls/"
PLAN = "/calltrack/api/plan/"


@pytest.fixture
def opener() -> str:
    row = EdgeToken(name="pbx", purpose="calls")
    token = row.issue()
    row.save()
    return token


def row(reference: str | None = "A-1", **values: Any) -> Json:
    """A call that is right; a field that is None is left out."""
    said = {
        "reference": reference,
        "number": "+31301234567",
        "caller": "06 12345678",
        "started_at": moment(1),
        "status": "answered",
        "talk_seconds": 65,
        "ring_seconds": 7,
        **values,
    }
    return {name: value for name, value in said.items() if value is not None}


def post(client: Client, token: str, sent: object, path: str = CALLS) -> Any:
    text = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(path, text, content_type="application/json", headers=headers)


def test_a_call_is_stored_settled_and_becomes_a_lead(client: Client, opener: str) -> None:
    answer = post(client, opener, {"calls": [row(recording="https://pbx.example/1")]})

    assert (answer.status_code, answer.json()) == (
        *(200, {"stored": 1, "changed": 0, "known": 0, "refused": []}),
    )
    call = Call.objects.get()
    assert (call.account, call.call, call.number, call.caller) == (
        *("pbx", "A-1", "+31301234567", "+31612345678"),
    )
    assert (call.status, call.talk_seconds, call.ring_seconds) == ("answered", 65, 7)
    assert (call.started_at, call.answered_at) == (minute(1), minute(1 + 7 / 60))
    assert (call.ended_at, call.recording) == (minute(1 + 72 / 60), "https://pbx.example/1")
    assert (call.is_settled, call.step) == (True, "misdial")
    assert Lead.objects.count() == 1


def test_the_same_reference_changes_its_call_and_makes_no_second(
    client: Client, opener: str
) -> None:
    post(client, opener, {"calls": [row()]})
    same = post(client, opener, {"calls": [row()]}).json()
    other = post(client, opener, {"calls": [row(talk_seconds=10, caller=None)]}).json()

    assert (same["known"], same["stored"], same["changed"]) == (1, 0, 0)
    assert (other["known"], other["stored"], other["changed"]) == (0, 0, 1)
    call = Call.objects.get()
    assert (call.talk_seconds, call.caller, CallEvent.objects.count()) == (10, "", 1)


def test_two_phone_systems_have_references_of_their_own(client: Client, opener: str) -> None:
    post(client, opener, {"calls": [row()]})
    answer = post(client, opener, {"account": "utrecht", "calls": [row()]}).json()

    assert answer["stored"] == 1
    assert set(Call.objects.values_list("account", flat=True)) == {"pbx", "utrecht"}


BAD = [
    pytest.param(row(reference=None), "reference: is missing", id="no reference"),
    pytest.param(row(reference="a\nb"), "reference: must be 1 to 128", id="two lines"),
    pytest.param(row(number=None), "number: is missing", id="no number"),
    pytest.param(row(number="112"), "number: must be a phone number", id="no phone number"),
    pytest.param(row(caller="anonymous"), "caller: must be a phone number", id="a word"),
    pytest.param(row(caller=31612345678), "caller: must be a phone number", id="a whole number"),
    pytest.param(row(started_at="yesterday"), "started_at: must be a moment", id="no moment"),
    pytest.param(row(started_at="2026-03-02T12:00:00"), "started_at: must be", id="naive"),
    pytest.param(row(status="ringing"), "status: must be one of answered, busy", id="not over"),
    pytest.param(row(status=["answered"]), "status: must be one of", id="a list"),
    pytest.param(row(talk_seconds=None), "talk_seconds: is missing", id="no talk time"),
    pytest.param(row(talk_seconds=1.5), "talk_seconds: must be whole", id="a part of a second"),
    pytest.param(row(direction="both"), "direction: must be one of in, out", id="no direction"),
    pytest.param(row(vestiging="?"), "vestiging: must be", id="no key"),
    pytest.param("A-1", "the call: must be an object", id="no object"),
    pytest.param(row(talk_time=65), "talk_time: is no field of a call", id="misspelt"),
    pytest.param(Doubled(row()), "the call: a name stands twice", id="a name twice"),
]


@pytest.mark.parametrize(("wrong", "problem"), BAD)
def test_a_call_that_is_wrong_is_named_and_the_others_are_stored(wrong: Any, problem: str) -> None:
    first, bad, last = store_calls([row("A-0"), wrong, row("A-2")], minute(600))

    assert (first.state, bad.state, last.state) == (State.STORED, State.REFUSED, State.STORED)
    assert bad.problem.startswith(problem)
    assert list(Call.objects.order_by("call").values_list("call", flat=True)) == ["A-0", "A-2"]


def test_of_a_reference_that_stands_twice_the_last_counts() -> None:
    first, last = store_calls([row(talk_seconds=1), row(talk_seconds=2)], minute(600))

    assert (first.state, last.state) == (State.REFUSED, State.STORED)
    assert first.problem == "reference: stands again further on; that one counts"
    assert Call.objects.get().talk_seconds == 2


def test_a_look_stores_nothing() -> None:
    store_calls([row("A-1")], minute(600))

    found = store_calls(
        [row("A-1"), row("A-1x"), row("A-2", status="?")], minute(600), only_look=True
    )

    assert [one.state for one in found] == [State.KNOWN, State.STORED, State.REFUSED]
    assert Call.objects.count() == CallEvent.objects.count() == 1


def test_a_caller_who_was_erased_does_not_come_back() -> None:
    store_calls([row("A-1"), row("A-2")], minute(600))
    CallEvent.objects.filter(call="A-1").delete()
    Call.objects.filter(call="A-1").update(caller="~somebody", recording="")

    again, other = store_calls([row("A-1"), row("A-2")], minute(600))

    assert (again.state, other.state) == (State.REFUSED, State.KNOWN)
    assert again.problem == "reference: the caller of this call is forgotten here by now"
    assert Call.objects.get(call="A-1").caller == "~somebody"
    assert CallEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "state"),
    [
        pytest.param(101, State.REFUSED, id="forgotten"),
        pytest.param(99, State.STORED, id="not that old"),
    ],
)
def test_a_call_of_a_time_that_is_forgotten_is_refused(days: int, state: State) -> None:
    last = START + timedelta(days=days)
    PrivacySettings.objects.create(caller_days=100, forgotten_at=last)

    (found,) = store_calls([row()], last)

    assert found.state is state
    assert found.problem.startswith("started_at: ") == (state is State.REFUSED)
    assert Call.objects.count() == (state is State.STORED)


def test_what_was_told_is_found_by_its_reference_and_account() -> None:
    store_calls([row("A-1", talk_seconds=3)], minute(600))
    store_calls([row("A-1", talk_seconds=4)], minute(600), account="utrecht")

    found = told_before(["A-1", "A-2"], "utrecht")

    assert {name: event.talk_seconds for name, event in found.items()} == {"A-1": 4}


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        pytest.param([], 400, "the body: must be an object", id="a list"),
        pytest.param({"calls": {}}, 400, "calls: must be a list", id="calls are none"),
        pytest.param({"call": []}, 400, "call: is not known; there are", id="misspelt"),
        pytest.param(b'{"calls": [], "calls": []}', 400, "a name stands twice", id="calls twice"),
        pytest.param({"calls": [], "account": "-"}, 400, "account: must be", id="no key"),
        pytest.param({"calls": [1] * 1001}, 413, "1001 calls; send 1000", id="too many"),
        pytest.param(b"{", 400, "the body is no JSON", id="cut off"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(
    client: Client, opener: str, sent: object, status: int, reason: str
) -> None:
    answer = post(client, opener, sent)

    assert (answer.status_code, reason in answer.json()["error"]) == (status, True)
    assert (answer.json().get("most_calls") == 1000) == (status == 413)


def test_a_token_opens_only_what_it_is_for(client: Client, opener: str) -> None:
    edges = new_token()

    by_edge = post(client, edges, {"calls": [row()]})
    events = post(client, opener, body([]), EVENTS)
    plan = client.get(PLAN, headers={"Authorization": f"Bearer {opener}"})

    assert [one.status_code for one in (by_edge, events, plan)] == [403, 403, 403]
    assert "this token is for something else" in by_edge.json()["error"]
    assert not Call.objects.exists()
    assert post(client, opener, {"calls": []}).status_code == 200


@pytest.mark.parametrize("count", [2, 20])
def test_calls_cost_the_same_queries_for_two_and_for_twenty(count: int) -> None:
    store_calls([row("first")], minute(600))

    with CaptureQueriesContext(connection) as queries:
        store_calls([row(f"A-{at}", caller=f"+316{at:08}") for at in range(count)], minute(600))

    assert Call.objects.filter(is_settled=True).count() == count + 1
    assert len(queries) <= 75
