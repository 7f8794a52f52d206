"""A site that does nothing but what a test tells it to, one connection and one step at a time."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from proxy.upstream import Answer, Ask, Upstream

MakeUpstream = Callable[..., Awaitable[Upstream]]

GET = Ask("GET", "/", [(b"Host", b"site.test")])
ONE = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
TWO = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo"
STRAY = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"


@dataclass(eq=False)
class Line:
    """One connection, as the site has it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hear(self) -> bytes:
        """Hear the head of a request."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def hear_body(self, size: int) -> bytes:
        return await self.reader.readexactly(size)

    async def hear_last(self) -> bytes:
        """Hear all until the proxy closes the connection."""
        try:
            return await self.reader.read()
        except ConnectionError:
            return b""

    def stop_hearing(self) -> None:
        """Take nothing more, so that the proxy cannot send."""
        cast("asyncio.Transport", self.writer.transport).pause_reading()

    def say(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))

    def end(self) -> None:
        """Say that nothing more will come."""
        self.writer.close()

    def reset(self) -> None:
        """Break the connection."""
        self.writer.transport.abort()


@dataclass
class Site:
    """The site. `lines` holds every connection it ever had."""

    port: int = 0
    lines: list[Line] = field(default_factory=list)
    _new: "asyncio.Queue[Line]" = field(default_factory=asyncio.Queue)

    async def start(self, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(reader, writer)
        self.lines.append(line)
        self._new.put_nowait(line)

    async def next_line(self) -> Line:
        """Wait for the next connection."""
        return await self._new.get()

    def end(self) -> None:
        for line in self.lines:
            line.writer.transport.abort()


async def asked(upstream: Upstream, line_of: Any, *says: bytes, ask: Ask = GET) -> Answer:
    """Ask, and have the site say something; `line_of`: the site, or a connection that is open."""
    sending = asyncio.create_task(upstream.send(ask))
    line = await line_of.next_line() if isinstance(line_of, Site) else line_of
    await line.hear()
    line.say(*says)
    return await sending


async def whole(answer: Answer) -> bytes:
    """Read an answer to its end."""
    body = b""
    while data := await answer.read():
        body += data
    return body


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """Give a request's body."""
    for part in parts:
        yield part


def posted(body: AsyncIterator[bytes], *fields: tuple[bytes, bytes], method: str = "POST") -> Ask:
    """Make a request with a body."""
    return Ask(method, "/form", [(b"Host", b"site.test"), *fields], body)
