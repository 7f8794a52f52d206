"""What goes wrong on the way: the site, the visitor, and we."""

import asyncio
import logging

import pytest

from calltrack.errors import StoreError
from proxy.gate import RequestFacts
from tests.proxy.browser import NAVIGATION, ask, get, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Asked, Origin, answer, html

NOTHING_THERE = 9  # the discard port: nobody listens


class TestErrors:
    """What goes wrong between the site and us, and in us."""

    async def test_a_site_that_is_not_there_is_a_neutral_page(
        self, start_proxy: StartProxy
    ) -> None:
        proxy = await start_proxy(NOTHING_THERE)

        got = await ask(proxy.port, get(b"/secret?number=1", b"Accept: text/html"))
        plain = await ask(proxy.port, get(b"/", b"Accept: application/json"))

        assert (got.status, plain.status) == (502, 502)
        assert got.has(b"content-type") == b"text/html; charset=utf-8"
        assert plain.has(b"content-type") == b"text/plain; charset=utf-8"
        assert got.has(b"cache-control") == b"no-store"
        for inner in (b"127.0.0.1", b"secret", b"aiohttp", b"Python", b"refused", b"calltrack"):
            assert inner not in got.raw + plain.raw
        assert proxy.counted("upstream.unreachable") == 2

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="no HTTP"),
            pytest.param(b"HTTP/1.1 200 OK\r\nContent-", id="half a head"),
            pytest.param(answer(b"abc", b"Transfer-Encoding: chunked"), id="length and chunks"),
            pytest.param(answer(b"abc", b"Content-Length: 4"), id="two lengths"),
            pytest.param(answer(b"", b"A: b\0c"), id="NUL"),
            pytest.param(answer(b"", status=b"200 O\0K"), id="NUL in the reason"),
            pytest.param(
                answer(b"ab", b"Transfer-Encoding: gzip", length=False), id="coded on the way"
            ),
            pytest.param(
                answer(
                    b"2\r\nab\r\n0\r\n\r\n",
                    b"Transfer-Encoding: gzip, chunked",
                    length=False,
                ),
                id="coded on the way, in chunks",
            ),
            pytest.param(answer(b"", b"A: b\rSet-Cookie: c=d"), id="bare return in a field"),
            pytest.param(answer(b"", b"A: " + b"b" * 70_000), id="a line that is too long"),
            pytest.param(answer(b"", *[b"A: b"] * 300), id="too many fields"),
            pytest.param(
                answer(
                    b"", b"Upgrade: x", b"Connection: upgrade", status=b"101 Switching Protocols"
                ),
                id="101 unasked",
            ),
        ],
    )
    async def test_an_answer_that_is_no_http_is_a_bad_gateway(
        self, start_origin: StartOrigin, start_proxy: StartProxy, said: bytes
    ) -> None:
        origin = await start_origin(Origin(said))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get())

        assert got.status == 502
        assert proxy.counted("upstream.broken") == 1
        assert len(origin.asked) == 1

    async def test_a_long_head_is_no_error(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        policy = b"Content-Security-Policy: " + b"script-src https://a.example; " * 1000
        cookies = [b"Set-Cookie: c%d=%d" % (n, n) for n in range(150)]
        origin = await start_origin(Origin(answer(b"hello", policy.strip(), *cookies)))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get())

        assert (got.status, len(got.all(b"set-cookie"))) == (200, 150)

    @pytest.mark.parametrize(
        "begun", [pytest.param(b"", id="no head"), pytest.param(html(b"")[:-19], id="no end")]
    )
    async def test_a_site_that_falls_silent_is_a_time_out(
        self, start_origin: StartOrigin, start_proxy: StartProxy, begun: bytes
    ) -> None:
        release = asyncio.Event()

        async def script(
            _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(begun)
            await release.wait()

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin, Guests(), upstream={"first_byte_seconds": 0.1})

        got = await ask(proxy.port, get(b"/", *NAVIGATION))
        release.set()

        assert got.status == 504
        assert proxy.counted("upstream.timeout") == 1

    @pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(answer(b"half", b"Content-Length: 100", length=False), id="length"),
            pytest.param(
                answer(b"9\r\nhalf", b"Transfer-Encoding: chunked", length=False), id="chunks"
            ),
        ],
    )
    async def test_an_answer_that_breaks_off_does_not_look_whole(
        self, start_origin: StartOrigin, start_proxy: StartProxy, said: bytes, version: bytes
    ) -> None:
        """Where chunks become "until the end", only a reset tells; else the framing does."""
        head, _, body = said.partition(b"\r\n\r\n")
        seen = asyncio.Event()

        async def script(
            _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(head + b"\r\n\r\n" + body)
            await seen.wait()

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get().replace(b"HTTP/1.1", version))
        begun = await reader.readuntil(b"half")
        seen.set()
        try:
            rest = await reader.read()
        except ConnectionResetError:
            rest, was_reset = b"", True
        else:
            was_reset = False
        writer.close()

        assert was_reset or not take_apart(begun + rest).is_whole

    @pytest.mark.parametrize("kind", [b"text/html; charset=utf-8", b"image/png"])
    async def test_chunks_that_turn_out_to_be_none_end_the_answer(
        self, start_origin: StartOrigin, start_proxy: StartProxy, kind: bytes
    ) -> None:
        """The site keeps the connection open and waits."""
        seen = asyncio.Event()

        async def script(
            _asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            lines = (b"Transfer-Encoding: chunked", b"Content-Type: " + kind)
            writer.write(answer(b"b\r\n<p>half</p>\r\n", *lines, length=False))
            await seen.wait()
            writer.write(b"zz\r\n")
            await reader.read()

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin, Guests(), wait_seconds=0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", b"Cookie: calltrack-guest=g1"))
        begun = await reader.readuntil(b"half</p>")
        seen.set()
        rest = await reader.read()
        writer.close()

        assert not take_apart(begun + rest).is_whole
        assert proxy.counted("upstream.broken") == 1

    async def test_a_visitor_who_leaves_takes_the_request_to_the_site_along(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        asked = asyncio.Event()

        async def script(
            _asked: Asked, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter
        ) -> None:
            asked.set()
            await reader.read()

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        caplog.set_level(logging.INFO)
        _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get())
        await asked.wait()
        writer.close()
        await origin.left.wait()

        await proxy.app._public._handler.wait_until_idle()
        assert [
            r.getMessage().split()[0] for r in caplog.records if r.name == "calltrack.access"
        ] == ["499"]
        assert all(record.levelno == logging.INFO for record in caplog.records)

    async def test_a_visitor_who_leaves_while_uploading_ends_the_upload(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        begun = asyncio.Event()

        async def script(
            _asked: Asked, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter
        ) -> None:
            await reader.readexactly(5)
            begun.set()
            assert await reader.read() == b""

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        caplog.set_level(logging.INFO)
        _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", b"Content-Length: 1000", method=b"POST") + b"first")
        await begun.wait()
        writer.transport.abort()
        await origin.left.wait()

        await proxy.app._public._handler.wait_until_idle()
        assert proxy.counted("answer.left") == 1
        assert all(record.levelno == logging.INFO for record in caplog.records)

    async def test_a_visitor_who_leaves_in_the_middle_ends_the_download(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        async def script(
            _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(answer(b"", b"Content-Length: 2000000000", length=False))
            while True:
                writer.write(bytes(100_000))
                await writer.drain()

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        caplog.set_level(logging.INFO)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get())
        await reader.readexactly(100_000)
        writer.transport.abort()
        await origin.left.wait()

        await proxy.app._public._handler.wait_until_idle()
        assert proxy.counted("answer.left") == 1
        assert all(record.levelno == logging.INFO for record in caplog.records)

    async def test_a_connection_that_breaks_under_our_hands_is_a_visitor_who_left(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """The page is written before the server has noticed that nobody reads it."""

        def break_off() -> None:
            for connection in proxy.app._public._runner.server.connections:  # type: ignore[union-attr]
                connection.transport.abort()  # type: ignore[union-attr]

        origin = await start_origin(Origin(html(b"<p>085 0199 999</p>")))
        proxy = await start_proxy(origin, Guests(on_numbers=break_off))
        caplog.set_level(logging.INFO)

        with pytest.raises(ConnectionResetError):
            await ask(proxy.port, get(b"/", *NAVIGATION))

        await proxy.app._public._handler.wait_until_idle()
        assert [r.getMessage().split()[0] for r in caplog.records] == ["499"]
        assert all(record.levelno == logging.INFO for record in caplog.records)
        assert proxy.counters.snapshot() == {"answer.left": 1}

    async def test_a_visitor_who_leaves_with_the_whole_page_has_got_it(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        origin = await start_origin(Origin(html(b"<p>085 0199 999</p>")))
        proxy = await start_proxy(origin, Guests(may_finish=asyncio.Event()))
        caplog.set_level(logging.INFO)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", *NAVIGATION))
        await reader.readuntil(b"</p>")
        writer.close()

        await proxy.app._public._handler.wait_until_idle()
        assert [r.getMessage().split()[0] for r in caplog.records] == ["200"]
        assert proxy.counted("answer.2xx") == 1

    async def test_a_mistake_in_the_visitors_part_costs_the_numbers_only(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(_request: RequestFacts) -> None:
            raise StoreError("a mistake")

        said = html(b"<p>085 0199 999</p>")
        origin = await start_origin(Origin(said))
        proxy = await start_proxy(origin, Guests(on_begin=fail))
        proxy.is_failing = True

        for _ in range(2):
            got = await ask(proxy.port, get(b"/", *NAVIGATION))
            assert (got.status, got.body) == (200, b"<p>085 0199 999</p>")

        assert proxy.counted("failure.visit") == 2
        assert len([r for r in caplog.records if r.levelno == logging.ERROR]) == 1

    async def test_whatever_becomes_of_a_request_its_visit_is_over_once(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        guests = Guests()
        proxy = await start_proxy(await start_origin(Origin(answer(b"hello"))), guests)
        lost = await start_proxy(NOTHING_THERE, guests)

        await ask(proxy.port, get(b"/"))
        await ask(lost.port, get(b"/"))

        assert guests.over == 2
