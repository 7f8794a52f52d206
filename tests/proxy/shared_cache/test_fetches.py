"""A page is asked for once at a time; nobody waits for what does not come."""

import asyncio
from collections.abc import Callable

import pytest

from proxy.shared_cache.asking import PAGE_BYTES
from proxy.shared_cache.fetches import MOST_REMEMBERED, Fetches
from proxy.shared_cache.variants import asked
from tests.proxy.browser import NAVIGATION, get
from tests.proxy.origin import Asked, Origin, html
from tests.proxy.sample import FOR_FIRST, PAGE, guest
from tests.proxy.shared_cache.conftest import Edge, StartEdge

FRESH = b"Cache-Control: max-age=60"
NOBODY = asked([])


class Slow:
    """A site that answers when the test says so."""

    def __init__(self, said: bytes) -> None:
        self.said = said
        self.may_answer = asyncio.Event()
        self.was_asked = asyncio.Event()
        self.origin = Origin(script=self._answer)

    async def _answer(
        self, _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.was_asked.set()
        await self.may_answer.wait()
        writer.write(self.said)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0)


async def ask_at_once(edge: Edge, slow: Slow, count: int) -> list[asyncio.Task[bytes]]:
    """Ask as one visitor, and when the site has heard it, as many others."""

    async def body() -> bytes:
        return (await edge.ask("g1")).body

    tasks = [asyncio.create_task(body())]
    await slow.was_asked.wait()
    tasks += [asyncio.create_task(body()) for _ in range(count - 1)]
    await until(lambda: len(edge.guests.asked) >= count)
    return tasks


async def test_many_at_once_ask_the_site_once(start_edge: StartEdge) -> None:
    slow = Slow(html(PAGE, FRESH))
    edge = await start_edge(slow.origin)
    tasks = await ask_at_once(edge, slow, 20)

    slow.may_answer.set()

    assert await asyncio.gather(*tasks) == [FOR_FIRST] * 20
    assert (edge.times_asked, edge.counted("miss"), edge.counted("hit")) == (1, 1, 19)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(html(PAGE), id="not kept"),
        pytest.param(html(PAGE, FRESH, b"Set-Cookie: a=b"), id="a cookie"),
        pytest.param(html(PAGE, FRESH).replace(b"200 OK", b"503 No"), id="the site fails"),
        pytest.param(b"junk\r\n\r\n", id="no answer"),
    ],
)
async def test_each_asks_where_nothing_is_kept(start_edge: StartEdge, said: bytes) -> None:
    slow = Slow(said)
    edge = await start_edge(slow.origin)
    tasks = await ask_at_once(edge, slow, 5)

    slow.may_answer.set()
    await asyncio.gather(*tasks)

    assert edge.times_asked == 5


async def test_nobody_waits_for_a_page_that_was_not_kept_before(start_edge: StartEdge) -> None:
    edge = await start_edge(html(PAGE))
    await edge.ask("g1")
    slow = Slow(html(PAGE))
    edge.origin.script = slow.origin.script

    tasks = await ask_at_once(edge, slow, 5)
    await until(lambda: edge.times_asked == 6)
    slow.may_answer.set()

    assert await asyncio.gather(*tasks) == [FOR_FIRST] * 5


async def test_the_next_one_asks_when_who_asked_has_left(start_edge: StartEdge) -> None:
    slow = Slow(html(PAGE, FRESH))
    edge = await start_edge(slow.origin)
    _, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(get(b"/", *guest("g1")))
    await slow.was_asked.wait()
    waiting = [asyncio.create_task(edge.ask("g1")) for _ in range(3)]
    await until(lambda: len(edge.guests.asked) == 4)

    writer.close()
    await until(lambda: edge.times_asked == 2)
    slow.may_answer.set()

    assert [(await got).body for got in waiting] == [FOR_FIRST] * 3
    assert edge.times_asked == 2


