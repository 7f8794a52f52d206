"""The site's address, and every way in which asking can fail."""

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import client_exceptions
from aiohttp.client_reqrep import ConnectionKey

from calltrack.errors import (
    ConfigError,
    UpstreamBroken,
    UpstreamError,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from proxy.upstream import READ_BYTES, Ask, Upstream, ours
from tests.proxy.conftest import StartOrigin
from tests.proxy.origin import Origin, answer


@pytest.mark.parametrize(
    ("url", "base"),
    [
        pytest.param("http://127.0.0.1:8001", "http://127.0.0.1:8001", id="address"),
        pytest.param("https://www.firm.test/", "https://www.firm.test", id="a slash"),
        pytest.param("http://[::1]:80", "http://[::1]:80", id="IPv6"),
    ],
)
def test_a_sites_address_is_scheme_host_and_port(url: str, base: str) -> None:
    assert Upstream(url).base == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8001",
        "ftp://a",
        "http://",
        "http://a/path",
        "http://a/?b",
        "http://u:p@a",
        "http://u@a",
        "http://a:99999",
        "http://[::1",
        "http://a b",
        "http://a?",
        "http://a#b",
        "http://a//",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="no address of a site"):
        Upstream(url)


_KEY = ConnectionKey("a", 80, False, True, None, None, None)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(aiohttp.ConnectionTimeoutError(), UpstreamTimeout, id="connecting"),
        pytest.param(aiohttp.SocketTimeoutError(), UpstreamTimeout, id="reading"),
        pytest.param(TimeoutError(), UpstreamTimeout, id="any time-out"),
        pytest.param(
            aiohttp.ClientConnectorError(_KEY, OSError(111, "refused")),
            UpstreamUnreachable,
            id="refused",
        ),
        pytest.param(
            client_exceptions.ClientConnectorDNSError(_KEY, OSError(-2, "no such name")),
            UpstreamUnreachable,
            id="no such name",
        ),
        pytest.param(aiohttp.ServerDisconnectedError(), UpstreamBroken, id="closed"),
        pytest.param(aiohttp.ClientOSError(104, "reset"), UpstreamBroken, id="reset"),
        pytest.param(aiohttp.ClientPayloadError(), UpstreamBroken, id="body"),
        pytest.param(aiohttp.InvalidURL("x"), UpstreamBroken, id="URL"),
        pytest.param(ConnectionResetError(), UpstreamBroken, id="a bare reset"),
    ],
)
def test_every_error_of_the_library_becomes_ours(
    error: Exception, expected: type[UpstreamError]
) -> None:
    assert type(ours(error)) is expected


def test_no_error_of_the_library_is_forgotten() -> None:
    """A new release may bring a new branch: what stands outside ClientError would escape."""
    escaping = {
        found
        for name in dir(client_exceptions)
        if isinstance(found := getattr(client_exceptions, name), type)
        and issubclass(found, Exception)
        and not issubclass(found, (aiohttp.ClientError, TimeoutError, OSError))
    }

    assert {error.__name__ for error in escaping} <= {"WSMessageTypeError"}


async def test_no_connection_is_used_twice(start_origin: StartOrigin) -> None:
    """What a site sends after its answer can be nobody's page."""
    stray = answer(b"one") + answer(b"for somebody else")
    origin = await start_origin(Origin(stray))
    upstream = Upstream(f"http://127.0.0.1:{origin.port}")
    await upstream.open()

    bodies = []
    for says in (answer(b"one"), answer(b"two")):
        origin.says = says
        reply = await upstream.send(Ask("GET", "/", []))
        bodies.append(await reply.read())
        reply.close()
    await upstream.close()

    assert bodies == [b"one", b"two"]
    assert len(origin.asked) == 2
    assert [asked.has(b"connection") for asked in origin.asked] == [b"close", b"close"]


@pytest.mark.parametrize("is_waiting", [True, False])
async def test_a_body_is_read_in_parts_of_bounded_size(
    start_origin: StartOrigin, is_waiting: bool
) -> None:
    """Each part is held several times over while a visitor is slow."""
    origin = await start_origin(Origin(answer(bytes(10 * READ_BYTES))))
    upstream = Upstream(f"http://127.0.0.1:{origin.port}")
    await upstream.open()
    reply = await upstream.send(Ask("GET", "/", []))
    while reply._response.content.total_bytes <= READ_BYTES:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0)

    part = await reply.read() if is_waiting else reply.read_ready()

    assert len(part) == READ_BYTES
    reply.close()
    await upstream.close()


async def test_a_broken_connection_is_not_tried_again(start_origin: StartOrigin) -> None:
    origin = await start_origin(Origin(b""))
    upstream = Upstream(f"http://127.0.0.1:{origin.port}")
    await upstream.open()

    with pytest.raises(UpstreamBroken):
        await upstream.send(Ask("GET", "/", []))
    await upstream.close()

    assert len(origin.asked) == 1


async def test_a_site_that_takes_no_connection_in_time_is_a_time_out() -> None:
    """A listener whose queue is full answers nothing."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    address = listener.getsockname()
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(address)
    upstream = Upstream(f"http://127.0.0.1:{address[1]}", connect_seconds=0.05)
    await upstream.open()

    with pytest.raises(UpstreamTimeout):
        await upstream.send(Ask("GET", "/", []))
    await upstream.close()
    for one in (listener, *waiting):
        one.close()
