"""What this process serves, and from which sockets; brought to an orderly end.

The order of an end, so that nobody who comes by a load balancer is turned away:

1. /readyz says 503; answers say that their connection ends with them
2. the ports stay open for as long as ops said (`drain_seconds`), or are open in other workers
3. the ports close
4. tunnels end, for they would outlast any grace; their browsers come back to another process
5. what is under way goes on, up to the grace; streams, too
6. what is left is cut; the status page goes last

A second signal skips whatever is waited for.

Errors: ListenError when nobody may listen on a socket after all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from aiohttp import web

from calltrack.errors import ListenError
from proxy.app import App, Signals
from proxy.sites import Sites
from proxy.workers.sockets import Ports, why_not

LEAVING_SECONDS = 5.0
"""So long connections that wait for a request stay open where other workers take new ones."""


class Station:
    """Serves an app and the status page."""

    def __init__(
        self,
        app: App,
        admin: web.Application,
        ports: Ports,
        *,
        drain_seconds: float = 0.0,
        grace_seconds: float,
    ) -> None:
        """Take finished objects, and ports that are bound."""
        self._app = app
        self._ports = ports
        self._admin = web.AppRunner(admin, access_log=None)
        self._admin_sites = Sites(self._admin)
        self._drain_seconds = drain_seconds
        self._grace_seconds = grace_seconds

    async def serve(self, signals: Signals, begin: Callable[[], Awaitable[None]]) -> None:
        """Serve until a signal says stop, and end in order. One that has come already counts, too.

        `begin` is called as soon as it can serve: somebody says then from where (`take`).
        """
        try:
            if signals.stop.is_set():
                return
            await self._app.open()
            await self._admin.setup()
            await begin()
            await signals.stop.wait()
            await self._end(signals)
        finally:
            await self._app.stop()
            await self._admin.cleanup()
            self._ports.close()

    async def take(self, shares: Sequence[int], leads: bool) -> None:
        """Serve from these shares of the ports; who leads serves the status page."""
        public, calls, admin = self._ports.public, self._ports.calls, self._ports.admin
        try:
            await self._app.use(
                [one for at in shares for one in public.shares[at]],
                [one for at in shares for one in calls.shares[at]] if calls is not None else [],
            )
            await self._admin_sites.use(admin.shares[0] if leads else [])
        except OSError as error:
            raise ListenError(why_not(error, *public.address)) from error

    async def _end(self, signals: Signals) -> None:
        """End in order, now that a signal says so."""
        self._app.say_goodbye()
        if signals.keeps_ports:
            await _until(signals.at_once, self._drain_seconds)
        else:
            await self._app.use([], [])
            await _until(signals.at_once, LEAVING_SECONDS)
        await self._app.use([], [])
        for port in (self._ports.public, self._ports.calls):
            if port is not None:
                port.close()
        ending = asyncio.ensure_future(self._app.stop(grace_seconds=self._grace_seconds))
        hasty = asyncio.ensure_future(signals.at_once.wait())
        try:
            await asyncio.wait({ending, hasty}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
            hasty.cancel()
            await asyncio.gather(ending, hasty, return_exceptions=True)


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, up to so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
