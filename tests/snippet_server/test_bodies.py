"""Bodies are bounded in length, in time and in memory, whoever sends them."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable

import brotli
import pytest

from snippet_server import app, bodies
from tests.snippet_server.asking import SITE, Answering, Client, P, ask, head, post
from tests.snippet_server.calling import WEBHOOKS, Exchange

HEAD = (
    f"POST {P}page HTTP/1.1\r\nHost: a\r\nOrigin: {SITE}\r\n"
    "Content-Type: text/plain;charset=UTF-8\r\n"
)


def room_of(client: Client) -> bodies.Room:
    return client.app[app.ROOM]


@pytest.mark.parametrize("path", [f"{P}page", f"{P}lead", WEBHOOKS])
async def test_a_body_that_says_it_is_too_long_is_not_read(visiting: Client, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", visiting.port)
    length = bodies.LARGEST_BYTES + 1
    lines = HEAD.replace(f"{P}page", path) + f"Content-Length: {length}\r\n\r\n"

    writer.write(lines.encode())  # and not one byte of the body
    line = await reader.readline()
    writer.close()

    assert line.startswith(b"HTTP/1.1 413 ")


async def test_a_body_that_grows_too_long_is_read_no_further(
    visiting: Client, pages: Answering
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", visiting.port)
    part = b"1000\r\n" + b"x" * 4096 + b"\r\n"

    writer.write(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode() + part * 17)
    line = await reader.readline()
    writer.close()

    assert line.startswith(b"HTTP/1.1 413 ")
    assert pages.asks == []


async def test_the_longest_ask_is_answered(visiting: Client, pages: Answering) -> None:
    body = json.dumps(ask(referrer="https://a.nl/")).encode()

    status, _ = await post(visiting, "page", body.ljust(bodies.LARGEST_BYTES))

    assert (status, len(pages.asks)) == (200, 1)


async def test_an_ask_that_does_not_come_is_not_waited_for(
    visiting: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", visiting.port)

    writer.write(f"{HEAD}Content-Length: 10\r\n\r\n{{".encode())
    answer = await reader.readuntil(b"}")
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not come in time" in answer
    assert f"Access-Control-Allow-Origin: {SITE}".encode() in answer
    assert room_of(visiting).taken_bytes == 0


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        pytest.param("gzip", gzip.compress, id="gzip"),
        pytest.param("GZIP", gzip.compress, id="in capitals"),
        pytest.param("deflate", zlib.compress, id="deflate"),
        pytest.param("br", brotli.compress, id="br"),
        pytest.param("identity, gzip", gzip.compress, id="two"),
        pytest.param("x", bytes, id="unknown"),
    ],
)
@pytest.mark.parametrize("path", ["page", "leave", "lead"])
async def test_what_is_packed_is_refused(
    visiting: Client, pages: Answering, path: str, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    headers = head(**{"Content-Encoding": coding})

    async with visiting.post(P + path, data=pack(b"{}" * 100), headers=headers) as answer:
        assert answer.status == 415
        assert "nothing packed" in (await answer.json())["error"]

    assert pages.asks == []


async def test_what_there_is_no_room_for_is_to_come_again(visiting: Client) -> None:
    room = room_of(visiting)
    room.taken_bytes = bodies.ROOM_BYTES

    async with visiting.post(P + "page", json=ask(), headers={"Origin": SITE}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")

    assert room.taken_bytes == bodies.ROOM_BYTES  # what was refused takes none


async def test_asks_and_webhooks_share_one_room(visiting: Client, exchange: Exchange) -> None:
    room_of(visiting).taken_bytes = bodies.ROOM_BYTES

    async with visiting.post(WEBHOOKS, data=b"{}") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")

    assert await exchange.events() == []


async def test_many_who_send_slowly_keep_nobody_out(visiting: Client) -> None:
    lines = f"{HEAD}Content-Length: 1000\r\n\r\n{{".encode()
    opened = [await asyncio.open_connection("127.0.0.1", visiting.port) for _ in range(50)]
    for _, writer in opened:
        writer.write(lines)
        await writer.drain()

    status, _ = await post(visiting, "page", ask())

    for _, writer in opened:
        writer.close()
    assert status == 200
