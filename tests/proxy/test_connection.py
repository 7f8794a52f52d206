"""What a visitor's connection may take: over real sockets, with limits that are soon met."""

import asyncio
import itertools
import logging

import pytest

from proxy.deadlines import Limits, Watched
from tests.proxy.browser import ask, get, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Asked, Origin, answer

SOON = 0.2
HOST = b"Host: site.test\r\n"


async def said_to(port: int, sent: bytes) -> bytes:
    """Send bytes, and nothing more; give what comes back until the proxy ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await reader.read()
    except ConnectionResetError:
        return b"reset"
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GET / HT", 408, id="half a line"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: si", 408, id="half a head"),
        pytest.param(b"\r\n\r\n", 408, id="empty lines"),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\nab", 408, id="body"
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n9\r\nab",
            408,
            id="a chunk",
        ),
    ],
)
async def test_a_request_that_does_not_come_to_its_end_is_answered_and_closed(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    caplog: pytest.LogCaptureFixture,
    sent: bytes,
    status: int,
) -> None:
    async def read_on(_asked: Asked, reader: asyncio.StreamReader, _writer: object) -> None:
        await reader.read()

    origin = await start_origin(Origin(script=read_on))
    limits = Limits(head_seconds=SOON, body_silence_seconds=SOON)
    proxy = await start_proxy(origin, limits=limits)
    caplog.set_level(logging.INFO)

    got = take_apart(await said_to(proxy.port, sent))

    assert (got.status, got.has(b"connection")) == (status, b"close")
    assert got.is_whole
    assert [record.levelno for record in caplog.records] == [logging.INFO]
    if origin.asked:
        await origin.left.wait()


async def test_a_connection_on_which_nothing_is_asked_is_closed_without_a_word(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    proxy = await start_proxy(
        await start_origin(Origin(answer(b"hello"))), limits=Limits(idle_seconds=SOON)
    )

    assert await said_to(proxy.port, b"") == b""
    said = await said_to(proxy.port, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")

    assert take_apart(said).body == b"hello"
    assert b"HTTP/1.1" not in said[8:]


async def test_a_body_that_trickles_is_cut_off_though_it_is_never_silent(
    start_origin: StartOrigin, start_proxy: StartProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = asyncio.Queue[bytes]()

    async def read_on(_asked: Asked, reader: asyncio.StreamReader, _writer: object) -> None:
        while data := await reader.read(1):
            heard.put_nowait(data)

    proxy = await start_proxy(await start_origin(Origin(script=read_on)))
    watch, seconds = proxy.app._public._watch, itertools.count(10**9)
    watch.stop()
    monkeypatch.setattr(watch, "_clock", lambda: float(next(seconds)))
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 999999\r\n\r\n")

    for _ in range(59):
        writer.write(b"x")
        await heard.get()
        watch.look()
    assert proxy.counted("refused.slow_request") == 0
    for _ in range(3):
        watch.look()
    said = await reader.readuntil(b"\r\n")
    writer.close()

    assert said == b"HTTP/1.1 408 Request Timeout\r\n"
    assert proxy.counted("refused.slow_request") == 1


async def test_a_visitor_who_takes_nothing_of_the_answer_is_cut_off(
    start_origin: StartOrigin, start_proxy: StartProxy, caplog: pytest.LogCaptureFixture
) -> None:
    async def pour(_asked: Asked, _reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"", b"Content-Length: 2000000000", length=False))
        while True:
            writer.write(bytes(100_000))
            await writer.drain()

    origin = await start_origin(Origin(script=pour))
    proxy = await start_proxy(origin, limits=Limits(stall_seconds=SOON))
    caplog.set_level(logging.INFO)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=1000)
    writer.write(get())
    await reader.readuntil(b"\r\n\r\n")  # and no more: the stream's buffer is small

    await origin.left.wait()

    await proxy.app._public._handler.wait_until_idle()
    with pytest.raises(ConnectionResetError):  # the system keeps nothing to send either
        await reader.read()
    writer.close()
    assert proxy.counted("cut_off.stalled") == 1
    assert [record.levelno for record in caplog.records] == [logging.INFO]
    assert "stalled" in caplog.text


async def test_the_end_of_an_answer_that_is_not_taken_is_not_waited_for_either(
    start_origin: StartOrigin, start_proxy: StartProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All has been handed over, and the connection is to be closed: it is cut all the same."""
    origin = await start_origin(Origin(answer(bytes(20_000_000))))
    limits = Limits(stall_seconds=SOON, unsent_bytes=50_000_000)
    proxy = await start_proxy(origin, limits=limits)
    watch, lost = proxy.app._public._watch, asyncio.Event()
    leave = watch.leave

    def note(one: Watched) -> None:
        leave(one)
        lost.set()

    monkeypatch.setattr(watch, "leave", note)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=1000)
    writer.write(get())
    await reader.readuntil(b"\r\n\r\n")

    await lost.wait()
    writer.close()

    assert proxy.counted("cut_off.stalled") == 1
    assert len(watch) == 0


