"""A site that says exactly what a test tells it to, byte for byte, and keeps what it was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from proxy.headers import Fields, first


@dataclass
class Asked:
    """A request as it came in."""

    line: bytes
    fields: Fields
    body: bytes = b""  # as it came: in chunks where it was in chunks

    @property
    def target(self) -> bytes:
        return self.line.split(b" ")[1]

    def has(self, name: bytes) -> bytes | None:
        return first(self.fields, name)


Script = Callable[[Asked, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Says = bytes | Callable[[Asked], bytes]


@dataclass
class Origin:
    """The site. `says` is one answer, or gives it; `script` takes the whole connection over."""

    says: Says = b"HTTP/1.1 204 No Content\r\n\r\n"
    script: Script | None = None
    asked: list[Asked] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)  # a connection has ended
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = parse(await reader.readuntil(b"\r\n\r\n"))
            self.asked.append(asked)
            if self.script is not None:
                await self.script(asked, reader, writer)
            else:
                await self._read_body(asked, reader)
                writer.write(self.says if isinstance(self.says, bytes) else self.says(asked))
            await writer.drain()
        writer.close()
        self.left.set()

    async def _read_body(self, asked: Asked, reader: asyncio.StreamReader) -> None:
        if asked.has(b"transfer-encoding"):
            asked.body = await reader.readuntil(b"0\r\n\r\n")
        elif length := asked.has(b"content-length"):
            asked.body = await reader.readexactly(int(length))

    @property
    def last(self) -> Asked:
        return self.asked[-1]


def parse(head: bytes) -> Asked:
    line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    pairs = (entry.partition(b":") for entry in lines)
    return Asked(line, [(name, value.strip()) for name, _, value in pairs])


def answer(
    body: bytes = b"", *lines: bytes, status: bytes = b"200 OK", length: bool = True
) -> bytes:
    """Write an answer with a Content-Length, or without one, to end with the connection."""
    head = [b"HTTP/1.1 " + status, *lines]
    if length:
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def html(body: bytes, *lines: bytes, length: bool = True) -> bytes:
    """Write an answer that is a page."""
    return answer(body, b"Content-Type: text/html; charset=utf-8", *lines, length=length)
