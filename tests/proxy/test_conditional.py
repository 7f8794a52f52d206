"""Validators and ranges: a browser is told "not modified" only of what it really has."""

import itertools

import pytest

from proxy.conditional import page_etag, page_suffix, split
from proxy.headers import Fields, first
from tests.proxy.browser import NAVIGATION, Got, ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import NUMBERS, Guests
from tests.proxy.origin import Asked, Origin, answer
from tests.proxy.sample import FOR_FIRST, FOR_SECOND, PAGE, PLAIN, guest

MODIFIED = b"Sun, 22 Nov 2026 05:00:00 GMT"
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n%b\r\n\r\n"
HEAD_LINES = (b"Cache-Control: public, max-age=60", b"Last-Modified: " + MODIFIED)


class Site:
    """A site that answers conditional requests the way the RFC says."""

    def __init__(self, body: bytes, etag: bytes = b'"abc"', kind: bytes = b"text/html") -> None:
        self.body = body
        self.etag = etag
        self.lines = (b"Content-Type: " + kind, b"ETag: " + etag, *HEAD_LINES)

    def __call__(self, asked: Asked) -> bytes:
        matched = (asked.has(b"if-none-match") or b"").replace(b"W/", b"")
        if self.etag.removeprefix(b"W/") in matched.split(b", "):
            return NOT_MODIFIED % b"\r\n".join(self.lines)
        if not matched and asked.has(b"if-modified-since") == MODIFIED:
            return NOT_MODIFIED % b"\r\n".join(self.lines)
        if (asked.has(b"range") or b"").startswith(b"bytes="):
            lines = (*self.lines, b"Content-Range: bytes 0-9/%d" % len(self.body))
            return answer(self.body[:10], *lines, status=b"206 Partial Content")
        return answer(self.body, *self.lines)


def is_personal_head(got: Got) -> bool:
    return (
        got.all(b"cache-control") == [b"private, no-cache"]
        and got.has(b"last-modified") is None
        and got.has(b"content-length") in {None, b"%d" % len(got.body)}
    )


@pytest.mark.parametrize("etag", [b'"abc"', b'W/"abc"', b'""', b'"a-b,c d"'])
async def test_the_page_a_visitor_has_is_confirmed(
    start_origin: StartOrigin, start_proxy: StartProxy, etag: bytes
) -> None:
    origin = await start_origin(Origin(Site(PAGE, etag)))
    guests = Guests()
    proxy = await start_proxy(origin, guests)

    page = await ask(proxy.port, get(b"/", *guest("g1")))
    ours = page.has(b"etag") or b""
    again = await ask(proxy.port, get(b"/", *guest("g1", b"If-None-Match: " + ours)))

    assert page.body == FOR_FIRST
    assert ours.startswith(b'W/"')
    assert origin.last.has(b"if-none-match") == etag
    assert (again.status, again.body, again.has(b"etag")) == (304, b"", ours)
    assert is_personal_head(again)
    assert again.has(b"content-type") is None
    assert guests.finished == [("/", 200), ("/", 304)]


async def test_a_changed_page_comes_whole(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(Site(PAGE)))
    proxy = await start_proxy(origin, Guests())
    page = await ask(proxy.port, get(b"/", *guest("g1")))
    origin.says = Site(PAGE, b'"def"')

    again = await ask(
        proxy.port, get(b"/", *guest("g1", b"If-None-Match: " + (page.has(b"etag") or b"")))
    )

    assert (again.status, again.body) == (200, FOR_FIRST)