async def test_whoever_comes_when_there_is_no_room_is_told_so(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_asked: Asked, _reader: object, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go_on.wait()
        writer.write(answer(b"hello"))

    origin = await start_origin(Origin(script=wait))
    proxy = await start_proxy(origin, limits=Limits(connections=1))
    first = asyncio.create_task(ask(proxy.port, get()))
    await asked.wait()

    refused = await ask(proxy.port, get())
    go_on.set()

    assert (refused.status, refused.has(b"connection")) == (503, b"close")
    assert refused.is_whole
    assert (await first).body == b"hello"
    assert len(origin.asked) == 1
    assert (await ask(proxy.port, get())).status == 200


async def test_an_idle_connection_makes_room(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    proxy = await start_proxy(
        await start_origin(Origin(answer(b"hello"))), limits=Limits(connections=1)
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    await reader.readuntil(b"hello")

    got = await ask(proxy.port, get())

    assert got.body == b"hello"
    assert await reader.read() == b""
    writer.close()


async def test_a_head_that_is_too_big_as_a_whole_is_refused(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin, limits=Limits(head_bytes=5_000))
    lines = b"".join(b"X-%d: %b\r\n" % (n, b"a" * 1000) for n in range(100))

    said = await said_to(proxy.port, b"GET / HTTP/1.1\r\n" + HOST + lines)

    assert said == b"reset" or said.startswith(b"HTTP/1.1 431 ")
    assert origin.asked == []


async def test_a_chunk_that_is_none_ends_the_upload(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    asked = asyncio.Event()

    async def read_on(_asked: Asked, reader: asyncio.StreamReader, _writer: object) -> None:
        asked.set()
        await reader.read()

    origin = await start_origin(Origin(script=read_on))
    proxy = await start_proxy(origin)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)

    writer.write(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    await asked.wait()
    writer.write(b"zz\r\n")
    got = take_apart(await reader.read())
    await origin.left.wait()
    writer.close()

    assert got.status == 400
    assert proxy.counted("refused.malformed_request") == 1


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"GET /1 HTTP/1.1\r\n" + HOST + b"\r\n", id="no body"),
        pytest.param(
            b"POST /1 HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc", id="a length"
        ),
    ],
)
async def test_a_request_may_begin_in_the_packet_of_the_one_before(
    start_origin: StartOrigin, start_proxy: StartProxy, first: bytes
) -> None:
    origin = await start_origin(Origin(answer(b"ok")))
    proxy = await start_proxy(origin)
    second = get(b"/2", b"X-Long: " + b"a" * 50)
    both = first + second

    for cut in range(1, len(both)):
        before = len(origin.asked)
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(both[:cut])
        said = b""
        if cut >= len(first):  # the rest comes when the first has its answer
            said = await reader.readuntil(b"ok")
        else:
            await asyncio.sleep(0)  # a packet of its own, if the system likes
        writer.write(both[cut:])
        said += await reader.read()
        writer.close()

        statuses = [part[:3] for part in said.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"200"], cut
        assert len(origin.asked) - before == 2
