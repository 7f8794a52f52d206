"""What comes out of the cache, in the shape of an answer of the site."""

from collections.abc import Callable
from typing import Protocol

from proxy.headers import Fields, first
from proxy.shared_cache.entry import Entry, Ready


class SiteAnswer(Protocol):
    """An answer whose head is here, and whose body is read as it comes."""

    status: int
    reason: bytes
    fields: Fields

    @property
    def is_over(self) -> bool:
        """Say whether the whole body has been read."""
        ...

    async def read(self) -> bytes:
        """Wait for the next bytes; b"" at the end."""
        ...

    def read_ready(self) -> bytes:
        """Give the bytes that are here already; b"" where there are none."""
        ...

    def close(self) -> None:
        """Let go of it, whatever is still to come."""
        ...


class Kept:
    """An answer out of memory.

    `ready`: its page has been looked through; then `fields` are those that the visitor gets, but
    for the cookies, and for the ETag and Content-Length where it has places for numbers.
    """

    def __init__(
        self,
        status: int,
        fields: Fields,
        entry: Entry | None = None,
        ready: Ready | None = None,
        *,
        codec_seconds: float = 0.0,
    ) -> None:
        """Take what is answered. `codec_seconds`: what looking through it took, if this did it."""
        self.status = status
        self.codec_seconds = codec_seconds
        self.fields = fields
        self.ready = ready
        self.reason = entry.reason if entry is not None and status == 200 else b""
        self.etag = first(entry.head, b"etag") if entry is not None else None
        self._entry = entry if status == 200 else None

    @property
    def is_over(self) -> bool:
        """Say whether the whole body has been read."""
        return self._entry is None

    async def read(self) -> bytes:
        """Give the body; then b""."""
        return self.read_ready()

    def read_ready(self) -> bytes:
        """Give the body; then b""."""
        entry, self._entry = self._entry, None
        return entry.body if entry is not None else b""

    def close(self) -> None:
        """Hold on to nothing."""
        self._entry = None


class Room:
    """What may be held of all pages that are coming in: a slow visitor's page comes slowly."""

    def __init__(self, limit_bytes: int) -> None:
        """Take how much it is."""
        self.left_bytes = limit_bytes


class Watched:
    """An answer of the site whose body is remembered as it is read.

    `on_end` gets the whole body, once all of it has been read, or None as soon as it is too long;
    `on_close` is called in any case.
    """

    def __init__(
        self,
        answer: SiteAnswer,
        room: Room,
        *,
        limit_bytes: int,
        on_end: Callable[[bytes | None], None],
        on_close: Callable[[], None],
    ) -> None:
        """Take an answer of which nothing has been read."""
        self._answer = answer
        self._room = room
        self.status = answer.status
        self.reason = answer.reason
        self.fields = answer.fields
        self._parts: list[bytes] | None = []
        self._size_bytes = 0
        self._limit_bytes = limit_bytes
        self._on_end = on_end
        self._on_close = on_close

    @property
    def is_kept(self) -> bool:
        """Say whether it is still being remembered."""
        return self._parts is not None

    @property
    def is_over(self) -> bool:
        """Say whether the whole body has been read."""
        return self._answer.is_over

    async def read(self) -> bytes:
        """Wait for the next bytes; b"" at the end."""
        data = await self._answer.read()
        if data:
            self._note(data)
        elif self._parts is not None:
            self._on_end(b"".join(self._let_go()))
        return data

    def read_ready(self) -> bytes:
        """Give the bytes that are here already; b"" where there are none."""
        data = self._answer.read_ready()
        self._note(data)
        return data

    def close(self) -> None:
        """Let go of it."""
        self._let_go()
        self._answer.close()
        self._on_close()

    def _note(self, data: bytes) -> None:
        if self._parts is None:
            return
        self._parts.append(data)
        self._size_bytes += len(data)
        self._room.left_bytes -= len(data)
        if self._size_bytes > self._limit_bytes or self._room.left_bytes < 0:
            self._let_go()
            self._on_end(None)

    def _let_go(self) -> list[bytes]:
        parts, self._parts = self._parts or [], None
        self._room.left_bytes += self._size_bytes
        self._size_bytes = 0
        return parts
