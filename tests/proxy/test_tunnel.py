"""WebSocket and its like: what passes after a 101, and what does not become a tunnel at all."""

import asyncio
import itertools
import logging

import pytest

from proxy.deadlines import Limits
from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, answer
from tests.proxy.tunnels import AGREES, HANDSHAKE, agreeing, connect, echo

SOON = 0.2


async def test_bytes_pass_both_ways_after_the_sites_own_101(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin, guests = await start_origin(agreeing(echo)), Guests()
    proxy = await start_proxy(origin, guests)

    head, reader, writer = await connect(proxy.port)
    for data in (b"\x81\x85frame", bytes(range(256)), b"GET / HTTP/1.1\r\n\r\n"):
        writer.write(data)
        assert await reader.readexactly(len(data)) == data
    writer.close()
    await origin.left.wait()

    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 101 Switching Protocols"
    assert sorted(lines[1:-2]) == sorted(AGREES.split(b"\r\n")[1:-2])
    assert origin.last.line == b"GET /chat?room=1 HTTP/1.1"
    assert origin.last.has(b"upgrade") == b"websocket"
    assert origin.last.has(b"connection") == b"Upgrade"
    assert origin.last.has(b"sec-websocket-protocol") == b"a, b"
    assert guests.asked == []  # no visit, no cookie, no number


async def test_a_length_that_the_site_gives_its_101_does_not_pass(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    said = AGREES.replace(b"\r\n", b"\r\nContent-Length: 5\r\n", 1)
    proxy = await start_proxy(await start_origin(agreeing(echo, said=said)))

    head, reader, writer = await connect(proxy.port)
    writer.write(b"more than five")

    assert b"Content-Length" not in head
    assert await reader.readexactly(14) == b"more than five"
    writer.close()


async def test_what_stands_behind_the_request_and_behind_the_101_is_not_lost(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(agreeing(echo, said=AGREES + b"first"))
    proxy = await start_proxy(origin)

    _, reader, writer = await connect(proxy.port, HANDSHAKE + b"early")

    assert await reader.readexactly(10) == b"firstearly"
    writer.close()


async def test_a_visitor_may_end_their_half_and_hear_the_rest(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"%d bytes" % len(await reader.read()))

    proxy = await start_proxy(await start_origin(agreeing(count)))
    _, reader, writer = await connect(proxy.port)

    writer.write(bytes(1000))
    writer.write_eof()

    assert await reader.read() == b"1000 bytes"
    writer.close()


async def test_a_site_may_end_its_half_and_hear_the_rest(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")
        writer.write_eof()
        heard.extend(await reader.read())

    origin = await start_origin(agreeing(listen))
    proxy = await start_proxy(origin)
    _, reader, writer = await connect(proxy.port)

    assert await reader.read() == b"bye"
    writer.write(b"good bye")
    writer.close()
    await origin.left.wait()

    assert heard == b"good bye"


async def test_a_site_that_takes_nothing_holds_the_visitor_back_and_loses_nothing(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    may_read, heard = asyncio.Event(), []

    async def listen_later(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await may_read.wait()
        while data := await reader.read(1_000_000):
            heard.append(len(data))

    origin = await start_origin(agreeing(listen_later))
    proxy = await start_proxy(origin)
    _, _reader, writer = await connect(proxy.port)

    async def pour() -> None:
        for _ in range(400):
            writer.write(bytes(100_000))
            await writer.drain()
        writer.write_eof()

    pouring = asyncio.create_task(pour())
    done, _ = await asyncio.wait([pouring], timeout=SOON)
    assert not done, "the proxy took more than it can hold"
    may_read.set()
    await pouring
    await origin.left.wait()
    writer.close()

    assert sum(heard) == 40_000_000


@pytest.mark.parametrize("who", ["site", "visitor"])
async def test_when_one_side_breaks_off_the_other_is_let_go(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    caplog: pytest.LogCaptureFixture,
    who: str,
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        if who == "site":
            writer.transport.abort()
        else:
            await reader.read()

    origin = await start_origin(agreeing(talk))
    proxy = await start_proxy(origin)
    caplog.set_level(logging.INFO)
    _, reader, writer = await connect(proxy.port)

    writer.write(b"x")
    if who == "visitor":
        await writer.drain()
        writer.transport.abort()
    else:
        assert await reader.read() == b""
    await origin.left.wait()
    writer.close()
    await proxy.app._public._handler.wait_until_idle()

    (line,) = [r.getMessage() for r in caplog.records if r.name == "calltrack.access"]
    assert line.startswith("101 GET /chat ")
    assert "tunnel" in line
    assert all(record.levelno == logging.INFO for record in caplog.records)


async def test_a_site_that_does_not_switch_is_heard_and_the_connection_ends(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"not here", status=b"403 Forbidden")))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, HANDSHAKE + get(b"/behind"))

    assert (got.status, got.body, got.has(b"connection")) == (403, b"not here", b"close")
    assert len(origin.asked) == 1


UPGRADE = (b"Connection: Upgrade", b"Upgrade: websocket")


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(get(b"/", b"Connection: Upgrade", b"Upgrade: h2c"), id="HTTP/2"),
        pytest.param(get(b"/", b"Connection: Upgrade", b"Upgrade: H2C"), id="HTTP/2 in capitals"),
        pytest.param(get(b"/", b"Connection: Upgrade", b"Upgrade: TLS/1.0"), id="TLS"),
        pytest.param(get(b"/", b"Connection: Upgrade", b"Upgrade: HTTP/2.0"), id="HTTP by name"),
        pytest.param(get(b"/", b"Connection: Upgrade", b"Upgrade: a b"), id="no protocol"),
        pytest.param(get(b"/", b"Connection: Upgrade", b"Upgrade:"), id="none named"),
        pytest.param(get(b"/", b"Upgrade: websocket"), id="without Connection"),
        pytest.param(get(b"/", b"Connection: Upgrade"), id="without Upgrade"),
        pytest.param(get(b"/", *UPGRADE, b"Content-Length: 0", method=b"POST"), id="POST"),
        pytest.param(get(b"/", *UPGRADE, b"Content-Length: 3") + b"abc", id="with a body"),
        pytest.param(get(b"/", *UPGRADE).replace(b"HTTP/1.1", b"HTTP/1.0"), id="HTTP/1.0"),
    ],
)
async def test_what_may_not_switch_is_asked_for_as_if_nobody_had_wished_to(
    start_origin: StartOrigin, start_proxy: StartProxy, request_bytes: bytes
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, request_bytes)

    assert (got.status, got.body, got.has(b"connection")) == (200, b"hello", b"close")
    assert origin.last.has(b"upgrade") is None
    assert b"pgrade" not in (origin.last.has(b"connection") or b"")


@pytest.mark.parametrize(
    ("asked", "passed"),
    [
        pytest.param(b"h2c, websocket", b"websocket", id="one of two"),
        pytest.param(b"WebSocket", b"WebSocket", id="capitals"),
        pytest.param(b"chat/1.1", b"chat/1.1", id="another protocol"),
    ],
)
async def test_the_first_protocol_that_may_pass_is_asked_for(
    start_origin: StartOrigin, start_proxy: StartProxy, asked: bytes, passed: bytes
) -> None:
    said = AGREES.replace(b"Upgrade: websocket", b"Upgrade: " + passed)
    origin = await start_origin(agreeing(echo, said=said))
    proxy = await start_proxy(origin)

    head, reader, writer = await connect(proxy.port, HANDSHAKE.replace(b"websocket", asked))
    writer.write(b"\x00not HTTP")

    assert await reader.readexactly(9) == b"\x00not HTTP"
    assert b"Upgrade: " + passed + b"\r\n" in head
    assert origin.last.has(b"upgrade") == passed
    writer.close()


@pytest.mark.parametrize(
    "asked",
    [pytest.param(get(b"/chat"), id="a plain request"), pytest.param(HANDSHAKE, id="a handshake")],
)
async def test_a_site_that_wants_another_protocol_says_which(
    start_origin: StartOrigin, start_proxy: StartProxy, asked: bytes
) -> None:
    says = answer(
        b"WebSocket 13 only",
        b"Upgrade: websocket",
        b"Connection: Upgrade, X-Inner",
        b"X-Inner: 1",
        b"Sec-WebSocket-Version: 13",
        status=b"426 Upgrade Required",
    )
    origin = await start_origin(Origin(says))
    proxy = await start_proxy(origin)

    got = await ask(proxy.port, asked)

    assert (got.status, got.body) == (426, b"WebSocket 13 only")
    assert got.all(b"upgrade") == [b"websocket"]
    assert got.all(b"connection") == [b"Upgrade", b"close"]
    assert got.has(b"sec-websocket-version") == b"13"
    assert got.has(b"x-inner") is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param(get(), AGREES, id="unasked"),
        pytest.param(HANDSHAKE, AGREES.replace(b": websocket", b": other"), id="another protocol"),
        pytest.param(HANDSHAKE, AGREES.replace(b"Upgrade: websocket\r\n", b""), id="none named"),
    ],
)
async def test_a_switch_that_nobody_asked_for_is_a_bad_gateway(
    start_origin: StartOrigin, start_proxy: StartProxy, sent: bytes, said: bytes
) -> None:
    proxy = await start_proxy(await start_origin(agreeing(echo, said=said)))

    got = await ask(proxy.port, sent)

    assert (got.status, got.has(b"connection")) == (502, b"close")


async def test_a_tunnel_in_which_nobody_speaks_is_closed(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(agreeing(echo))
    proxy = await start_proxy(origin, limits=Limits(tunnel_silence_seconds=SOON))

    _, reader, writer = await connect(proxy.port)

    assert await reader.read() == b""
    await origin.left.wait()
    writer.close()
    assert proxy.counted("cut_off.silent_tunnel") == 1


async def test_a_tunnel_outlasts_the_limits_of_requests(
    start_origin: StartOrigin, start_proxy: StartProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its silence is longer than any other; it ends when the visitor wants."""
    may_speak = asyncio.Event()

    async def speak_later(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await may_speak.wait()
        writer.write(b"late")

    limits = Limits(head_seconds=0.05, idle_seconds=0.05, body_silence_seconds=0.05)
    proxy = await start_proxy(await start_origin(agreeing(speak_later)), limits=limits)
    _, reader, writer = await connect(proxy.port)

    watch = proxy.app._public._watch
    monkeypatch.setattr(watch, "_clock", itertools.count(10**9).__next__)
    for _ in range(20):
        watch.look()
    may_speak.set()

    assert await reader.read() == b"late"
    writer.close()
