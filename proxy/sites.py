"""From which sockets a server of aiohttp takes connections; it may change while it serves.

Closing a port here closes it for this server alone: the socket stays with whoever bound it.
"""

import socket
from collections.abc import Iterable

from aiohttp import web

QUEUE = 1024  # connections that may wait to be taken; the system may allow fewer


class Sites:
    """The sockets of a runner that is set up."""

    def __init__(self, runner: web.BaseRunner) -> None:
        """Take connections from nowhere yet."""
        self._runner = runner
        self._sites: dict[int, web.SockSite] = {}

    async def use(self, sockets: Iterable[socket.socket]) -> None:
        """Take connections from these, and from no others. Errors: OSError."""
        wanted = {one.fileno(): one for one in sockets}
        for number in set(self._sites) - set(wanted):
            await self._sites.pop(number).stop()
        for number, one in wanted.items():
            if number not in self._sites:
                site = web.SockSite(self._runner, one.dup(), backlog=QUEUE)
                await site.start()
                self._sites[number] = site
