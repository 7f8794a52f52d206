"""Where a body ends: no request is passed on about which two servers could differ."""

import pytest

from tests.proxy.conftest import StartProxy
from tests.proxy.malformed.wire import GOOD, HOST, assert_refused, take_heard, tried

CHUNKED = b"Transfer-Encoding: chunked"
LAST = b"0\r\n\r\n"


def post(*lines: bytes, body: bytes = b"abc", version: bytes = b"1.1") -> bytes:
    head = [b"POST / HTTP/" + version, HOST.rstrip(), *lines, b"", body]
    return b"\r\n".join(head)


def chunks(body: bytes) -> bytes:
    return post(CHUNKED, body=body)


REFUSED = [
    # Two ways to say it.
    pytest.param(post(b"Content-Length: 3", CHUNKED, body=LAST), 400, id="length and chunks"),
    pytest.param(post(CHUNKED, b"Content-Length: 3", body=LAST), 400, id="chunks and length"),
    pytest.param(post(b"Content-Length: 0", CHUNKED, body=LAST), 400, id="no length and chunks"),
    pytest.param(post(CHUNKED, b"Content-Length: 5", body=LAST), 400, id="both, and both right"),
    pytest.param(post(b"Content-Length: 3", b"Content-Length: 3"), 400, id="two equal lengths"),
    pytest.param(post(b"Content-Length: 3", b"Content-Length: 4"), 400, id="two lengths"),
    pytest.param(post(b"Content-Length: 3", b"content-length: 3"), 400, id="two spellings"),
    pytest.param(post(b"Content-Length: 3", b"Content-Length:"), 400, id="one length, one empty"),
    pytest.param(post(CHUNKED, CHUNKED, body=LAST), 400, id="chunks, twice"),
    pytest.param(
        post(b"Transfer-Encoding: chunked, chunked", body=LAST), 400, id="chunks in chunks"
    ),
    pytest.param(
        post(CHUNKED, b"Transfer-Encoding: identity", body=LAST), 400, id="chunks, then identity"
    ),
    # Lengths.
    pytest.param(post(b"Content-Length: 3, 3"), 400, id="a list of lengths"),
    pytest.param(post(b"Content-Length: 3,"), 400, id="a list of one"),
    pytest.param(post(b"Content-Length: 3 3"), 400, id="two numbers"),
    pytest.param(post(b"Content-Length: +3"), 400, id="a plus sign"),
    pytest.param(post(b"Content-Length: -3"), 400, id="a minus sign"),
    pytest.param(post(b"Content-Length: -0"), 400, id="minus nothing"),
    pytest.param(post(b"Content-Length: 0x3"), 400, id="hexadecimal"),
    pytest.param(post(b"Content-Length: 3.0"), 400, id="a decimal point"),
    pytest.param(post(b"Content-Length: 3e0"), 400, id="an exponent"),
    pytest.param(post(b"Content-Length: 1_0"), 400, id="an underscore"),
    pytest.param(post(b"Content-Length: three"), 400, id="a word"),
    pytest.param(post(b'Content-Length: "3"'), 400, id="quotes"),
    pytest.param(post(b"Content-Length: 3;a"), 400, id="a parameter"),
    pytest.param(post(b"Content-Length: \xd9\xa3"), 400, id="a digit of another script"),
    pytest.param(post(b"Content-Length: 18446744073709551616"), 400, id="more than 64 bits"),
    pytest.param(post(b"Content-Length: " + b"9" * 100), 400, id="a hundred digits"),
    pytest.param(post(b"Content-Length: 3\x0b"), 400, id="a vertical tab behind it"),
    pytest.param(post(b"Content-Length : 3"), 400, id="a space before the colon"),
    pytest.param(post(b"Content-Length:"), 400, id="no length named"),
    pytest.param(post(b"Content-Length:\r\n 3"), 400, id="a folded length"),
    # Codings.
    pytest.param(post(b"Transfer-Encoding: gzip, chunked", body=LAST), 501, id="gzip, chunked"),
    pytest.param(
        post(b"Transfer-Encoding: gzip", CHUNKED, body=LAST), 400, id="gzip, chunked on two lines"
    ),
    pytest.param(post(b"Transfer-Encoding: gzip"), 400, id="gzip alone"),
    pytest.param(post(b"Transfer-Encoding: chunked, gzip", body=LAST), 400, id="chunked, gzip"),
    pytest.param(post(b"Transfer-Encoding: identity"), 400, id="identity"),
    pytest.param(post(b"Transfer-Encoding: xchunked", body=LAST), 400, id="xchunked"),
    pytest.param(post(b"Transfer-Encoding: chunkedx", body=LAST), 400, id="chunkedx"),
    pytest.param(post(b"Transfer-Encoding: x chunked", body=LAST), 400, id="a word before it"),
    pytest.param(post(b"Transfer-Encoding: chunked x", body=LAST), 400, id="a word behind it"),
    pytest.param(post(b"Transfer-Encoding: chunked;a", body=LAST), 400, id="a parameter of it"),
    pytest.param(post(b'Transfer-Encoding: "chunked"', body=LAST), 400, id="quotes around it"),
    pytest.param(post(b"Transfer-Encoding: \x0bchunked", body=LAST), 400, id="a vertical tab"),
    pytest.param(post(b"Transfer-Encoding:\r\n chunked", body=LAST), 400, id="folded"),
    pytest.param(post(b"Transfer-Encoding : chunked", body=LAST), 400, id="space, colon"),
    pytest.param(post(b"Transfer-Encoding\t: chunked", body=LAST), 400, id="tab, colon"),
    pytest.param(post(b" Transfer-Encoding: chunked", body=LAST), 400, id="space, name"),
    pytest.param(post(b"X: y\nTransfer-Encoding: chunked", body=LAST), 400, id="behind a feed"),
    pytest.param(post(b"X: y\rTransfer-Encoding: chunked", body=LAST), 400, id="behind a return"),
    pytest.param(post(b"Transfer-Encoding:", body=LAST), 400, id="no coding named, chunks"),
    pytest.param(post(b"Transfer-Encoding:", body=b""), 400, id="no coding named"),
    pytest.param(post(b"Transfer-Encoding: ,"), 400, id="an empty list"),
    pytest.param(post(CHUNKED, body=LAST, version=b"1.0"), 400, id="chunks in HTTP/1.0"),
    pytest.param(
        post(CHUNKED, b"Content-Length: 5", body=LAST, version=b"1.0"), 400, id="both in HTTP/1.0"
    ),
    # Chunks.
    pytest.param(chunks(b"zz\r\nabc\r\n" + LAST), 400, id="a size that is none"),
    pytest.param(chunks(b"0x3\r\nabc\r\n" + LAST), 400, id="a size with 0x"),
    pytest.param(chunks(b"+3\r\nabc\r\n" + LAST), 400, id="a size with a sign"),
    pytest.param(chunks(b"-3\r\nabc\r\n" + LAST), 400, id="a size below nothing"),
    pytest.param(chunks(b" 3\r\nabc\r\n" + LAST), 400, id="a space before a size"),
    pytest.param(chunks(b"3 \r\nabc\r\n" + LAST), 400, id="a space behind a size"),
    pytest.param(chunks(b"\r\nabc\r\n" + LAST), 400, id="no size"),
    pytest.param(chunks(b"3,3\r\nabc\r\n" + LAST), 400, id="two sizes"),
    pytest.param(chunks(b"3.0\r\nabc\r\n" + LAST), 400, id="a decimal point in a size"),
    pytest.param(chunks(b"11111111111111111\r\nabc\r\n" + LAST), 400, id="over 64 bits"),
    pytest.param(chunks(b"3\nabc\r\n" + LAST), 400, id="a bare line feed behind a size"),
    pytest.param(chunks(b"3\rabc\r\n" + LAST), 400, id="a bare return behind a size"),
    pytest.param(chunks(b"3\r\nabc\n" + LAST), 400, id="a bare line feed behind a chunk"),
    pytest.param(chunks(b"3\r\nabcd\r\n" + LAST), 400, id="a chunk longer than its size"),
    pytest.param(chunks(b"5\r\nabc\r\n" + LAST), 400, id="a chunk shorter than its size"),
    pytest.param(chunks(b"3\r\nabc" + LAST), 400, id="no line end behind a chunk"),
    pytest.param(chunks(b"3;a\nb\r\nabc\r\n" + LAST), 400, id="a line feed in an extension"),
    pytest.param(chunks(b"3;a\rb\r\nabc\r\n" + LAST), 400, id="a return in an extension"),
    pytest.param(chunks(b"3;a\0b\r\nabc\r\n" + LAST), 400, id="NUL in an extension"),
    pytest.param(chunks(b"0\n\n"), 400, id="an end of bare line feeds"),
    pytest.param(chunks(b"0\r\nA b: c\r\n\r\n"), 400, id="a bad trailer"),
    pytest.param(chunks(b"0\r\n A: b\r\n\r\n"), 400, id="a folded trailer"),
    pytest.param(chunks(b"0\r\nContent-Length: 9\r\n\r\n"), 400, id="a length in a trailer"),
    pytest.param(chunks(b"0\r\nTransfer-Encoding: a\r\n\r\n"), 400, id="a coding in a trailer"),
    pytest.param(chunks(b"0\r\nA: b\0\r\n\r\n"), 400, id="NUL in a trailer"),
]

