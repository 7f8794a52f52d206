"""Another protocol than HTTP on a visitor's connection, as WebSocket: bytes pass as they come.

The visitor asks for it, the site agrees with 101, and from there on nothing is read or changed:
subprotocols, extensions, pings and close codes are between the two of them. Each side may end its
half; when both have, or one breaks off, both connections are closed. So they are when the proxy is
about to stop: where a frame ends is not known here, so no close frame of ours is put in between.

Passed on: a GET without a body, in HTTP/1.1, with `Connection: upgrade` and one protocol that we
let through. Not HTTP/2 or TLS inside such a connection: what is asked in there would not pass the
gate. Whoever asks for these, or is told no by the site, is answered as if nobody had asked.

Source: RFC 9110 §7.8; RFC 6455 §4; for h2c RFC 9113 §3.1.
Errors: none; the visitor's end is a CancelledError, as everywhere.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from aiohttp import HttpVersion11, web

from calltrack.errors import UpstreamError
from proxy.access_log import Line
from proxy.connection import Connection
from proxy.downstream import Reply, Sent
from proxy.exchange import Exchange
from proxy.gate import RequestFacts
from proxy.headers import Fields, first, for_visitor, members, values

_HELD_BYTES = 64 * 1024  # of what a visitor sends, before the site takes it
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?")
_NEVER = re.compile(rb"h2c?|(?:http|tls)(?:/.*)?", re.IGNORECASE)


class Tunnels:
    """The tunnels of a port: how many there may be at once, and how they end."""

    def __init__(self, most: int) -> None:
        """Begin with none."""
        self._most = most
        self._taken = 0
        self._ways: set[asyncio.Task[None]] = set()
        self._is_over = False

    @property
    def has_room(self) -> bool:
        """Say whether there may be one more."""
        return self._taken < self._most and not self._is_over

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for as long as this is entered, while the site is asked, too."""
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    def note(self, *ways: asyncio.Task[None]) -> None:
        """Note a tunnel that has come about: its two ways."""
        for way in ways:
            self._ways.add(way)
            way.add_done_callback(self._ways.discard)
            if self._is_over:
                way.cancel()

    def end(self) -> None:
        """End all, and let none come about."""
        self._is_over = True
        for way in self._ways:
            way.cancel()


class SiteEnd(Protocol):
    """The connection to the site, after its 101."""

    async def read(self) -> bytes:
        """Wait for the next bytes; b"" when the site has said its last."""
        ...

    async def write(self, data: bytes) -> None:
        """Send, no faster than the site takes it."""
        ...

    def write_eof(self) -> None:
        """Say that no more will be sent."""
        ...

    def close(self) -> None:
        """Close at once."""
        ...


def asks_to_switch(facts: RequestFacts) -> bool:
    """Say whether another protocol is asked for, whichever and however."""
    return "Upgrade" in facts.headers and b"upgrade" in members(facts.fields, b"connection")


def wanted_protocol(request: web.BaseRequest, facts: RequestFacts) -> bytes | None:
    """Name the protocol that the site is asked to switch to; None: it is not asked."""
    if not asks_to_switch(facts) or facts.method != "GET" or request.body_exists:
        return None
    if request.version != HttpVersion11 or not isinstance(request.protocol, Connection):
        return None
    named = b",".join(values(facts.fields, b"upgrade")).split(b",")
    passed = [name for part in named if _may_pass(name := part.strip(b" \t"))]
    return passed[0] if passed and request.protocol.hold() else None


async def carry(exchange: Exchange, fields: Fields, site: SiteEnd, tunnels: Tunnels) -> Sent:
    """Tell the visitor of the switch, and pass bytes both ways until both have ended."""
    connection, reply, line = exchange.request.protocol, exchange.reply, exchange.line
    assert isinstance(connection, Connection), "asked before"  # noqa: S101 - see wanted_protocol
    incoming = Incoming(connection)
    line.outcome = "tunnel"
    try:
        protocol = first(fields, b"upgrade") or b""
        await reply.switch([*for_visitor(fields), (b"Upgrade", protocol)])
        connection.begin_tunnel(incoming)
        async with asyncio.TaskGroup() as both:
            to_site = both.create_task(_to_site(incoming, site, line))
            to_visitor = both.create_task(_to_visitor(site, reply, incoming))
            tunnels.note(to_site, to_visitor)
    except* (UpstreamError, ConnectionError):
        line.outcome = "tunnel:broken"
    finally:
        site.close()
    return reply.over()


class Incoming:
    """What a visitor sends, until the site takes it. aiohttp feeds it, as it feeds a parser."""

    def __init__(self, connection: Connection) -> None:
        """Hold nothing yet."""
        self._connection = connection
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._waiter: asyncio.Future[None] | None = None
        self._is_paused = False
        self.moved_bytes = 0  # both ways
        self.has_ended = False  # the visitor has said their last
        self.is_ending = False  # one of the two has

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take what has come."""
        self._held.append(data)
        self._held_bytes += len(data)
        self.moved_bytes += len(data)
        if self._held_bytes > _HELD_BYTES and not self._is_paused:
            self._is_paused = True
            self._connection.pause_reading()
        self._wake()
        return False, b""

    def feed_eof(self) -> None:
        """Take the end."""
        self.has_ended = self.is_ending = True
        self._wake()

    async def read(self) -> bytes:
        """Wait for the next bytes; b"" at the end."""
        while not self._held and not self.has_ended:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        data = b"".join(self._held)
        self._held.clear()
        self._held_bytes = 0
        if self._is_paused:
            self._is_paused = False
            self._connection.resume_reading()
        return data

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def _to_site(incoming: Incoming, site: SiteEnd, line: Line) -> None:
    while data := await incoming.read():
        line.received_bytes += len(data)
        await site.write(data)
    site.write_eof()


async def _to_visitor(site: SiteEnd, reply: Reply, incoming: Incoming) -> None:
    while data := await site.read():
        incoming.moved_bytes += len(data)
        await reply.pass_on(data)
    incoming.is_ending = True
    reply.end_half()


def _may_pass(name: bytes) -> bool:
    return _NAME.fullmatch(name) is not None and _NEVER.fullmatch(name) is None
