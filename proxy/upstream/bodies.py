"""Reads the body of an answer: how long it is, and where it ends (RFC 9112 §6.3).

Each kind takes the bytes that come and gives those of the body. `is_over`: no more will come;
`has_extra`: more has come than the answer holds, so the connection is not to be trusted again.
Chunks are read by llhttp, strictly but for blanks behind a size, which old servers pad it with.
Trailers are dropped.

Errors: UpstreamBroken.
"""

from typing import Protocol

import httptools

from calltrack.errors import UpstreamBroken
from proxy.upstream.heads import Head

_BODILESS = frozenset({204, 304})
_CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_BARE_BYTES = 64 * 1024  # of sizes, extensions and trailers in a row, without a byte of body


class Body(Protocol):
    """One kind of body."""

    is_over: bool
    has_extra: bool

    def feed(self, data: bytes) -> bytes:
        """Take what has come; give what of it is body."""

    def end(self) -> None:
        """Take the end of the connection. Errors: UpstreamBroken when the body is not whole."""


def body_of(head: Head, *, is_head: bool) -> Body:
    """Say which kind of body follows a head. `is_head`: the request's method was HEAD."""
    codings = head.options(b"transfer-encoding")
    if codings and (codings != [b"chunked"] or head.is_http_10):
        raise UpstreamBroken("the site's answer is in a transfer coding that was not asked for")
    if is_head or head.status in _BODILESS:
        return Counted(0)
    if head.status == 101:
        return ToTheEnd()
    if codings:
        return Chunks()
    lengths = head.about.get(b"content-length")
    if not lengths:
        return ToTheEnd()
    if len(lengths) > 1 or not lengths[0].isdigit():
        raise UpstreamBroken("the length of the site's answer")
    return Counted(int(lengths[0]))


class Counted:
    """A body of known length, or none."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.is_over = not length
        self.has_extra = False

    def feed(self, data: bytes) -> bytes:
        """Take what has come; give what of it is body."""
        left = self._left - len(data)
        if left > 0:
            self._left = left
            return data
        self.is_over = True
        self.has_extra = self.has_extra or left < 0
        data = data[: self._left] if left else data
        self._left = 0
        return data

    def end(self) -> None:
        """Take the end of the connection."""
        if not self.is_over:
            raise UpstreamBroken("the connection ended before the body did")


class ToTheEnd:
    """A body that ends with its connection."""

    def __init__(self) -> None:
        self.is_over = False
        self.has_extra = False

    def feed(self, data: bytes) -> bytes:
        """Take what has come."""
        return data

    def end(self) -> None:
        """Take the end of the connection."""
        self.is_over = True


class Chunks:
    """A body in chunks."""

    def __init__(self) -> None:
        self.is_over = False
        self.has_extra = False
        self._parts: list[bytes] = []
        self.on_body = self._parts.append  # called by the parser
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(lenient_spaces_after_chunk_size=True)
        self._parser.feed_data(_CHUNKED_HEAD)
        self._part_count = 0  # how many of the parts are this answer's, when it is over
        self._bare_bytes = 0
        self._tail = b""

    def on_message_complete(self) -> None:
        """Take the end; called by the parser. It goes on, and takes what follows for an answer."""
        if not self.is_over:
            self.is_over = True
            self._part_count = len(self._parts)

    def on_message_begin(self) -> None:
        """Take the beginning of another answer; called by the parser."""
        self.has_extra = self.is_over

    def feed(self, data: bytes) -> bytes:
        """Take what has come; give what of it is body."""
        if self.is_over:
            self.has_extra = self.has_extra or bool(data)
            return b""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._take_error(error)
        self._note_tail(data)
        if not self._parts:
            self._count_bare(len(data))
            return b""
        self._bare_bytes = 0
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        return body

    def _take_error(self, error: httptools.HttpParserError) -> None:
        """Tell what is wrong with a body from what comes behind it, and is no answer."""
        if not self.is_over:
            raise UpstreamBroken(f"the chunks of the site's answer: {error}") from error
        self.has_extra = True

    def _note_tail(self, data: bytes) -> None:
        """Leave out the body of another answer behind the end, and see line ends there.

        The parser skips those: the last line is never empty.
        """
        self._tail = (self._tail + data[-5:])[-5:]
        if not self.is_over:
            return
        del self._parts[self._part_count :]
        if self._tail[1:] != b"\r\n\r\n" or self._tail[:1] in b"\r\n":
            self.has_extra = True

    def _count_bare(self, size: int) -> None:
        self._bare_bytes += size
        if self._bare_bytes > _BARE_BYTES:
            raise UpstreamBroken("the chunks of the site's answer hold no body")

    def end(self) -> None:
        """Take the end of the connection."""
        if not self.is_over:
            raise UpstreamBroken("the connection ended before the last chunk")
