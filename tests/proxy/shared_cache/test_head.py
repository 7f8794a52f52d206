"""A HEAD is answered from a page that is kept, as the site would answer it."""

import gzip

import pytest

from tests.proxy.browser import Got, get
from tests.proxy.origin import answer, html
from tests.proxy.sample import FOR_FIRST, PAGE, PLAIN, guest
from tests.proxy.shared_cache.conftest import Edge, StartEdge, date

FRESH = (b"Cache-Control: public, max-age=60", b'ETag: "abc"', b"Date: " + date())
PACKED = gzip.compress(PAGE)


async def head(edge: Edge, *lines: bytes) -> Got:
    return await edge.say(get(b"/", *guest("g1", *lines), method=b"HEAD"))


def fields(got: Got) -> dict[bytes, bytes]:
    return {name.lower(): value for name, value in got.fields if name.lower() != b"age"}


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(html(PLAIN, *FRESH), id="without numbers"),
        pytest.param(html(PAGE, *FRESH), id="with numbers"),
        pytest.param(
            answer(PACKED, b"Content-Type: text/html", b"Content-Encoding: gzip", *FRESH),
            id="packed",
        ),
        pytest.param(html(b"", *FRESH), id="empty"),
    ],
)
async def test_it_is_what_the_site_says_of_its_page(start_edge: StartEdge, says: bytes) -> None:
    edge = await start_edge(says)
    taken = b"Accept-Encoding: gzip"
    from_the_site = await head(edge, taken)
    await edge.ask("g1", taken)
    edge.clock.now += 7

    got = await head(edge, taken)

    assert edge.times_asked == 2
    assert edge.counted("hit") == 1
    assert (got.status, got.reason, got.body) == (200, b"OK", b"")
    assert fields(got) == fields(from_the_site)
    assert got.has(b"age") == b"7"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b'If-None-Match: "abc"'], id="something to compare"),
        pytest.param([b"If-Modified-Since: " + date()], id="a moment to compare"),
        pytest.param([b"Cache-Control: no-cache"], id="a reload"),
        pytest.param([b"Authorization: Basic YTpi"], id="somebody who is logged in"),
        pytest.param([b"Range: bytes=0-1"], id="a part"),
        pytest.param([b"HX-Request: true"], id="a fragment"),
    ],
)
async def test_else_the_site_is_asked(start_edge: StartEdge, lines: list[bytes]) -> None:
    edge = await start_edge(html(PLAIN, *FRESH))
    await edge.ask("g1")

    await head(edge, *lines)

    assert edge.times_asked == 2


async def test_a_page_that_is_too_old_is_asked_for(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PLAIN, *FRESH))
    await edge.ask("g1")
    edge.clock.now += 61

    await head(edge)

    assert edge.times_asked == 2


async def test_it_takes_nothing_away_from_the_page(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, *FRESH))

    bodies = []
    for _ in range(2):
        bodies.append((await edge.ask("g1")).body)
        await head(edge)

    assert (bodies, edge.times_asked) == ([FOR_FIRST, FOR_FIRST], 1)
