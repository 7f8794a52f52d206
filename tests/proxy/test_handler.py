"""Requests and answers on their way through: what the site hears, what the visitor gets."""

import asyncio
import logging

import pytest

from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Asked, Origin, answer, parse


class TestFields:
    """Which fields go through, and how."""

    async def test_what_is_about_one_connection_stops_here(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = answer(
            b"hello",
            b"Connection: close, X-Secret",
            b"Connection: x-other",
            b"X-Secret: 1",
            b"X-Other: 2",
            b"Keep-Alive: timeout=5",
            b"Proxy-Authenticate: Basic",
            b"Upgrade: h2c",
            b"Trailer: Expires",
            b"X-Kept: 3",
        )
        origin = await start_origin(Origin(said))
        proxy = await start_proxy(origin)

        got = await ask(
            proxy.port,
            get(
                b"/",
                b"Connection: X-Secret, Host, Cookie, Content-Length",
                b"X-Secret: 1",
                b"Keep-Alive: 5",
                b"Proxy-Connection: keep-alive",
                b"Proxy-Authorization: Basic YTpi",
                b"TE: trailers",
                b"Trailer: X",
                b"Cookie: a=1",
                b"X-Kept: 3",
            ),
        )

        heard = {name.lower() for name, _ in origin.last.fields}
        assert heard == {
            *(b"host", b"cookie", b"x-kept", b"via"),
            *(b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-proto"),
            b"x-request-id",
        }
        assert {name.lower() for name, _ in got.fields} == {
            *(b"content-length", b"x-kept", b"date", b"connection"),
        }

    async def test_lines_of_the_answer_keep_order_spelling_and_bytes(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        lines = [
            b'ETag: "x"',
            b"Set-Cookie: a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT",
            b"x-lower: 1",
            b"Set-Cookie: b=2; Path=/",
            b"X-Latin: caf\xe9",
            b"X-UTF-8: caf\xc3\xa9",
            b"X-Lower: 2",
            b"WWW-Authenticate: Basic",
            b"Date: Sun, 22 Nov 2026 05:00:00 GMT",
        ]
        origin = await start_origin(Origin(answer(b"hello", *lines, status=b"200 Fine, caf\xe9")))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get())

        expected = answer(b"hello", *lines, status=b"200 Fine, caf\xe9")
        assert got.raw == expected.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")

    async def test_lines_of_the_request_that_repeat_are_all_heard(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer()))
        proxy = await start_proxy(origin)

        await ask(proxy.port, get(b"/", b"x-A: 1", b"X-a: 2", b"X-UTF-8: caf\xc3\xa9", b"x-A: 3"))

        assert [v for name, v in origin.last.fields if name.lower() == b"x-a"] == [b"1", b"2", b"3"]
        assert origin.last.has(b"x-utf-8") == b"caf\xc3\xa9"

    async def test_bytes_of_a_request_field_arrive_as_they_are(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer()))
        proxy = await start_proxy(origin)

        await ask(proxy.port, get(b"/", b"X-Latin: caf\xe9"))

        assert origin.last.has(b"x-latin") == b"caf\xe9"

    async def test_nothing_is_invented(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer(b"hello")))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get(b"/", b"Content-Length: 2", method=b"POST") + b"ab")

        heard = {name.lower() for name, _ in origin.last.fields}
        assert not heard & {b"content-type", b"user-agent", b"accept", b"accept-encoding"}
        assert [name for name, _ in got.fields] == [b"Content-Length", b"Date", b"Connection"]

    @pytest.mark.parametrize(
        "name",
        [b"X_Forwarded_For", b"X_Real_IP", b"x_a"],
    )
    async def test_names_with_an_underscore_stop_here(
        self, start_origin: StartOrigin, start_proxy: StartProxy, name: bytes
    ) -> None:
        origin = await start_origin(Origin(answer()))
        proxy = await start_proxy(origin)

        await ask(proxy.port, get(b"/", name + b": 6.6.6.6"))

        assert all(b"_" not in heard for heard, _ in origin.last.fields)

    @pytest.mark.parametrize(
        ("sent", "heard"),
        [
            pytest.param(b"a=1; b=2", b"a=1; b=2", id="none of ours"),
            pytest.param(b"calltrack-main=x", None, id="ours alone"),
            pytest.param(b"calltrack-main=x; a=1", b"a=1", id="ours first"),
            pytest.param(b"a=1; calltrack-main=x; b=2", b"a=1; b=2", id="ours between"),
            pytest.param(b'a=1;  b="2";calltrack-main=x', b'a=1;  b="2"', id="ours last"),
            pytest.param(b"calltrack-a=x; calltrack-b=y", None, id="two of ours"),
            pytest.param(
                b"xcalltrack-a=1; a=calltrack-b", b"xcalltrack-a=1; a=calltrack-b", id="alike"
            ),
        ],
    )
    async def test_our_cookie_stays_here_and_the_others_go_on_byte_for_byte(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        sent: bytes,
        heard: bytes | None,
    ) -> None:
        origin = await start_origin(Origin(answer()))
        proxy = await start_proxy(origin)

        await ask(proxy.port, get(b"/", b"Cookie: " + sent))

        assert origin.last.has(b"cookie") == heard

    async def test_cookies_of_one_visitor_are_never_sent_for_another(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer(b"", b"Set-Cookie: id=secret; Path=/")))
        proxy = await start_proxy(origin)

        first = await ask(proxy.port, get())
        await ask(proxy.port, get())

        assert first.all(b"set-cookie") == [b"id=secret; Path=/"]
        assert origin.last.has(b"cookie") is None

    async def test_another_name_for_the_site_can_be_set(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer()))
        proxy = await start_proxy(origin, upstream={"host": "inner.test"})

        await ask(proxy.port, get(host=b"www.firm.test:8080"))

        assert origin.last.has(b"host") == b"inner.test"
        assert origin.last.has(b"x-forwarded-host") == b"www.firm.test:8080"


