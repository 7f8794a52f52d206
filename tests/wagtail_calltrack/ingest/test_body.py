"""Bodies that nobody should send: each is refused with its reason, and nothing is stored."""

import gzip
import http.client
import json
import socket
import tracemalloc
import zlib
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client, RequestFactory
from pytest_django.live_server_helper import LiveServer

from tests.wagtail_calltrack.ingest.samples import EDGE, EVENTS, body, event, send
from wagtail_calltrack.ingest.body import MOST_BYTES, BodyError, read_json
from wagtail_calltrack.models import Edge, PageView

RIGHT = body([])
PACKED = gzip.compress(RIGHT)
GZIP = {"Content-Encoding": "gzip"}
BOMB = gzip.compress(b" " * (200 * MOST_BYTES))
DEEP = 100_000


def with_part(**parts: Any) -> bytes:
    return json.dumps({"edge": EDGE, "events": [], **parts}).encode()


def without_part(name: str) -> bytes:
    return json.dumps({k: v for k, v in {"edge": EDGE, "events": []}.items() if k != name}).encode()


BAD = [
    pytest.param(b" \n", {}, 400, "the body is empty", id="spaces"),
    pytest.param(b"{", {}, 400, "the body is no JSON", id="cut off"),
    pytest.param(b"edge=1", {}, 400, "the body is no JSON", id="a form"),
    pytest.param(RIGHT + b"{}", {}, 400, "the body is no JSON", id="two objects"),
    pytest.param(b"\xff" + RIGHT, {}, 400, "the body is not UTF-8", id="not UTF-8"),
    pytest.param(RIGHT.decode().encode("utf-16"), {}, 400, "the body is not UTF-8", id="UTF-16"),
    pytest.param(b"\xef\xbb\xbf" + RIGHT, {}, 400, "the body is no JSON", id="a mark in front"),
    pytest.param(with_part(events=[float("nan")]), {}, 400, "NaN is no value of it", id="NaN"),
    pytest.param(with_part(x=float("inf")), {}, 400, "Infinity is no value of it", id="infinite"),
    pytest.param(b"[" * DEEP + b"]" * DEEP, {}, 400, "too deep", id="too deep"),
    pytest.param(b'{"a":' * DEEP + b"1" + b"}" * DEEP, {}, 400, "too deep", id="too deep, objects"),
    pytest.param(b"[]", {}, 400, "the body: must be an object", id="a list"),
    pytest.param(b"null", {}, 400, "the body: must be an object", id="nothing"),
    pytest.param(b'{"a": 1, "a": 1}', {}, 400, "the body: holds a name twice", id="a name twice"),
    pytest.param(without_part("edge"), {}, 400, "edge: is missing", id="no edge"),
    pytest.param(without_part("events"), {}, 400, "events: is missing", id="no events"),
    pytest.param(with_part(edge=[]), {}, 400, "edge: must be an object", id="the edge is a list"),
    pytest.param(with_part(events={}), {}, 400, "events: must be a list", id="events are none"),
    pytest.param(with_part(events=[1] * 1001), {}, 413, "1001 events; send 1000", id="too many"),
    pytest.param(body([], id="E" * 32), {}, 400, "edge.id: must be 32 hex", id="the edge's id"),
    pytest.param(body([], name=None), {}, 400, "edge.name: must be a text", id="the edge's name"),
    pytest.param(body([], serial=-1), {}, 400, "edge.serial: must be", id="a serial below 0"),
    pytest.param(body([], serial=2**63), {}, 400, "edge.serial: must be", id="a huge serial"),
    pytest.param(
        body([], serial=True), {}, 400, "edge.serial: must be", id="a serial that is true"
    ),
    pytest.param(b" " * (MOST_BYTES + 1), {}, 413, "longer than 2000000 bytes", id="too long"),
    pytest.param(BOMB, GZIP, 413, "longer than 2000000 bytes", id="a bomb"),
    pytest.param(RIGHT, GZIP, 400, "not the gzip", id="not packed, but said to be"),
    pytest.param(PACKED[:-4], GZIP, 400, "cut off", id="packed and cut off"),
    pytest.param(PACKED + PACKED, GZIP, 400, "followed by something", id="packed twice over"),
    pytest.param(zlib.compress(RIGHT), GZIP, 400, "not the gzip", id="another packing"),
    pytest.param(PACKED, {}, 400, "the body is not UTF-8", id="packed, but not said to be"),
    pytest.param(RIGHT, {"Content-Encoding": "br"}, 415, "gzip", id="a packing nobody knows"),
    pytest.param(RIGHT, {"Content-Length": "-1"}, 400, "no number", id="a length below nothing"),
    pytest.param(RIGHT, {"Content-Length": "9" * 30}, 413, "longer than", id="a length of digits"),
    pytest.param(RIGHT, {"Content-Length": ""}, 411, "Content-Length", id="no length"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "headers", "status", "reason"), BAD)
