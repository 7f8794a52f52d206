"""Request lines: methods, targets, versions, and what stands between them."""

import pytest

from tests.proxy.conftest import StartProxy
from tests.proxy.malformed.wire import HOST, assert_refused, take_heard, tried


def line(text: bytes, *, end: bytes = b"\r\n") -> bytes:
    return text + end + HOST + b"\r\n"


REFUSED = [
    # Versions.
    pytest.param(line(b"GET / HTTP/0.9"), 505, id="HTTP/0.9 with fields"),
    pytest.param(line(b"GET / HTTP/1.2"), 505, id="HTTP/1.2"),
    pytest.param(line(b"GET / HTTP/1.9"), 505, id="HTTP/1.9"),
    pytest.param(line(b"GET / HTTP/2.0"), 505, id="HTTP/2.0"),
    pytest.param(line(b"GET / HTTP/3.0"), 505, id="HTTP/3.0"),
    pytest.param(line(b"GET / HTTP/9.9"), 505, id="HTTP/9.9"),
    pytest.param(line(b"GET / HTTP/0.0"), 505, id="HTTP/0.0"),
    pytest.param(line(b"GET / HTTP/1"), 400, id="HTTP/1"),
    pytest.param(line(b"GET / HTTP/1."), 400, id="HTTP/1 and a dot"),
    pytest.param(line(b"GET / HTTP/.1"), 400, id="HTTP and a dot"),
    pytest.param(line(b"GET / HTTP/11"), 400, id="HTTP/11"),
    pytest.param(line(b"GET / HTTP/1.10"), 400, id="HTTP/1.10"),
    pytest.param(line(b"GET / HTTP/01.1"), 400, id="HTTP/01.1"),
    pytest.param(line(b"GET / HTTP/1.1x"), 400, id="HTTP/1.1x"),
    pytest.param(line(b"GET / HTTP/+1.1"), 400, id="a sign in the version"),
    pytest.param(line(b"GET / HTTP/1,1"), 400, id="a comma in the version"),
    pytest.param(line(b"GET / HTTP/-1.1"), 400, id="a version below nothing"),
    pytest.param(line(b"GET / http/1.1"), 400, id="http in lower case"),
    pytest.param(line(b"GET / HTP/1.1"), 400, id="HTP"),
    pytest.param(line(b"GET / HTTPS/1.1"), 400, id="HTTPS"),
    pytest.param(line(b"GET / HTTP /1.1"), 400, id="a space in the version"),
    pytest.param(line(b"GET / HTTP/1.1 "), 400, id="a space behind the version"),
    pytest.param(line(b"GET / HTTP/1.1\t"), 400, id="a tab behind the version"),
    pytest.param(line(b"GET / HTTP/1.1 HTTP/1.1"), 400, id="two versions"),
    pytest.param(line(b"GET / RTSP/1.0"), 400, id="RTSP"),
    pytest.param(line(b"GET / RTSP/1.1"), 400, id="RTSP/1.1"),
    pytest.param(b"\r\n" + line(b"GET / RTSP/1.0"), 400, id="RTSP behind an empty line"),
    pytest.param(line(b"DESCRIBE rtsp://site.test/ RTSP/1.0"), 400, id="RTSP's own method"),
    pytest.param(line(b"GET / ICE/1.0"), 400, id="ICE"),
    pytest.param(line(b"SOURCE / ICE/1.0"), 400, id="ICE's own method"),
    # Methods.
    pytest.param(line(b"FOO / HTTP/1.1"), 501, id="a method nobody knows"),
    pytest.param(line(b"get / HTTP/1.1"), 501, id="a method in lower case"),
    pytest.param(line(b"Get / HTTP/1.1"), 501, id="a method in two cases"),
    pytest.param(line(b"GETT / HTTP/1.1"), 501, id="a letter too many"),
    pytest.param(line(b"GE / HTTP/1.1"), 501, id="a letter too few"),
    pytest.param(line(b"A" * 4000 + b" / HTTP/1.1"), 501, id="a very long method"),
    pytest.param(line(b"TRACE / HTTP/1.1"), 405, id="TRACE"),
    pytest.param(line(b"CONNECT site.test:443 HTTP/1.1"), 405, id="CONNECT"),
    pytest.param(line(b"CONNECT 127.0.0.1:22 HTTP/1.1"), 405, id="CONNECT to an inner address"),
    pytest.param(line(b"CONNECT [::1]:22 HTTP/1.1"), 405, id="CONNECT, IPv6"),
    pytest.param(line(b"CONNECT / HTTP/1.1"), 405, id="CONNECT with a path"),
    pytest.param(line(b"CONNECT http://site.test/ HTTP/1.1"), 400, id="CONNECT, absolute"),
    pytest.param(line(b"PRI * HTTP/2.0") + b"SM\r\n\r\n", 505, id="HTTP/2's preface"),
    pytest.param(line(b"G\0ET / HTTP/1.1"), 400, id="NUL in the method"),
    pytest.param(line(b"G\xc3\x8bT / HTTP/1.1"), 400, id="8-bit bytes in the method"),
    pytest.param(line(b"G(T / HTTP/1.1"), 400, id="a bracket in the method"),
    pytest.param(line(b'"GET" / HTTP/1.1'), 400, id="quotes around the method"),
    pytest.param(line(b"GET: / HTTP/1.1"), 400, id="a colon behind the method"),
    # What stands between.
    pytest.param(line(b" GET / HTTP/1.1"), 400, id="a space before the method"),
    pytest.param(line(b"\tGET / HTTP/1.1"), 400, id="a tab before the method"),
    pytest.param(line(b"GET\t/ HTTP/1.1"), 400, id="a tab behind the method"),
    pytest.param(line(b"GET  HTTP/1.1"), 400, id="no target"),
    pytest.param(line(b"GET HTTP/1.1"), 400, id="no target, one space"),
    pytest.param(line(b"GET /\tHTTP/1.1"), 400, id="a tab behind the target"),
    pytest.param(line(b"GET /\x0bHTTP/1.1"), 400, id="a vertical tab behind the target"),
    pytest.param(line(b"GET /a b HTTP/1.1"), 400, id="a space in the target"),
    pytest.param(line(b"GET / HTTP/1.1", end=b"\n"), 400, id="a bare line feed"),
    pytest.param(line(b"GET / HTTP/1.1", end=b"\r"), 400, id="a bare return"),
    pytest.param(line(b"GET / HTTP/1.1", end=b"\r\r\n"), 400, id="two returns"),
    pytest.param(line(b"\xef\xbb\xbfGET / HTTP/1.1"), 400, id="a byte order mark"),
    pytest.param(line(b"HTTP/1.1 200 OK"), 400, id="an answer"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, id="TLS"),
    pytest.param(b"\x05\x01\x00\r\n\r\n", 400, id="SOCKS"),
    pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", 400, id="SSH"),
    pytest.param(b"*1\r\n$4\r\nPING\r\n\r\n", 400, id="Redis"),
    pytest.param(b"{}\r\n\r\n", 400, id="JSON"),
    pytest.param(b"\x00\r\n\r\n", 400, id="NUL"),
    # Targets.
    pytest.param(line(b"GET a HTTP/1.1"), 400, id="a path without a slash"),
    pytest.param(line(b"GET ?a HTTP/1.1"), 400, id="a query alone"),
    pytest.param(line(b"GET #a HTTP/1.1"), 400, id="a fragment alone"),
    pytest.param(line(b"GET \\ HTTP/1.1"), 400, id="a backslash alone"),
    pytest.param(line(b"GET * HTTP/1.1"), 400, id="* without OPTIONS"),
    pytest.param(line(b"OPTIONS *a HTTP/1.1"), 400, id="* and more"),
    pytest.param(line(b"GET /a#b HTTP/1.1"), 400, id="a fragment"),
    pytest.param(line(b"GET /a#b?c HTTP/1.1"), 400, id="a fragment with a query"),
    pytest.param(line(b"GET /a?b#c HTTP/1.1"), 400, id="a fragment behind a query"),
    pytest.param(line(b"GET /# HTTP/1.1"), 400, id="an empty fragment"),
    pytest.param(line(b"GET /a\0b HTTP/1.1"), 400, id="NUL in a path"),
    pytest.param(line(b"GET /a\x01b HTTP/1.1"), 400, id="a control byte in a path"),
    pytest.param(line(b"GET /a\x7fb HTTP/1.1"), 400, id="DEL in a path"),
    pytest.param(line(b"GET /a\rb HTTP/1.1"), 400, id="a return in a path"),
    pytest.param(line(b"GET /a\nb HTTP/1.1"), 400, id="a line feed in a path"),
    pytest.param(line(b"GET /caf\xc3\xa9 HTTP/1.1"), 400, id="UTF-8 in a path"),
    pytest.param(line(b"GET /caf\xe9 HTTP/1.1"), 400, id="Latin-1 in a path"),
    pytest.param(line(b"GET /?q=\xff HTTP/1.1"), 400, id="an 8-bit byte in a query"),
    pytest.param(line(b"GET ftp://site.test/ HTTP/1.1"), 400, id="another scheme"),
    pytest.param(line(b"GET file:///etc/passwd HTTP/1.1"), 400, id="a file"),
    pytest.param(line(b"GET gopher://127.0.0.1:6379/ HTTP/1.1"), 400, id="gopher"),
    pytest.param(line(b"GET javascript:alert(1) HTTP/1.1"), 400, id="a script"),
    pytest.param(line(b"GET http:/site.test/ HTTP/1.1"), 400, id="a slash too few"),
    pytest.param(line(b"GET http:///a HTTP/1.1"), 400, id="no authority"),
    pytest.param(line(b"GET http://?a HTTP/1.1"), 400, id="no authority but a query"),
    pytest.param(line(b"GET http://u:p@site.test/ HTTP/1.1"), 400, id="a login"),
    pytest.param(line(b"GET http://site.test@127.0.0.1/ HTTP/1.1"), 400, id="a user as a host"),
    pytest.param(line(b"GET http://site.test:99999/ HTTP/1.1"), 400, id="no such port"),
    pytest.param(line(b"GET http://site.test:a/ HTTP/1.1"), 400, id="a word for a port"),
    pytest.param(line(b"GET http://[::1/ HTTP/1.1"), 400, id="half an IPv6 address"),
    pytest.param(line(b"GET http://[zz]/ HTTP/1.1"), 400, id="no IPv6 address"),
    pytest.param(line(b"GET http://[fe80::1%25eth0]/ HTTP/1.1"), 400, id="an IPv6 zone"),
    pytest.param(line(b"GET http://a\\b/ HTTP/1.1"), 400, id="a backslash in the authority"),
    pytest.param(line(b"GET http://a%62/ HTTP/1.1"), 400, id="an escape in the authority"),
    pytest.param(line(b"GET http://site.test#a HTTP/1.1"), 400, id="a fragment, absolute"),
    pytest.param(line(b"GET https:// HTTP/1.1"), 400, id="a scheme alone"),
]

