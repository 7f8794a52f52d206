"""Answers, cut at every byte: the same head, the same body, the same verdict on the connection."""

import pytest

from calltrack.errors import UpstreamBroken
from proxy.upstream.heads import Limits
from proxy.upstream.reader import Reader

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def reader(*, method: str = "GET", upgrade: bytes | None = None) -> Reader:
    return Reader(is_head=method == "HEAD", upgrade=upgrade, limits=Limits())


def fed(data: bytes, *, cut: int, method: str = "GET", upgrade: bytes | None = None) -> Reader:
    """Feed in two parts, and keep the body as `body`."""
    found = reader(method=method, upgrade=upgrade)
    found.body = found.feed(data[:cut]) + found.feed(data[cut:])  # type: ignore[attr-defined]
    return found


BODIES = [
    # what comes, method, body, is over, may go on
    pytest.param(OK + b"Content-Length: 3\r\n\r\nabc", "GET", b"abc", True, True, id="length"),
    pytest.param(OK + b"Content-Length: 0\r\n\r\n", "GET", b"", True, True, id="no body"),
    pytest.param(OK + b"Content-Length: 3\r\n\r\nabcd", "GET", b"abc", True, False, id="extra"),
    pytest.param(OK + b"Content-Length: 3\r\n\r\nab", "GET", b"ab", False, False, id="cut short"),
    pytest.param(OK + b"\r\nabc", "GET", b"abc", False, False, id="to the end"),
    pytest.param(CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", "GET", b"abc", True, True, id="chunks"),
    pytest.param(CHUNKED + b"3  \r\nabc\r\n0\r\n\r\n", "GET", b"abc", True, True, id="padded size"),
    pytest.param(
        CHUNKED + b"3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n", "GET", b"abc", True, True, id="trailer"
    ),
    pytest.param(CHUNKED + b"0\r\n\r\nx", "GET", b"", True, False, id="extra behind chunks"),
    pytest.param(
        CHUNKED + b"3\r\nabc\r\n0\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nstray",
        "GET",
        b"abc",
        True,
        False,
        id="another answer behind chunks",
    ),
    pytest.param(
        CHUNKED + b"3\r\nabc\r\n0\r\n\r\n" * 2 + OK + b"\r\nstray",
        "GET",
        b"abc",
        True,
        False,
        id="chunks and more behind chunks",
    ),
    pytest.param(
        CHUNKED + b"0\r\n\r\n\r\n", "GET", b"", True, False, id="a line end behind chunks"
    ),
    pytest.param(CHUNKED + b"0\r\n\r\n\n", "GET", b"", True, False, id="a line feed behind chunks"),
    pytest.param(
        CHUNKED + b"0\r\n\r\n" + OK, "GET", b"", True, False, id="an answer behind chunks"
    ),
    pytest.param(CHUNKED + b"3\r\nab", "GET", b"ab", False, False, id="a chunk cut short"),
    pytest.param(OK + b"Content-Length: 3\r\n\r\n", "HEAD", b"", True, True, id="HEAD"),
    pytest.param(
        OK + b"Content-Length: 3\r\n\r\nabc", "HEAD", b"", True, False, id="HEAD with body"
    ),
    pytest.param(CHUNKED, "HEAD", b"", True, True, id="HEAD, chunked"),
    pytest.param(
        b"HTTP/1.1 304 N\r\nContent-Length: 3\r\n\r\n", "GET", b"", True, True, id="not modified"
    ),
    pytest.param(b"HTTP/1.1 204 N\r\n\r\n", "GET", b"", True, True, id="no content"),
    pytest.param(b"HTTP/1.1 204 N\r\n\r\nx", "GET", b"", True, False, id="no content, with some"),
    pytest.param(
        OK + b"Connection: x, Close\r\nContent-Length: 0\r\n\r\n",
        "GET",
        b"",
        True,
        False,
        id="close",
    ),
    pytest.param(
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", b"", True, False, id="HTTP/1.0"
    ),
    pytest.param(
        b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
        "GET",
        b"",
        True,
        True,
        id="HTTP/1.0, keep-alive",
    ),
]


@pytest.mark.parametrize(("data", "method", "body", "is_over", "may_go_on"), BODIES)
def test_an_answer_is_read_the_same_however_it_is_cut(
    data: bytes, method: str, body: bytes, is_over: bool, may_go_on: bool
) -> None:
    for cut in range(len(data) + 1):
        found = fed(data, cut=cut, method=method)

        assert found.body == body, cut  # type: ignore[attr-defined]
        assert (found.is_over, found.may_go_on) == (is_over, may_go_on), cut


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(OK + b"Transfer-Encoding: gzip\r\n\r\n", id="unknown coding"),
        pytest.param(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", id="coding before chunks"),
        pytest.param(OK + b"Transfer-Encoding: xchunked\r\n\r\n", id="nearly chunked"),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", id="twice"
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", id="in HTTP/1.0"),
        pytest.param(CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n", id="a prefixed size"),
        pytest.param(CHUNKED + b"-3\r\n", id="a negative size"),
        pytest.param(CHUNKED + b"fffffffffffffffff\r\n", id="a huge size"),
        pytest.param(CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n", id="too long a chunk"),
        pytest.param(CHUNKED + b"3\nabc\n0\n\n", id="bare line feeds"),
        pytest.param(CHUNKED + b"3;" + b"a" * 70_000, id="an endless extension"),
        pytest.param(CHUNKED + b"0\r\n" + b"A: b\r\n" * 12_000, id="endless trailers"),
        pytest.param(OK + b"A: b\r\n" * 50_000, id="an endless head"),
        pytest.param(b"HTTP/1.1 103 H\r\nA: b\r\n\r\n" * 20_000, id="endless hints"),
    ],
)
def test_a_body_whose_end_is_in_doubt_is_refused(data: bytes) -> None:
    parts = [data[start : start + 20_000] for start in range(0, len(data), 20_000)]

    with pytest.raises(UpstreamBroken):
        _ = [*map(reader().feed, parts)]


@pytest.mark.parametrize(
    ("data", "is_whole"),
    [
        pytest.param(b"", False, id="nothing"),
        pytest.param(OK, False, id="half a head"),
        pytest.param(OK + b"Content-Length: 3\r\n\r\nab", False, id="half a body"),
        pytest.param(CHUNKED + b"3\r\nabc\r\n", False, id="no last chunk"),
        pytest.param(CHUNKED + b"3\r\nabc\r\n0\r\n", False, id="no end of the last chunk"),
        pytest.param(OK + b"\r\nab", True, id="no length"),
    ],
)
def test_the_end_of_the_connection_is_an_end_only_where_nothing_else_is(
    data: bytes, is_whole: bool
) -> None:
    found = reader()
    found.feed(data)
    try:
        found.end()
    except UpstreamBroken:
        assert not is_whole
    else:
        assert is_whole
        assert found.is_over


def test_hints_come_before_the_answer_however_they_are_cut() -> None:
    data = (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        + OK
        + b"Content-Length: 1\r\n\r\nx"
    )
    for cut in range(len(data) + 1):
        found = fed(data, cut=cut)

        assert [(one.status, one.fields) for one in found.interims] == [
            (100, []),
            (103, [(b"Link", b"</a>")]),
        ]
        assert (found.head and found.head.status, found.is_over) == (200, True)


SWITCH = b"HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: %b\r\n\r\nfirst words"


@pytest.mark.parametrize(
    ("asked", "got", "is_refused"),
    [
        pytest.param(b"websocket", b"WebSocket", False, id="asked for"),
        pytest.param(None, b"websocket", True, id="unasked"),
        pytest.param(b"websocket", b"h2c", True, id="another one"),
        pytest.param(b"websocket", b"", True, id="none"),
    ],
)
def test_protocols_are_switched_only_as_asked(
    asked: bytes | None, got: bytes, is_refused: bool
) -> None:
    try:
        found = fed(SWITCH % got, cut=20, upgrade=asked)
    except UpstreamBroken:
        assert is_refused
    else:
        assert not is_refused
        assert found.body == b"first words"  # type: ignore[attr-defined]
        assert not found.is_over


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        pytest.param(b"Keep-Alive: timeout=5, max=100\r\n", 5, id="Apache's"),
        pytest.param(b"Keep-Alive: max=100, Timeout = 2\r\n", 2, id="another order"),
        pytest.param(b"Keep-Alive: timeout=soon\r\n", None, id="no number"),
        pytest.param(
            b"Keep-Alive: timeout=%b\r\n" % (b"9" * 5000), 999_999_999, id="a number without end"
        ),
        pytest.param(b"", None, id="none"),
    ],
)
def test_how_long_a_connection_is_kept_is_read_from_the_answer(
    field: bytes, seconds: int | None
) -> None:
    found = reader()
    found.feed(OK + field + b"Content-Length: 0\r\n\r\n")

    assert found.seconds_promised == seconds
