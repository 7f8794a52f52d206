"""One connection to the site: bytes out, bytes in, one turn after the other.

What is read is put into a buffer that all connections share, and copied once, into what is held:
nothing is set aside for a connection that is silent. Reading goes on between two turns, so that
what the site says unasked, or its goodbye, is seen at once; what has come but was not looked at
yet, is seen by `is_quiet`.

Errors: none here; a turn's reader is told of them.
"""

import asyncio
import select
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Protocol, cast

from calltrack.errors import UpstreamBroken, UpstreamError, UpstreamTimeout
from proxy.upstream.reader import Reader
from proxy.upstream.sending import send_body
from proxy.upstream.silence import Silence
from proxy.upstream.turn import Turn


class Keeper(Protocol):
    """Who keeps connections, as one of them sees it."""

    read_bytes: int

    def take_back(self, connection: "Connection", *, promised_seconds: int | None) -> None:
        """Take a connection that may be used again."""

    def forget(self, connection: "Connection") -> None:
        """Forget a connection that is closed."""


class Connection(asyncio.BufferedProtocol):
    """One connection. `was_used`: an answer has come over it before."""

    def __init__(self, keeper: Keeper, buffer: memoryview) -> None:
        """Take what is told of its end, and where to read to."""
        self._loop = asyncio.get_running_loop()
        self._keeper = keeper
        self._buffer = buffer
        self._reading = Silence(self._on_silence)
        self._writing: Silence | None = None
        self._turn: Turn | None = None
        self._body: asyncio.Task[None] | None = None
        self._first_byte_seconds = 0.0
        self._may_write: asyncio.Future[None] | None = None  # there while the site takes no more
        self._is_paused = False
        self._is_tls = False
        self.is_closed = False
        self.was_used = False
        self.idle_until = 0.0

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection that has been made."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_tls = transport.get_extra_info("ssl_object") is not None
        self._has_news = _watch(transport.get_extra_info("socket").fileno())

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        """Give a buffer no larger than what may be held."""
        return self._buffer if self._turn is None else self._buffer[: self._turn.room]

    def buffer_updated(self, nbytes: int) -> None:
        """Take what has come."""
        if self._turn is None:
            self.break_off()
        else:
            self._keeper.read_bytes += nbytes
            self._turn.take(self._buffer[:nbytes])

    def eof_received(self) -> bool:
        """Take the site's last word; a tunnel may still be written to."""
        if self._turn is None:
            self.break_off()
            return False
        self._turn.take_end()
        return self._turn.is_tunnel and not self._is_tls

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end."""
        if exc is None and self._turn is not None:
            self._turn.take_end()
        self._let_go(UpstreamBroken(f"the connection to the site broke: {exc or 'closed'}"))

    def pause_writing(self) -> None:
        """Send no more for now."""
        self._may_write = self._loop.create_future()

    def resume_writing(self) -> None:
        """Send again."""
        if self._may_write is not None and not self._may_write.done():
            self._may_write.set_result(None)
        self._may_write = None

    # What a turn calls.

    def pause(self) -> None:
        """Stop listening, until what is here has been taken."""
        if not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        """Listen again."""
        if self._is_paused and not self.is_closed:
            self._is_paused = False
            self._transport.resume_reading()

    def expect(self, seconds: float) -> None:
        """Begin to wait for the site."""
        self._reading.start(seconds)

    def expect_nothing(self) -> None:
        """End the wait."""
        self._reading.stop()

    def turn_is_over(self, reader: Reader) -> None:
        """Go back to the pool, or close."""
        self._turn = None
        is_sent = self._body is None and not self._transport.get_write_buffer_size()
        if not (is_sent and reader.may_go_on):
            self.break_off()
            return
        self._reading.stop()
        self.was_used = True
        self.resume()
        self._keeper.take_back(self, promised_seconds=reader.seconds_promised)

    def break_off(self, error: UpstreamError | None = None) -> None:
        """Close at once."""
        self._let_go(error or UpstreamBroken("the connection to the site was closed"))
        self._transport.abort()

    # What the others call.

    @property
    def is_quiet(self) -> bool:
        """Say whether nothing has come that was not looked at."""
        return not self._has_news()

    def begin(self, turn: Turn, head: bytes, *, first_byte_seconds: float) -> None:
        """Send a request without a body, or the head of one with a body."""
        if self.is_closed:
            turn.fail(UpstreamBroken("the connection to the site was closed"))
            return
        self._turn = turn
        self._first_byte_seconds = first_byte_seconds
        self._transport.write(head)
        self._reading.start(first_byte_seconds)

    def begin_body(self, body: AsyncIterator[bytes], length: int | None, *, seconds: float) -> None:
        """Send a request's body as it comes; `seconds`: how long the site may take none of it."""
        if self.is_closed:
            return
        self._reading.stop()
        self._writing = Silence(self._on_stall)
        self._stall_seconds = seconds
        self._body = self._loop.create_task(send_body(self, body, length))
        self._body.add_done_callback(self._body_is_over)

    def end_body(self) -> None:
        """Send no more of a body that the site does not want."""
        if self._body is not None:
            self._body.cancel()

    async def write(self, data: bytes) -> None:
        """Send, no faster than the site takes it. Errors: ConnectionError."""
        if self.is_closed:
            raise ConnectionResetError("the connection to the site is closed")
        self._transport.write(data)
        if self._may_write is None:
            return
        if self._writing is None:
            await asyncio.shield(self._may_write)
            return
        self._writing.start(self._stall_seconds)
        try:
            await asyncio.shield(self._may_write)
        finally:
            self._writing.stop()

    def write_eof(self) -> None:
        """Say that no more will be sent; TLS cannot say that without closing."""
        if self.is_closed:
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def _body_is_over(self, body: asyncio.Task[None]) -> None:
        if body.cancelled():
            return
        error = body.exception()
        if error is not None:
            broken = UpstreamBroken("the request ended before its body did")
            broken.__cause__ = error
            self.break_off(broken)
            return
        self._body = None
        if self._turn is not None and not self._turn.has_head:
            self._reading.start(self._first_byte_seconds)

    def _on_silence(self) -> None:
        self.break_off(UpstreamTimeout("the site takes too long"))

    def _on_stall(self) -> None:
        self.break_off(UpstreamTimeout("the site takes too long to read a request"))

    def _let_go(self, error: UpstreamError) -> None:
        if self._turn is not None:
            self._turn.fail(error)
            self._turn = None
        if self.is_closed:
            return
        self.is_closed = True
        self._reading.close()
        if self._writing is not None:
            self._writing.close()
        if self._body is not None:
            self._body.cancel()
        self.resume_writing()
        self._keeper.forget(self)


def _watch(descriptor: int) -> Callable[[], object]:
    """Give a look at a socket: whether there is something to read, or an end."""
    if sys.platform == "win32":
        return lambda: select.select([descriptor], [], [], 0)[0]
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return partial(poll.poll, 0)
