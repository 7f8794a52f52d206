"""Sends a request's body as it comes, no faster than the site takes it.

An answer that comes meanwhile is read first: a site that refuses a body closes the connection, and
writing on would lose what it said.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol


class Outlet(Protocol):
    """Where a body goes."""

    @property
    def is_quiet(self) -> bool:
        """Say whether nothing has come that was not looked at."""

    async def write(self, data: bytes) -> None:
        """Send."""


async def send_body(outlet: Outlet, body: AsyncIterator[bytes], length: int | None) -> None:
    """Send a body of known length, or in chunks. Errors: ConnectionError, those of `body`."""
    try:
        await _send(outlet, body, length)
    finally:
        if isinstance(body, AsyncGenerator):  # or it would wait for the next collection of garbage
            await body.aclose()


async def _send(outlet: Outlet, body: AsyncIterator[bytes], length: int | None) -> None:
    left = length
    async for data in body:
        if not data:
            continue
        if not outlet.is_quiet:
            await asyncio.sleep(0)
        if left is None:
            await outlet.write(b"%x\r\n%b\r\n" % (len(data), data))
            continue
        left -= len(data)
        if left < 0:
            raise ValueError("a request's body is longer than its Content-Length")
        await outlet.write(data)
    if left is None:
        await outlet.write(b"0\r\n\r\n")
    elif left:
        raise ValueError("a request's body is shorter than its Content-Length")
