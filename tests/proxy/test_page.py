"""Pages on their way to visitors: what they show, and what their heads say."""

import asyncio
import gzip
import logging
import zlib

import pytest

from calltrack.numbers import PhoneNumber
from proxy import page_source
from proxy.headers import Fields, members
from proxy.rewrite import Piece, Scanner
from tests.proxy.browser import NAVIGATION, Got, ask, get, take_apart
from tests.proxy.coded import DECODE, ENCODE, in_two, raw_deflate, two_frames, two_members
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import COOKIE, NUMBERS, Guests
from tests.proxy.origin import Asked, Origin, answer, html

PAGE = (
    b"<!doctype html><p>Bel <a href=tel:+31850199999>085 0199 999</a></p>" + b"<p>tekst</p>" * 200
)
PLAIN = b"<!doctype html><p>Bel ons niet</p>" + b"<p>tekst</p>" * 200
FOR_FIRST = PAGE.replace(b"+31850199999", b"+31201234560").replace(b"085 0199 999", b"020 1234 560")
FOR_SECOND = PAGE.replace(b"+31850199999", b"+31201234561").replace(
    b"085 0199 999", b"020 1234 561"
)

CACHEABLE = (
    b"Cache-Control: public, max-age=600, s-maxage=9000",
    b"Expires: Thu, 01 Dec 2037 16:00:00 GMT",
    b"Last-Modified: Sun, 22 Nov 2026 05:00:00 GMT",
    b'ETag: "abc"',
    b"Surrogate-Control: max-age=600",
    b"CDN-Cache-Control: max-age=600",
    b"Accept-Ranges: bytes",
    b"Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==",
    b"Digest: sha-256=abc",
    b"Content-Digest: sha-256=:abc=:",
    b"Repr-Digest: sha-256=:abc=:",
    b"Vary: Accept-Encoding",
    b"X-Frame-Options: DENY",
)


def guest(name: str, *lines: bytes) -> tuple[bytes, ...]:
    return (*NAVIGATION, b"Cookie: %b=%b" % (COOKIE.encode(), name.encode()), *lines)


def names(fields: Fields) -> list[bytes]:
    return [name.lower() for name, _ in fields]


