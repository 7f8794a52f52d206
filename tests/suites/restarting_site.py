"""A site that can be killed and started again on its own port, in the middle of an answer, too."""

import asyncio
from contextlib import suppress

from tests.proxy.origin import html


class RestartingSite:
    """Gives one page for every path, in two parts, over connections that are kept."""

    def __init__(self, page: bytes) -> None:
        """Take the page."""
        self._head, _, self._body = html(page).partition(b"\r\n\r\n")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self) -> None:
        """Listen, where it did before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def kill(self) -> None:
        """Be gone at once, with all connections."""
        if self._server is not None:
            self._server.close()
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        half = len(self._body) // 2
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(self._head + b"\r\n\r\n" + self._body[:half])
                await writer.drain()
                await asyncio.sleep(0)  # to be killed here, too
                writer.write(self._body[half:])
                await writer.drain()
        self._open.discard(writer)
        writer.close()
