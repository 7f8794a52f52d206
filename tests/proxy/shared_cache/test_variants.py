"""Which request a kept page answers."""

import gzip
import zlib

import pytest

from proxy.shared_cache.variants import asked
from tests.proxy.browser import NAVIGATION, get
from tests.proxy.origin import Asked, html
from tests.proxy.sample import FOR_FIRST, FOR_SECOND, PAGE, PLAIN
from tests.proxy.shared_cache.conftest import StartEdge

FRESH = b"Cache-Control: max-age=60"
GZIP = b"Accept-Encoding: gzip, deflate"
PLAIN_CODING = b"identity"


class Negotiating:
    """A site that codes its page where the visitor takes gzip, and says so in Vary."""

    def __init__(self, body: bytes, *lines: bytes) -> None:
        self.body = body
        self.lines = (FRESH, *lines)

    def __call__(self, asked: Asked) -> bytes:
        if b"gzip" in (asked.has(b"accept-encoding") or b""):
            return html(gzip.compress(self.body), *self.lines, b"Content-Encoding: gzip")
        return html(self.body, *self.lines)


@pytest.mark.parametrize(
    ("vary", "first", "second", "times"),
    [
        pytest.param(b"X-Lang", b"X-Lang: nl", b"X-Lang: nl", 1, id="the same"),
        pytest.param(b"X-Lang", b"X-Lang: nl", b"x-lang:  nl ", 1, id="written otherwise"),
        pytest.param(b"X-Lang", b"X-Lang: nl", b"X-Lang: en", 2, id="another"),
        pytest.param(b"X-Lang", b"X-Lang: nl", b"X-Other: nl", 2, id="not said"),
        pytest.param(b"A, X-Lang", b"X-Lang: nl", b"X-Lang: en", 2, id="one of two"),
        pytest.param(b"Host, X-Forwarded-Proto", b"A: b", b"A: c", 1, id="what the key holds"),
        pytest.param(b"X-Other", b"X-Lang: nl", b"X-Lang: en", 1, id="what does not count"),
        pytest.param(b"Cookie", b"A: b", b"Cookie: a=b", 2, id="another cookie"),
        pytest.param(b"Cookie", b"A: b", b"C: d", 1, id="our cookie is none"),
        pytest.param(b"X-Other", b"A: b", b"HX-Request: true", 2, id="a fragment"),
        pytest.param(b"X-Other", b"A: b", b"RSC: 1", 2, id="parts of a page"),
        pytest.param(
            b"X-Other",
            b"HX-Request: true",
            b"HX-History-Restore-Request: true",
            2,
            id="a restored page",
        ),
        pytest.param(b"X-Other", b"A: b", b"X-Original-URL: /b", 2, id="another path"),
        pytest.param(b"X-Other", b"A: b", b"X-Remote-User: b", 2, id="another user"),
        pytest.param(b"X-Other", b"Turbo-Frame: a", b"Turbo-Frame: b", 2, id="another fragment"),
    ],
)
async def test_what_vary_names_tells_requests_apart(
    start_edge: StartEdge, vary: bytes, first: bytes, second: bytes, times: int
) -> None:
    edge = await start_edge(html(PAGE, FRESH, b"Vary: " + vary))

    for line in (first, second, first, second):
        await edge.ask("g1", line)

    assert edge.times_asked == times


async def test_nobody_gets_what_anothers_cookie_made(start_edge: StartEdge) -> None:
    def says(asked: Asked) -> bytes:
        named = (asked.has(b"cookie") or b"nobody").replace(b"=", b"-")
        return html(b"<p>Hi " + named + b" 085 0199 999", FRESH, b"Vary: Cookie")

    edge = await start_edge(says)
    names = (b"user=a", b"user=b", b"user=a", b"user=c", b"user=b")

    for name in names:
        got = await edge.say(get(b"/", *NAVIGATION, b"Cookie: calltrack-guest=g1; " + name))
        assert got.body.startswith(b"<p>Hi " + name.replace(b"=", b"-") + b" 020 1234 560")

    assert edge.times_asked == 3


@pytest.mark.parametrize(
    ("control", "times"),
    [
        pytest.param(b"max-age=60", 3, id="for browsers, maybe"),
        pytest.param(b"must-revalidate, max-age=60", 3, id="the same, and more"),
        pytest.param(b"public, max-age=60", 1, id="for all"),
        pytest.param(b"s-maxage=60", 1, id="for shared caches"),
    ],
)
async def test_only_what_is_said_to_be_for_all_is_shared_by_those_with_other_cookies(
    start_edge: StartEdge, control: bytes, times: int
) -> None:
    """Many a site says `max-age` to browsers, and writes the visitor's name into the page."""
    edge = await start_edge(html(PAGE, b"Cache-Control: " + control))

    for name in (b"user=a", b"user=b", b"user=a", b"user=b"):
        await edge.say(get(b"/", *NAVIGATION, b"Cookie: calltrack-guest=g1; " + name))
    for guest_name in ("g1", "g2"):
        got = await edge.ask(guest_name)  # no cookie but ours

    assert got.body == FOR_SECOND
    assert edge.times_asked == times


