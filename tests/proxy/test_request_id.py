"""One id for a request: believed where the peer is, and heard by the site."""

import re
from ipaddress import ip_network

import pytest

from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Origin, answer
from tests.proxy.test_handler_errors import NOTHING_THERE

LOOPBACK = [ip_network("127.0.0.0/8")]
NEW = re.compile(rb"[0-9a-f]{16}")


async def test_a_trusted_peers_id_goes_to_the_site_and_back(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello", b"X-Request-ID: the-sites")))
    proxy = await start_proxy(origin, trusted=LOOPBACK)

    got = await ask(proxy.port, get(b"/", b"x-request-id: front-1:a/b"))

    assert origin.last.has(b"x-request-id") == b"front-1:a/b"
    assert got.all(b"x-request-id") == [b"front-1:a/b"]


@pytest.mark.parametrize(
    ("lines", "trusted"),
    [
        pytest.param([b"X-Request-Id: mine"], [], id="a stranger's"),
        pytest.param([], LOOPBACK, id="none"),
        pytest.param([b"X-Request-Id: a", b"X-Request-Id: b"], LOOPBACK, id="two"),
        pytest.param([b"X-Request-Id: "], LOOPBACK, id="empty"),
        pytest.param([b"X-Request-Id: a b"], LOOPBACK, id="a space"),
        pytest.param([b'X-Request-Id: a"b'], LOOPBACK, id="a quote"),
        pytest.param([b"X-Request-Id: caf\xe9"], LOOPBACK, id="no ASCII"),
        pytest.param([b"X-Request-Id: " + b"a" * 129], LOOPBACK, id="long"),
    ],
)
async def test_else_the_site_hears_a_new_one_and_its_answer_passes_as_it_is(
    start_origin: StartOrigin, start_proxy: StartProxy, lines: list[bytes], trusted: list[object]
) -> None:
    origin = await start_origin(Origin(answer(b"hello", b"X-Request-ID: the-sites")))
    proxy = await start_proxy(origin, trusted=trusted)

    got = await ask(proxy.port, get(b"/", *lines))

    heard = [value for name, value in origin.last.fields if name.lower() == b"x-request-id"]
    assert len(heard) == 1
    assert NEW.fullmatch(heard[0])
    assert got.all(b"x-request-id") == [b"the-sites"]


async def test_the_longest_id_is_believed(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin, trusted=LOOPBACK)

    await ask(proxy.port, get(b"/", b"X-Request-Id: " + b"a" * 128))

    assert origin.last.has(b"x-request-id") == b"a" * 128


async def test_an_error_page_has_it_in_its_head_and_its_text(start_proxy: StartProxy) -> None:
    proxy = await start_proxy(NOTHING_THERE, trusted=LOOPBACK)

    got = await ask(proxy.port, get(b"/", b"X-Request-Id: front-1"))

    assert got.status == 502
    assert got.has(b"x-request-id") == b"front-1"
    assert b"front-1" in got.body


async def test_the_context_of_a_trace_passes_unchanged(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)
    parent = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    state = b"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"

    await ask(proxy.port, get(b"/", b"traceparent: " + parent, b"tracestate: " + state))

    assert origin.last.has(b"traceparent") == parent
    assert origin.last.has(b"tracestate") == state