def test_a_body_that_cannot_be_used_is_refused(
    client: Client, token: str, sent: bytes, headers: dict[str, str], status: int, reason: str
) -> None:
    length = (
        {} if "Content-Length" not in headers else {"CONTENT_LENGTH": headers["Content-Length"]}
    )
    rest = {name: value for name, value in headers.items() if name != "Content-Length"}

    response = client.post(
        EVENTS,
        sent,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **rest},
        **length,  # type: ignore[arg-type] # the environ that a server would give
    )

    assert response.status_code == status
    assert reason in response.json()["error"]
    assert (response.json().get("most_events") == 1000) == (status in {411, 413})
    assert (response.json().get("most_bytes") == 2_000_000) == (status in {411, 413})
    assert not Edge.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind",
    [
        *(
            "text/plain",
            "application/x-www-form-urlencoded",
            "",
            "application/json; charset=latin-1",
        ),
        "multipart/form-data; boundary=x",
    ],
)
def test_what_is_no_json_by_its_own_account_is_refused(
    client: Client, token: str, kind: str
) -> None:
    assert send(client, token, RIGHT, kind=kind).status_code == 415


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "kind", "headers"),
    [
        pytest.param(RIGHT, "application/json", {}, id="plain"),
        pytest.param(RIGHT, "Application/JSON; charset=UTF-8", {}, id="with its encoding"),
        pytest.param(RIGHT, "application/json", {"Content-Encoding": "identity"}, id="not packed"),
        pytest.param(PACKED, "application/json", {"Content-Encoding": "GZip"}, id="packed"),
    ],
)
def test_a_right_body_is_taken_packed_or_not(
    client: Client, token: str, sent: bytes, kind: str, headers: dict[str, str]
) -> None:
    response = send(client, token, sent, kind=kind, **headers)

    assert response.json() == {"stored": 0, "known": 0, "refused": []}


@pytest.mark.django_db
def test_one_event_that_is_odd_json_holds_up_no_other(client: Client, token: str) -> None:
    odd = [
        json.dumps(event("page.viewed", status=1)).replace(": 1}", f": {'9' * 5000}}}"),
        json.dumps(event("page.viewed")).replace('"status"', '"site": "www", "status"'),
        json.dumps(event("page.viewed", path="/caf\ud800/")),
        "[" * 500 + "]" * 500,
    ]
    sent = body([]).replace(b'"events": []', f'"events": [{", ".join(odd)}]'.encode())

    answer = send(client, token, sent).json()

    assert answer["stored"] == 1
    assert [one["problem"].partition(":")[0] for one in answer["refused"]] == [
        *("data.status", "data", "the event"),
    ]
    assert PageView.objects.get().path == "/caf\ufffd/"


def test_a_bomb_is_unpacked_no_further_than_the_limit() -> None:
    request = RequestFactory().post(
        EVENTS, BOMB, content_type="application/json", headers={"Content-Encoding": "gzip"}
    )
    tracemalloc.start()

    with pytest.raises(BodyError):
        read_json(request)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MOST_BYTES


def over_the_wire(
    server: LiveServer, token: str, sent: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    """Send raw bytes behind the headers, and give what is answered.

    The server takes a turn behind its answer, and hangs up after that: only then is it still.
    """
    address = urlsplit(server.url)
    line = http.client.HTTPConnection(str(address.hostname), address.port or 80, timeout=10)
    line.putrequest("POST", EVENTS)
    for name, value in {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Connection": "close",
        **headers,
    }.items():
        line.putheader(name, value)
    line.endheaders(sent)
    till_the_end = line.sock.dup()
    answer = line.getresponse()
    found = answer.status, json.loads(answer.read())
    line.close()
    with till_the_end, suppress(OSError):
        till_the_end.shutdown(socket.SHUT_WR)
        till_the_end.recv(1)
    return found


@pytest.mark.parametrize(
    ("sent", "headers", "status"),
    [
        pytest.param(PACKED, {**GZIP, "Content-Length": str(len(PACKED))}, 200, id="packed"),
        pytest.param(
            f"{len(RIGHT):x}\r\n{RIGHT.decode()}\r\n0\r\n\r\n".encode(),
            {"Transfer-Encoding": "chunked"},
            411,
            id="in chunks, its length not told",
        ),
        pytest.param(b"", {"Content-Length": "3000000"}, 413, id="announced, and never sent"),
        pytest.param(b"", {"Content-Length": "0"}, 400, id="empty"),
    ],
)
def test_it_is_so_over_a_real_connection(
    live_server: LiveServer, token: str, sent: bytes, headers: dict[str, str], status: int
) -> None:
    assert over_the_wire(live_server, token, sent, headers)[0] == status
