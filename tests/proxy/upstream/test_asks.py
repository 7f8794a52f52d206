"""What of a request reaches the site: its bytes, and nothing else."""

import pytest

from proxy.upstream import Ask
from proxy.upstream.asks import written
from tests.proxy.upstream.scripted import pieces

HOST = (b"Host", b"site.test")


def sent(ask: Ask) -> bytes:
    return written(ask, authority=b"127.0.0.1:1", keeps=True)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/a?",
        "/a%2Fb/%41/%27/../;x?a=%41&b=|",
        "//a//b",
        "/caf\udce9",
        "/é?ü",
        "*",
    ],
)
def test_a_target_goes_on_byte_for_byte(target: str) -> None:
    raw = target.encode("utf-8", "surrogateescape")

    assert sent(Ask("GET", target, [HOST])).startswith(b"GET " + raw + b" HTTP/1.1\r\n")


def test_fields_go_on_in_their_order_and_spelling_and_nothing_is_invented() -> None:
    fields = [HOST, (b"x-A", b"1"), (b"X-a", b"caf\xe9"), (b"x-A", b""), (b"ETAG", b"x")]

    head = sent(Ask("PURGE", "/", fields))

    assert head == (
        b"PURGE / HTTP/1.1\r\nHost: site.test\r\nx-A: 1\r\nX-a: caf\xe9\r\nx-A: \r\nETAG: x\r\n\r\n"
    )


def test_a_request_without_a_host_gets_the_sites_own() -> None:
    assert sent(Ask("GET", "/", [(b"A", b"b")])) == (
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\nA: b\r\n\r\n"
    )
    assert b"127.0.0.1" not in sent(Ask("GET", "/", [(b"A", b"b"), (b"HOST", b"site.test")]))


def test_a_body_of_unknown_length_is_told_to_come_in_chunks() -> None:
    known = Ask("POST", "/", [HOST, (b"Content-length", b"3")], pieces(b"abc"))
    unknown = Ask("POST", "/", [HOST], pieces(b"abc"))

    assert b"Transfer-Encoding" not in sent(known)
    assert sent(unknown).endswith(b"\r\nTransfer-Encoding: chunked\r\n\r\n")


def test_the_wish_to_switch_protocols_is_sent_on() -> None:
    head = sent(Ask("GET", "/", [HOST], upgrade=b"websocket"))

    assert head.endswith(b"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(Ask("GET", "/", [HOST, (b"A", b"b\r\nC: d")]), id="a line end in a field"),
        pytest.param(Ask("GET", "/", [HOST, (b"A", b"b\nC: d")]), id="a line feed in a field"),
        pytest.param(Ask("GET", "/", [HOST, (b"A", b"b\rC: d")]), id="a return in a field"),
        pytest.param(Ask("GET", "/ HTTP/1.1\r\nA: b", [HOST]), id="a line end in the target"),
        pytest.param(Ask("GET", "/a b", [HOST]), id="a blank in the target"),
        pytest.param(Ask("GET /", "/", [HOST]), id="a blank in the method"),
    ],
)
def test_nothing_can_be_smuggled_into_a_head(ask: Ask) -> None:
    with pytest.raises(ValueError, match="inside a line"):
        sent(ask)
