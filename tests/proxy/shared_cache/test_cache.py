"""A page is fetched once and filled for each visitor; nobody gets what is somebody else's."""

import asyncio
import random

import pytest

from proxy import page_source
from proxy.rewrite import Bindings, Scanner
from tests.proxy.browser import NAVIGATION, get
from tests.proxy.guests import NUMBERS
from tests.proxy.origin import Asked, answer, html
from tests.proxy.sample import (
    CACHEABLE,
    FOR_FIRST,
    FOR_SECOND,
    LONG,
    LONG_FOR_FIRST,
    PAGE,
    PLAIN,
    guest,
    without_ours,
)
from tests.proxy.shared_cache.conftest import StartEdge, date

FRESH = b"Cache-Control: max-age=60"
TAGGED = (FRESH, b'ETag: "abc"')


async def test_a_page_is_fetched_once_and_filled_for_each_visitor(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, *CACHEABLE))

    bodies = [(await edge.ask(name)).body for name in ("g1", "g2", "g1", "g2")]

    assert bodies == [FOR_FIRST, FOR_SECOND, FOR_FIRST, FOR_SECOND]
    assert edge.times_asked == 1
    assert (edge.counted("miss"), edge.counted("hit")) == (1, 3)


async def test_a_hit_differs_from_a_miss_in_nothing_but_its_age(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, *CACHEABLE))

    miss = await edge.ask("g1")
    edge.clock.now += 17
    hit = await edge.ask("g1")

    assert miss.has(b"age") is None
    assert hit.has(b"age") == b"17"
    dated = without_ours(miss), without_ours(hit).replace(b"\r\nAge: 17", b"", 1)
    assert sorted(dated[0].split(b"\r\n")) == sorted(dated[1].split(b"\r\n"))
    assert hit.has(b"cache-control") == b"private, no-cache"


@pytest.mark.parametrize("body", [pytest.param(PLAIN, id="plain"), pytest.param(b"", id="empty")])
async def test_a_page_without_numbers_is_given_as_it_came(
    start_edge: StartEdge, body: bytes
) -> None:
    edge = await start_edge(html(body, *CACHEABLE, b"Date: " + date(), b"Age: 5"))

    await edge.ask("g1")
    edge.clock.now += 2
    hit = await edge.ask("g2")

    came = html(body, *CACHEABLE, b"Date: " + date(), b"Age: 7").split(b"\r\n")
    assert edge.times_asked == 1
    assert sorted(hit.raw.replace(b"\r\nConnection: close", b"").split(b"\r\n")) == sorted(came)


async def test_a_crawler_gets_the_originals_out_of_the_cache(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, *CACHEABLE))
    await edge.ask("g1")

    crawler = await edge.say(get(b"/", b"User-Agent: bot"))

    assert (crawler.body, edge.times_asked) == (PAGE, 1)
    assert crawler.has(b"cache-control") == b"private, no-cache"


async def test_a_session_starts_on_a_kept_page(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PLAIN, *CACHEABLE))
    await edge.ask("g7")

    got = await edge.say(get(b"/", *NAVIGATION))

    assert edge.times_asked == 1
    assert got.all(b"set-cookie") == [b"calltrack-guest=g1; Path=/; HttpOnly"]
    assert (got.has(b"cache-control") or b"").startswith(b"private")
    assert edge.guests.finished == [("/", 200), ("/", 200)]


async def test_a_long_page_is_given_whole_once_it_is_kept(start_edge: StartEdge) -> None:
    """Its head does not have to leave before its end is known."""
    edge = await start_edge(html(LONG, *TAGGED))

    miss, hit = await edge.ask("g1"), await edge.ask("g1")

    assert miss.body == hit.body == LONG_FOR_FIRST
    assert edge.times_asked == 1
    assert hit.has(b"content-length") == b"%d" % len(LONG_FOR_FIRST)
    assert hit.has(b"etag") is not None


