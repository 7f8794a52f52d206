"""A client that asks the same thing many times over a few connections, and keeps every answer.

Written on bare streams: on a small machine it shares the cores with what it measures.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

from tests.bench.report import WrongOutputError, check

LIMIT_BYTES = 1024 * 1024

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)


@dataclass(slots=True)
class Load:
    """What came back. A body stands for itself, a head as it came."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


def request(path: str, *fields: str) -> bytes:
    """Write a request."""
    head = [f"GET {path} HTTP/1.1", "Host: localhost", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


async def ask(port: int, asked: bytes, *, times: int, at_once: int) -> Load:
    """Ask so many times, over so many connections that stay open."""
    load = Load()
    todo = iter(range(times))

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LIMIT_BYTES)
        try:
            for _ in todo:
                sent_at = time.perf_counter()
                writer.write(asked)
                await read_answer(reader, load)
                load.latencies.append(time.perf_counter() - sent_at)
        except (OSError, EOFError) as error:
            raise WrongOutputError(f"an answer broke off: {error}") from error
        finally:
            writer.close()

    started = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(work())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    load.seconds = time.perf_counter() - started
    return load


async def read_answer(reader: asyncio.StreamReader, load: Load) -> None:
    """Read one answer whole, and keep it."""
    head = await reader.readuntil(b"\r\n\r\n")
    check(head.startswith(b"HTTP/1.1 200 "), f"an answer begins with {head[:40]!r}")
    load.heads.append(head)
    load.bodies.append(await _body(reader, head))


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """Read a body. A page that a busy machine did not get whole in time comes in chunks."""
    length = _LENGTH.search(head)
    if length is not None:
        return await reader.readexactly(int(length[1]))
    check(_CHUNKED.search(head) is not None, "nothing says where an answer ends")
    chunks = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        chunks.append((await reader.readexactly(size + 2))[:-2])
    await reader.readuntil(b"\r\n")
    return b"".join(chunks)
