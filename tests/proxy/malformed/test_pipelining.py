"""Requests behind one another: a bad one is the last; nobody looks at what stands behind it."""

import asyncio

import pytest

from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.malformed.wire import GOOD, HOST, NAME, SOON, recording, said_to, take_heard
from tests.proxy.origin import Asked, Origin, answer

FIRST = b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n"

BAD = [
    pytest.param(b"GET /bad HTTP/1.1\r\nA b: c\r\n\r\n", 400, id="no HTTP"),
    pytest.param(b"GET /bad HTTP/1.1\r\n\r\n", 400, id="no Host"),
    pytest.param(b"GET /bad#a HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a fragment"),
    pytest.param(b"GET /bad RTSP/1.0\r\n" + HOST + b"\r\n", 400, id="another protocol"),
    pytest.param(b"TRACE /bad HTTP/1.1\r\n" + HOST + b"\r\n", 405, id="TRACE"),
    pytest.param(b"CONNECT bad:443 HTTP/1.1\r\n" + HOST + b"\r\n", 405, id="CONNECT"),
    pytest.param(b"GET /bad HTTP/2.0\r\n" + HOST + b"\r\n", 505, id="HTTP/2.0"),
    pytest.param(b"GET /bad HTTP/1.1\r\n" + HOST + b"Via: 1.1 us\r\n\r\n", 508, id="a loop"),
    pytest.param(
        b"POST /bad HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        400,
        id="two lengths",
    ),
    pytest.param(
        b"POST /bad HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
        id="length and chunks",
    ),
]


def statuses(said: bytes) -> list[int]:
    return [int(part[:3]) for part in said.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(("bad", "status"), BAD)
async def test_a_bad_request_behind_a_good_one_is_the_last(
    start_proxy: StartProxy, bad: bytes, status: int
) -> None:
    async with recording() as (recorder, site):
        proxy = await start_proxy(site, name=NAME, limits=SOON)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(FIRST)
        said = await reader.readuntil(b"ok")
        writer.write(bad + GOOD)
        said += await reader.read()
        writer.close()
        await proxy.app.stop()

    assert statuses(said) == [200, status]
    assert [take_heard(bytes(one)).line for one in recorder.heard] == [b"GET /first HTTP/1.1"]


@pytest.mark.parametrize(("bad", "status"), BAD)
async def test_a_bad_request_that_comes_while_a_good_one_is_answered_is_the_last(
    start_origin: StartOrigin, start_proxy: StartProxy, bad: bytes, status: int
) -> None:
    """And a good one behind it, in a packet of its own, makes it no better."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_asked: Asked, _reader: object, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go_on.wait()
        writer.write(answer(b"ok"))

    origin = await start_origin(Origin(script=wait))
    proxy = await start_proxy(origin, name=NAME)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(FIRST)
    await asked.wait()
    writer.write(bad)
    await asyncio.sleep(0)  # a packet of its own, if the system likes
    writer.write(GOOD)
    go_on.set()
    said = await reader.read()
    writer.close()

    assert statuses(said) == [200, status]
    assert [one.line for one in origin.asked] == [b"GET /first HTTP/1.1"]


@pytest.mark.parametrize(("bad", "status"), BAD)
async def test_what_comes_at_once_is_not_answered_behind_a_bad_request(
    start_proxy: StartProxy, bad: bytes, status: int
) -> None:
    """The parser gives up what it has read with it, and the good one before it may be lost."""
    async with recording() as (recorder, site):
        proxy = await start_proxy(site, name=NAME, limits=SOON)
        said = await said_to(proxy.port, FIRST + bad + GOOD)
        await proxy.app.stop()

    assert statuses(said)[-1] in (status, 400)
    assert statuses(said)[:-1] in ([], [200])
    lines = [take_heard(bytes(one)).line for one in recorder.heard]
    assert lines in ([], [b"GET /first HTTP/1.1"])


async def test_good_requests_are_answered_in_order(start_proxy: StartProxy) -> None:
    many = b"".join(b"GET /%d HTTP/1.1\r\n%b\r\n" % (n, HOST) for n in range(50))

    async with recording() as (recorder, site):
        proxy = await start_proxy(site, name=NAME)
        said = await said_to(proxy.port, many + GOOD)
        await proxy.app.stop()

    assert statuses(said) == [200] * 51
    lines = [take_heard(bytes(one)).line for one in recorder.heard]
    assert lines == [*(b"GET /%d HTTP/1.1" % n for n in range(50)), b"GET /behind HTTP/1.1"]


async def test_requests_ahead_are_not_read_without_end(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    """The first is being answered; who sends on and on is held back, and then answered in order."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def wait(one: Asked, _reader: object, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go_on.wait()
        writer.write(answer(one.target, b"Connection: close"))

    origin = await start_origin(Origin(script=wait))
    proxy = await start_proxy(origin, name=NAME)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(FIRST)
    await asked.wait()
    padding = b"X-Long: " + b"a" * 10_000 + b"\r\n"
    sent = 0
    while sent < 3_000:
        writer.write(b"GET /%d HTTP/1.1\r\n%b%b\r\n" % (sent, HOST, padding))
        sent += 1
        try:
            async with asyncio.timeout(0.5):
                await writer.drain()
        except TimeoutError:
            break
    heard = len(origin.asked)
    go_on.set()
    targets = [await body_of(reader) for _ in range(sent + 1)]
    writer.close()

    assert sent < 2_000
    assert heard == 1
    assert targets == [b"/first", *(b"/%d" % n for n in range(sent))]


async def body_of(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return await reader.readexactly(int(length))
