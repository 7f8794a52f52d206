"""A page that is too old: the site is asked whether it is still good, and may fail."""

import asyncio

import pytest

from tests.proxy.browser import get
from tests.proxy.origin import Asked, answer, html
from tests.proxy.sample import FOR_FIRST, FOR_SECOND, PAGE, PLAIN, guest
from tests.proxy.shared_cache.conftest import StartEdge, date

MODIFIED = b"Last-Modified: " + date(-1000)
TAGGED = (b"Cache-Control: max-age=60", b'ETag: "Abc, d"', MODIFIED)


class Site:
    """A site that knows its validators. `more`: fields of its confirmations."""

    def __init__(self, *lines: bytes, more: tuple[bytes, ...] = ()) -> None:
        self.lines = lines
        self.more = more
        self.confirms = True

    def __call__(self, asked: Asked) -> bytes:
        tag, since = asked.has(b"if-none-match"), asked.has(b"if-modified-since")
        if self.confirms and (tag or since):
            return b"\r\n".join([b"HTTP/1.1 304 Not Modified", *self.more, b"", b""])
        return html(PAGE, *self.lines)


class TestConfirmed:
    """The site says that the page is still good."""

    async def test_the_site_is_asked_with_its_own_validators(self, start_edge: StartEdge) -> None:
        edge = await start_edge(Site(*TAGGED))
        await edge.ask("g1")
        edge.clock.now += 61

        got = await edge.ask("g2", b'If-None-Match: W/"x"')

        assert edge.origin.last.has(b"if-none-match") == b'"Abc, d"'
        assert edge.origin.last.has(b"if-modified-since") == date(-1000)
        assert (got.status, got.body, got.has(b"age")) == (200, FOR_SECOND, b"0")
        assert edge.counted("revalidated") == 1

    async def test_it_is_good_for_as_long_again(self, start_edge: StartEdge) -> None:
        edge = await start_edge(Site(*TAGGED))
        for seconds in (0, 61, 59, 2):
            edge.clock.now += seconds
            await edge.ask("g1")

        assert [word for word in ("miss", "hit", "revalidated") if edge.counted(word)] == [
            "miss",
            "hit",
            "revalidated",
        ]
        assert edge.times_asked == 3

    async def test_its_head_is_what_the_site_says_now(self, start_edge: StartEdge) -> None:
        more = (b"Cache-Control: max-age=5", b"X-New: 1", b"X-Old: b", b"Content-Type: a/b")
        edge = await start_edge(Site(*TAGGED, b"X-Old: a", b"X-Kept: c", more=more))
        await edge.ask("g1")
        edge.clock.now += 61
        await edge.ask("g1")

        got = await edge.ask("g1")
        edge.clock.now += 6
        await edge.ask("g1")

        said = [got.all(name) for name in (b"x-new", b"x-old", b"x-kept", b"content-type")]
        assert said == [[b"1"], [b"b"], [b"c"], [b"text/html; charset=utf-8"]]
        assert edge.times_asked == 3

    @pytest.mark.parametrize(
        "line",
        [
            pytest.param(b"Set-Cookie: a=b", id="a cookie"),
            pytest.param(b"Cache-Control: private, max-age=60", id="private"),
            pytest.param(b"Cache-Control: no-store", id="no-store"),
        ],
    )
    async def test_what_it_says_to_one_visitor_is_for_one_visitor(
        self, start_edge: StartEdge, line: bytes
    ) -> None:
        edge = await start_edge(Site(*TAGGED, more=(line,)))
        await edge.ask("g1")
        edge.clock.now += 61

        first, second = await edge.ask("g1"), await edge.ask("g2")

        assert (first.body, second.body) == (FOR_FIRST, FOR_SECOND)
        assert first.all(b"set-cookie") == ([b"a=b"] if b"Cookie" in line else [])
        assert second.all(b"set-cookie") == []
        assert edge.times_asked == 3
        assert edge.origin.last.has(b"if-none-match") is None

    async def test_a_confirmation_of_another_page_is_none(self, start_edge: StartEdge) -> None:
        edge = await start_edge(Site(*TAGGED, more=(b'ETag: "other"',)))
        await edge.ask("g1")
        edge.clock.now += 61

        got = await edge.ask("g1")

        assert (got.body, edge.times_asked) == (FOR_FIRST, 3)
        assert edge.origin.last.has(b"if-none-match") is None

    async def test_a_confirmation_of_an_older_page_is_none(self, start_edge: StartEdge) -> None:
        """The site was put back to an older state: not modified since, and yet another page."""
        edge = await start_edge(
            Site(b"Cache-Control: max-age=60", MODIFIED, more=(b"Last-Modified: " + date(-5000),))
        )
        await edge.ask("g1")
        edge.clock.now += 61

        await edge.ask("g1")

        assert edge.times_asked == 3
        assert edge.origin.last.has(b"if-modified-since") is None

    @pytest.mark.parametrize(
        "line",
        [
            pytest.param(b"Cache-Control: max-age=60, no-transform", id="no-transform"),
            pytest.param(b"X-Calltrack: off", id="switched off"),
        ],
    )
    async def test_a_page_that_may_be_looked_into_no_longer_comes_as_the_site_says_now(
        self, start_edge: StartEdge, line: bytes
    ) -> None:
        site = Site(*TAGGED, more=(line,))
        edge = await start_edge(site)
        await edge.ask("g1")
        edge.clock.now += 61
        site.lines = (*TAGGED[1:], line)

        got = await edge.ask("g1")

        assert (got.body, edge.times_asked) == (PAGE, 3)

    async def test_what_it_says_of_the_connection_is_not_kept(self, start_edge: StartEdge) -> None:
        more = (b"Connection: X-Hop", b"X-Hop: 1")
        edge = await start_edge(Site(*TAGGED, more=more))
        await edge.ask("g1")
        edge.clock.now += 61

        pages = [await edge.ask("g1") for _ in range(2)]

        assert [got.has(b"x-hop") for got in pages] == [None, None]
        assert (edge.counted("revalidated"), edge.counted("hit")) == (1, 1)

    async def test_the_browser_is_told_too(self, start_edge: StartEdge) -> None:
        edge = await start_edge(Site(*TAGGED))
        tag = (await edge.ask("g1")).has(b"etag") or b""
        edge.clock.now += 61

        got = await edge.ask("g1", b"If-None-Match: " + tag)

        assert (got.status, got.has(b"etag"), edge.times_asked) == (304, tag, 2)

    async def test_what_is_public_and_never_fresh_is_asked_for_each_time(
        self, start_edge: StartEdge
    ) -> None:
        edge = await start_edge(Site(b"Cache-Control: public, no-cache", b'ETag: "a"'))

        bodies = [(await edge.ask(name)).body for name in ("g1", "g2", "g1")]

        assert bodies == [FOR_FIRST, FOR_SECOND, FOR_FIRST]
        assert (edge.times_asked, edge.counted("revalidated")) == (3, 2)


