"""Writes one answer to one visitor's connection: the head byte for byte, then the body.

aiohttp's own response writer re-cases names it knows, drops bytes above 0x7F, and adds a Server and
a Content-Type: so the head is written here, and aiohttp is told that the answer has been sent.

Framing: an answer with a Content-Length keeps it; without one it goes in chunks, or to HTTP/1.0
until the connection closes. An answer that cannot be finished is cut: the visitor's browser must
see that something is missing.

Errors: ConnectionError when the visitor is gone.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus

from aiohttp import HttpVersion11, web

from proxy.headers import Fields, first, for_visitor, without

Mark = Callable[[Fields], Fields]


class Sent(web.StreamResponse):
    """What aiohttp gets back: the answer is on the wire already. There is one of each kind."""

    def __init__(self, *, keep_alive: bool) -> None:
        """Say whether the connection may serve another request."""
        super().__init__()
        self._keep_alive = keep_alive

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send nothing."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Send nothing."""


_MORE, _LAST = Sent(keep_alive=True), Sent(keep_alive=False)


class Refused(web.StreamResponse):
    """An answer to what is no request: sent when aiohttp comes to it, and the connection's last."""

    def __init__(self, request: web.BaseRequest, status: int, fields: Fields, body: bytes) -> None:
        """Take the whole answer."""
        super().__init__(status=status)
        self._keep_alive = False
        self._reply = Reply(request, keep_alive=False)
        self._reply.start(status, fields)
        self._page = body

    async def prepare(self, request: web.BaseRequest) -> None:  # noqa: ARG002 - the one we have
        """Send it."""
        await self._reply.finish(self._page)

    async def write_eof(self, data: bytes = b"") -> None:
        """Send nothing more."""


