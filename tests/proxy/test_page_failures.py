"""Pages that outlast the wait of their head, and mistakes, ours and the site's."""

import asyncio
import gzip
import logging

import pytest

from proxy import page, page_source
from proxy.rewrite import Piece, Scanner
from proxy.shared_cache import CACHE_BYTES, entry
from tests.proxy.browser import NAVIGATION, ask, get, take_apart
from tests.proxy.coded import DECODE, ENCODE, in_two
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import NUMBERS, Guests
from tests.proxy.origin import Asked, Origin, html
from tests.proxy.sample import (
    CACHEABLE,
    FOR_FIRST,
    LONG,
    LONG_FOR_FIRST,
    PAGE,
    PLAIN,
    guest,
)


class TestStreamed:
    """Pages that outlast the wait of their head."""

    @pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd", "deflate", "gzip, br"])
    async def test_a_long_page_is_private_and_without_a_validator(
        self, start_origin: StartOrigin, start_proxy: StartProxy, coding: str
    ) -> None:
        lines = [b"Content-Encoding: " + coding.encode()] if coding else []
        origin = await start_origin(Origin(html(ENCODE[coding](LONG), *CACHEABLE, *lines)))
        guests = Guests()
        proxy = await start_proxy(origin, guests)

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert DECODE[coding](got.body) == LONG_FOR_FIRST
        assert got.is_whole
        assert got.has(b"cache-control") == b"private, no-cache"
        assert got.has(b"etag") is None
        assert got.has(b"last-modified") is None
        assert got.has(b"set-cookie") is not None
        assert guests.held == {"g1": NUMBERS[0]}

    async def test_a_crawler_gets_the_long_page_as_it_came_but_private(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        body = gzip.compress(LONG)
        said = html(body, *CACHEABLE, b"Content-Encoding: gzip")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", b"User-Agent: bot"))

        assert got.body == body
        assert got.has(b"content-length") == b"%d" % len(body)
        assert got.has(b"cache-control") == b"private, no-cache"
        assert got.has(b"etag") is None

    @pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
    async def test_a_page_that_drips_leaves_as_it_comes(
        self, start_origin: StartOrigin, start_proxy: StartProxy, coding: str
    ) -> None:
        """The first part is with the visitor before the site writes the second."""
        go_on = asyncio.Event()
        lines = [b"Content-Encoding: " + coding.encode()] if coding else []
        first, second = in_two(coding, PAGE[:-20], PAGE[-20:])

        async def script(
            _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(html(first, *lines, length=False))
            await go_on.wait()
            writer.write(second)

        origin = await start_origin(Origin(script=script))
        proxy = await start_proxy(origin, Guests(), wait_seconds=0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

        writer.write(get(b"/", *NAVIGATION))
        raw = await reader.readuntil(b"\r\n\r\n")
        raw += await reader.readexactly(40)
        go_on.set()
        raw += await reader.read()
        writer.close()

        got = take_apart(raw)
        assert DECODE[coding](got.body) == FOR_FIRST
        assert got.is_whole
        assert proxy.counted("page.streamed") == 1

    async def test_an_old_client_reads_until_the_end(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        proxy = await start_proxy(await start_origin(Origin(html(LONG))), Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")).replace(b"HTTP/1.1", b"HTTP/1.0"))

        assert got.body == LONG_FOR_FIRST
        assert got.has(b"transfer-encoding") is None


class TestFailOpen:
    """Mistakes, ours and the site's."""

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"no gzip at all " + PAGE, id="no gzip"),
            pytest.param(gzip.compress(PAGE)[:100], id="cut short"),
            pytest.param(gzip.compress(PAGE)[:60] + b"\xff" * 80, id="spoilt inside"),
            pytest.param(gzip.compress(PAGE)[:-8] + bytes(8), id="wrong check sum"),
        ],
    )
    async def test_a_page_that_cannot_be_decoded_passes_as_it_came(
        self, start_origin: StartOrigin, start_proxy: StartProxy, body: bytes
    ) -> None:
        proxy = await start_proxy(
            await start_origin(Origin(html(body, b"Content-Encoding: gzip"))), Guests()
        )

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert (got.status, got.body, got.is_whole) == (200, body, True)
        assert got.has(b"cache-control") == b"private"
        assert proxy.counted("page.doubt") == 1

    async def test_a_long_page_that_spoils_is_cut(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        body = gzip.compress(bytes(range(256)) * 4000 + PAGE, compresslevel=0)
        said = html(body[:-2000] + b"\xff" * 2000, b"Content-Encoding: gzip")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert (got.status, got.is_whole) == (200, False)
        assert proxy.counted("page.cut") == 1

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
    async def test_a_bomb_is_cut(
        self, start_origin: StartOrigin, start_proxy: StartProxy, coding: str
    ) -> None:
        bomb = ENCODE[coding](bytes(50_000_000))
        proxy = await start_proxy(
            await start_origin(Origin(html(bomb, b"Content-Encoding: " + coding.encode()))),
            Guests(),
        )

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert not got.is_whole
        assert proxy.counted("page.cut") == 1

    @pytest.mark.parametrize("long", [False, True])
    async def test_a_mistake_in_the_scanner_costs_the_numbers_only(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        long: bool,
    ) -> None:
        """It fails in the middle, with bytes held back."""

        class Fails(Scanner):
            fed = 0

            def feed(self, chunk: bytes) -> list[Piece]:
                self.fed += len(chunk)
                if self.fed > len(PAGE) + 300_000 * long:
                    raise ValueError("a mistake")
                return super().feed(chunk)

        monkeypatch.setattr(page_source, "Scanner", Fails)
        filler = b"<p>tekst</p>\n" * 40_000 * long
        body = PAGE + filler + b"<p>085 01" + b"99 999</p>" + PLAIN
        for coding in ("", "gzip"):
            lines = [b"Content-Encoding: " + coding.encode()] if coding else []
            origin = await start_origin(Origin(html(ENCODE[coding](body), *lines)))
            proxy = await start_proxy(origin, Guests())
            proxy.is_failing = True

            got = await ask(proxy.port, get(b"/", *guest("g1")))

            assert (got.status, got.is_whole) == (200, True)
            text = DECODE[coding](got.body)
            assert text in {body, body.replace(PAGE, FOR_FIRST)}
            assert proxy.counted("failure.scan") == 1
        assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2

    async def test_a_mistake_in_the_numbers_costs_the_numbers_only(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        def fail() -> None:
            raise KeyError("a mistake")

        said = html(PAGE, *CACHEABLE)
        for body in (PAGE, LONG):
            said = html(body, *CACHEABLE)
            proxy = await start_proxy(await start_origin(Origin(said)), Guests(on_numbers=fail))
            proxy.is_failing = True

            got = await ask(proxy.port, get(b"/", *guest("g1")))

            assert (got.status, got.body) == (200, body)
            assert got.has(b"cache-control") == b"private, no-cache"
            assert proxy.counted("failure.numbers") >= 1

    @pytest.mark.parametrize("cache_bytes", [0, CACHE_BYTES], ids=["site", "cache"])
    @pytest.mark.parametrize("what", ["numbers", "fill"])
    async def test_a_page_that_lost_its_numbers_by_mistake_is_not_confirmed_later(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        monkeypatch: pytest.MonkeyPatch,
        what: str,
        cache_bytes: int,
    ) -> None:
        def fail(*_: object) -> None:
            raise KeyError("a mistake")

        guests = Guests()
        origin = await start_origin(Origin(html(PAGE, *CACHEABLE)))
        proxy = await start_proxy(origin, guests, cache_bytes=cache_bytes)
        good = await ask(proxy.port, get(b"/", *guest("g1")))
        if what == "numbers":
            guests.on_numbers = fail
        else:
            monkeypatch.setattr(page, "fill", fail)
            monkeypatch.setattr(entry, "fill", fail)
        proxy.is_failing = True

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert (got.body, got.has(b"etag")) == (PAGE, None)
        assert good.has(b"etag") is not None
        assert got.has(b"cache-control") == b"private, no-cache"

    async def test_a_site_that_breaks_off_within_the_wait_is_a_bad_gateway(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = html(PAGE).replace(b"Content-Length: ", b"Content-Length: 9")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert got.status == 502
        assert PAGE not in got.raw