PASSED = [
    pytest.param(post(b"Content-Length: 3"), b"abc", id="a length"),
    pytest.param(post(b"Content-Length: 003"), b"abc", id="zeros before a length"),
    pytest.param(post(b"Content-Length: 0", body=b""), b"", id="nothing"),
    pytest.param(chunks(b"3\r\nabc\r\n" + LAST), b"abc", id="chunks"),
    pytest.param(
        post(b"transfer-encoding: CHUNKED", body=b"3\r\nabc\r\n" + LAST), b"abc", id="case"
    ),
    pytest.param(chunks(b"1\r\na\r\n2\r\nbc\r\n" + LAST), b"abc", id="two chunks"),
    pytest.param(chunks(b"003\r\nabc\r\n" + LAST), b"abc", id="zeros before a size"),
    pytest.param(chunks(b"3;a=b\r\nabc\r\n" + LAST), b"abc", id="an extension"),
    pytest.param(chunks(b'3;a="b;c"\r\nabc\r\n' + LAST), b"abc", id="a quoted extension"),
    pytest.param(chunks(b"3\r\nabc\r\n0;a\r\n\r\n"), b"abc", id="an extension at the end"),
    pytest.param(chunks(b"3\r\nabc\r\n0\r\nA: b\r\n\r\n"), b"abc", id="a trailer"),
    pytest.param(chunks(b"A\r\n0123456789\r\n" + LAST), b"0123456789", id="a size in capitals"),
]


