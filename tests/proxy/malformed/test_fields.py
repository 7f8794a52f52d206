"""Header fields: what is refused, what stops here, and what is passed on as it came."""

import pytest

from proxy.headers import Fields
from tests.proxy.conftest import StartProxy
from tests.proxy.malformed.wire import HOST, NAME, assert_refused, take_heard, tried


def with_line(text: bytes, *, end: bytes = b"\r\n") -> bytes:
    return b"GET / HTTP/1.1\r\n" + HOST + text + end + b"\r\n"


REFUSED = [
    # Names.
    pytest.param(with_line(b"A : b"), 400, id="a space before the colon"),
    pytest.param(with_line(b"A\t: b"), 400, id="a tab before the colon"),
    pytest.param(with_line(b"A b: c"), 400, id="a space in a name"),
    pytest.param(with_line(b"A\tb: c"), 400, id="a tab in a name"),
    pytest.param(with_line(b": b"), 400, id="no name"),
    pytest.param(with_line(b":"), 400, id="a colon alone"),
    pytest.param(with_line(b"A"), 400, id="no colon"),
    pytest.param(with_line(b"Abc def"), 400, id="no colon, two words"),
    pytest.param(with_line(b"A(b): c"), 400, id="brackets in a name"),
    pytest.param(with_line(b'"A": b'), 400, id="quotes around a name"),
    pytest.param(with_line(b"A,b: c"), 400, id="a comma in a name"),
    pytest.param(with_line(b"A;b: c"), 400, id="a semicolon in a name"),
    pytest.param(with_line(b"A/b: c"), 400, id="a slash in a name"),
    pytest.param(with_line(b"A=b: c"), 400, id="an equals sign in a name"),
    pytest.param(with_line(b"A@b: c"), 400, id="an at sign in a name"),
    pytest.param(with_line(b"A[b]: c"), 400, id="square brackets in a name"),
    pytest.param(with_line(b"A{b}: c"), 400, id="braces in a name"),
    pytest.param(with_line(b"A\\b: c"), 400, id="a backslash in a name"),
    pytest.param(with_line(b"<A>: b"), 400, id="angle brackets in a name"),
    pytest.param(with_line(b"A\0: b"), 400, id="NUL in a name"),
    pytest.param(with_line(b"A\x01: b"), 400, id="a control byte in a name"),
    pytest.param(with_line(b"A\x7f: b"), 400, id="DEL in a name"),
    pytest.param(with_line(b"caf\xc3\xa9: b"), 400, id="UTF-8 in a name"),
    pytest.param(with_line(b"caf\xe9: b"), 400, id="Latin-1 in a name"),
    pytest.param(with_line(b"A\r: b"), 400, id="a return in a name"),
    pytest.param(with_line(b"A\n: b"), 400, id="a line feed in a name"),
    # Values, and the ends of lines.
    pytest.param(with_line(b"A: b\r\n c"), 400, id="folded with a space"),
    pytest.param(with_line(b"A: b\r\n\tc"), 400, id="folded with a tab"),
    pytest.param(with_line(b"A:\r\n b"), 400, id="folded at once"),
    pytest.param(b"GET / HTTP/1.1\r\n Host: site.test\r\n\r\n", 400, id="the first one folded"),
    pytest.param(with_line(b" "), 400, id="a space for a field"),
    pytest.param(with_line(b"A: b\0c"), 400, id="NUL in a value"),
    pytest.param(with_line(b"A: b\x01c"), 400, id="a control byte in a value"),
    pytest.param(with_line(b"A: b\x08c"), 400, id="a backspace in a value"),
    pytest.param(with_line(b"A: b\x0bc"), 400, id="a vertical tab in a value"),
    pytest.param(with_line(b"A: b\x0cc"), 400, id="a form feed in a value"),
    pytest.param(with_line(b"A: b\x1bc"), 400, id="an escape byte in a value"),
    pytest.param(with_line(b"A: b\x7fc"), 400, id="DEL in a value"),
    pytest.param(with_line(b"A: b\rc"), 400, id="a bare return in a value"),
    pytest.param(with_line(b"A: b\r"), 400, id="a return before the end"),
    pytest.param(with_line(b"A: b", end=b"\n"), 400, id="a bare line feed"),
    pytest.param(with_line(b"A: b\nC: d"), 400, id="two fields, a bare line feed between"),
    pytest.param(with_line(b"A: b\n\nGET /b HTTP/1.1"), 400, id="two bare line feeds"),
    pytest.param(with_line(b"A: b\r\n\n"), 400, id="a bare line feed for the empty line"),
    # What may stand once.
    pytest.param(with_line(b"Content-Type: a/b\r\nContent-Type: c/d"), 400, id="two types"),
    # Manners.
    pytest.param(with_line(b"Expect: tea"), 417, id="an expectation of something else"),
    pytest.param(with_line(b"Expect: 100-continue, tea"), 417, id="an expectation too many"),
    pytest.param(with_line(b"Expect: 100-continue\r\nExpect: tea"), 417, id="two expectations"),
    pytest.param(with_line(b"Via: 1.1 us"), 508, id="our name in Via"),
    pytest.param(with_line(b"Via: 1.0 fred, 1.1 US (x)"), 508, id="our name in capitals"),
    pytest.param(with_line(b"Via: 1.0 fred\r\nVia: HTTP/1.1 us"), 508, id="our name on line two"),
    pytest.param(with_line(b"Via: 1.0 fred\r\nVIA: 1.1 us, 1.1 x"), 508, id="our name inside"),
]

