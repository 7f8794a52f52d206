"""A request to the site, and the bytes of its head.

Fields go out as they are. Ours are only those that are about the connection: the framing of a body
whose length nobody knows, the wish to switch protocols, and a Host where there is none.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from proxy.headers import Field, Fields, first

Interim = Callable[[int, Fields], Awaitable[None]]

_CAN_BE_REPEATED = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""RFC 9110 §9.2.2: asked twice, these do what they do once."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to the site. A body without a Content-Length goes in chunks.

    `interim` hears of each 1xx before the answer; `upgrade` is the protocol to switch to.
    """

    method: str
    target: str  # path and query, sent byte for byte
    fields: Fields
    body: AsyncIterator[bytes] | None = None
    interim: Interim | None = None
    upgrade: bytes | None = None

    @property
    def can_be_repeated(self) -> bool:
        """Say whether it may be sent again, when nobody knows what became of the first."""
        return self.body is None and self.method in _CAN_BE_REPEATED

    @property
    def length(self) -> int | None:
        """Give the length that the body is said to have."""
        said = first(self.fields, b"content-length")
        return int(said) if said is not None else None


def written(ask: Ask, *, authority: bytes, keeps: bool) -> bytes:
    """Write the head. `authority` is for a request without a Host; `keeps`: ask again later."""
    fields = ask.fields
    ours: list[Field] = []
    if not fields or fields[0][0] != b"Host":
        ours += [] if first(fields, b"host") is not None else [(b"Host", authority)]
    theirs = len(ours)
    if ask.body is not None and ask.length is None:
        ours.append((b"Transfer-Encoding", b"chunked"))
    if ask.upgrade is not None:
        ours += [(b"Connection", b"Upgrade"), (b"Upgrade", ask.upgrade)]
    elif not keeps:
        ours.append((b"Connection", b"close"))
    line = f"{ask.method} {ask.target} HTTP/1.1".encode("utf-8", "surrogateescape")
    lines = [line, *map(b": ".join, [*ours[:theirs], *fields, *ours[theirs:]]), b"\r\n"]
    head = b"\r\n".join(lines)
    count = len(lines)
    if head.count(b"\n") != count or head.count(b"\r") != count or line.count(b" ") != 2:
        raise ValueError("a line end or a blank inside a line of a request's head")
    return head
