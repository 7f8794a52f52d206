"""Which status it gets that the parser cannot read."""

import pytest
from aiohttp.http_exceptions import BadHttpMessage, BadHttpMethod, LineTooLong

from proxy.unreadable import status_of, unfit

GOOD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
METHOD = BadHttpMethod(error="no method:\n\n  b'FOO / HTTP/1.1'\n  ^")
LONG, OTHER = LineTooLong("x"), BadHttpMessage("x")


@pytest.mark.parametrize(
    ("head", "error", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nA b: c\r\n\r\n", OTHER, 400, id="a bad field"),
        pytest.param(b"GET / HTTP/1.2\r\n\r\n", OTHER, 505, id="a version nobody knows"),
        pytest.param(b"GET / HTTP/2.0\r\n\r\n", OTHER, 505, id="a version we do not speak"),
        pytest.param(b"GET / HTTP/1.10\r\n\r\n", OTHER, 400, id="no version"),
        pytest.param(b"FOO / HTTP/1.1\r\n\r\n", METHOD, 501, id="a method nobody knows"),
        pytest.param(b"\r\nFOO / HTTP/1.1\r\n\r\n", METHOD, 501, id="the same, after a line"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\nFOO / HTTP/1.1\r\n", METHOD, 400, id="further on"),
        pytest.param(b"F\xd6O / HTTP/1.1\r\n\r\n", METHOD, 400, id="no method"),
        pytest.param(b"\x16\x03\x01\r\n\r\n", METHOD, 400, id="TLS"),
        pytest.param(b"FOO / HTTP/1.1", METHOD, 400, id="half a line"),
        pytest.param(b"", OTHER, 400, id="nothing is known of it"),
        pytest.param(b"GET /aaaaaaaa", LONG, 414, id="half a long target"),
        pytest.param(b"GET /" + b"a" * 64 + b" HTTP/1.1\r\n", LONG, 414, id="a long target"),
        pytest.param(b"GET / HTTP/1.1\r\nA: aaaaaaaa", LONG, 431, id="a long field"),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5 + b"\r\n", OTHER, 431, id="too many fields"
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 4 + b"\r\n", OTHER, 400, id="not too many"
        ),
    ],
)
def test_the_status_says_what_is_wrong(head: bytes, error: BaseException, status: int) -> None:
    assert status_of(head, error, line_bytes=64, most_fields=4) == status


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0, id="a request"),
        pytest.param(b"\r\nGET / HTTP/1.0\r\n\r\n", 0, id="an empty line before it"),
        pytest.param(GOOD + b"a" * 100, 0, id="a long body"),
        pytest.param(b"GET / HTTP/1.1\r\nA: " + b"b" * 80 + b"\r\n\r\n", 431, id="a long head"),
        pytest.param(b"GET / RTSP/1.0\r\n\r\n", 400, id="RTSP"),
        pytest.param(b"SOURCE /HTTP/1.0 ICE/1.0\r\n\r\n", 400, id="Icecast"),
        pytest.param(b"GET / RTSP/1.0\r\nA: HTTP/1.1\r\n\r\n", 400, id="HTTP named later"),
    ],
)
def test_a_request_that_the_parser_lets_through_may_be_unfit(head: bytes, status: int) -> None:
    assert unfit(head, is_whole=True, most_bytes=64) == status
    assert unfit(GOOD + head, is_whole=False, most_bytes=64) == (status if status == 400 else 0)
