"""A browser's window: one connection that is kept, our cookie, and the validators it has."""

import asyncio
import re

from tests.proxy.browser import Got, take_apart

LIMIT_BYTES = 1 << 20
PATIENCE_SECONDS = 30
FIREFOX = b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NAVIGATION = (
    b"Host: localhost",
    b"User-Agent: " + FIREFOX,
    b"Accept: text/html,*/*;q=0.8",
    b"Sec-Fetch-Mode: navigate",
)

_COOKIE = re.compile(rb"(calltrack-[^=]+=[^;]*);")


class AnswerCut(Exception):
    """An answer broke off in the middle."""


class Window:
    """One visitor. `cookie` and `etags` are what they were given last."""

    def __init__(self, port: int) -> None:
        """Open it; the connection is made with the first page."""
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.cookie = b""
        self.etags: dict[bytes, bytes] = {}

    async def open(self, target: bytes, *lines: bytes) -> Got:
        """Ask for a page or a file; the connection may have been closed meanwhile."""
        cookie = (b"Cookie: " + self.cookie,) if self.cookie else ()
        head = [b"GET " + target + b" HTTP/1.1", *NAVIGATION, *cookie, *lines]
        async with asyncio.timeout(PATIENCE_SECONDS):
            got = await self._asked(b"\r\n".join(head) + b"\r\n\r\n")
        for value in got.all(b"set-cookie"):
            if (found := _COOKIE.match(value)) is not None:
                self.cookie = found[1]
        if (etag := got.has(b"etag")) is not None:
            self.etags[target] = etag
        return got

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _asked(self, request: bytes) -> Got:
        is_kept = self._streams is not None
        try:
            return await self._once(request)
        except AnswerCut:
            self.close()
            raise
        except ConnectionError:  # not a byte of an answer: on a connection that was kept, ask again
            self.close()
            if not is_kept:
                raise
        return await self._once(request)

    async def _once(self, request: bytes) -> Got:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                "127.0.0.1", self._port, limit=LIMIT_BYTES
            )
        reader, writer = self._streams
        writer.write(request)
        first = await reader.read(1)
        if not first:
            raise ConnectionResetError("closed without an answer")
        try:
            got = take_apart(first + await _rest(reader))
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            raise AnswerCut(f"in the middle: {error}") from error
        if (got.has(b"connection") or b"").lower() == b"close":
            self.close()
        return got


async def _rest(reader: asyncio.StreamReader) -> bytes:
    """Read one answer as it is on the wire, behind its first byte."""
    head = await reader.readuntil(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        parts = [head]
        while not parts[-1].startswith(b"0\r\n"):
            line = await reader.readuntil(b"\r\n")
            parts.append(line + await reader.readexactly(int(line, 16) + 2))
        return b"".join(parts)
    length = re.search(rb"\r\ncontent-length: *([0-9]+)", head.lower())
    return head + (await reader.readexactly(int(length[1])) if length else b"")
