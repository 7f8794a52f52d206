"""Pages on their way to visitors: what they show, and what their heads say."""

import gzip
import zlib

import pytest

from calltrack.numbers import PhoneNumber
from tests.proxy.browser import NAVIGATION, ask, get
from tests.proxy.coded import DECODE, ENCODE, raw_deflate, two_frames, two_members
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import NUMBERS, Guests
from tests.proxy.origin import Origin, answer, html
from tests.proxy.sample import (
    CACHEABLE,
    FOR_FIRST,
    FOR_SECOND,
    LONG,
    PAGE,
    PLAIN,
    guest,
    gzip_body,
    names,
    without_ours,
)


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

    @pytest.mark.parametrize("body", [PAGE, PLAIN, LONG], ids=["numbers", "plain", "long"])
    async def test_what_a_page_depends_on_is_said_as_the_site_says_it(
        self, start_origin: StartOrigin, start_proxy: StartProxy, body: bytes
    ) -> None:
        """It keeps the coding that the site chose, so nothing more depends on the request."""
        lines = (b"Vary: Accept-Encoding", b"vary: Cookie, X-Lang", b"Content-Encoding: gzip")
        proxy = await start_proxy(
            await start_origin(Origin(html(gzip.compress(body), *lines))), Guests()
        )

        got = await ask(proxy.port, get(b"/", *guest("g1")))

        assert got.all(b"vary") == [b"Accept-Encoding", b"Cookie, X-Lang"]
        assert got.all(b"content-encoding") == [b"gzip"]

    async def test_xhtml_is_a_page_too(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = answer(PAGE, b"Content-Type: Application/XHTML+XML;charset=utf-8")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        assert (await ask(proxy.port, get(b"/", *guest("g1")))).body == FOR_FIRST

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
        page = LONG if long else PAGE
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