TOO_BIG = [
    pytest.param(b"A: " + b"b" * 17_000, id="a long value"),
    pytest.param(b"A" * 17_000 + b": b", id="a long name"),
    pytest.param(b"Cookie: " + b"a=b; " * 4_000, id="very many cookies"),
    pytest.param(b"\r\n".join(b"A%d: b" % n for n in range(129)), id="too many fields"),
    pytest.param(b"\r\n".join([b"A: b"] * 200), id="one field too often"),
    pytest.param(
        b"\r\n".join(b"A%d: %b" % (n, b"b" * 15_000) for n in range(6)), id="too big as a whole"
    ),
]

PASSED = [
    pytest.param(b"A:b", [(b"A", b"b")], id="no space behind the colon"),
    pytest.param(b"A: \t b \t ", [(b"A", b"b")], id="spaces around the value"),
    pytest.param(b"A:", [(b"A", b"")], id="an empty value"),
    pytest.param(b"A: b\tc  d", [(b"A", b"b\tc  d")], id="spaces inside"),
    pytest.param(b"a: 1\r\nA: 2", [(b"a", b"1"), (b"A", b"2")], id="one name, two spellings"),
    pytest.param(
        b"A: 1\r\nA: 2\r\nA: 1", [(b"A", b"1"), (b"A", b"2"), (b"A", b"1")], id="repeated"
    ),
    pytest.param(b"!#$%&'*+-.^`|~9: b", [(b"!#$%&'*+-.^`|~9", b"b")], id="a name of odd letters"),
    pytest.param(b'A: ",;=@/\\<>(){}[]?', [(b"A", b'",;=@/\\<>(){}[]?')], id="odd letters"),
    pytest.param(b"A: caf\xc3\xa9", [(b"A", b"caf\xc3\xa9")], id="UTF-8 in a value"),
    pytest.param(b"A: b\r\nA_B: c\r\n_: d\r\nX_Forwarded_For: e", [(b"A", b"b")], id="underscores"),
    pytest.param(
        b"X-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nA: b",
        [(b"A", b"b")],
        id="claims of nobody trusted",
    ),
    pytest.param(
        b"Connection: A, B\r\nConnection: close, c\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4",
        [(b"D", b"4")],
        id="fields that Connection names",
    ),
    pytest.param(
        b"Connection: Host, Cookie, Authorization\r\nCookie: a=b\r\nAuthorization: c",
        [(b"Cookie", b"a=b"), (b"Authorization", b"c")],
        id="fields that Connection cannot name away",
    ),
    pytest.param(
        b"Keep-Alive: 1\r\nProxy-Connection: a\r\nProxy-Authorization: b\r\nTE: c\r\nTrailer: D\r\n"
        b"A: b",
        [(b"A", b"b")],
        id="fields of one connection",
    ),
    pytest.param(
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\nA: b",
        [(b"A", b"b")],
        id="HTTP/2 without TLS is not taken up",
    ),
    pytest.param(b"Upgrade: websocket\r\nA: b", [(b"A", b"b")], id="Upgrade without Connection"),
    pytest.param(b"Expect: 100-continue\r\nA: b", [(b"A", b"b")], id="an expectation, no body"),
    pytest.param(b"Expect: 100-Continue\r\nA: b", [(b"A", b"b")], id="the same in capitals"),
]


@pytest.mark.parametrize(("sent", "status"), REFUSED)
async def test_a_field_that_is_refused(start_proxy: StartProxy, sent: bytes, status: int) -> None:
    await assert_refused(start_proxy, sent, status)


@pytest.mark.parametrize("lines", TOO_BIG)
async def test_a_head_that_is_too_big_is_told_so(start_proxy: StartProxy, lines: bytes) -> None:
    got, heard = await tried(start_proxy, with_line(lines))

    assert (got.status, got.has(b"connection"), heard) == (431, b"close", [])


@pytest.mark.parametrize(("lines", "fields"), PASSED)
async def test_a_field_that_is_passed_on(
    start_proxy: StartProxy, lines: bytes, fields: Fields
) -> None:
    closing = b"" if b"Connection: " in lines else b"Connection: close\r\n"
    sent = b"GET / HTTP/1.1\r\n" + HOST + closing + lines + b"\r\n\r\n"

    got, heard = await tried(start_proxy, sent)

    assert got.body == b"ok"
    assert [take_heard(one).fields for one in heard] == [[(b"Host", b"site.test"), *fields]]


async def test_others_in_via_are_no_loop(start_proxy: StartProxy) -> None:
    sent = with_line(b"Via: 1.1 usher, 1.0 fred (us)\r\nConnection: close")

    got, heard = await tried(start_proxy, sent)

    assert got.body == b"ok"
    assert b"Via: 1.1 usher, 1.0 fred (us), 1.1 " + NAME.encode() in heard[0]