class TestWhole:
    """Pages that end while their head waits."""

    async def test_a_page_shows_the_visitors_number_in_text_and_link(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(html(PAGE, *CACHEABLE)))
        guests = Guests()
        proxy = await start_proxy(origin, guests)

        first = await ask(proxy.port, get(b"/", *NAVIGATION))
        again = await ask(proxy.port, get(b"/x", *guest("g1")))
        second = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert (first.body, again.body, second.body) == (FOR_FIRST, FOR_FIRST, FOR_SECOND)
        assert first.all(b"set-cookie") == [b"calltrack-guest=g1; Path=/; HttpOnly"]
        assert again.has(b"set-cookie") is None
        assert guests.taken == [2, 2, 2]
        assert guests.finished == [("/", 200), ("/x", 200), ("/", 200)]
        assert proxy.counted("page.personal") == 3

    @pytest.mark.parametrize(
        ("lines", "body"),
        [
            pytest.param(guest("g1"), FOR_FIRST, id="a visitor"),
            pytest.param((*NAVIGATION, b"User-Agent: bot"), PAGE, id="a crawler"),
            pytest.param((b"Sec-Fetch-Mode: cors",), PAGE, id="nobody known"),
        ],
    )
    async def test_a_page_with_a_slot_is_private_to_everyone(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        lines: tuple[bytes, ...],
        body: bytes,
    ) -> None:
        origin = await start_origin(Origin(html(PAGE, *CACHEABLE)))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *lines))

        assert got.body == body
        assert got.all(b"cache-control") == [b"private, no-cache"]
        assert (got.has(b"etag") or b"").startswith(b'W/"abc-')
        assert names(got.fields) == [
            b"content-type",
            b"vary",
            b"x-frame-options",
            *([] if body == FOR_FIRST else [b"content-length"]),
            b"cache-control",
            b"etag",
            *([b"content-length"] if body == FOR_FIRST else []),
            b"date",
            b"connection",
        ]

    async def test_what_the_site_forbids_to_store_stays_forbidden(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(html(PAGE, b"Cache-Control: no-store, max-age=0")))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert got.all(b"cache-control") == [b"private, no-cache, no-store"]

    @pytest.mark.parametrize("coding", ENCODE)
    @pytest.mark.parametrize("chunked", [False, True])
    async def test_a_page_leaves_in_the_coding_it_came_in(
        self, start_origin: StartOrigin, start_proxy: StartProxy, coding: str, chunked: bool
    ) -> None:
        body = ENCODE[coding](PAGE)
        lines = [b"Content-Encoding: " + coding.encode()] if coding else []
        if chunked:
            lines.append(b"Transfer-Encoding: chunked")
            body = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
        origin = await start_origin(Origin(html(body, *lines, length=not chunked)))
        proxy = await start_proxy(origin, Guests(), wait_seconds=10.0)

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert DECODE[coding](got.body) == FOR_FIRST
        assert got.has(b"content-encoding") == (coding.encode() or None)
        assert got.has(b"content-length") == b"%d" % len(got.body)

    async def test_codings_on_lines_of_their_own_are_one_list(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        lines = (b"Content-Encoding: gzip", b"Content-Encoding: br")
        origin = await start_origin(Origin(html(ENCODE["gzip, br"](PAGE), *lines)))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert DECODE["gzip, br"](got.body) == FOR_FIRST

    @pytest.mark.parametrize(
        ("coding", "body"),
        [
            pytest.param("gzip", two_members(PAGE), id="gzip of two members"),
            pytest.param("gzip", gzip.compress(PAGE) + b"trailing garbage", id="garbage behind"),
            pytest.param("gzip", gzip.compress(PAGE) + bytes(512), id="zeros behind"),
            pytest.param("zstd", two_frames(PAGE), id="zstd of two frames"),
        ],
    )
    async def test_oddly_coded_pages_are_read(
        self, start_origin: StartOrigin, start_proxy: StartProxy, coding: str, body: bytes
    ) -> None:
        origin = await start_origin(Origin(html(body, b"Content-Encoding: " + coding.encode())))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert DECODE[coding](got.body) == FOR_FIRST

    async def test_deflate_without_zlibs_container_stays_without(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = html(raw_deflate(PAGE), b"Content-Encoding: deflate")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert zlib.decompress(got.body, wbits=-15) == FOR_FIRST

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(html(PAGE, b"Content-Encoding: compress"), id="unknown coding"),
            pytest.param(html(PAGE, b"Content-Encoding: none"), id="a coding called none"),
            pytest.param(
                html(gzip.compress(PAGE), b"Content-Encoding: gzip, gzip, gzip"), id="three codings"
            ),
            pytest.param(html(PAGE, b"Cache-Control: no-transform"), id="no-transform"),
            pytest.param(html(PAGE).replace(b"text/html", b"text/plain"), id="plain text"),
            pytest.param(html(PAGE).replace(b"200 OK", b"404 Not Found"), id="404"),
            pytest.param(html(PAGE).replace(b"200 OK", b"500 Oops"), id="500"),
            pytest.param(answer(PAGE), id="no type"),
            pytest.param(html(PLAIN, *CACHEABLE), id="no slot"),
            pytest.param(
                html(gzip.compress(PLAIN), *CACHEABLE, b"Content-Encoding: gzip"),
                id="no slot, gzip",
            ),
            pytest.param(html(b""), id="empty"),
            pytest.param(html(b"", b"Content-Encoding: gzip"), id="empty gzip"),
        ],
    )
    async def test_what_is_not_for_us_passes_byte_for_byte(
        self, start_origin: StartOrigin, start_proxy: StartProxy, said: bytes
    ) -> None:
        origin = await start_origin(Origin(said))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert without_ours(got) == said

    @pytest.mark.parametrize(
        "kind",
        [
            *(b"text/css", b"text/javascript", b"application/javascript", b"application/json"),
            *(b"application/ld+json", b"application/xml", b"text/xml", b"image/svg+xml"),
            *(b"image/png", b"image/webp", b"font/woff2", b"application/pdf", b"application/zip"),
            *(b"video/mp4", b"audio/mpeg", b"text/event-stream", b"text/calendar", b"text/csv"),
            *(b"application/octet-stream", b"multipart/mixed; boundary=text/html", b"text/htmlx"),
        ],
    )
    async def test_other_types_pass_byte_for_byte(
        self, start_origin: StartOrigin, start_proxy: StartProxy, kind: bytes
    ) -> None:
        body = PAGE + bytes(range(256)) * 300
        said = answer(gzip.compress(body), b"Content-Type: " + kind, b"Content-Encoding: gzip")
        origin = await start_origin(Origin(said))
        guests = Guests()
        proxy = await start_proxy(origin, guests)

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert without_ours(got) == said
        assert guests.finished == []

    async def test_xhtml_is_a_page_too(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = answer(PAGE, b"Content-Type: Application/XHTML+XML;charset=utf-8")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        assert (await ask(proxy.port, get(b"/", *guest("g1")))).body == FOR_FIRST

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(html(PLAIN, *CACHEABLE), id="a page without slots"),
            pytest.param(answer(b"", b"Location: /there", status=b"302 Found"), id="a redirect"),
            pytest.param(html(PLAIN, b"X: y").replace(b"200 OK", b"404 No"), id="404"),
        ],
    )
    async def test_the_answer_that_starts_a_session_is_private(
        self, start_origin: StartOrigin, start_proxy: StartProxy, said: bytes
    ) -> None:
        guests = Guests()
        proxy = await start_proxy(await start_origin(Origin(said)), guests)

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert (got.has(b"cache-control") or b"").startswith(b"private")
        assert not {b"public", b"s-maxage=9000"} & set(members(got.fields, b"cache-control"))
        assert got.has(b"surrogate-control") is None
        assert got.all(b"set-cookie") == [b"calltrack-guest=g1; Path=/; HttpOnly"]
        assert got.body == take_apart(said).body
        assert len(guests.finished) == 1

    @pytest.mark.parametrize(
        ("said", "views"),
        [
            pytest.param(html(PLAIN), [("/", 200)], id="a page"),
            pytest.param(html(PLAIN).replace(b"200 OK", b"404 No"), [("/", 404)], id="404"),
            pytest.param(
                html(b"<a href=/there>", b"Location: /there").replace(b"200 OK", b"302 Found"),
                [],
                id="a redirect, though it is HTML",
            ),
            pytest.param(answer(b"{}", b"Content-Type: application/json"), [], id="JSON"),
        ],
    )
    async def test_a_known_visitors_view_is_one_of_a_page(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        said: bytes,
        views: list[tuple[str, int]],
    ) -> None:
        guests = Guests()
        proxy = await start_proxy(await start_origin(Origin(said)), guests)

        await ask(proxy.port, get(b"/", *guest("g1")))

        assert guests.finished == views

    async def test_an_asset_never_sets_a_cookie(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = answer(b"body{}", b"Content-Type: text/css", b"Cache-Control: public")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/a.css", *NAVIGATION))

        assert without_ours(got) == said

    async def test_the_sites_own_cookies_stay_beside_ours(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = html(PAGE, b"Set-Cookie: a=1, b", b"Set-Cookie: c=2")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert got.all(b"set-cookie") == [
            b"a=1, b",
            b"c=2",
            b"calltrack-guest=g1; Path=/; HttpOnly",
        ]

    @pytest.mark.parametrize("body", [PAGE, PLAIN])
    async def test_a_site_that_says_off_is_left_alone(
        self, start_origin: StartOrigin, start_proxy: StartProxy, body: bytes
    ) -> None:
        guests = Guests()
        said = html(body, *CACHEABLE)
        origin = await start_origin(Origin(html(body, *CACHEABLE, b"X-Calltrack: Off")))
        proxy = await start_proxy(origin, guests)

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert without_ours(got) == said
        assert (guests.held, guests.finished) == ({}, [])

    @pytest.mark.parametrize(
        ("target", "rewrite"),
        [pytest.param(b"/admin/x", True, id="path"), pytest.param(b"/", False, id="no plan")],
    )
    async def test_a_page_that_is_never_looked_at_passes(
        self, start_origin: StartOrigin, start_proxy: StartProxy, target: bytes, rewrite: bool
    ) -> None:
        said = html(PAGE, *CACHEABLE)
        guests = Guests() if rewrite else Guests(rewrite=None)
        proxy = await start_proxy(await start_origin(Origin(said)), guests)

        got = await ask(proxy.port, get(target, *guest("g1")))

        assert without_ours(got) == said

    async def test_when_all_numbers_are_given_out_the_page_is_the_sites_own(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = html(gzip.compress(PAGE), b"Content-Encoding: gzip", b'ETag: "abc"')
        proxy = await start_proxy(await start_origin(Origin(said)), Guests(numbers=()))

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert got.body == gzip_body(said)
        assert got.has(b"cache-control") == b"private, no-cache"
        assert got.has(b"etag") is None

    @pytest.mark.parametrize(
        ("lines", "numbers", "why"),
        [
            pytest.param((*NAVIGATION, b"User-Agent: bot"), NUMBERS, "bot", id="a crawler"),
            pytest.param(NAVIGATION, (), "empty", id="no number is left"),
            pytest.param((b"Sec-Fetch-Mode: cors",), NUMBERS, "nobody", id="nobody known"),
        ],
    )
    @pytest.mark.parametrize("long", [False, True])
    async def test_why_a_page_shows_the_originals_is_counted(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        lines: tuple[bytes, ...],
        numbers: tuple[PhoneNumber, ...],
        why: str,
        long: bool,
    ) -> None:
        page = TestStreamed.LONG if long else PAGE
        proxy = await start_proxy(await start_origin(Origin(html(page))), Guests(numbers=numbers))

        await ask(proxy.port, get(b"/", *lines))

        expected = {(False, why): f"original:{why}", (True, "empty"): "streamed"}
        outcome = expected.get((long, why), f"original_streamed:{why}")
        assert proxy.counted(f"page.{outcome}") == 1

    async def test_head_is_passed_on(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = html(b"", b"Content-Length: 99", length=False)
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", *NAVIGATION, method=b"HEAD"))

        assert without_ours(got) == said

    @pytest.mark.parametrize(
        ("accepted", "asked"),
        [
            pytest.param(b"gzip, deflate, br, zstd", b"gzip, deflate, br, zstd", id="all known"),
            pytest.param(b"gzip, dcb, br;q=0.5, *", b"gzip, br;q=0.5", id="some"),
            pytest.param(b"dcb", b"identity", id="none"),
            pytest.param(b"identity;q=0, GZIP", b"identity;q=0, GZIP", id="no identity"),
            pytest.param(None, None, id="nothing said"),
        ],
    )
    async def test_only_codings_that_we_know_are_asked_for(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        accepted: bytes | None,
        asked: bytes | None,
    ) -> None:
        origin = await start_origin(Origin(html(PAGE)))
        proxy = await start_proxy(origin, Guests())
        lines = [b"Accept-Encoding: " + accepted] if accepted else []

        await ask(proxy.port, get(b"/", *guest("g1"), *lines))

        assert origin.last.has(b"accept-encoding") == asked


class TestStreamed:
    """Pages that outlast the wait of their head."""

    LONG = PAGE + b"<p>tekst</p>\n" * 40_000 + PAGE
    LONG_FOR_FIRST = FOR_FIRST + b"<p>tekst</p>\n" * 40_000 + FOR_FIRST

    @pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd", "deflate", "gzip, br"])
    async def test_a_long_page_is_private_and_without_a_validator(
        self, start_origin: StartOrigin, start_proxy: StartProxy, coding: str
    ) -> None:
        lines = [b"Content-Encoding: " + coding.encode()] if coding else []
        origin = await start_origin(Origin(html(ENCODE[coding](self.LONG), *CACHEABLE, *lines)))
        guests = Guests()
        proxy = await start_proxy(origin, guests)

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert DECODE[coding](got.body) == self.LONG_FOR_FIRST
        assert got.is_whole
        assert got.has(b"cache-control") == b"private, no-cache"
        assert got.has(b"etag") is None
        assert got.has(b"last-modified") is None
        assert got.has(b"set-cookie") is not None
        assert guests.held == {"g1": NUMBERS[0]}

    async def test_a_crawler_gets_the_long_page_as_it_came_but_private(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        body = gzip.compress(self.LONG)
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
        proxy = await start_proxy(await start_origin(Origin(html(self.LONG))), Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")).replace(b"HTTP/1.1", b"HTTP/1.0"))

        assert got.body == self.LONG_FOR_FIRST
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

    async def test_a_bomb_is_cut(self, start_origin: StartOrigin, start_proxy: StartProxy) -> None:
        bomb = gzip.compress(bytes(50_000_000))
        proxy = await start_proxy(
            await start_origin(Origin(html(bomb, b"Content-Encoding: gzip"))), Guests()
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
        for body in (PAGE, TestStreamed.LONG):
            said = html(body, *CACHEABLE)
            proxy = await start_proxy(await start_origin(Origin(said)), Guests(on_numbers=fail))
            proxy.is_failing = True

            got = await ask(proxy.port, get(b"/", *guest("g1")))

            assert (got.status, got.body) == (200, body)
            assert got.has(b"cache-control") == b"private, no-cache"
            assert proxy.counted("failure.numbers") >= 1

    async def test_a_site_that_breaks_off_within_the_wait_is_a_bad_gateway(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = html(PAGE).replace(b"Content-Length: ", b"Content-Length: 9")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert got.status == 502
        assert PAGE not in got.raw


def without_ours(got: Got) -> bytes:
    """Take away what every answer through the proxy may get: a Date, and the connection's end."""
    raw = got.raw.replace(b"\r\nConnection: close", b"", 1)
    date = got.has(b"date")
    assert date is not None
    return raw.replace(b"\r\nDate: " + date, b"", 1)


def gzip_body(said: bytes) -> bytes:
    return said.partition(b"\r\n\r\n")[2]
