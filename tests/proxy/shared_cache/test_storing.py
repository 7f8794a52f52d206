"""What the site's own words keep, and what they do not."""

import gzip

import pytest

from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Asked, Origin, answer, html
from tests.proxy.sample import FOR_FIRST, PAGE, guest
from tests.proxy.shared_cache.conftest import StartEdge, date

FRESH = b"Cache-Control: max-age=60"
TAG = b'ETag: "abc"'


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        pytest.param((FRESH,), "hit", id="max-age"),
        pytest.param((b"Cache-Control: s-maxage=60, max-age=0",), "hit", id="s-maxage"),
        pytest.param((b"cache-control: Public, MAX-AGE=60",), "hit", id="any case"),
        pytest.param((b"Cache-Control: foo", FRESH), "hit", id="two lines"),
        pytest.param((b'Cache-Control: max-age="60"',), "hit", id="quoted"),
        pytest.param((b"Cache-Control: max-age=99999999999999",), "hit", id="for ever"),
        pytest.param((b"Date: " + date(), b"Expires: " + date(60)), "hit", id="Expires"),
        pytest.param((b"Cache-Control: public", TAG), "miss", id="public, to be asked for"),
        pytest.param((b"Cache-Control: public, no-cache", TAG), "miss", id="public, no-cache"),
        pytest.param((FRESH, b"Vary: Accept-Encoding"), "hit", id="Vary: Accept-Encoding"),
        pytest.param((), "passed:unsaid", id="nothing said"),
        pytest.param((TAG,), "passed:unsaid", id="only an ETag"),
        pytest.param(
            (b"Last-Modified: " + date(-9_000_000),), "passed:unsaid", id="no guess is made"
        ),
        pytest.param((b"Cache-Control: public",), "passed:unsaid", id="public, never fresh"),
        pytest.param((b"Cache-Control: max-age=0", TAG), "passed:unsaid", id="max-age=0"),
        pytest.param((b"Cache-Control: max-age=0, max-age=60",), "passed:unsaid", id="first"),
        pytest.param((b"Cache-Control: max-age=1.5",), "passed:unsaid", id="no number"),
        pytest.param((b"Cache-Control: max-age=-1",), "passed:unsaid", id="negative"),
        pytest.param((b"Cache-Control: max-age=60, no-cache", TAG), "passed:unsaid", id="no-cache"),
        pytest.param((b"Expires: 0",), "passed:unsaid", id="Expires: 0"),
        pytest.param((b"Cache-Control: max-age= 60",), "passed:unsaid", id="blank behind ="),
        pytest.param((b"Cache-Control: max-age =60",), "passed:unsaid", id="blank before ="),
        pytest.param((FRESH, b"Age: 61", TAG), "miss", id="old already"),
        pytest.param((FRESH, b"Age: abc", TAG), "miss", id="an Age in words"),
        pytest.param((FRESH, b"Age: -1", TAG), "miss", id="a negative Age"),
        pytest.param((FRESH, b"Age: 0, 0", TAG), "miss", id="two Ages"),
        pytest.param((FRESH, b"Age: 0;x=1", TAG), "miss", id="an Age with a parameter"),
        pytest.param(
            (FRESH, b"Surrogate-Control: no-store"), "passed:targeted", id="for some caches"
        ),
        pytest.param((FRESH, b"CDN-Cache-Control: Private"), "passed:targeted", id="for a CDN"),
        pytest.param((FRESH, b"Surrogate-Control: max-age=9"), "hit", id="for some, for a while"),
        pytest.param((FRESH, b"X-Accel-Expires: 0", TAG), "passed:unsaid", id="for nginx: not"),
        pytest.param(
            (b"Surrogate-Control: max-age=60",), "passed:unsaid", id="for some, and for nobody else"
        ),
        pytest.param(
            (b"Cache-Control: max-age=0", b"Expires: " + date(60)),
            "passed:unsaid",
            id="max-age before Expires",
        ),
        pytest.param((b"Cache-Control: max-age=60, no-store",), "passed:no_store", id="no-store"),
        pytest.param((b"Cache-Control: max-age=60, private",), "passed:private", id="private"),
        pytest.param(
            (b'Cache-Control: max-age=60, private="X-A"',), "passed:private", id="private of one"
        ),
        pytest.param((FRESH, b"Set-Cookie: a=b"), "passed:cookie", id="a cookie"),
        pytest.param((FRESH, b"Vary: *"), "passed:vary", id="Vary: *"),
        pytest.param((FRESH, b"Vary: X-Forwarded-For"), "passed:vary", id="Vary on who asks"),
        pytest.param((FRESH, b"Vary: X-Request-Id"), "passed:vary", id="Vary on what we add"),
        pytest.param(
            (FRESH, b"Vary: " + b", ".join(b"A%d" % n for n in range(40))),
            "passed:vary",
            id="Vary on everything",
        ),
        pytest.param(
            (b"Cache-Control: max-age=60, no-transform",), "passed:untouched", id="no-transform"
        ),
        pytest.param((FRESH, b"X-Calltrack: off"), "passed:untouched", id="switched off"),
        pytest.param((FRESH, b"Content-Encoding: foo"), "passed:coding", id="unknown coding"),
    ],
)
async def test_the_site_decides(start_edge: StartEdge, lines: tuple[bytes, ...], word: str) -> None:
    edge = await start_edge(html(PAGE, *lines))

    await edge.ask("g1")
    got = await edge.ask("g1")

    assert edge.times_asked == (1 if word == "hit" else 2)
    assert edge.counted(word) == (1 if word == "hit" else 2)
    assert got.status == 200


