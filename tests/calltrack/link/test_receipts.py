"""What an answer to a batch of events means."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.events import EventId
from calltrack.link.outcomes import Failed
from calltrack.link.receipts import LATEST, Choked, Later, Receipt, Settled, TooLarge, read_receipt

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SENT = [EventId(f"{n:032x}") for n in range(3)]


def receipt(status: int, body: object, **options: Any) -> Receipt:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_receipt(status, text, sent=SENT, now=NOW, **options)


def said(**changes: object) -> dict[str, object]:
    return {"stored": 1, "known": 1, "refused": [{"at": 2, "problem": "bad"}], **changes}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(said(stored=3, known=0, refused=[]), Settled(3), id="all stored"),
        pytest.param(said(stored=0, known=3, refused=[]), Settled(0, 3), id="all known"),
        pytest.param(said(), Settled(1, 1, {SENT[2]: "bad"}), id="one refused, by its place"),
        pytest.param(
            said(refused=[{"at": 0, "id": SENT[0], "problem": "a\nb"}]),
            Settled(1, 1, {SENT[0]: "a b"}),
            id="one refused, by its id too",
        ),
        pytest.param(
            said(refused=[{"at": 1, "id": None}]),
            Settled(1, 1, {SENT[1]: "it does not say why"}),
            id="one refused without a word",
        ),
    ],
)
def test_a_whole_receipt_settles_the_batch(body: object, expected: Settled) -> None:
    assert receipt(200, body) == expected


def test_a_sign_of_life_is_settled_by_nothing() -> None:
    body = json.dumps(said(stored=0, known=0, refused=[])).encode()

    assert read_receipt(200, body, sent=[], now=NOW) == Settled()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(said(stored=0), "accounts for 2 of 3", id="one is missing"),
        pytest.param(said(known=9), "accounts for 11 of 3", id="too many"),
        pytest.param(said(refused=[{"at": 3}]), "not sent", id="one that was not sent"),
        pytest.param(said(refused=[{"at": -1}]), "not sent", id="one before the first"),
        pytest.param(said(refused=[{"at": True}]), "not sent", id="a place that is none"),
        pytest.param(
            said(refused=[{"at": 1, "id": SENT[0]}]), "not sent", id="place and id differ"
        ),
        pytest.param(said(refused=[{"at": 1, "id": []}]), "not sent", id="an id that is none"),
        pytest.param(said(refused=[7]), "not sent", id="a row that is none"),
        pytest.param(said(refused=[{"at": 1}] * 2, stored=0), "2 of 3", id="the same one twice"),
        pytest.param(said(refused={}), "no receipt", id="rows that are no list"),
        pytest.param(said(stored="3"), "no receipt", id="a count that is none"),
        pytest.param(said(stored=True), "no receipt", id="a truth for a count"),
        pytest.param({}, "no receipt", id="an empty object"),
        pytest.param([], "no receipt", id="a list"),
        pytest.param(b"", "no receipt", id="nothing"),
        pytest.param(b"ok", "no receipt", id="no JSON"),
        pytest.param(b"\xff", "no receipt", id="bytes"),
        pytest.param(b"[" * 9999, "no receipt", id="too deep"),
        pytest.param(b"<html>", "a web page", id="a log-in page"),
    ],
)
def test_what_is_no_whole_receipt_settles_nothing(body: object, reason: str) -> None:
    found = receipt(200, body)

    assert isinstance(found, Failed)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("body", "events", "size"),
    [
        pytest.param({"error": "x", "most_events": 5, "most_bytes": 9}, 5, 9, id="both told"),
        pytest.param({"most_events": 0, "most_bytes": "9"}, None, None, id="nonsense"),
        pytest.param(b"<html>413", None, None, id="a page of a front"),
    ],
)
def test_too_large_says_how_much_is_taken(
    body: object, events: int | None, size: int | None
) -> None:
    found = receipt(413, body)

    assert isinstance(found, TooLarge)
    assert (found.most_events, found.most_bytes) == (events, size)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("7", 7, id="seconds"),
        pytest.param("0", 1, id="at once is in a second"),
        pytest.param("86400", LATEST.total_seconds(), id="a day is five minutes"),
        pytest.param("9" * 30, LATEST.total_seconds(), id="for ever"),
        pytest.param("Mon, 02 Mar 2026 12:00:20 GMT", 20, id="a moment"),
        pytest.param("Mon, 02 Mar 2026 11:00:00 GMT", 1, id="a moment that is over"),
        pytest.param("", None, id="not told"),
        pytest.param("soon", None, id="a word"),
        pytest.param("-3", None, id="less than nothing"),
    ],
)
def test_busy_is_until_later(status: int, header: str, seconds: float | None) -> None:
    found = receipt(status, {"error": "the database is locked"}, retry_after=header)

    assert isinstance(found, Later)
    assert found.after == (None if seconds is None else timedelta(seconds=seconds))
    assert found.reason == f"it answers {status}: the database is locked"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        pytest.param(401, b"", "set CALLTRACK_PLAN_TOKEN", id="the token"),
        pytest.param(403, {"error": "revoked"}, "(403); set CALLTRACK_PLAN_TOKEN", id="revoked"),
        pytest.param(403, b"<html>CSRF", "plugin there older", id="an older plugin, by its forms"),
        pytest.param(404, b"<html>", "plugin there older", id="an older plugin"),
        pytest.param(405, b"", "it answers 405", id="a place for something else"),
        pytest.param(502, b"boom +31201234567", "it answers 502: boom …", id="a number in it"),
        pytest.param(204, b"", "it answers 204", id="nothing at all"),
        pytest.param(304, b"", "it answers 304", id="not modified"),
    ],
)
def test_all_else_fails_with_the_reason(status: int, body: object, reason: str) -> None:
    found = receipt(status, body)

    assert isinstance(found, Failed)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        pytest.param(400, {"error": "edge: is missing"}, "400: edge: is missing", id="our mistake"),
        pytest.param(422, {"error": "no"}, "it answers 422: no", id="a shape it does not like"),
        pytest.param(500, b"<h1>Server Error", "it answers 500", id="its own mistake"),
    ],
)
def test_what_it_does_not_get_through_with_may_be_one_event(
    status: int, body: object, reason: str
) -> None:
    found = receipt(status, body)

    assert isinstance(found, Choked)
    assert found.reason.endswith(reason)
