"""What is written to a visitor's connection, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from proxy.downstream import Reply, Sent

HINTS = [(b"Link", b"</a.css>; rel=preload"), (b"X-caf\xe9", b"1")]
Answers = Callable[[Reply], Awaitable[Sent]]


@asynccontextmanager
async def serving(answer: Answers) -> AsyncIterator[int]:
    """Serve one answer to all; give the port."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return await answer(Reply(request))

    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def raw(port: int, request: bytes) -> bytes:
    """Give all that comes back to the connection's end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    said = await reader.read()
    writer.close()
    return said


async def hint(reply: Reply) -> Sent:
    await reply.interim(103, HINTS)
    await reply.interim(103, [(b"Link", b"</b.css>"), (b"Connection", b"close")])
    reply.start(200, [(b"Content-Length", b"2"), (b"Date", b"now")])
    return await reply.finish(b"ok")


async def test_early_hints_come_before_the_answer() -> None:
    async with serving(hint) as port:
        said = await raw(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert said == (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-caf\xe9: 1\r\n\r\n"
        b"HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: now\r\nConnection: close\r\n\r\nok"
    )


async def test_http_1_0_hears_nothing_but_the_answer() -> None:
    async with serving(hint) as port:
        said = await raw(port, b"GET / HTTP/1.0\r\n\r\n")

    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Link" not in said


@pytest.mark.parametrize(
    ("status", "is_passed"),
    [
        pytest.param(100, False, id="we have said it ourselves"),
        pytest.param(101, False, id="it is no interim answer"),
        pytest.param(102, True, id="processing"),
        pytest.param(103, True, id="early hints"),
        pytest.param(199, True, id="one that nobody knows"),
        pytest.param(200, False, id="an answer"),
    ],
)
async def test_only_interim_answers_are_passed_on_as_such(status: int, is_passed: bool) -> None:
    async def answer(reply: Reply) -> Sent:
        await reply.interim(status, [(b"X-Early", b"1"), (b"Content-Length", b"0")])
        reply.start(204, [])
        return await reply.finish()

    async with serving(answer) as port:
        said = await raw(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert (b"X-Early: 1\r\n\r\nHTTP/1.1 204" in said) is is_passed
    assert b"Content-Length" not in said


async def test_what_comes_after_the_head_is_no_hint_any_more() -> None:
    async def answer(reply: Reply) -> Sent:
        reply.start(200, [(b"Content-Length", b"2"), (b"Date", b"now")])
        await reply.flush()
        await reply.interim(103, HINTS)
        return await reply.finish(b"ok")

    async with serving(answer) as port:
        said = await raw(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert b"103" not in said
    assert said.endswith(b"\r\n\r\nok")