@pytest.mark.parametrize(("sent", "status"), REFUSED)
async def test_a_body_whose_end_is_in_doubt_is_refused(
    start_proxy: StartProxy, sent: bytes, status: int
) -> None:
    await assert_refused(start_proxy, sent, status)


@pytest.mark.parametrize(("sent", "body"), PASSED)
async def test_a_body_that_is_passed_on_ends_where_the_site_sees_its_end(
    start_proxy: StartProxy, sent: bytes, body: bytes
) -> None:
    """What stands behind it is a request of its own; behind chunks it has to be sent again."""
    got, heard = await tried(start_proxy, sent + GOOD)

    lines = [b"POST / HTTP/1.1", b"GET /behind HTTP/1.1"]
    is_last = b"chunked" in sent.lower()
    assert got.raw.count(b"HTTP/1.1 200 OK\r\n") == (1 if is_last else 2)
    assert (got.has(b"connection") == b"close") is is_last
    assert [take_heard(one).line for one in heard] == (lines[:1] if is_last else lines)
    assert bodies(heard)[0] == body


@pytest.mark.parametrize(
    "trailers",
    [
        pytest.param(b"X-Leak: 1\r\n", id="one"),
        pytest.param(b"A: b\r\nCookie: X-Leak=1\r\n", id="two"),
        pytest.param(b"Host: X-Leak.test\r\n", id="a Host"),
    ],
)
async def test_a_trailer_reaches_no_site_and_no_other_request(
    start_proxy: StartProxy, trailers: bytes
) -> None:
    sent = chunks(b"3\r\nabc\r\n0\r\n" + trailers + b"\r\n")

    alone, heard_alone = await tried(start_proxy, sent)
    _, heard = await tried(start_proxy, sent + GOOD)

    assert (alone.body, alone.has(b"connection")) == (b"ok", b"close")
    assert b"X-Leak" not in b"".join(heard_alone + heard)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(post(b"Content-Length: 9"), id="less than its length"),
        pytest.param(chunks(b"3\r\nabc\r\n"), id="chunks without an end"),
        pytest.param(chunks(b"9\r\nabc"), id="half a chunk"),
        pytest.param(chunks(b"3\r\nabc\r\n0\r\nA: b"), id="half a trailer"),
    ],
)
async def test_a_body_that_stops_does_not_look_whole_to_the_site(
    start_proxy: StartProxy, sent: bytes
) -> None:
    got, heard = await tried(start_proxy, sent)

    assert (got.status, got.has(b"connection")) == (408, b"close")
    assert not any(one.endswith(LAST) for one in heard)


def bodies(heard: list[bytes]) -> list[bytes]:
    """Read the bodies as a site does."""
    return [
        _body(take_heard(one).body) if b"hunked" in one else take_heard(one).body for one in heard
    ]


def _body(raw: bytes) -> bytes:
    body = b""
    while raw:
        size, _, raw = raw.partition(b"\r\n")
        length = int(size, 16)
        body += raw[:length]
        raw = raw[length + 2 :]
    return body
