"""What the proxy lets in: raw requests, and whether the site ever hears of them."""

from asyncio import StreamReader, StreamWriter

import pytest

from proxy.gate import host_name, is_authority
from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Asked, Origin, answer

HOST = b"Host: site.test\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        # Framing: the C parser's work.
        pytest.param(
            b"POST / HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            id="length and chunks",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n"
            + HOST
            + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            400,
            id="chunks and length",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            400,
            id="two equal lengths",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
            400,
            id="two lengths",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3, 3\r\n\r\nabc", 400, id="3, 3"
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +3\r\n\r\nabc", 400, id="+3"
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 0x3\r\n\r\nabc", 400, id="0x3"
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            400,
            id="xchunked",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            400,
            id="space before the colon",
        ),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n", 400, id="folded line"),
        pytest.param(b"GET / HTTP/1.1\n" + HOST + b"\n", 400, id="bare line feed"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\rc\r\n\r\n", 400, id="bare return"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\0c\r\n\r\n", 400, id="NUL"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A b: c\r\n\r\n", 400, id="space in a name"),
        pytest.param(
            b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            id="chunks in HTTP/1.0",
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            501,
            id="a transfer coding we do not know",
        ),
        # Versions, methods, junk.
        pytest.param(b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505, id="HTTP/2.0"),
        pytest.param(b"GET / HTTP/1.2\r\n" + HOST + b"\r\n", 505, id="HTTP/1.2"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, id="HTTP/2 preface"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, id="TLS"),
        pytest.param(b"junk\r\n\r\n", 400, id="junk"),
        pytest.param(b"CONNECT site.test:443 HTTP/1.1\r\n" + HOST + b"\r\n", 405, id="CONNECT"),
        pytest.param(b"FOO / HTTP/1.1\r\n" + HOST + b"\r\n", 501, id="a method nobody knows"),
        pytest.param(b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", 405, id="TRACE"),
        # Hosts.
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, id="two Hosts"),
        pytest.param(b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, id="an empty Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, id="a space in Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a/../b\r\n\r\n", 400, id="a path in Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, id="a user in Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, id="a list in Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400, id="no such port"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400, id="a word for a port"),
        pytest.param(b"GET / HTTP/1.0\r\nHost: a b\r\n\r\n", 400, id="a bad Host in HTTP/1.0"),
        # Targets.
        pytest.param(b"GET /a#b HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a fragment"),
        pytest.param(b"GET /a#b?c HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a fragment and a query"),
        pytest.param(b"GET ftp://a/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="another scheme"),
        pytest.param(b"GET http://u:p@a/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a login"),
        pytest.param(b"GET http:///a HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="no authority"),
        pytest.param(b"GET * HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="* without OPTIONS"),
        pytest.param(
            b"GET /caf\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="raw bytes in a path"
        ),
        # Manners.
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Expect: tea\r\nContent-Length: 1\r\n\r\na",
            417,
            id="Expect",
        ),
    ],
)
async def test_a_request_that_is_refused_never_reaches_the_site(
    start_origin: StartOrigin, start_proxy: StartProxy, request_bytes: bytes, status: int
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, request_bytes)

    assert got.status == status
    assert got.has(b"connection") == b"close"
    assert got.raw.startswith(b"HTTP/1.1 ")
    assert origin.asked == []


@pytest.mark.parametrize(
    ("request_bytes", "target", "host"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n", b"/", b"a", id="plain"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: A.Example:8080\r\n", b"/", b"A.Example:8080", id="port"
        ),
        pytest.param(b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n", b"/", b"[::1]:80", id="IPv6"),
        pytest.param(b"GET http://b/c?d HTTP/1.1\r\nHost: a\r\n", b"/c?d", b"b", id="absolute"),
        pytest.param(b"GET http://b HTTP/1.1\r\nHost: a\r\n", b"/", b"b", id="absolute, no path"),
        pytest.param(
            b"GET http://b?c HTTP/1.1\r\nHost: a\r\n", b"/?c", b"b", id="absolute, query only"
        ),
        pytest.param(
            b"GET http://169.254.169.254/meta HTTP/1.1\r\nHost: a\r\n",
            b"/meta",
            b"169.254.169.254",
            id="absolute, an inner address: a name and no destination",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
            b"Connection: Upgrade, HTTP2-Settings\r\n",
            b"/",
            b"a",
            id="an upgrade that is not taken up",
        ),
    ],
)
async def test_the_target_names_the_host_and_never_the_destination(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    request_bytes: bytes,
    target: bytes,
    host: bytes,
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, request_bytes + b"Connection: close\r\n\r\n")

    assert got.body == b"hello"
    assert origin.last.target == target
    assert [value for name, value in origin.last.fields if name.lower() == b"host"] == [host]
    assert origin.last.has(b"upgrade") is None
    assert origin.last.has(b"http2-settings") is None


async def test_a_host_that_is_not_ours_is_misdirected(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin, Guests(hosts=frozenset({"www.firm.test"})))

    ours = await ask(proxy.port, get(host=b"WWW.firm.test.:8080"))
    other = await ask(proxy.port, get(host=b"other.test"))
    absolute = await ask(proxy.port, get(b"http://other.test/", host=b"www.firm.test"))
    none = await ask(proxy.port, b"GET / HTTP/1.0\r\n\r\n")

    assert (ours.status, other.status, absolute.status, none.status) == (200, 421, 421, 421)
    assert len(origin.asked) == 1
    assert proxy.counted("refused.foreign_host") == 3


async def test_without_a_host_an_old_client_is_served_under_the_sites_own_name(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, b"GET / HTTP/1.0\r\n\r\n")

    assert got.body == b"hello"
    assert origin.last.has(b"host") == b"127.0.0.1:%d" % origin.port


async def test_a_loop_is_broken_where_it_closes(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin, name="us")

    through = await ask(proxy.port, get(b"/", b"Via: 1.1 fred, 1.0 usher (us)"))
    loop = await ask(proxy.port, get(b"/", b"Via: 1.1 fred", b"Via: 1.0 us"))

    assert through.status == 200
    assert origin.last.has(b"via") == b"1.1 fred, 1.0 usher (us), 1.1 us"
    assert loop.status == 508
    assert len(origin.asked) == 1


async def test_the_proxy_in_front_of_itself_stops_after_one_round(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    async def leads_back(asked: Asked, _: StreamReader, writer: StreamWriter) -> None:
        fields = [b": ".join(field) for field in asked.fields]
        again = await ask(proxy.port, b"\r\n".join([asked.line, *fields, b"", b""]))
        writer.write(again.raw)

    origin = await start_origin(Origin(script=leads_back))
    proxy = await start_proxy(origin, name="us")

    got = await ask(proxy.port, get())

    assert got.status == 508
    assert proxy.counted("refused.loop") == 1


async def test_options_of_the_server_itself_are_answered_here(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, get(b"*", method=b"OPTIONS"))

    assert (got.status, got.body, origin.asked) == (200, b"", [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("www.firm.nl", "www.firm.nl", id="name"),
        pytest.param("WWW.Firm.NL.:80", "www.firm.nl", id="case, dot, port"),
        pytest.param("[2001:DB8::1]:8080", "[2001:db8::1]", id="IPv6"),
        pytest.param("a_b.example", "a_b.example", id="underscore"),
        pytest.param("a:", "a", id="empty port"),
        pytest.param("", "", id="nothing"),
        pytest.param("a b", "", id="no host"),
    ],
)
def test_a_hosts_name_is_its_authority_without_port_and_case(text: str, expected: str) -> None:
    assert host_name(text) == expected
    assert is_authority(text) is bool(expected)
