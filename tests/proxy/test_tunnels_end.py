"""Tunnels: how many there may be, whose place they take, and what becomes of them in the end."""

import asyncio
import logging

import pytest

from proxy.deadlines import Limits
from tests.proxy.browser import ask, get, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Asked, Origin, answer
from tests.proxy.tunnels import AGREES, HANDSHAKE, agreeing, connect, echo


async def test_when_the_proxy_ends_so_does_the_tunnel_at_once_whatever_the_grace(
    start_origin: StartOrigin, start_proxy: StartProxy, caplog: pytest.LogCaptureFixture
) -> None:
    origin = await start_origin(agreeing(echo))
    proxy = await start_proxy(origin)
    caplog.set_level(logging.INFO)
    head, reader, writer = await connect(proxy.port)

    async with asyncio.timeout(10):
        await proxy.app.stop(grace_seconds=60)

    assert take_apart(head).status == 101
    assert await reader.read() == b""
    await origin.left.wait()
    writer.close()
    assert all(record.levelno == logging.INFO for record in caplog.records)


async def test_what_was_on_its_way_to_the_visitor_arrives_before_the_end(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    proxy = await start_proxy(await start_origin(agreeing(echo, said=AGREES + bytes(200_000))))
    _, reader, writer = await connect(proxy.port)

    assert await reader.readexactly(100_000) == bytes(100_000)
    await proxy.app._public.shut()

    assert len(await reader.read()) > 0
    writer.close()


async def test_no_tunnel_comes_about_while_the_proxy_ends(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    was_asked, may_agree = asyncio.Event(), asyncio.Event()

    async def agree_late(
        _asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        was_asked.set()
        await may_agree.wait()
        writer.write(AGREES)
        await reader.read()

    proxy = await start_proxy(await start_origin(Origin(script=agree_late)))
    connecting = asyncio.create_task(connect(proxy.port))
    await was_asked.wait()
    stopping = asyncio.create_task(proxy.app.stop(grace_seconds=60))
    await proxy.app.draining.wait()
    may_agree.set()

    async with asyncio.timeout(10):
        _, reader, writer = await connecting
        assert await reader.read() == b""
        await stopping
    writer.close()


async def test_one_tunnel_too_many_is_told_so_and_a_place_that_is_left_is_had_again(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(agreeing(echo))
    proxy = await start_proxy(origin, limits=Limits(tunnels=1))
    _, reader, writer = await connect(proxy.port)

    got = await ask(proxy.port, HANDSHAKE)
    writer.write_eof()
    assert await reader.read() == b""
    await proxy.app._public._handler.wait_until_idle()
    head, _, again = await connect(proxy.port)

    assert (got.status, got.has(b"connection")) == (503, b"close")
    assert proxy.counted("refused.tunnels_full") == 1
    assert take_apart(head).status == 101
    assert len(origin.asked) == 2
    writer.close()
    again.close()


async def test_tunnels_take_no_place_of_pages(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    """The site may be asked over one connection at once; two tunnels are open."""

    async def both(
        asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if asked.has(b"upgrade") is None:
            writer.write(answer(b"page"))
            return
        writer.write(AGREES)
        await echo(reader, writer)

    origin = await start_origin(Origin(script=both))
    proxy = await start_proxy(origin, upstream={"max_connections": 1, "connect_seconds": 2.0})
    tunnels = [await connect(proxy.port) for _ in range(2)]

    got = await ask(proxy.port, get())

    assert (got.status, got.body) == (200, b"page")
    assert proxy.app._upstream.figures()["now.connections.tunnel"] == 2
    for _, _, writer in tunnels:
        writer.close()
    await proxy.app._public._handler.wait_until_idle()
    assert proxy.app._upstream.figures()["now.connections.tunnel"] == 0
