"""Heads of answers: what is taken as it is, what is mended, what is refused."""

import pytest

from calltrack.errors import UpstreamBroken
from proxy.headers import Fields
from proxy.upstream.heads import Limits, end_of_head, read_head

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        pytest.param(b"", [], id="none"),
        pytest.param(
            b"ETag: 1\r\nx-A: 1\r\nX-a: 2\r\nx-A: 3\r\n",
            [(b"ETag", b"1"), (b"x-A", b"1"), (b"X-a", b"2"), (b"x-A", b"3")],
            id="spelling, order, repeated",
        ),
        pytest.param(b"A: caf\xe9\xff\r\n", [(b"A", b"caf\xe9\xff")], id="bytes beyond ASCII"),
        pytest.param(b"A: \t b c\t \r\n", [(b"A", b"b c")], id="blanks around"),
        pytest.param(b"A:\r\nB: \r\n", [(b"A", b""), (b"B", b"")], id="empty values"),
        pytest.param(b"A: 1\r\n 2\r\n\t3\r\n", [(b"A", b"1 2 3")], id="folded"),
        pytest.param(b"A: 1\nB: 2\n", [(b"A", b"1"), (b"B", b"2")], id="bare line feeds"),
        pytest.param(b"A : 1\r\nB\t: 2\r\n", [(b"A", b"1"), (b"B", b"2")], id="blank before colon"),
        pytest.param(b"A: b : c\r\nD : 1\r\n", [(b"A", b"b : c"), (b"D", b"1")], id="colon inside"),
    ],
)
def test_fields_are_kept_as_they_came(lines: bytes, fields: Fields) -> None:
    head = read_head(OK + lines + b"\r\n", Limits())

    assert head.fields == fields


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        pytest.param(b"HTTP/1.1 200 OK", 200, b"OK", id="usual"),
        pytest.param(b"HTTP/1.0 404 Not here", 404, b"Not here", id="HTTP/1.0"),
        pytest.param(b"HTTP/1.1 200 ", 200, b"", id="no reason"),
        pytest.param(b"HTTP/1.1 200", 200, b"", id="no reason, no blank"),
        pytest.param(b"HTTP/1.1 999 caf\xe9", 999, b"caf\xe9", id="a status of its own"),
    ],
)
def test_the_first_line_is_kept_as_it_came(line: bytes, status: int, reason: bytes) -> None:
    head = read_head(line + b"\r\n\r\n", Limits())

    assert (head.status, head.reason) == (status, reason)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"HTTP/2.0 200 OK\r\n", id="HTTP/2.0"),
        pytest.param(b"HTTP/1.2 200 OK\r\n", id="HTTP/1.2"),
        pytest.param(b"RTSP/1.0 200 OK\r\n", id="RTSP"),
        pytest.param(b"ICY 200 OK\r\n", id="ICY"),
        pytest.param(b"\r\nHTTP/1.1 200 OK\r\n", id="an empty line first"),
        pytest.param(b"HTTP/1.1 000 OK\r\n", id="status 000"),
        pytest.param(b"HTTP/1.1 20 OK\r\n", id="two digits"),
        pytest.param(b"HTTP/1.1 2000 OK\r\n", id="four digits"),
        pytest.param(b"HTTP/1.1  200 OK\r\n", id="two blanks"),
        pytest.param(b"HTTP/1.1 200 O\0K\r\n", id="NUL in the reason"),
        pytest.param(b"HTTP/1.1 200 O\x1bK\r\n", id="escape in the reason"),
        pytest.param(b"HTTP/1.1 200 O\rK\r\n", id="bare return in the reason"),
        pytest.param(OK + b" A: 1\r\n", id="a fold behind the first line"),
        pytest.param(OK + b"A: b\rC: d\r\n", id="bare return"),
        pytest.param(OK + b"A: b\0c\r\n", id="NUL"),
        pytest.param(OK + b"A: b\x01c\r\n", id="control character"),
        pytest.param(OK + b"A\x01: b\r\n", id="control character in a name"),
        pytest.param(OK + b"caf\xe9: b\r\n", id="a name beyond ASCII"),
        pytest.param(OK + b": b\r\n", id="no name"),
        pytest.param(OK + b"no colon\r\n", id="no colon"),
        pytest.param(OK + b"A b: c\r\n", id="a blank in a name"),
        pytest.param(OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", id="both"),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", id="both, turned"
        ),
        pytest.param(
            OK + b"Content-Length : 3\r\nTransfer-Encoding: chunked\r\n", id="both, mended"
        ),
        pytest.param(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n", id="two lengths"),
        pytest.param(OK + b"Content-Length: 3, 4\r\n", id="two lengths in a line"),
        pytest.param(OK + b"Content-Length: +3\r\n", id="a signed length"),
        pytest.param(OK + b"Content-Length: 0x3\r\n", id="a length in hex"),
        pytest.param(OK + b"Content-Length: \r\n", id="an empty length"),
        pytest.param(OK + b"Content-Length: 99999999999999999999\r\n", id="a huge length"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(raw: bytes) -> None:
    with pytest.raises(UpstreamBroken):
        read_head(raw + b"\r\n", Limits())


LIMITS = Limits(line_bytes=20, head_bytes=1000, fields=3)


@pytest.mark.parametrize(
    ("lines", "is_refused"),
    [
        pytest.param(b"A: %b\r\n" % (b"b" * 16), False, id="a line that just fits"),
        pytest.param(b"A: %b\r\n" % (b"b" * 18), True, id="too long a line"),
        pytest.param(b"A: 1\r\n" * 3, False, id="as many fields as there may be"),
        pytest.param(b"A: 1\r\n" * 4, True, id="too many fields"),
    ],
)
def test_a_head_has_limits(lines: bytes, is_refused: bool) -> None:
    refused = False
    try:
        read_head(OK + lines + b"\r\n", LIMITS)
    except UpstreamBroken:
        refused = True

    assert refused is is_refused


@pytest.mark.parametrize(
    ("data", "end"),
    [
        pytest.param(b"H\r\nA: 1\r\n\r\nbody\r\n\r\n", 11, id="returns"),
        pytest.param(b"H\nA: 1\n\nbody\r\n\r\n", 8, id="bare line feeds"),
        pytest.param(b"H\nA: 1\n\r\nbody", 9, id="mixed"),
        pytest.param(b"H\r\nA: 1\r\n", -1, id="not yet"),
    ],
)
def test_a_head_ends_at_the_first_empty_line(data: bytes, end: int) -> None:
    assert end_of_head(data) == end
