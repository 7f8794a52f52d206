"""A site that closes connections at the very moment when they are used again: nobody notices."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from calltrack.errors import UpstreamError
from proxy.upstream import Ask, Upstream
from tests.proxy.upstream.scripted import GET, ONE, posted, whole

IDLE_SECONDS = 0.01
ROUNDS = 150
AT_ONCE = 4


class Impatient:
    """A site that keeps a connection for a moment only; `is_ending`: it closes one just now."""

    def __init__(self) -> None:
        self.is_ending = asyncio.Event()
        self.answered = 0
        self._turns = itertools.cycle(range(8))  # of the event loop, between decision and deed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        patience = None  # with the first request of a connection it has all of it
        try:
            while True:
                async with asyncio.timeout(patience):
                    head = await reader.readuntil(b"\r\n\r\n")
                if b"chunked" in head:
                    await reader.readuntil(b"0\r\n\r\n")
                self.answered += 1
                writer.write(ONE)
                patience = IDLE_SECONDS
        except TimeoutError:
            self.is_ending.set()
            self.is_ending.clear()
            for _ in range(next(self._turns)):
                await asyncio.sleep(0)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()


@pytest.fixture
async def impatient() -> AsyncIterator[tuple[Impatient, Upstream]]:
    found = Impatient()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    upstream = Upstream(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", idle_seconds=4)
    await upstream.open()
    yield found, upstream
    await upstream.close()
    server.close()


def _form() -> Ask:
    async def body() -> AsyncIterator[bytes]:
        yield b"name=value"

    return posted(body())


async def test_requests_that_meet_the_end_of_an_idle_connection_are_answered_all_the_same(
    impatient: tuple[Impatient, Upstream],
) -> None:
    site, upstream = impatient
    failed: list[str] = []

    async def visit(number: int) -> None:
        for turn in range(ROUNDS):
            ask = _form() if (turn + number) % 10 == 0 else GET
            try:
                assert await whole(await upstream.send(ask)) == b"one"
            except UpstreamError as error:
                failed.append(f"{ask.method}: {error}")
            await site.is_ending.wait()

    async with asyncio.timeout(50):
        await asyncio.gather(*(visit(number) for number in range(AT_ONCE)))

    assert failed == []
    assert site.answered == ROUNDS * AT_ONCE
    assert upstream.pool is not None
    assert upstream.pool.retried > 0  # or the race was never run