async def test_a_page_without_its_vary_is_not_for_all(start_edge: StartEdge) -> None:
    """The site forgets to say so for who is not logged in."""

    def says(asked: Asked) -> bytes:
        control = b"Cache-Control: public, max-age=60"
        if name := asked.has(b"cookie"):
            return html(b"<p>Hi " + name, control, b"Vary: Cookie")
        return html(b"<p>Log in", control)

    edge = await start_edge(says)
    user = (*NAVIGATION, b"Cookie: calltrack-guest=g1; user=a")

    bodies = [(await edge.say(get(b"/", *user))).body]
    bodies.append((await edge.ask("g1")).body)
    bodies.append((await edge.say(get(b"/", *user))).body)

    assert bodies == [b"<p>Hi user=a", b"<p>Log in", b"<p>Hi user=a"]
    assert edge.times_asked == 2


async def test_who_takes_no_plain_page_gets_none_out_of_the_cache(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE, FRESH))
    await edge.ask("g1")

    await edge.ask("g1", b"Accept-Encoding: gzip, identity;q=0")

    assert edge.times_asked == 2


async def test_a_page_has_few_variants(start_edge: StartEdge) -> None:
    """A site whose answers differ with every visitor fills no memory with one page."""
    edge = await start_edge(html(PAGE, FRESH, b"Vary: User-Agent"))
    for n in range(20):
        await edge.ask("g1", b"User-Agent: %d" % n)
    before = edge.times_asked

    for n in (19, 12, 11):
        await edge.ask("g1", b"User-Agent: %d" % n)

    assert (before, edge.times_asked) == (20, 21)


class TestCodings:
    """Each visitor gets a coding that they take, out of few variants."""

    @pytest.mark.parametrize(("body", "shown"), [(PAGE, FOR_FIRST), (PLAIN, PLAIN)])
    @pytest.mark.parametrize("vary", [b"Vary: Accept-Encoding", b"X: y"])
    async def test_a_coded_page_is_for_who_takes_it(
        self, start_edge: StartEdge, body: bytes, shown: bytes, vary: bytes
    ) -> None:
        edge = await start_edge(Negotiating(body, vary))
        lines: list[tuple[bytes, ...]] = [
            (GZIP,),
            (b"Accept-Encoding: br;q=1.0, x-gzip;q=0.5, *;q=0.1",),
            (b"Accept-Encoding: br",),
            (),
        ]

        pages = [await edge.ask("g1", *line) for line in lines]

        codings = [got.has(b"content-encoding") for got in pages]
        assert codings == [b"gzip", b"gzip", None, None]
        plain = [
            gzip.decompress(p.body) if c else p.body for p, c in zip(pages, codings, strict=True)
        ]
        assert plain == [shown] * 4

    async def test_a_plain_page_is_for_who_takes_the_same_where_the_site_chose(
        self, start_edge: StartEdge
    ) -> None:
        edge = await start_edge(Negotiating(PAGE, b"Vary: Accept-Encoding"))

        for lines in ((), (GZIP,), (), (GZIP,), (b"Accept-Encoding: deflate,  gzip",)):
            await edge.ask("g1", *lines)

        assert edge.times_asked == 2

    async def test_a_plain_page_is_for_all_where_there_is_no_choice(
        self, start_edge: StartEdge
    ) -> None:
        edge = await start_edge(html(PAGE, FRESH))

        for lines in ((), (GZIP,), (b"Accept-Encoding: br",)):
            await edge.ask("g1", *lines)

        assert edge.times_asked == 1

    @pytest.mark.parametrize(
        ("coding", "encode", "decode"),
        [
            pytest.param(b"gzip", gzip.compress, gzip.decompress, id="gzip"),
            pytest.param(b"deflate", zlib.compress, zlib.decompress, id="deflate"),
        ],
    )
    async def test_pages_out_of_the_cache_are_coded_as_they_came(
        self,
        start_edge: StartEdge,
        coding: bytes,
        encode: type[bytes],
        decode: type[bytes],
    ) -> None:
        line = b"Accept-Encoding: " + coding
        edge = await start_edge(html(encode(PAGE), FRESH, b"Content-Encoding: " + coding))

        pages = [await edge.ask("g1", line) for _ in range(3)]

        assert [decode(page.body) for page in pages] == [FOR_FIRST] * 3
        assert edge.times_asked == 1


@pytest.mark.parametrize(
    ("value", "codings"),
    [
        pytest.param(b"", {PLAIN_CODING}, id="none"),
        pytest.param(b"gzip, br", {b"gzip", b"br", PLAIN_CODING}, id="two"),
        pytest.param(b"GZIP;q=0.001", {b"gzip", PLAIN_CODING}, id="hardly"),
        pytest.param(b"gzip;q=0, br; q=0.000, zstd", {b"zstd", PLAIN_CODING}, id="refused"),
        pytest.param(b"gzip, identity;q=0", {b"gzip"}, id="only coded"),
        pytest.param(b"gzip, gzip;Q=0", {PLAIN_CODING}, id="in doubt"),
    ],
)
def test_the_codings_that_are_taken(value: bytes, codings: set[bytes]) -> None:
    assert asked([(b"Accept-Encoding", value)]).codings == codings
