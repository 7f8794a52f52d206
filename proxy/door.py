"""One port, and who answers there: aiohttp's low-level server around one of our handlers.

Errors: ListenError when the port cannot be had.
"""

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from aiohttp import web

from calltrack.errors import ListenError
from proxy.connection import Connection
from proxy.counters import Counters
from proxy.deadlines import Limits, Watch
from proxy.handler import Handler
from proxy.sites import Sites
from proxy.upstream import READ_BYTES
from proxy.workers.sockets import why_not

_NEVER = 10 * 365 * 86_400.0  # aiohttp's own limit would end a connection in the middle of a head


class Door:
    """A port, opened and closed once."""

    def __init__(self, handler: Handler, counters: Counters, limits: Limits | None = None) -> None:
        """Take who answers, and what a visitor's connection may take."""
        self._handler = handler
        self._counters = counters
        self._watch = Watch(limits or Limits())
        self._runner: web.ServerRunner | None = None
        self._sites: Sites | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it was opened, and not closed since."""
        return self._runner is not None

    async def open(self, host: str, port: int) -> tuple[str, int]:
        """Open the port; give the address, with the real port where 0 was asked for."""
        runner = await self.set_up()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ListenError(why_not(error, host, port)) from error
        address: tuple[str, int] = runner.addresses[0][:2]
        return address

    async def set_up(self) -> web.ServerRunner:
        """Make ready to serve; from no port yet."""
        limits = self._watch.limits
        server = _Server(
            self._handler,
            counters=self._counters,
            watch=self._watch,
            request_factory=self._handler.make_request,
            handler_cancellation=True,
            access_log=None,
            auto_decompress=False,
            read_bufsize=READ_BYTES,
            keepalive_timeout=_NEVER,
            lingering_time=limits.linger_seconds,
            max_line_size=limits.line_bytes,
            max_field_size=limits.line_bytes,
            max_headers=limits.head_fields,
        )
        self._runner = web.ServerRunner(server)
        await self._runner.setup()
        self._sites = Sites(self._runner)
        self._watch.start()
        return self._runner

    async def use(self, sockets: Iterable[socket.socket]) -> None:
        """Take connections from these sockets, and from no others. Errors: OSError."""
        if self._sites is not None:
            await self._sites.use(sockets)

    def say_goodbye(self) -> None:
        """Let each connection end with its next answer; the port stays as it is."""
        self._handler.is_draining = True

    async def shut(self) -> None:
        """Take no new connections, and end the tunnels: they would outlast any grace."""
        self.say_goodbye()
        self._handler.tunnels.end()
        for site in self._runner.sites if self._runner is not None else ():
            await site.stop()

    async def close(self, grace_seconds: float) -> None:
        """Let what is under way end within the grace; close."""
        if self._runner is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                await self._handler.wait_until_idle()
        # aiohttp waits its time-out twice over; what had its grace is not waited for again.
        self._runner._shutdown_timeout = 0.1  # noqa: SLF001 - known only now
        await self._runner.cleanup()
        self._watch.stop()
        self._runner = self._sites = None


class _Server(web.Server):
    """Makes our connections."""

    def __init__(
        self, handler: Handler, *, counters: Counters, watch: Watch, **kwargs: Any
    ) -> None:
        super().__init__(handler, **kwargs)
        self._counters = counters
        self._watch = watch

    def __call__(self) -> web.RequestHandler:
        return Connection(
            self, loop=self._loop, counters=self._counters, watch=self._watch, **self._kwargs
        )