@pytest.mark.parametrize(
    "lines", [TAGGED, (b"Cache-Control: max-age=60",)], ids=["tagged", "untagged"]
)
async def test_a_page_that_has_changed_takes_the_old_ones_place(
    start_edge: StartEdge, lines: tuple[bytes, ...]
) -> None:
    edge = await start_edge(html(PLAIN, *lines))
    await edge.ask("g1")
    edge.clock.now += 61
    edge.origin.says = html(PAGE, *lines)

    bodies = [(await edge.ask("g1")).body for _ in range(2)]

    assert (bodies, edge.times_asked) == ([FOR_FIRST, FOR_FIRST], 2)


async def test_a_page_that_is_gone_is_forgotten(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, *TAGGED, b"Cache-Control: stale-if-error=999"))
    await edge.ask("g1")
    edge.clock.now += 61

    edge.origin.says = html(b"gone").replace(b"200 OK", b"404 Not Found")
    gone = await edge.ask("g1")
    edge.origin.says = html(b"down").replace(b"200 OK", b"500 Oh")
    down = await edge.ask("g1")

    assert (gone.status, down.status) == (404, 500)


class TestFailing:
    """The site fails, and said beforehand what that may look like."""

    @pytest.mark.parametrize(
        ("control", "later", "status"),
        [
            pytest.param(b"max-age=60, stale-if-error=30", 89, 200, id="in time"),
            pytest.param(b"max-age=60, stale-if-error=30", 91, 500, id="too late"),
            pytest.param(b"max-age=60", 61, 500, id="not said"),
            pytest.param(b"s-maxage=60, stale-if-error=30", 61, 200, id="s-maxage"),
            pytest.param(
                b"max-age=60, stale-if-error=30, must-revalidate", 61, 500, id="must-revalidate"
            ),
            pytest.param(
                b"max-age=60, stale-if-error=30, proxy-revalidate", 61, 500, id="proxy-revalidate"
            ),
        ],
    )
    @pytest.mark.parametrize("is_tagged", [True, False])
    async def test_a_page_that_is_too_old_stands_in_where_the_site_says_so(
        self, start_edge: StartEdge, control: bytes, later: int, status: int, is_tagged: bool
    ) -> None:
        lines = (b"Cache-Control: " + control, *([b'ETag: "a"'] if is_tagged else []))
        edge = await start_edge(html(PAGE, *lines))
        await edge.ask("g1")
        edge.clock.now += later
        edge.origin.says = answer(b"oh", status=b"500 Oh")

        got = await edge.ask("g2")

        assert (got.status, got.body) == (status, FOR_SECOND if status == 200 else b"oh")
        assert edge.counted("stale") == (status == 200)
        assert edge.times_asked == 2

    @pytest.mark.parametrize(
        ("control", "status"),
        [(b"max-age=60, stale-if-error=30", 200), (b"max-age=60", 502)],
    )
    async def test_so_it_does_where_no_answer_comes(
        self, start_edge: StartEdge, control: bytes, status: int
    ) -> None:
        edge = await start_edge(html(PAGE, b"Cache-Control: " + control))
        await edge.ask("g1")
        edge.clock.now += 61
        edge.origin.says = b"junk\r\n\r\n"

        got = await edge.ask("g1")

        assert got.status == status
        assert (got.body == FOR_FIRST) is (status == 200)


