"""Pages in any coding and charset, cut at any place on their way: what a visitor gets is the same.

The first part is all that the site says until the visitor has the head of the answer, so that the
proxy has to work with it.
"""

import asyncio
import gzip
import zlib

import brotli
import pytest
import zstandard

from tests.proxy.browser import Got, get, take_apart
from tests.proxy.coded import DECODE, ENCODE, raw_deflate, two_frames, two_members
from tests.proxy.conftest import Proxy, StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Asked, Origin, answer
from tests.proxy.sample import guest

NUMBER, SHOWN = b"085 0199 999", b"020 1234 560"
SMALL = (
    b"<!doctype html><title>a</title><p>085 <a href='tel:+31850199999'>085 0199 999</a>"
    b"<script>'085 0199 999'</script>085 0199 99<br>085 0199 999"
)
SMALL_SHOWN = (
    b"<!doctype html><title>a</title><p>085 <a href='tel:+31201234560'>020 1234 560</a>"
    b"<script>'085 0199 999'</script>085 0199 99<br>020 1234 560"
)
PAGE = SMALL + b"<p>tekst</p>" * 20
PAGE_SHOWN = SMALL_SHOWN + b"<p>tekst</p>" * 20


class CutOrigin:
    """A site that says its answer in two parts."""

    def __init__(self, body: bytes, *lines: bytes) -> None:
        self.head = answer(b"", *lines, length=False)
        self.body = body
        self.cut = 0
        self.go_on = asyncio.Event()

    async def script(
        self, _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(self.head + self.body[: self.cut])
        await self.go_on.wait()
        writer.write(self.body[self.cut :])


async def visit(proxy: Proxy, origin: CutOrigin, cut: int) -> Got:
    """Ask for the page, and let the site go on when the head is here."""
    origin.cut, origin.go_on = cut, asyncio.Event()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(get(b"/", *guest("g1")))
    if not cut:  # a page's head waits for its first byte
        origin.go_on.set()
    raw = await reader.readuntil(b"\r\n\r\n")
    origin.go_on.set()
    raw += await reader.read()
    writer.close()
    return take_apart(raw)


async def test_a_page_is_the_same_wherever_it_is_cut(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    site = CutOrigin(SMALL, b"Content-Type: text/html; charset=utf-8")
    proxy = await start_proxy(
        await start_origin(Origin(script=site.script)), Guests(), wait_seconds=0.0
    )

    for cut in range(len(SMALL) + 1):
        got = await visit(proxy, site, cut)

        assert (got.status, got.body, got.is_whole) == (200, SMALL_SHOWN, True), cut
    assert proxy.counted("page.streamed") >= len(SMALL)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        *(pytest.param(name, encode(PAGE), id=name or "plain") for name, encode in ENCODE.items()),
        pytest.param("gzip", two_members(PAGE), id="gzip of two members"),
        pytest.param("gzip", gzip.compress(PAGE) + b"garbage", id="garbage behind gzip"),
        pytest.param("gzip", gzip.compress(PAGE) + bytes(64), id="zeros behind gzip"),
        pytest.param("deflate", zlib.compress(PAGE) + b"garbage", id="garbage behind deflate"),
        pytest.param("raw", raw_deflate(PAGE), id="deflate without container"),
        pytest.param("zstd", two_frames(PAGE), id="zstd of two frames"),
        pytest.param("zstd", zstandard.compress(PAGE) + b"garbage", id="garbage behind zstd"),
        pytest.param("br", brotli.compress(PAGE, quality=0), id="quick brotli"),
    ],
)
async def test_a_coded_page_is_the_same_wherever_it_is_cut(
    start_origin: StartOrigin, start_proxy: StartProxy, coding: str, body: bytes
) -> None:
    said = "deflate" if coding == "raw" else coding
    lines = [b"Content-Encoding: " + said.encode()] if said else []
    site = CutOrigin(body, b"Content-Type: text/html; charset=utf-8", *lines)
    proxy = await start_proxy(
        await start_origin(Origin(script=site.script)), Guests(), wait_seconds=0.0
    )

    for cut in range(0, len(body) + 1, 7):
        got = await visit(proxy, site, cut)

        text = zlib.decompress(got.body, -15) if coding == "raw" else DECODE[coding](got.body)
        assert (got.status, text, got.is_whole) == (200, PAGE_SHOWN, True), cut
        assert got.has(b"content-encoding") == (said.encode() or None)


CHARSETS = [
    pytest.param(None, "utf-8", "\ufeff<p>téléphone 電話", id="utf-8, by its mark"),
    pytest.param(None, "utf-16-le", "\ufeff<p>téléphone 電話", id="utf-16le, by its mark"),
    pytest.param(None, "utf-16-be", "\ufeff<p>téléphone 電話", id="utf-16be, by its mark"),
    pytest.param("koi8-r", "utf-8", "\ufeff<p>телефон", id="utf-8, whatever the head says"),
    pytest.param("utf-8", "utf-8", "<p>téléphone 電話", id="utf-8"),
    pytest.param("utf-16le", "utf-16-le", "<p>téléphone 電話", id="utf-16le"),
    pytest.param("iso-8859-1", "latin-1", "<p>téléphoné", id="iso-8859-1"),
    pytest.param("windows-1252", "cp1252", "<p>téléphone …", id="windows-1252"),
    pytest.param("windows-1251", "cp1251", "<p>телефон", id="windows-1251"),
    pytest.param("koi8-r", "koi8-r", "<meta charset=utf-8><p>телефон", id="koi8-r, not by meta"),
    pytest.param(None, "koi8-u", "<meta charset=koi8-u><p>їжак", id="koi8-u, by meta"),
    pytest.param("shift_jis", "cp932", "<p>電話ソ表ｱ", id="shift_jis"),
    pytest.param("euc-jp", "euc_jp", "<p>電話ｱ表", id="euc-jp"),
    pytest.param("iso-2022-jp", "iso2022_jp", "<p>電話へ", id="iso-2022-jp"),
    pytest.param("gb18030", "gb18030", "<p>电话㐀📞", id="gb18030"),
    pytest.param("big5", "big5", "<p>電話功", id="big5"),
    pytest.param(None, "euc-kr", "<meta charset=euc-kr><p>전화", id="euc-kr, by meta"),
]


@pytest.mark.parametrize(("said", "codec", "text"), CHARSETS)
async def test_a_page_keeps_its_charset_wherever_it_is_cut(
    start_origin: StartOrigin, start_proxy: StartProxy, said: str | None, codec: str, text: str
) -> None:
    kind = f"text/html; charset={said}" if said else "text/html"
    number, shown = NUMBER.decode(), SHOWN.decode()
    body = f"{text} {number} {text[-2:]}<b>{number}</b>".encode(codec)
    expected = f"{text} {shown} {text[-2:]}<b>{shown}</b>".encode(codec)
    site = CutOrigin(body, b"Content-Type: " + kind.encode())
    proxy = await start_proxy(
        await start_origin(Origin(script=site.script)), Guests(), wait_seconds=0.0
    )

    for cut in range(0, len(body) + 1, 3):
        got = await visit(proxy, site, cut)

        assert (got.body, got.is_whole) == (expected, True), cut
        assert got.has(b"content-type") == kind.encode()