async def test_a_page_with_a_number_that_is_held_no_more_comes_whole(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    """The site has not changed, and would say so."""
    origin = await start_origin(Origin(Site(PAGE)))
    guests = Guests()
    proxy = await start_proxy(origin, guests)
    page = await ask(proxy.port, get(b"/", *guest("g1")))
    guests.held["g1"] = NUMBERS[1]

    again = await ask(
        proxy.port, get(b"/", *guest("g1", b"If-None-Match: " + (page.has(b"etag") or b"")))
    )

    assert origin.last.has(b"if-none-match") is None
    assert (again.status, again.body) == (200, FOR_SECOND)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'If-None-Match: "abc"', id="ETag"),
        pytest.param(b'If-None-Match: W/"x", "abc"', id="several"),
        pytest.param(b"If-None-Match: *", id="any"),
        pytest.param(b"If-Modified-Since: " + MODIFIED, id="date"),
    ],
)
@pytest.mark.parametrize("prefetch", [(), (b"Sec-Purpose: prefetch",)])
async def test_the_sites_validator_says_nothing_of_a_page_with_numbers(
    start_origin: StartOrigin, start_proxy: StartProxy, line: bytes, prefetch: tuple[bytes, ...]
) -> None:
    """A browser may have the site's own bytes, from before the number was tracked."""
    origin = await start_origin(Origin(Site(PAGE)))
    proxy = await start_proxy(origin, Guests())

    got = await ask(proxy.port, get(b"/", *guest("g1", line, *prefetch)))

    assert origin.last.has(b"if-none-match") is None
    assert origin.last.has(b"if-modified-since") is None
    assert (got.status, got.body) == (200, FOR_FIRST)
    assert is_personal_head(got)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        pytest.param(b'If-None-Match: "abc"', 304, id="ETag"),
        pytest.param(b'If-None-Match: W/"abc"', 304, id="weak"),
        pytest.param(b'If-None-Match: "x", "abc"', 304, id="several"),
        pytest.param(b'If-None-Match: "x"', 200, id="another ETag"),
        pytest.param(b"If-None-Match: *", 200, id="any"),
        pytest.param(b"If-Modified-Since: " + MODIFIED, 304, id="date"),
        pytest.param(b"If-Modified-Since: Sun, 22 Nov 2026 04:00:00 GMT", 200, id="older"),
        pytest.param(
            b'If-None-Match: "x"\r\nIf-Modified-Since: ' + MODIFIED, 200, id="the ETag counts"
        ),
    ],
)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(PLAIN, b"text/html", id="page"),
        pytest.param(b"%PDF", b"application/pdf", id="PDF"),
    ],
)
async def test_what_holds_no_number_is_confirmed_by_the_proxy(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    line: bytes,
    status: int,
    body: bytes,
    kind: bytes,
) -> None:
    origin = await start_origin(Origin(Site(body, kind=kind)))
    proxy = await start_proxy(origin, Guests())

    got = await ask(proxy.port, get(b"/", *guest("g1", line)))

    assert (got.status, got.body) == (status, body if status == 200 else b"")
    assert got.has(b"etag") == b'"abc"'
    assert got.has(b"cache-control") == b"public, max-age=60"
    assert (got.has(b"content-length") is None) == (status == 304)