async def test_the_wait_has_an_end(start_edge: StartEdge) -> None:
    slow = Slow(html(PAGE, FRESH))
    edge = await start_edge(slow.origin)
    assert edge.proxy is not None
    assert edge.proxy.app.cache is not None
    edge.proxy.app.cache.wait_seconds = 0.01

    tasks = await ask_at_once(edge, slow, 3)
    await until(lambda: edge.times_asked == 3)
    slow.may_answer.set()

    assert await asyncio.gather(*tasks) == [FOR_FIRST] * 3


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((b"Cache-Control: public, no-cache", b'ETag: "a"'), id="no-cache"),
        pytest.param((FRESH, b"Age: 61"), id="old when it comes"),
    ],
)
async def test_nobody_waits_for_what_each_has_to_ask_for(
    start_edge: StartEdge, lines: tuple[bytes, ...]
) -> None:
    said = html(PAGE, *lines)
    edge = await start_edge(said)
    await edge.ask("g1")
    slow = Slow(said)
    edge.origin.script = slow.origin.script

    tasks = await ask_at_once(edge, slow, 5)
    await until(lambda: edge.times_asked == 6)
    slow.may_answer.set()

    assert await asyncio.gather(*tasks) == [FOR_FIRST] * 5


async def test_nor_where_the_site_has_confirmed_it(start_edge: StartEdge) -> None:
    lines = (b"Cache-Control: public, no-cache", b'ETag: "a"')
    edge = await start_edge(html(PAGE, *lines))
    await edge.ask("g1")
    confirmed = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    edge.origin.says = confirmed
    await edge.ask("g1")
    slow = Slow(confirmed)
    edge.origin.script = slow.origin.script

    tasks = await ask_at_once(edge, slow, 5)
    await until(lambda: edge.times_asked == 7)
    slow.may_answer.set()

    assert await asyncio.gather(*tasks) == [FOR_FIRST] * 5


async def test_a_page_that_was_written_to_meanwhile_does_not_stand_in(
    start_edge: StartEdge,
) -> None:
    edge = await start_edge(html(PAGE, b"Cache-Control: max-age=60, stale-if-error=99"))
    await edge.ask("g1")
    edge.clock.now += 61
    slow = Slow(html(b"oh").replace(b"200 OK", b"500 Oh"))
    edge.origin.script = slow.origin.script
    [asking] = await ask_at_once(edge, slow, 1)
    edge.origin.script, edge.origin.says = None, html(b"done")
    await edge.say(get(b"/", *NAVIGATION, b"Content-Length: 0", method=b"POST"))

    slow.may_answer.set()

    assert await asking == b"oh"


async def test_one_asks_behind_the_backs_of_many(start_edge: StartEdge) -> None:
    said = html(PAGE, b"Cache-Control: max-age=60, stale-while-revalidate=30")
    edge = await start_edge(said)
    await edge.ask("g1")
    edge.clock.now += 61
    slow = Slow(said)
    edge.origin.script = slow.origin.script

    bodies = [got.body for got in await asyncio.gather(*(edge.ask("g1") for _ in range(50)))]
    slow.may_answer.set()
    await edge.settle()

    assert bodies == [FOR_FIRST] * 50
    assert edge.times_asked == 2


async def test_who_wants_it_from_the_site_does_not_wait(start_edge: StartEdge) -> None:
    slow = Slow(html(PAGE, FRESH))
    edge = await start_edge(slow.origin)
    [first] = await ask_at_once(edge, slow, 1)

    second = asyncio.create_task(edge.ask("g1", b"Cache-Control: no-cache"))
    await until(lambda: edge.times_asked == 2)
    slow.may_answer.set()

    assert [await first, (await second).body] == [FOR_FIRST] * 2


async def test_what_was_written_to_meanwhile_is_not_kept(start_edge: StartEdge) -> None:
    """The page was asked for before the change, and may be the old one."""
    slow = Slow(html(PAGE, FRESH))
    edge = await start_edge(slow.origin)
    [first] = await ask_at_once(edge, slow, 1)
    script, edge.origin.script = edge.origin.script, None
    edge.origin.says = html(b"done")
    await edge.say(get(b"/", *NAVIGATION, b"Content-Length: 0", method=b"POST"))

    slow.may_answer.set()
    await first
    edge.origin.script = script
    await edge.ask("g1")

    assert edge.times_asked == 3