class Reply:
    """One answer on its way to a visitor."""

    def __init__(self, request: web.BaseRequest, *, keep_alive: bool = True) -> None:
        """Take the request that is answered."""
        self._request = request
        self._is_chunked = False
        self._is_closing = not (keep_alive and request.keep_alive)
        self._head = b""
        self._left: int | None = None
        self.status: int | None = None
        self.ours: Fields = []  # fields that take the place of the answer's own
        self.mark: Mark | None = None  # has the last word on the fields
        self.started_at: float | None = None  # when the head was ready to leave
        self.sent_bytes = 0
        self.is_complete = False  # all of it has been handed to the connection

    @property
    def is_on_its_way(self) -> bool:
        """Say whether the head has left, so that no other answer can take its place."""
        return self.status is not None and not self._head

    def close_after(self) -> None:
        """Let this answer be the connection's last; to be said before it starts."""
        self._is_closing = True

    def start(self, status: int, fields: Fields, *, reason: bytes | None = None) -> None:
        """Take the head. It leaves with the first bytes of the body, or with `flush`."""
        self.status = status
        self.started_at = time.perf_counter()
        if self.mark is not None:
            fields = self.mark(fields)
        self._is_chunked, self._left, self.sent_bytes = False, None, 0
        self._head = self._head_bytes(status, self._framed(status, fields), reason)

    async def interim(self, status: int, fields: Fields) -> None:
        """Pass on what the site says before its answer: early hints (103), and others of 1xx.

        Nothing goes to HTTP/1.0, which does not know of it, and nothing once the head has left. Not
        100: a visitor who waits for it gets it from us. Not 101: that is no interim answer.
        Source: RFC 9110 §15.2.
        """
        if self._request.version < HttpVersion11 or self.is_on_its_way:
            return
        if 101 < status < 200:
            passed = without(for_visitor(fields), {b"content-length"})
            await self._send(_head_of(status, _PHRASES.get(status, b""), passed))

    async def flush(self) -> None:
        """Send the head now."""
        if self._head:
            head, self._head = self._head, b""
            await self._send(head)

    async def write(self, data: bytes) -> None:
        """Send a part of the body; waits while the visitor is slow."""
        if not data or self._has_no_body:
            return
        self._count(len(data))
        if self._is_chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        head, self._head = self._head, b""
        self._put(head + data if head else data)
        data = head = b""  # the connection has it now, and the visitor may be slow
        await self._take_turn()

    async def finish(self, data: bytes = b"") -> Sent:
        """End the answer."""
        await self.write(data)
        if self._left:
            raise RuntimeError(f"{self._left} bytes of the answer are missing")
        if self._is_chunked and not self._has_no_body:
            self._head += b"0\r\n\r\n"
        if self._head:
            self._put(self._head)
            self._head = b""
        self.is_complete = True
        await self._take_turn()
        return _LAST if self._is_closing else _MORE

    async def switch(self, fields: Fields) -> None:
        """Say that from here on another protocol is spoken: 101, with the site's own fields.

        Not with a length: nothing may be taken for a body (RFC 9110 §8.6).
        """
        self.status, self.is_complete = 101, True
        self.started_at = time.perf_counter()
        head = [*without(fields, {b"content-length"}), (b"Connection", b"Upgrade")]
        await self._send(_head_of(101, _PHRASES[101], head))

    async def pass_on(self, data: bytes) -> None:
        """Send bytes of that protocol; waits while the visitor is slow."""
        self.sent_bytes += len(data)
        await self._send(data)

    def end_half(self) -> None:
        """Say that no more will be sent; the visitor may go on."""
        transport = self._request.transport
        if transport is None or transport.is_closing():  # uvloop minds
            return
        if transport.can_write_eof():
            transport.write_eof()

    def over(self) -> Sent:
        """End a connection on which HTTP is over."""
        return _LAST

    def cut(self) -> Sent:
        """Break off: what was sent is not the whole answer, and must not look like it.

        Where only the connection's end tells the body's, an orderly end would lie: it is reset.
        """
        transport = self._request.transport
        if transport is not None and not self._is_chunked and self._left is None:
            reset(transport)
        return _LAST

    def _put(self, data: bytes) -> None:
        transport = self._request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the visitor is gone")
        transport.write(data)

    async def _take_turn(self) -> None:
        """Wait while the visitor is slow, so that no more than a little waits for them."""
        if self._request.protocol.writing_paused:
            await self._request.writer.drain()

    async def _send(self, data: bytes) -> None:
        self._put(data)
        await self._take_turn()

    @property
    def _has_no_body(self) -> bool:
        return self._request.method == "HEAD" or self.status in {204, 304}

    def _count(self, size: int) -> None:
        self.sent_bytes += size
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise RuntimeError("the answer is longer than its Content-Length")

    def _framed(self, status: int, fields: Fields) -> Fields:
        if status == 204:
            return without(fields, {b"content-length"})
        length = first(fields, b"content-length")
        if self._has_no_body:
            return fields
        if length is not None:
            self._left = int(length)
            return fields
        if self._request.version >= HttpVersion11:
            self._is_chunked = True
            return [*fields, (b"Transfer-Encoding", b"chunked")]
        self._is_closing = True
        return fields

    def _head_bytes(self, status: int, fields: Fields, reason: bytes | None) -> bytes:
        if self.ours:
            fields = without(fields, {name.lower() for name, _ in self.ours})
        fields = [*fields, *self.ours]
        if first(fields, b"date") is None:
            fields.append((b"Date", formatdate(usegmt=True).encode()))
        if self._is_closing:
            fields.append((b"Connection", b"close"))
        elif self._request.version < HttpVersion11:
            fields.append((b"Connection", b"keep-alive"))
        if reason is None:
            reason = _PHRASES.get(status, b"")
        return _head_of(status, reason, fields)


def whole(status: int, fields: Fields, body: bytes) -> bytes:
    """Write an answer in one piece, the last of its connection."""
    date = formatdate(usegmt=True).encode()
    fields = [*fields, (b"Date", date), (b"Connection", b"close")]
    return _head_of(status, _PHRASES.get(status, b""), fields) + body


def _head_of(status: int, reason: bytes, fields: Fields) -> bytes:
    lines = [b"HTTP/1.1 %d %b" % (status, reason), *map(b": ".join, fields), b"\r\n"]
    return b"\r\n".join(lines)


def reset(transport: asyncio.Transport) -> None:
    """Break a connection off; the system keeps nothing of what it has not sent either."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()


_RESET = struct.pack("ii", 1, 0)  # linger for no time: the other side sees a reset
_PHRASES = {status.value: status.phrase.encode() for status in HTTPStatus}
