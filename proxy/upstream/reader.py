"""One answer as it comes in, cut anywhere: heads first, then the body. No I/O.

Errors: UpstreamBroken, after which nothing more may be fed.
"""

from collections import deque

from calltrack.errors import UpstreamBroken
from proxy.upstream.bodies import Body, ToTheEnd, body_of
from proxy.upstream.heads import Head, Limits, end_of_head, read_head

_MOST_DIGITS = 9  # of a number of seconds; Python reads no number of thousands of digits


class Reader:
    """Reads one answer. `interims` come before `head`; `upgrade` is what was asked for."""

    def __init__(self, *, is_head: bool, upgrade: bytes | None, limits: Limits) -> None:
        """Take what an answer is read by."""
        self.interims: deque[Head] = deque()
        self.head: Head | None = None
        self._is_head = is_head
        self._upgrade = upgrade
        self._limits = limits
        self._waiting = b""  # of a head that is not whole yet
        self._head_bytes = 0
        self._body: Body | None = None

    @property
    def is_over(self) -> bool:
        """Say whether the whole answer has come."""
        return self._body is not None and self._body.is_over

    @property
    def may_go_on(self) -> bool:
        """Say whether another request may be sent on the same connection."""
        head, body = self.head, self._body
        if head is None or body is None or not body.is_over or body.has_extra:
            return False
        if isinstance(body, ToTheEnd):
            return False
        options = head.options(b"connection") if b"connection" in head.about else ()
        return b"keep-alive" in options if head.is_http_10 else b"close" not in options

    @property
    def seconds_promised(self) -> int | None:
        """Say how long the site keeps the connection, where it told (`Keep-Alive: timeout=5`)."""
        if self.head is None or b"keep-alive" not in self.head.about:
            return None
        for option in self.head.options(b"keep-alive"):
            name, _, value = option.partition(b"=")
            if name.strip() == b"timeout" and (digits := value.strip()).isdigit():
                return int(digits[:_MOST_DIGITS])
        return None

    def feed(self, data: bytes | memoryview) -> bytes:
        """Take what has come; give what of it is the answer's body. It is copied once."""
        body = self._body
        if body is not None:
            return body.feed(bytes(data))
        seen = 0
        if self._waiting:
            seen = max(0, len(self._waiting) - 3)
            data = self._waiting + data
        while (end := end_of_head(data, seen)) > 0:
            self._count(end)
            head = read_head(bytes(data[:end]), self._limits)
            data, seen = data[end:], 0
            if not head.is_interim:
                return self._begin(head, bytes(data))
            self.interims.append(head)
        self._count(len(data))
        self._head_bytes -= len(data)
        self._waiting = bytes(data)
        return b""

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._limits.head_bytes:
            raise UpstreamBroken("the head of the site's answer is too long")

    def _begin(self, head: Head, data: bytes) -> bytes:
        if head.status == 101:
            self._check_switch(head)
        self.head = head
        self._waiting = b""
        self._body = body_of(head, is_head=self._is_head)
        return self._body.feed(data) if data else b""

    def _check_switch(self, head: Head) -> None:
        if self._upgrade is None:
            raise UpstreamBroken("the site switched protocols unasked")
        if head.options(b"upgrade") != [self._upgrade.strip().lower()]:
            raise UpstreamBroken("the site switched to a protocol that was not asked for")

    def end(self) -> None:
        """Take the end of the connection."""
        if self._body is None:
            raise UpstreamBroken("the connection ended before an answer")
        self._body.end()