async def test_nobody_waits_for_a_page_that_is_too_long(start_edge: StartEdge) -> None:
    """Else they would come one after another."""
    said = html(b"x" * (PAGE_BYTES + 1), FRESH)
    edge = await start_edge(said)
    await edge.ask("g1")
    slow = Slow(said)
    edge.origin.script = slow.origin.script

    tasks = await ask_at_once(edge, slow, 3)
    await until(lambda: edge.times_asked == 4)
    slow.may_answer.set()

    assert [len(body) for body in await asyncio.gather(*tasks)] == [PAGE_BYTES + 1] * 3


async def test_pages_that_come_slowly_take_bounded_room(start_edge: StartEdge) -> None:
    """Each is kept when it has come, but there is no room for all of them until then."""
    may_end = asyncio.Event()
    half = PAGE_BYTES // 2 + 1

    async def say(_: Asked, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(html(b"x" * half, FRESH)[:-1])
        await may_end.wait()
        writer.write(b"x")

    edge = await start_edge(Origin(script=say), cache_bytes=4 * PAGE_BYTES)
    tasks = []
    for n in range(3):
        connection = await asyncio.open_connection("127.0.0.1", edge.port)
        connection[1].write(get(b"/%d" % n, b"User-Agent: bot"))
        await connection[0].readuntil(b"\r\n\r\n")
        await connection[0].readexactly(half - 1)
        tasks.append(connection)
    may_end.set()
    for reader, writer in tasks:
        assert await reader.read() == b"x"
        writer.close()

    before = edge.times_asked
    for n in range(3):
        await edge.ask("g1", target=b"/%d" % n)

    assert (before, edge.times_asked) == (3, 5)


async def test_one_waits_for_ones_own_variant(start_edge: StartEdge) -> None:
    """Also where somebody else asked for another one first."""
    said = html(PAGE, FRESH, b"Vary: X-Lang")
    edge = await start_edge(said)
    await edge.ask("g1", b"X-Lang: nl")
    slow = Slow(said)
    edge.origin.script = slow.origin.script

    tasks = [
        asyncio.create_task(edge.ask("g1", b"X-Lang: " + lang))
        for lang in (b"fr", b"en", b"en", b"fr", b"en")
    ]
    await until(lambda: len(edge.guests.asked) == 6 and edge.times_asked >= 3)
    slow.may_answer.set()

    assert [(await got).body for got in tasks] == [FOR_FIRST] * 5
    assert edge.times_asked == 3


def test_what_is_remembered_is_bounded() -> None:
    fetches = Fetches()
    for n in range(MOST_REMEMBERED + 1):
        key = "http", "site.test", f"/{n}"
        fetches.end(key, fetches.begin(key, NOBODY), is_answered=True, is_for_one=True)

    first, last = ("http", "site.test", "/0"), ("http", "site.test", f"/{MOST_REMEMBERED}")
    fetches.begin(first, NOBODY)
    fetches.begin(last, NOBODY)

    assert fetches.other(first, NOBODY, ()) is not None
    assert fetches.other(last, NOBODY, ()) is None


@pytest.mark.parametrize(
    ("line", "may_wait"),
    [
        pytest.param((b"X-Lang", b"nl"), True, id="alike"),
        pytest.param((b"X-Lang", b"en"), False, id="another variant"),
        pytest.param((b"Accept-Encoding", b"gzip"), False, id="another coding"),
    ],
)
def test_one_waits_for_a_request_like_ones_own(line: tuple[bytes, bytes], may_wait: bool) -> None:
    fetches = Fetches()
    key = "http", "site.test", "/"
    fetches.begin(key, asked([(b"X-Lang", b"nl")]))

    found = fetches.other(key, asked([line]), (b"x-lang",))

    assert (found is not None) is may_wait