PASSED = [
    pytest.param(b"/", b"/", id="the root"),
    pytest.param(b"//a//b", b"//a//b", id="double slashes"),
    pytest.param(b"/a/../b/./c", b"/a/../b/./c", id="dots"),
    pytest.param(b"/%2e%2e/%2F%41%zz%", b"/%2e%2e/%2F%41%zz%", id="escapes, good and bad"),
    pytest.param(b"/a;b=c,d|e'f\"g<h>", b"/a;b=c,d|e'f\"g<h>", id="odd characters"),
    pytest.param(b"/a\\b^c`d{e}", b"/a\\b^c`d{e}", id="odder characters"),
    pytest.param(b"/?a?b&&c=d=e", b"/?a?b&&c=d=e", id="an odd query"),
    pytest.param(b"http://site.test/a?b", b"/a?b", id="absolute"),
    pytest.param(b"HTTP://site.test/a", b"/a", id="absolute, in capitals"),
    pytest.param(b"https://site.test/a", b"/a", id="absolute, https"),
    pytest.param(b"http://site.test", b"/", id="absolute, no path"),
    pytest.param(b"http://site.test?a", b"/?a", id="absolute, a query and no path"),
    pytest.param(b"/http://other.test/", b"/http://other.test/", id="an address as a path"),
    pytest.param(b"/:80@other.test/", b"/:80@other.test/", id="a path that would be an authority"),
    pytest.param(b"/" + b"a" * 16_000, b"/" + b"a" * 16_000, id="a long one"),
]