class TestTargets:
    """Path and query go on byte for byte."""

    @pytest.mark.parametrize(
        "target",
        [
            b"/a%2Fb%41%27?q=%2f",
            b"//a//b",
            b"/a;v=1|b",
            b"/a/../b/./c",
            b"/a?b?c",
            b"/@evil.test/",
            b"/a%00b",
            b"/%E2%82%AC?x=%80",
            b"/a?q=[1]&r={2}",
            b"/'\"<>",
        ],
    )
    async def test_the_target_is_not_touched(
        self, start_origin: StartOrigin, start_proxy: StartProxy, target: bytes
    ) -> None:
        origin = await start_origin(Origin(answer()))
        proxy = await start_proxy(origin)

        await ask(proxy.port, get(target))

        assert origin.last.target == target

    async def test_an_empty_query_is_kept(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer()))
        proxy = await start_proxy(origin)

        await ask(proxy.port, get(b"/a?"))

        assert origin.last.target == b"/a?"

    @pytest.mark.parametrize(
        ("location", "expected"),
        [
            pytest.param(b"http://INNER/a?b", b"http://www.firm.test:8080/a?b", id="its address"),
            pytest.param(b"http://INNER", b"http://www.firm.test:8080", id="its address alone"),
            pytest.param(b"http://INNER1/a", b"http://INNER1/a", id="another port"),
            pytest.param(b"https://INNER/a", b"https://INNER/a", id="another scheme"),
            pytest.param(b"http://inner.test/a", b"http://www.firm.test:8080/a", id="its name"),
            pytest.param(
                b"https://inner.test#a", b"http://www.firm.test:8080#a", id="its name, TLS"
            ),
            pytest.param(
                b"http://inner.test.evil/", b"http://inner.test.evil/", id="a longer name"
            ),
            pytest.param(b"/a?b=http://INNER/", b"/a?b=http://INNER/", id="inside a query"),
        ],
    )
    async def test_a_redirect_to_the_sites_inner_address_leads_here(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        location: bytes,
        expected: bytes,
    ) -> None:
        origin = await start_origin(Origin())
        inner = b"127.0.0.1:%d" % origin.port
        origin.says = answer(
            b"", b"Location: " + location.replace(b"INNER", inner), status=b"302 Found"
        )
        proxy = await start_proxy(origin, upstream={"host": "inner.test"})

        got = await ask(proxy.port, get(host=b"www.firm.test:8080"))

        assert got.has(b"location") == expected.replace(b"INNER", inner)

    @pytest.mark.parametrize(
        "location", [b"/there", b"http://127.0.0.1:1/x", b"https://other.test/a%2Fb?c#d", b"//x/y"]
    )
    async def test_redirects_are_passed_on_and_not_followed(
        self, start_origin: StartOrigin, start_proxy: StartProxy, location: bytes
    ) -> None:
        said = answer(b"", b"Location: " + location, status=b"302 Found")
        origin = await start_origin(Origin(said))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get())

        assert (got.status, got.has(b"location"), len(origin.asked)) == (302, location, 1)


async def test_a_connection_serves_one_request_after_another(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(lambda asked: answer(asked.target)))
    proxy = await start_proxy(origin)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

    for target in (b"/one", b"/two"):
        writer.write(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % target)
        assert b"Connection" not in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(4) == target
    writer.write(
        b"GET /3 HTTP/1.1\r\nHost: a\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    rest = await reader.read()
    writer.close()

    assert [part.rpartition(b"\r\n\r\n")[2] for part in rest.split(b"HTTP/1.1 200 OK")[1:]] == [
        b"/3",
        b"/4",
    ]


@pytest.mark.parametrize("when", ["with the answer", "before the next request"])
async def test_what_the_site_says_unasked_reaches_no_visitor(
    start_origin: StartOrigin, start_proxy: StartProxy, when: str
) -> None:
    """An answer that nobody asked for would else be the next visitor's."""
    stray = answer(b"somebody else's page")
    is_said = asyncio.Event()

    async def poison(
        asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            writer.write(answer(asked.target))
            if when == "with the answer":
                writer.write(stray)
            else:
                await writer.drain()
                await is_said.wait()
                writer.write(stray)
            asked = parse(await reader.readuntil(b"\r\n\r\n"))
            origin.asked.append(asked)

    origin = await start_origin(Origin(script=poison))
    proxy = await start_proxy(origin)

    for number in range(20):
        target = b"/%d" % number
        got = await ask(proxy.port, get(target))
        is_said.set()
        await asyncio.sleep(0)  # now the site may say more

        assert got.body == target
    assert len(origin.asked) == 20


@pytest.mark.parametrize("path", [b"/healthz", b"/readyz", b"/metrics", b"/status.json"])
async def test_paths_of_the_status_port_are_the_sites_here(
    start_origin: StartOrigin, start_proxy: StartProxy, path: bytes
) -> None:
    origin = await start_origin(Origin(answer(b"the site's own")))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, get(path))

    assert (got.body, origin.last.target) == (b"the site's own", path)


async def test_after_junk_the_proxy_goes_on_and_one_line_tells(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    caplog: pytest.LogCaptureFixture,
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)
    caplog.set_level(logging.INFO)

    junk = await ask(proxy.port, b"\x00\xff<script>alert(1)</script>\r\n\r\n")
    got = await ask(proxy.port, get())

    assert (junk.status, got.status) == (400, 200)
    assert b"script" not in junk.raw
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO"]
    assert "script" not in caplog.text