async def test_a_session_starts_with_a_confirmed_page_too(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    proxy = await start_proxy(await start_origin(Origin(Site(PLAIN))), Guests())

    got = await ask(proxy.port, get(b"/", *NAVIGATION, b'If-None-Match: "abc"'))

    assert got.status == 304
    assert got.has(b"set-cookie") is not None
    assert got.has(b"cache-control") == b"private, max-age=60"


@pytest.mark.parametrize(
    "mode", [(b"Sec-Fetch-Mode: no-cors",), (b"Sec-Fetch-Mode: cors", b"Accept: text/html")]
)
@pytest.mark.parametrize(
    "line", [b'If-None-Match: "abc", W/"x"', b"If-Modified-Since: " + MODIFIED]
)
async def test_validators_of_assets_pass_as_they_are(
    start_origin: StartOrigin, start_proxy: StartProxy, mode: tuple[bytes, ...], line: bytes
) -> None:
    origin = await start_origin(Origin(Site(b"body{}", kind=b"text/css")))
    proxy = await start_proxy(origin, Guests())

    got = await ask(proxy.port, get(b"/a.css", *mode, line))

    name, _, value = line.partition(b": ")
    assert origin.last.has(name.lower()) == value
    assert (got.status, got.has(b"etag"), got.has(b"last-modified")) == (304, b'"abc"', MODIFIED)
    assert got.has(b"cache-control") == b"public, max-age=60"


async def test_pages_share_an_etag_only_where_they_are_the_same(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(Site(PAGE)))
    proxy = await start_proxy(origin, Guests())
    crawler = (b"User-Agent: bot",)
    visitors = [guest("g1"), guest("g2"), guest("g1"), guest("g3"), crawler, guest("g9"), crawler]

    pages = [await ask(proxy.port, get(b"/", *lines)) for lines in visitors]

    for one, other in itertools.combinations(pages, 2):
        tags = {one.has(b"etag"), other.has(b"etag")}
        if len(tags) == 1 and None not in tags:
            assert one.body == other.body
    assert len({page.body for page in pages}) == 4


async def test_a_page_without_numbers_is_not_confirmed_to_a_visitor_with_one(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    proxy = await start_proxy(await start_origin(Origin(Site(PAGE))), Guests())
    crawlers = await ask(proxy.port, get(b"/", b"User-Agent: bot"))

    line = b"If-None-Match: " + (crawlers.has(b"etag") or b"")
    visitor = await ask(proxy.port, get(b"/", *guest("g1", line)))
    crawler = await ask(proxy.port, get(b"/", b"User-Agent: bot", line))

    assert (visitor.status, visitor.body) == (200, FOR_FIRST)
    assert crawler.status == 304
    assert is_personal_head(crawler)


class TestRanges:
    """Parts of things that are not the same for everybody are not parts of the site's bytes."""

    @pytest.mark.parametrize("extra", [(), (b'If-Range: "abc"',)])
    async def test_a_part_of_a_page_becomes_the_whole_page(
        self, start_origin: StartOrigin, start_proxy: StartProxy, extra: tuple[bytes, ...]
    ) -> None:
        origin = await start_origin(Origin(Site(PAGE)))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1", b"Range: bytes=0-9", *extra)))

        assert (got.status, got.body) == (200, FOR_FIRST)
        assert got.has(b"content-range") is None
        assert [asked.has(b"range") for asked in origin.asked] == [b"bytes=0-9", None]

    async def test_a_part_of_a_film_stays_a_part(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        origin = await start_origin(Origin(Site(b"0123456789abc", kind=b"video/mp4")))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1", b"Range: bytes=0-9")))

        assert (got.status, got.body, len(origin.asked)) == (206, b"0123456789", 1)
        assert got.has(b"content-range") == b"bytes 0-9/13"

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param((b"Range: bytes=0-9,20-29",), id="one line"),
            pytest.param((b"Range: bytes=0-9", b"Range: bytes=20-29"), id="two lines"),
        ],
    )
    async def test_several_parts_at_once_are_not_asked_for(
        self, start_origin: StartOrigin, start_proxy: StartProxy, lines: tuple[bytes, ...]
    ) -> None:
        origin = await start_origin(Origin(Site(PAGE)))
        proxy = await start_proxy(origin, Guests())

        got = await ask(proxy.port, get(b"/", *guest("g1", *lines)))

        assert (got.body, origin.last.has(b"range"), len(origin.asked)) == (FOR_FIRST, None, 1)

    @pytest.mark.parametrize("value", [b"bytes=0-9", b"bytes=0-9,20-29"])
    async def test_without_a_plan_ranges_pass(
        self, start_origin: StartOrigin, start_proxy: StartProxy, value: bytes
    ) -> None:
        origin = await start_origin(Origin(Site(PAGE)))
        proxy = await start_proxy(origin)

        got = await ask(proxy.port, get(b"/", b"Range: " + value, b'If-Range: "abc"'))

        assert (got.status, origin.last.has(b"range")) == (206, value)
        assert origin.last.has(b"if-range") == b'"abc"'


@pytest.mark.parametrize(
    ("sent", "suffix", "heard"),
    [
        pytest.param(b'W/"abc-7f"', b"7f", b'"abc"', id="ours"),
        pytest.param(b'W/"abc-w7f"', b"7f", b'W/"abc"', id="ours, of a weak one"),
        pytest.param(b'W/"abc-o7f"', b"7f", None, id="of the original page"),
        pytest.param(b'W/"abc-o7f"', b"o7f", b'"abc"', id="of the original page, asked for it"),
        pytest.param(b'W/"abc-8a"', b"7f", None, id="stale"),
        pytest.param(b'"abc-7f"', b"7f", None, id="strong: not ours"),
        pytest.param(b'W/"abc-7f"', None, None, id="no suffix now"),
        pytest.param(b'W/"a-7f", "b", W/"c-7f"', b"7f", b'"a", "c"', id="several"),
        pytest.param(b"junk", b"7f", None, id="junk"),
    ],
)
def test_a_validator_goes_on_where_its_suffix_counts(
    sent: bytes, suffix: bytes | None, heard: bytes | None
) -> None:
    fields: Fields = [(b"If-None-Match", sent), (b"If-Modified-Since", MODIFIED), (b"A", b"b")]

    conditions = split(fields, suffix=suffix, is_navigation=True)

    assert first(conditions.fields, b"if-none-match") == heard
    assert first(conditions.fields, b"if-modified-since") is None
    assert conditions.is_forwarded is (heard is not None)
    assert first(conditions.fields, b"a") == b"b"


@pytest.mark.parametrize(
    ("etag", "suffix", "expected"),
    [
        pytest.param(b'"abc"', b"7f", b'W/"abc-7f"', id="strong"),
        pytest.param(b'W/"abc"', b"7f", b'W/"abc-w7f"', id="weak"),
        pytest.param(None, b"7f", None, id="the site has none"),
        pytest.param(b'"abc"', None, None, id="no validator now"),
        pytest.param(b"abc", b"7f", None, id="no ETag"),
    ],
)
def test_a_pages_etag_is_weak_and_carries_the_suffix(
    etag: bytes | None, suffix: bytes | None, expected: bytes | None
) -> None:
    assert page_etag(etag, suffix) == expected


def test_the_page_with_originals_has_a_suffix_of_its_own() -> None:
    assert page_suffix("7f", is_personal=True) != page_suffix("7f", is_personal=False)
    assert page_suffix(None, is_personal=True) is None
    assert page_suffix("", is_personal=False) is None