@pytest.mark.parametrize(
    ("said", "word"),
    [
        pytest.param(html(PAGE, FRESH).replace(b"200 OK", b"404 No"), "status", id="404"),
        pytest.param(html(PAGE, FRESH).replace(b"200 OK", b"500 No"), "status", id="500"),
        pytest.param(
            answer(b"", FRESH, b"Location: /a", status=b"301 Moved"), "status", id="redirect"
        ),
        pytest.param(answer(b"{}", FRESH, b"Content-Type: application/json"), "kind", id="JSON"),
        pytest.param(answer(b"<p>", FRESH), "kind", id="no type"),
        pytest.param(html(PAGE, FRESH, length=False), "length", id="until the connection ends"),
    ],
)
async def test_only_whole_pages_are_kept(start_edge: StartEdge, said: bytes, word: str) -> None:
    edge = await start_edge(said)

    for _ in range(2):
        await edge.ask("g1")

    assert (edge.times_asked, edge.counted(f"passed:{word}")) == (2, 2)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(html(PAGE, FRESH)[:-10], id="cut short"),
        pytest.param(
            html(gzip.compress(PAGE)[:-20], FRESH, b"Content-Encoding: gzip"), id="half a coding"
        ),
        pytest.param(html(PAGE, FRESH, b"Content-Encoding: gzip"), id="not in its coding"),
    ],
)
async def test_a_part_of_a_page_is_never_kept(start_edge: StartEdge, said: bytes) -> None:
    edge = await start_edge(said)
    await edge.ask("g1", b"Accept-Encoding: gzip")

    edge.origin.says = html(PAGE, FRESH)
    got = await edge.ask("g1", b"Accept-Encoding: gzip")

    assert (got.body, edge.times_asked) == (FOR_FIRST, 2)


async def test_a_page_in_chunks_is_kept(start_edge: StartEdge) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    edge = await start_edge(head + FRESH + b"\r\n\r\n" + body)

    bodies = [(await edge.ask("g1")).body for _ in range(2)]

    assert (bodies, edge.times_asked) == ([FOR_FIRST, FOR_FIRST], 1)


