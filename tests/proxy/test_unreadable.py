"""Which status it gets that the parser cannot read."""

import pytest
from aiohttp.http_exceptions import BadHttpMessage, BadHttpMethod, LineTooLong

from proxy.unreadable import status_of

METHOD, LONG, OTHER = BadHttpMethod(), LineTooLong("x"), BadHttpMessage("x")


@pytest.mark.parametrize(
    ("head", "error", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nA b: c\r\n\r\n", OTHER, 400, id="a bad field"),
        pytest.param(b"GET / HTTP/1.2\r\n\r\n", OTHER, 505, id="a version nobody knows"),
        pytest.param(b"GET / HTTP/2.0\r\n\r\n", OTHER, 505, id="a version we do not speak"),
        pytest.param(b"GET / HTTP/1.10\r\n\r\n", OTHER, 400, id="no version"),
        pytest.param(b"FOO / HTTP/1.1\r\n\r\n", METHOD, 501, id="a method nobody knows"),
        pytest.param(b"\r\nFOO / HTTP/1.1\r\n\r\n", METHOD, 501, id="the same, after a line"),
        pytest.param(b"F\xd6O / HTTP/1.1\r\n\r\n", METHOD, 400, id="no method"),
        pytest.param(b"\x16\x03\x01\r\n\r\n", METHOD, 400, id="TLS"),
        pytest.param(b"FOO / HTTP/1.1", METHOD, 400, id="half a line"),
        pytest.param(b"", OTHER, 400, id="nothing is known of it"),
        pytest.param(b"GET /aaaaaaaa", LONG, 414, id="a long target"),
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
    assert status_of(head, error, most_fields=4) == status