@pytest.mark.parametrize(("sent", "status"), REFUSED)
async def test_a_request_line_that_is_refused(
    start_proxy: StartProxy, sent: bytes, status: int
) -> None:
    await assert_refused(start_proxy, sent, status)


@pytest.mark.parametrize(("target", "heard_target"), PASSED)
async def test_a_target_that_is_passed_on_byte_for_byte(
    start_proxy: StartProxy, target: bytes, heard_target: bytes
) -> None:
    sent = line(b"GET " + target + b" HTTP/1.1").replace(HOST, HOST + b"Connection: close\r\n")

    got, heard = await tried(start_proxy, sent)

    assert got.body == b"ok"
    assert [take_heard(one).line for one in heard] == [b"GET " + heard_target + b" HTTP/1.1"]
    assert take_heard(heard[0]).fields == [(b"Host", b"site.test")]


async def test_a_request_of_http_0_9_is_refused(start_proxy: StartProxy) -> None:
    got, heard = await tried(start_proxy, line(b"GET /"))

    assert (got.status, got.has(b"connection"), heard) == (505, b"close", [])


async def test_a_target_that_is_too_long_is_told_so(start_proxy: StartProxy) -> None:
    got, heard = await tried(start_proxy, line(b"GET /" + b"a" * 17_000 + b" HTTP/1.1"))

    assert (got.status, got.has(b"connection"), heard) == (414, b"close", [])


async def test_empty_lines_before_a_request_are_passed_over(start_proxy: StartProxy) -> None:
    sent = b"\r\n\r\n" + line(b"GET /a HTTP/1.0")

    got, heard = await tried(start_proxy, sent)

    assert got.body == b"ok"
    assert [take_heard(one).line for one in heard] == [b"GET /a HTTP/1.1"]