async def test_a_visitor_may_forbid_keeping(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, FRESH))

    await edge.ask("g1", b"Cache-Control: no-store")
    await edge.ask("g1")

    assert edge.times_asked == 2


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        pytest.param((b"Cache-Control: no-cache",), 2, id="no-cache"),
        pytest.param((b"Pragma: no-cache",), 2, id="Pragma"),
        pytest.param((b"Cache-Control: max-age=99", b"Pragma: no-cache"), 1, id="no Pragma"),
        pytest.param((b"Cache-Control: max-age=0",), 2, id="reload"),
        pytest.param((b"Cache-Control: max-age=9",), 2, id="younger"),
        pytest.param((b"Cache-Control: max-age=11",), 1, id="young enough"),
        pytest.param((b"Cache-Control: min-fresh=51",), 2, id="good for longer"),
        pytest.param((b"Cache-Control: min-fresh=49",), 1, id="good for long enough"),
        pytest.param((b"Cache-Control: only-if-cached",), 1, id="only if cached"),
    ],
)
async def test_a_visitor_may_want_it_fresher(
    start_edge: StartEdge, lines: tuple[bytes, ...], times: int
) -> None:
    edge = await start_edge(html(PAGE, FRESH))
    await edge.ask("g1")
    edge.clock.now += 10

    got = await edge.ask("g1", *lines)

    assert (got.body, edge.times_asked) == (FOR_FIRST, times)


async def test_who_wants_only_what_is_kept_gets_nothing_else(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, FRESH))

    got = await edge.ask("g1", b"Cache-Control: only-if-cached")

    assert (got.status, edge.times_asked) == (504, 0)


class TestWrites:
    """What was written to is fetched again."""

    @pytest.mark.parametrize(
        ("status", "lines", "times"),
        [
            pytest.param(b"200 OK", (), 3, id="done"),
            pytest.param(b"302 Found", (b"Location: /other",), 3, id="redirected"),
            pytest.param(b"403 No", (), 2, id="refused"),
            pytest.param(b"500 No", (), 2, id="failed"),
            pytest.param(b"junk", (), 3, id="nobody knows"),
        ],
    )
    async def test_a_page_that_was_written_to_is_forgotten(
        self, start_edge: StartEdge, status: bytes, lines: tuple[bytes, ...], times: int
    ) -> None:
        def says(asked: Asked) -> bytes:
            is_post = asked.line.startswith(b"POST")
            return answer(b"", *lines, status=status) if is_post else html(PAGE, FRESH)

        edge = await start_edge(says)
        await edge.ask("g1")
        await edge.say(get(b"/", *guest("g1"), b"Content-Length: 0", method=b"POST"))

        await edge.ask("g1")

        assert edge.times_asked == times

    @pytest.mark.parametrize(
        ("line", "times"),
        [
            pytest.param(b"Location: /a?b", 3, id="Location"),
            pytest.param(b"Content-Location: http://site.test/a?b", 3, id="Content-Location"),
            pytest.param(b"Location: HTTP://Site.TEST/a?b", 3, id="in another case"),
            pytest.param(b"Location: http://other.test/a?b", 2, id="of another site"),
            pytest.param(b"Location: http://[/a?b", 2, id="junk"),
        ],
    )
    async def test_a_page_that_the_answer_names_is_forgotten(
        self, start_edge: StartEdge, line: bytes, times: int
    ) -> None:
        def says(asked: Asked) -> bytes:
            is_post = asked.line.startswith(b"POST")
            return answer(b"", line, status=b"201 Made") if is_post else html(PAGE, FRESH)

        edge = await start_edge(says)
        await edge.ask("g1", target=b"/a?b")
        await edge.say(get(b"/form", *guest("g1"), b"Content-Length: 0", method=b"POST"))

        await edge.ask("g1", target=b"/a?b")

        assert edge.times_asked == times


async def test_without_a_plan_nothing_is_kept(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(html(PAGE, FRESH)))
    proxy = await start_proxy(origin, cache_bytes=1_000_000)

    bodies = [(await ask(proxy.port, get(b"/"))).body for _ in range(2)]

    assert (bodies, len(origin.asked)) == ([PAGE, PAGE], 2)
