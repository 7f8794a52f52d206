"""Parts of pages that scripts fetch (htmx, Turbo): filled as pages are, and no views of pages."""

import pytest

from calltrack.events import Kind
from tests.proxy.browser import Got, ask, get
from tests.proxy.conftest import Proxy, StartOrigin, StartProxy
from tests.proxy.origin import Origin, html
from tests.proxy.visits import FIREFOX, Front

PART = b"<li>Bel 020 123 45 67</li>"
FETCH = (b"Sec-Fetch-Mode: cors", b"Sec-Fetch-Dest: empty", b"User-Agent: " + FIREFOX.encode())
PAGE = (b"Sec-Fetch-Mode: navigate", b"User-Agent: " + FIREFOX.encode())

fragments = pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"HX-Request: true", id="htmx"),
        pytest.param(b"Turbo-Frame: menu", id="Turbo"),
        pytest.param(b"X-Requested-With: XMLHttpRequest", id="jQuery"),
    ],
)


@pytest.fixture
async def proxy(front: Front, start_origin: StartOrigin, start_proxy: StartProxy) -> Proxy:
    return await start_proxy(await start_origin(Origin(html(PART))), front.desk)


async def request(proxy: Proxy, *lines: bytes) -> Got:
    return await ask(proxy.port, get(b"/part", *lines, host=b"localhost"))


async def begin(proxy: Proxy) -> tuple[bytes, bytes]:
    """Open a page; give the cookie, and the number shown."""
    got = await request(proxy, *PAGE)
    return b"Cookie: " + (got.has(b"set-cookie") or b"").partition(b";")[0], got.body


@fragments
async def test_a_visitor_sees_the_same_number_in_a_fragment(
    proxy: Proxy, front: Front, line: bytes
) -> None:
    cookie, shown = await begin(proxy)

    got = await request(proxy, *FETCH, line, cookie)

    assert got.body == shown != PART
    assert got.all(b"cache-control") == [b"private, no-cache"]
    assert (await front.kinds())[Kind.PAGE_VIEWED] == 1


@fragments
async def test_a_fragment_begins_no_visit(proxy: Proxy, front: Front, line: bytes) -> None:
    got = await request(proxy, *FETCH, line)

    assert (got.body, got.all(b"set-cookie")) == (PART, [])
    assert not await front.events()
    assert front.store.asks == []


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((b"HX-Request: true", b"HX-Boosted: true"), id="htmx in a link's place"),
        pytest.param((b"Accept: text/html, application/xhtml+xml",), id="Turbo Drive"),
    ],
)
async def test_a_page_that_a_script_fetches_whole_is_a_view(
    proxy: Proxy, front: Front, lines: tuple[bytes, ...]
) -> None:
    cookie, shown = await begin(proxy)

    got = await request(proxy, *FETCH, *lines, cookie)

    assert got.body == shown
    assert (await front.kinds())[Kind.PAGE_VIEWED] == 2
