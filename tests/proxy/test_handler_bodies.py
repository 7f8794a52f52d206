"""Bodies on their way through the proxy, both ways."""

import asyncio

import pytest

from proxy.deadlines import Limits
from tests.proxy.browser import ask, get, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Asked, Origin, answer


class TestBodies:
    """Bodies, both ways."""

    @pytest.mark.parametrize(
        ("lines", "body"),
        [
            pytest.param([b"Content-Length: 5"], b"hello", id="length"),
            pytest.param([b"Transfer-Encoding: chunked"], b"5\r\nhello\r\n0\r\n\r\n", id="chunks"),
            pytest.param([b"Content-Length: 0"], b"", id="empty"),
        ],
    )
    async def test_a_request_body_arrives_framed_as_it_was_sent(
        self, start_origin: StartOrigin, start_proxy: StartProxy, lines: list[bytes], body: bytes
    ) -> None:
        origin = await start_origin(Origin(answer(b"ok")))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get(b"/", *lines, method=b"POST") + body)

        assert (got.status, origin.last.body) == (200, body)
        name, _, value = lines[0].partition(b": ")
        assert origin.last.has(name.lower()) == value

    async def test_a_request_body_flows_while_it_is_sent(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        first_part = asyncio.Event()

        async def script(
            _asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            assert await reader.readexactly(5) == b"first"
            first_part.set()
            assert await reader.readexactly(6) == b"second"
            writer.write(answer(b"ok"))

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", b"Content-Length: 11", method=b"PUT") + b"first")
        await first_part.wait()
        writer.write(b"second")
        got = take_apart(await reader.read())
        writer.close()

        assert got.body == b"ok"

    async def test_an_answer_before_the_end_of_the_upload_is_passed_on(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        async def script(
            _asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            await reader.readexactly(5)
            writer.write(answer(b"too much", status=b"413 Content Too Large"))

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", b"Content-Length: 1000000", method=b"POST") + b"first")
        head = await reader.readuntil(b"too much")
        writer.close()

        assert head.startswith(b"HTTP/1.1 413 ")

    async def test_a_site_that_takes_nothing_holds_the_upload_back(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        asked, go_on = asyncio.Event(), asyncio.Event()
        size = 200_000_000

        async def script(
            _asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            asked.set()
            await go_on.wait()
            writer.write(answer(b"enough", status=b"413 Content Too Large"))

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", b"Content-Length: %d" % size, method=b"POST"))
        await asked.wait()
        sent = 0
        while sent < size:
            writer.write(bytes(100_000))
            sent += 100_000
            try:
                async with asyncio.timeout(0.5):
                    await writer.drain()
            except TimeoutError:
                break
        go_on.set()
        head = await reader.readuntil(b"\r\n")
        writer.close()

        assert sent < 50_000_000
        assert head.startswith(b"HTTP/1.1 413 ")

    async def test_a_visitor_who_waits_to_be_asked_for_the_body_is_asked(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer(b"ok")))
        proxy = await start_proxy(origin)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", b"Content-Length: 5", b"Expect: 100-continue", method=b"POST"))
        asked_for = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"hello")
        got = take_apart(await reader.read())
        writer.close()

        assert asked_for == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert got.body == b"ok"
        assert (origin.last.has(b"expect"), origin.last.body) == (None, b"hello")

    async def test_a_body_in_bad_chunks_is_the_visitors_error(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer(b"ok")))
        proxy = await start_proxy(origin)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", b"Transfer-Encoding: chunked", method=b"POST") + b"5\r\nhello\r\n")
        await writer.drain()
        writer.write(b"xx\r\n")
        got = take_apart(await reader.read())
        writer.close()

        assert got.status == 400

    @pytest.mark.parametrize(
        ("said", "method", "expected"),
        [
            pytest.param(answer(b"hello"), b"GET", b"hello", id="length"),
            pytest.param(answer(b"hello", length=False), b"GET", b"hello", id="to the end"),
            pytest.param(
                answer(b"5\r\nhello\r\n0\r\n\r\n", b"Transfer-Encoding: chunked", length=False),
                b"GET",
                b"hello",
                id="chunks",
            ),
            pytest.param(answer(b""), b"GET", b"", id="empty"),
            pytest.param(
                answer(b"", b"Content-Length: 1234", length=False), b"HEAD", b"", id="HEAD"
            ),
            pytest.param(
                answer(b"", status=b"204 No Content", length=False), b"GET", b"", id="204"
            ),
            pytest.param(
                answer(b"", b'ETag: "a"', status=b"304 Not Modified", length=False),
                b"GET",
                b"",
                id="304",
            ),
        ],
    )
    @pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
    async def test_an_answers_body_is_whole_in_every_framing(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        said: bytes,
        method: bytes,
        expected: bytes,
        version: bytes,
    ) -> None:
        origin = await start_origin(Origin(said))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get(method=method).replace(b"HTTP/1.1", version))

        assert (got.body, got.is_whole) == (expected, True)
        assert got.raw.startswith(b"HTTP/1.1 ")
        if method == b"HEAD":
            assert got.has(b"content-length") == b"1234"
        if version == b"HTTP/1.0":
            assert got.has(b"transfer-encoding") is None

    async def test_a_head_answer_with_a_body_is_tolerated(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(answer(b"hello")))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get(method=b"HEAD"))

        assert (got.status, got.has(b"content-length")) == (200, b"5")

    async def test_early_hints_are_passed_on(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
        origin = await start_origin(Origin(hints + answer(b"hello")))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get())

        assert got.status == 103

    async def test_events_leave_at_once_and_one_by_one(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        go_on = asyncio.Event()

        async def script(
            _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(answer(b"", b"Content-Type: text/event-stream", length=False))
            await go_on.wait()
            go_on.clear()
            writer.write(b"data: 1\n\n")
            await go_on.wait()
            writer.write(b"data: 2\n\n")

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin, Guests())
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get())
        await reader.readuntil(b"\r\n\r\n")
        go_on.set()
        await reader.readuntil(b"data: 1\n\n")
        go_on.set()
        rest = await reader.read()
        writer.close()

        assert rest.endswith(b"data: 2\n\n\r\n0\r\n\r\n")

    @pytest.mark.parametrize("kind", [b"text/html", b"text/event-stream", b"image/png"])
    async def test_a_stream_may_last_longer_than_any_limit(
        self, start_origin: StartOrigin, start_proxy: StartProxy, kind: bytes
    ) -> None:
        """Some minutes of dripping, in hundredths: each drop comes in time, all of them do not."""
        drops, limit = 60, 0.2
        loop, is_dry = asyncio.get_running_loop(), asyncio.Event()

        async def script(
            _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(answer(b"", b"Content-Type: " + kind, length=False))
            for drop in range(1, drops + 1):
                loop.call_later(drop * limit / 20, writer.write, b"x")
            loop.call_later(drops * limit / 20, is_dry.set)
            await is_dry.wait()

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(
            origin,
            Guests(),
            wait_seconds=0.01,
            upstream={"first_byte_seconds": limit, "read_seconds": limit},
            limits=Limits(
                head_seconds=limit,
                idle_seconds=limit,
                body_silence_seconds=limit,
                stall_seconds=limit,
            ),
        )
        began = loop.time()

        got = await ask(proxy.port, get(b"/", b"Cookie: calltrack-guest=g1"))

        assert (got.body, got.is_whole) == (b"x" * drops, True)
        assert loop.time() - began > 2 * limit

    async def test_a_visitor_who_reads_slowly_holds_the_site_back(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        written = 0
        stuck = asyncio.Event()

        async def script(
            _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            nonlocal written
            writer.write(answer(b"", b"Content-Length: 200000000", length=False))
            while written < 200_000_000:
                writer.write(bytes(100_000))
                try:
                    async with asyncio.timeout(0.5):
                        await writer.drain()
                except TimeoutError:
                    stuck.set()
                    return
                written += 100_000

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=1024)

        writer.write(get())
        await reader.readuntil(b"\r\n\r\n")
        await stuck.wait()
        writer.close()

        assert written < 50_000_000

    @pytest.mark.parametrize("framing", ["length", "chunks", "until the end"])
    @pytest.mark.parametrize("kind", [b"text/html", b"image/png"])
    async def test_a_visitor_who_reads_slowly_gets_all_of_it(
        self, start_origin: StartOrigin, start_proxy: StartProxy, framing: str, kind: bytes
    ) -> None:
        """The site has written everything and closed long before."""
        body = b"".join(b"<p>%d</p>\n" % n for n in range(400_000))
        lines = [b"Content-Type: " + kind]
        said = answer(body, *lines, length=framing == "length")
        if framing == "chunks":
            parts = [body[at : at + 5000] for at in range(0, len(body), 5000)]
            chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
            lines.append(b"Transfer-Encoding: chunked")
            said = answer(chunks + b"0\r\n\r\n", *lines, length=False)
        origin = await start_origin(Origin(said))
        proxy = await start_proxy(origin, Guests())
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=4096)

        writer.write(get(b"/", b"Cookie: calltrack-guest=g1"))
        raw = b""
        while part := await reader.read(3000):
            raw += part
            await asyncio.sleep(0)
        writer.close()

        got = take_apart(raw)
        assert (got.is_whole, got.body == body) == (True, True)
