"""One request on a connection, and what has come back for it and waits to be taken.

At most READ_BYTES wait here, and of a reader who is slow far less: then the site is not listened to
until they are taken. The first read is a large one: most answers are whole with it. When an answer
has come whole, the connection is free for the next request, while this one is still being read.

Errors: UpstreamBroken, UpstreamTimeout.
"""

import asyncio
from typing import Protocol

from calltrack.errors import UpstreamBroken, UpstreamError
from proxy.upstream.heads import Head
from proxy.upstream.reader import Reader

READ_BYTES = 64 * 1024
_LATER_BYTES = 32 * 1024  # at once, behind the first read, where somebody waits for them
_ENOUGH_BYTES = 16 * 1024  # held while nobody waits for it
_FULL_BYTES = READ_BYTES - 4 * 1024


class Line(Protocol):
    """The connection, as a turn sees it."""

    def pause(self) -> None:
        """Stop listening."""

    def resume(self) -> None:
        """Listen again."""

    def expect(self, seconds: float) -> None:
        """Begin to wait for the site."""

    def expect_nothing(self) -> None:
        """End the wait."""

    def turn_is_over(self, reader: Reader) -> None:
        """Let go: the answer has come whole."""

    def break_off(self, error: UpstreamError | None = None) -> None:
        """Close the connection at once."""


class Turn:
    """What came back for one request."""

    def __init__(self, line: Line, reader: Reader) -> None:
        """Take a connection that is at this request's disposal."""
        self._line: Line | None = line
        self._reader = reader
        self._held: list[bytes] = []
        self.held_bytes = 0
        self._error: UpstreamError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.has_begun = False  # a byte of an answer has come

    @property
    def room(self) -> int:
        """Say how many bytes may come at once."""
        if not self.has_begun:
            return READ_BYTES
        most = _ENOUGH_BYTES if self._waiter is None else _LATER_BYTES
        return min(most, READ_BYTES - self.held_bytes)

    @property
    def is_over(self) -> bool:
        """Say whether all has come, and has been taken."""
        return not self._held and self._reader.is_over

    @property
    def has_head(self) -> bool:
        """Say whether the answer's head has come."""
        return self._reader.head is not None

    @property
    def is_tunnel(self) -> bool:
        """Say whether the site has switched to the protocol that was asked for."""
        head = self._reader.head
        return head is not None and head.status == 101

    def take(self, data: memoryview) -> None:
        """Take what the site sent; it is there for as long as this takes."""
        self.has_begun = True
        line, reader = self._line, self._reader
        if line is None:
            return
        had_head = reader.head is not None
        try:
            body = reader.feed(data)
        except UpstreamBroken as error:
            line.break_off(error)
            return
        if not had_head and reader.head is not None:
            line.expect_nothing()
        if body:
            self._held.append(body)
            self.held_bytes += len(body)
        if reader.is_over:
            self._line = None
            line.turn_is_over(reader)
        elif self.held_bytes >= (_ENOUGH_BYTES if self._waiter is None else _FULL_BYTES):
            line.pause()
        self._wake()

    def take_end(self) -> None:
        """Take the end of the connection, when all it brought has been taken."""
        if self._line is None or self._error is not None:
            return
        try:
            self._reader.end()
        except UpstreamBroken as error:
            self.fail(error)
            return
        self._line = None
        self._wake()

    def fail(self, error: UpstreamError) -> None:
        """Take it that no more will come."""
        if self._line is None:
            return
        self._line = None
        self._error = error
        self._wake()

    def close(self) -> None:
        """Let go, whatever is still to come."""
        self._held.clear()
        self.held_bytes = 0
        if self._line is not None:
            line, self._line = self._line, None
            line.break_off()
        self._wake()

    async def interim_or_head(self) -> Head:
        """Wait for the next head: an interim one, or the answer's."""
        reader = self._reader
        while not reader.interims and reader.head is None:
            await self._wait(None)
        if reader.interims:
            return reader.interims.popleft()
        if reader.head is None:
            raise AssertionError("a wait ended with nothing")
        return reader.head

    async def read(self, seconds: float | None) -> bytes:
        """Wait for the next bytes, for at most `seconds`; b"" at the end."""
        while not self._held and not self._reader.is_over:
            await self._wait(seconds)
        return self.read_ready()

    def read_ready(self) -> bytes:
        """Give what is here, READ_BYTES at most."""
        held = self._held
        if not held:
            self._check()
            return b""
        data = held[0] if len(held) == 1 else b"".join(held)
        held.clear()
        self.held_bytes = 0
        if self._line is not None:
            self._line.resume()
        return data

    async def _wait(self, seconds: float | None) -> None:
        """Wait until something comes; without `seconds`, somebody else watches the clock."""
        self._check()
        line = self._line
        if line is None:
            raise UpstreamBroken("the connection to the site is closed")
        self._waiter = asyncio.get_running_loop().create_future()
        if seconds is not None:
            line.expect(seconds)
        try:
            await self._waiter
        finally:
            self._waiter = None
            if seconds is not None:
                line.expect_nothing()
        if not self._held:
            self._check()

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
