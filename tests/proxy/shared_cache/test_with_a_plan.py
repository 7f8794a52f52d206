"""Visitors of a real Plan, with real leases, whose pages come out of the cache."""

from dataclasses import dataclass, field

import pytest

from proxy.shared_cache import CACHE_BYTES
from tests.proxy.browser import NAVIGATION, Got, ask, get
from tests.proxy.conftest import Proxy, StartOrigin, StartProxy
from tests.proxy.origin import Origin, html
from tests.proxy.visits import FIREFOX, Front

PAGE = b"<!doctype html><p>020 123 45 67</p>"
HEAD = (b"Cache-Control: public, max-age=999999", b'ETag: "a"')


@dataclass
class Browser:
    """A browser that keeps its cookie, and the page's ETag."""

    proxy: Proxy
    cookie: bytes = b""
    tag: bytes = b""
    bodies: list[bytes] = field(default_factory=list)

    async def look(self, *lines: bytes) -> Got:
        agent = b"User-Agent: " + FIREFOX.encode()
        sent = [b"Cookie: " + self.cookie] if self.cookie else []
        got = await ask(
            self.proxy.port, get(b"/", *NAVIGATION, agent, *sent, *lines, host=b"localhost")
        )
        if cookie := got.has(b"set-cookie"):
            self.cookie = cookie.partition(b";")[0]
        self.tag = got.has(b"etag") or b""
        return got

    async def look_again(self) -> Got:
        return await self.look(b"If-None-Match: " + self.tag)


@pytest.fixture
async def origin(start_origin: StartOrigin) -> Origin:
    return await start_origin(Origin(html(PAGE, *HEAD)))


@pytest.fixture
async def proxy(front: Front, origin: Origin, start_proxy: StartProxy) -> Proxy:
    return await start_proxy(origin, front.desk, cache_bytes=CACHE_BYTES)


async def test_each_visitor_gets_a_number_of_their_own(proxy: Proxy, origin: Origin) -> None:
    one, other = Browser(proxy), Browser(proxy)

    shown = [(await browser.look()).body for browser in (one, other, one, other)]

    assert shown[0] == shown[2] != shown[1] == shown[3] != PAGE
    assert one.tag != other.tag
    assert len(origin.asked) == 1


async def test_a_browser_that_has_the_page_is_told_so(proxy: Proxy, origin: Origin) -> None:
    browser = Browser(proxy)
    await browser.look()
    await browser.look()

    got = await browser.look_again()

    assert (got.status, len(origin.asked)) == (304, 1)


async def test_when_the_number_is_held_no_more_the_page_comes_whole(
    proxy: Proxy, origin: Origin, front: Front
) -> None:
    """The site would say that nothing has changed, and so would what is kept."""
    browser = Browser(proxy)
    await browser.look()
    before = await browser.look()
    front.clock.turn(hours=30)
    others = [Browser(proxy) for _ in range(2)]
    for other in others:
        await other.look()

    after = await browser.look_again()

    assert (before.status, after.status) == (200, 200)
    assert after.has(b"etag") != before.has(b"etag")
    assert len(origin.asked) == 1


async def test_another_visitors_etag_confirms_nothing(proxy: Proxy) -> None:
    one, other = Browser(proxy), Browser(proxy)
    for browser in (one, other, one, other):
        await browser.look()
    shown = (await other.look()).body

    other.tag = one.tag
    got = await other.look_again()

    assert (got.status, got.body) == (200, shown)
