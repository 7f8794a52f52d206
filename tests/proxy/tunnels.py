"""Sites that switch to another protocol, and visitors who ask them to."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.proxy.origin import Asked, Origin

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

HANDSHAKE = (
    b"GET /chat?room=1 HTTP/1.1\r\nHost: site.test\r\nConnection: keep-alive, Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
AGREES = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: b\r\n\r\n"
)


def agreeing(talk: Talk, *, said: bytes = AGREES) -> Origin:
    """Give a site that switches, and talks like this from then on."""

    async def script(
        _asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(said)
        await talk(reader, writer)

    return Origin(script=script)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


async def connect(
    port: int, sent: bytes = HANDSHAKE
) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for the switch; give the answer's head, and the two ends of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    return await reader.readuntil(b"\r\n\r\n"), reader, writer