class TestBehind:
    """stale-while-revalidate: the visitor gets it at once, the next one what is new."""

    CONTROL = b"Cache-Control: max-age=60, stale-while-revalidate=30"

    async def test_the_site_is_asked_behind_the_visitors_back(self, start_edge: StartEdge) -> None:
        edge = await start_edge(html(PLAIN, self.CONTROL))
        await edge.ask("g1")
        edge.clock.now += 61
        edge.origin.says = html(PAGE, self.CONTROL)

        old = await edge.ask("g1")
        await edge.settle()
        new = await edge.ask("g1")

        assert (old.body, old.has(b"age"), new.body) == (PLAIN, b"61", FOR_FIRST)
        assert (edge.counted("stale"), edge.counted("hit"), edge.times_asked) == (1, 1, 2)

    async def test_a_site_that_fails_costs_nothing(self, start_edge: StartEdge) -> None:
        edge = await start_edge(html(PLAIN, self.CONTROL))
        await edge.ask("g1")
        edge.clock.now += 61
        edge.origin.says = b"junk\r\n\r\n"

        bodies = []
        for _ in range(2):
            bodies.append((await edge.ask("g1")).body)
            await edge.settle()

        assert (bodies, edge.times_asked) == ([PLAIN, PLAIN], 3)

    @pytest.mark.parametrize(
        ("lines", "later"),
        [
            pytest.param((), 91, id="too late"),
            pytest.param((b"Cache-Control: max-age=9999",), 61, id="the visitor is stricter"),
        ],
    )
    async def test_else_the_visitor_waits(
        self, start_edge: StartEdge, lines: tuple[bytes, ...], later: int
    ) -> None:
        edge = await start_edge(html(PLAIN, self.CONTROL))
        await edge.ask("g1")
        edge.clock.now += later
        edge.origin.says = html(PAGE, self.CONTROL)

        got = await edge.ask("g1", *lines)

        assert got.body == FOR_FIRST


async def test_how_old_it_was_when_it_came_counts(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PLAIN, *TAGGED, b"Age: 50"))
    await edge.ask("g1")
    edge.clock.now += 9
    young = await edge.ask("g1")
    edge.clock.now += 2
    await edge.ask("g1")

    assert (young.has(b"age"), edge.times_asked) == (b"59", 2)


@pytest.mark.parametrize("was_set", [-3600, 3600])
async def test_a_clock_that_is_set_makes_no_page_younger_or_older(
    start_edge: StartEdge, was_set: int
) -> None:
    edge = await start_edge(html(PLAIN, *TAGGED))
    await edge.ask("g1")
    edge.clock.now += 50
    edge.clock.was_set = was_set
    young = await edge.ask("g1")
    edge.clock.now += 11
    await edge.ask("g1")

    assert (young.has(b"age"), edge.times_asked) == (b"50", 2)


async def test_a_date_long_past_makes_it_old(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PLAIN, *TAGGED, b"Date: " + date(-59)))
    await edge.ask("g1")
    young = await edge.say(get(b"/", *guest("g1")))
    edge.clock.now += 2
    await edge.ask("g1")

    assert (young.has(b"age"), edge.times_asked) == (b"59", 2)


async def test_early_hints_to_who_asks_behind_reach_nobody(start_edge: StartEdge) -> None:
    """The visitor's connection may be with their next page by then."""
    control = b"Cache-Control: max-age=60, stale-while-revalidate=30"
    edge = await start_edge(html(PLAIN, control))
    await edge.ask("g1")
    edge.clock.now += 61
    edge.origin.says = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + html(PAGE, control)
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    request = get(b"/", *guest("g1")).replace(b"Connection: close\r\n", b"")

    writer.write(request)
    old = await reader.readuntil(PLAIN)
    await edge.settle()
    writer.write(get(b"/", *guest("g1")))
    new = await reader.read()
    writer.close()

    assert (old.count(b"HTTP/1.1 "), new.count(b"HTTP/1.1 ")) == (1, 1)
    assert new.endswith(FOR_FIRST)


async def test_who_wants_another_protocol_gets_no_kept_page(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, *TAGGED))
    await edge.ask("g1")

    lines = (b"Connection: Upgrade", b"Upgrade: chat", *guest("g1"))
    got = await edge.say(get(b"/", *lines).replace(b"Connection: close\r\n", b""))

    assert (got.body, edge.times_asked) == (PAGE, 2)
