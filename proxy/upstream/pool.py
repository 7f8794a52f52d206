"""The connections that are open: how many there may be, and which may be used again.

A connection comes back when its answer was whole, its request was sent whole, and both sides want
to go on. It is not used again when it has been idle for longer than the site may keep it, or when
anything has come on it meanwhile. The one used last is used first: the others may grow old.

A tunnel is open for hours: it is not counted among them, or a few hundred would leave no room for
pages. How many there may be is said where visitors come in (`deadlines.Limits`).

Errors: UpstreamTimeout when all stay in use; those of `dialling`.
"""

import asyncio

from calltrack.errors import UpstreamBroken, UpstreamTimeout
from proxy.upstream.connection import Connection
from proxy.upstream.dialling import Dialler
from proxy.upstream.turn import READ_BYTES


class Pool:
    """Keeps the connections to one site. What it has counted counts since the start."""

    def __init__(
        self, dialler: Dialler, *, max_connections: int, wait_seconds: float, idle_seconds: float
    ) -> None:
        """Take how connections are made; `wait_seconds`: how long to wait for one to be free."""
        self._loop = asyncio.get_running_loop()
        self._dialler = dialler
        self._max = max_connections
        self._wait_seconds = wait_seconds
        self._idle_seconds = idle_seconds
        self._buffer = memoryview(bytearray(READ_BYTES))
        self._permits = asyncio.Semaphore(max_connections)
        self._used: set[Connection] = set()
        self._tunnels: set[Connection] = set()
        self._idle: dict[Connection, None] = {}  # the one used last at the end
        self._dialling = 0
        self._is_closed = False
        self._sweep_timer: asyncio.TimerHandle | None = None
        self.reused = 0
        self.retried = 0
        self.read_bytes = 0

    @property
    def open(self) -> int:
        """Count the connections that are open, or being made; tunnels aside."""
        return len(self._used) + len(self._idle) + self._dialling

    @property
    def idle(self) -> int:
        """Count the connections that wait to be used again."""
        return len(self._idle)

    @property
    def tunnels(self) -> int:
        """Count the connections on which another protocol is spoken."""
        return len(self._tunnels)

    async def take(self, *, fresh: bool) -> Connection:
        """Give a connection to send one request on; `fresh`: a new one."""
        await self._permit()
        connection = None
        try:
            connection = (None if fresh else self._take_idle()) or await self._dial()
        finally:
            if connection is None:
                self._permits.release()
        self._used.add(connection)
        return connection

    def take_back(self, connection: Connection, *, promised_seconds: int | None) -> None:
        """Keep a connection for the next request, for as long as the site is sure to keep it."""
        self._release(connection)
        seconds = self._idle_seconds
        if promised_seconds is not None:
            seconds = min(seconds, promised_seconds - 1)  # it may be counting already
        if seconds <= 0:
            connection.break_off()
            return
        connection.idle_until = self._loop.time() + seconds
        self._idle[connection] = None
        if self._sweep_timer is None:
            self._sweep_timer = self._loop.call_later(self._idle_seconds / 2, self._sweep)

    def set_apart(self, connection: Connection) -> None:
        """Take it that HTTP is over on a connection: its place is free for a request."""
        if not connection.is_closed:
            self._release(connection)
            self._tunnels.add(connection)

    def forget(self, connection: Connection) -> None:
        """Forget a connection that is closed."""
        self._idle.pop(connection, None)
        self._tunnels.discard(connection)
        self._release(connection)

    async def close(self) -> None:
        """Close all connections, at once; those that are being made, as soon as they are."""
        self._is_closed = True
        if self._sweep_timer is not None:
            self._sweep_timer.cancel()
        for connection in [*self._used, *self._idle, *self._tunnels]:
            connection.break_off()
        await asyncio.sleep(0)  # the loop closes their sockets

    def _release(self, connection: Connection) -> None:
        if connection in self._used:
            self._used.remove(connection)
            self._permits.release()

    async def _permit(self) -> None:
        if not self._permits.locked():
            await self._permits.acquire()
            return
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._permits.acquire()
        except TimeoutError as error:
            raise UpstreamTimeout(f"all {self._max} connections to the site are in use") from error

    def _take_idle(self) -> Connection | None:
        now = self._loop.time()
        while self._idle:
            connection, _ = self._idle.popitem()
            if connection.idle_until > now and connection.is_quiet:
                self.reused += 1
                return connection
            connection.break_off()
        return None

    async def _dial(self) -> Connection:
        if self.open >= self._max and self._idle:
            next(iter(self._idle)).break_off()
        self._dialling += 1
        try:
            connection = await self._dialler.dial(lambda: Connection(self, self._buffer))
        finally:
            self._dialling -= 1
        if connection.is_closed:
            raise UpstreamBroken("the site closed a connection at once")
        if self._is_closed:
            connection.break_off()
            raise UpstreamBroken("the connections to the site are closed")
        return connection

    def _sweep(self) -> None:
        now = self._loop.time()
        for connection in [one for one in self._idle if one.idle_until <= now]:
            connection.break_off()
        timer = self._loop.call_later(self._idle_seconds / 2, self._sweep) if self._idle else None
        self._sweep_timer = timer