async def test_two_visitors_never_get_each_others_number(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, b"Cache-Control: max-age=5", b'ETag: "abc"'))
    bodies = {"g1": FOR_FIRST, "g2": FOR_SECOND}
    await edge.ask("g1")
    await edge.ask("g2")
    tags: dict[str, bytes] = {}
    order = random.Random(7)  # noqa: S311 - the same order each time

    for _ in range(300):
        name = order.choice(["g1", "g2"])
        edge.clock.now += order.choice([0, 0, 0, 3])
        known = tags.get(order.choice(["g1", "g2"])) if order.random() < 0.5 else None
        got = await edge.ask(name, *([b"If-None-Match: " + known] if known else []))
        if got.status == 304:
            assert known == tags[name] == got.has(b"etag")
        else:
            assert got.body == bodies[name]
            tags[name] = got.has(b"etag") or b""

    assert tags["g1"] != tags["g2"]
    assert 20 < edge.times_asked < 100
    assert edge.counted("hit") > 200


class TestAfterAChange:
    """A kept page belongs to no Plan; the places found in it do."""

    async def test_the_places_are_found_again(self, start_edge: StartEdge) -> None:
        edge = await start_edge(html(PAGE, *CACHEABLE))
        for name in ("g1", "g2"):
            await edge.ask(name)

        edge.change_plan()
        bodies = [(await edge.ask(name)).body for name in ("g1", "g2")]

        assert (bodies, edge.times_asked) == ([FOR_FIRST, FOR_SECOND], 1)

    async def test_a_page_is_looked_through_once_for_many_at_once(
        self, start_edge: StartEdge, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scans = []

        class Noted(Scanner):
            def __init__(self, bindings: Bindings, *, charset: str | None) -> None:
                scans.append(bindings)
                super().__init__(bindings, charset=charset)

        edge = await start_edge(html(PAGE, *CACHEABLE))
        await edge.ask("g1")
        monkeypatch.setattr(page_source, "Scanner", Noted)

        bodies = [got.body for got in await asyncio.gather(*(edge.ask("g1") for _ in range(20)))]

        assert bodies == [FOR_FIRST] * 20
        assert len(scans) == 1

    async def test_a_number_that_is_tracked_no_more_is_left_alone(
        self, start_edge: StartEdge
    ) -> None:
        edge = await start_edge(html(PAGE, *CACHEABLE))
        for name in ("g1", "g2"):
            await edge.ask(name)

        edge.guests.rewrite = type(edge.guests.rewrite)()  # type: ignore[misc] # it is not None
        got = await edge.ask("g1")

        assert (got.body, edge.times_asked) == (PAGE, 1)
        assert got.has(b"cache-control") == b"public, max-age=600, s-maxage=9000"


class TestValidators:
    """Browsers that have the page are told so from memory, numbers and all."""

    async def test_the_page_a_visitor_has_is_confirmed(self, start_edge: StartEdge) -> None:
        edge = await start_edge(html(PAGE, *TAGGED))
        page = await edge.ask("g1")

        again = await edge.ask("g1", b"If-None-Match: " + (page.has(b"etag") or b""))

        assert (again.status, again.body, edge.times_asked) == (304, b"", 1)
        assert again.has(b"etag") == page.has(b"etag")
        assert again.has(b"cache-control") == b"private, no-cache"
        assert edge.guests.finished == [("/", 200), ("/", 304)]

    async def test_a_page_with_a_number_that_is_held_no_more_comes_whole(
        self, start_edge: StartEdge
    ) -> None:
        edge = await start_edge(html(PAGE, *TAGGED))
        page = await edge.ask("g1")
        edge.guests.held["g1"] = NUMBERS[1]

        again = await edge.ask("g1", b"If-None-Match: " + (page.has(b"etag") or b""))

        assert (again.status, again.body, edge.times_asked) == (200, FOR_SECOND, 1)
        assert again.has(b"etag") != page.has(b"etag")

    @pytest.mark.parametrize("mode", [NAVIGATION, (b"Sec-Fetch-Mode: cors",)])
    @pytest.mark.parametrize(
        ("body", "status"),
        [pytest.param(PLAIN, 304, id="plain"), pytest.param(PAGE, 200, id="numbers")],
    )
    async def test_the_sites_own_validator_counts_where_the_bytes_are_its_own(
        self, start_edge: StartEdge, mode: tuple[bytes, ...], body: bytes, status: int
    ) -> None:
        edge = await start_edge(html(body, *TAGGED))
        await edge.ask("g1")
        cookie = guest("g1")[-1]

        got = await edge.say(get(b"/", *mode, cookie, b'If-None-Match: W/"x", "abc"'))

        assert (got.status, edge.times_asked) == (status, 1)

    async def test_a_page_that_is_not_kept_yet_is_confirmed_by_the_site(
        self, start_edge: StartEdge
    ) -> None:
        def says(asked: Asked) -> bytes:
            if asked.has(b"if-none-match") == b'"abc"':
                return b'HTTP/1.1 304 Not Modified\r\nETag: "abc"\r\n\r\n'
            return html(PAGE, *TAGGED)

        edge = await start_edge(says)
        tag = (await edge.ask("g1")).has(b"etag") or b""

        got = await edge.ask("g1", b"If-None-Match: " + tag, b"Turbo-Frame: x")

        assert (got.status, got.has(b"etag"), edge.times_asked) == (304, tag, 2)


class TestPast:
    """Requests that the cache keeps out of."""

    @pytest.mark.parametrize(
        ("lines", "word"),
        [
            pytest.param((b"Authorization: Basic eDp5",), "authorization", id="logged in"),
            pytest.param((b"Range: bytes=0-9",), "range", id="a part"),
            pytest.param((b"Sec-Fetch-Dest: image",), "asset", id="an image"),
            pytest.param(
                (b"Accept: text/vnd.turbo-stream.html, text/html",),
                "asset",
                id="orders to a script",
            ),
        ],
    )
    async def test_some_requests_go_past_it(
        self, start_edge: StartEdge, lines: tuple[bytes, ...], word: str
    ) -> None:
        edge = await start_edge(html(PAGE, *CACHEABLE))
        await edge.ask("g1")

        got = await edge.ask("g1", *lines)

        assert (got.body, edge.times_asked, edge.counted(f"passed:{word}")) == (FOR_FIRST, 2, 1)

    async def test_a_part_of_a_page_is_the_whole_page(self, start_edge: StartEdge) -> None:
        def says(asked: Asked) -> bytes:
            if asked.has(b"range"):
                part = (b"Content-Type: text/html", b"Content-Range: bytes 0-9/99", *TAGGED)
                return answer(PAGE[:10], *part, status=b"206 Partial Content")
            return html(PAGE, *TAGGED)

        edge = await start_edge(says)

        parts = [await edge.ask("g1", b"Range: bytes=0-9") for _ in range(2)]

        assert [(got.status, got.body) for got in parts] == [(200, FOR_FIRST)] * 2
        assert edge.times_asked == 4

    async def test_other_methods_are_the_sites(self, start_edge: StartEdge) -> None:
        edge = await start_edge(html(b"", *CACHEABLE))
        await edge.ask("g1")

        await edge.say(get(b"/", *guest("g1"), method=b"POST"))

        assert edge.times_asked == 2

    async def test_without_room_there_is_no_cache(self, start_edge: StartEdge) -> None:
        edge = await start_edge(html(PAGE, *CACHEABLE), cache_bytes=0)

        bodies = [(await edge.ask("g1")).body for _ in range(2)]

        assert (bodies, edge.times_asked) == ([FOR_FIRST, FOR_FIRST], 2)
        assert edge.proxy is not None
        assert not [name for name in edge.proxy.counters.snapshot() if name.startswith("cache.")]

    async def test_a_site_is_known_by_its_address(self, start_edge: StartEdge) -> None:
        """Another host, another query or another way of writing a path is another page."""
        edge = await start_edge(html(PAGE, *CACHEABLE))

        for target in (b"/", b"/?a", b"/?", b"/%41", b"/A"):
            await edge.ask("g1", target=target)
        await edge.say(get(b"/", *guest("g1"), host=b"other.test"))

        assert edge.times_asked == 6
