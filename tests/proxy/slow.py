"""A site that is asked, and answers only when a test says so."""

import asyncio

from tests.proxy.origin import Asked, answer


class Slow:
    """A site that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(
        self, _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.set()
        await self.go_on.wait()
        writer.write(answer(b"hello"))
