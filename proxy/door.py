"""One port, and who answers there: aiohttp's low-level server around one of our handlers.

Errors: ListenError when the port cannot be had.
"""

import asyncio
import errno
import logging
import secrets
from contextlib import suppress
from typing import Any

from aiohttp import web

from calltrack.errors import ListenError
from proxy.access_log import Line
from proxy.border import without_words
from proxy.counters import Counters
from proxy.downstream import Refused
from proxy.errors_page import error_page
from proxy.handler import Handler
from proxy.upstream import READ_BYTES

IDLE_SECONDS = 75.0  # how long a visitor's idle connection stays open
LINGER_SECONDS = 5.0  # how long the rest of a refused upload is read
HEAD_LIMIT_BYTES = 16 * 1024  # one line of a request's head

_log = logging.getLogger("calltrack.proxy")


class Door:
    """A port, opened and closed once."""

    def __init__(self, handler: Handler, counters: Counters) -> None:
        """Take who answers."""
        self._handler = handler
        self._counters = counters
        self._runner: web.ServerRunner | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it was opened, and not closed since."""
        return self._runner is not None

    async def open(self, host: str, port: int) -> tuple[str, int]:
        """Open the port; give the address, with the real port where 0 was asked for."""
        server = _Server(
            self._handler,
            counters=self._counters,
            request_factory=self._handler.make_request,
            handler_cancellation=True,
            access_log=None,
            auto_decompress=False,
            read_bufsize=READ_BYTES,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGER_SECONDS,
            max_line_size=HEAD_LIMIT_BYTES,
            max_field_size=HEAD_LIMIT_BYTES,
        )
        self._runner = web.ServerRunner(server)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            raise ListenError(why_not(error, host, port)) from error
        address: tuple[str, int] = self._runner.addresses[0][:2]
        return address

    async def shut(self) -> None:
        """Take no new connections."""
        self._handler.is_draining = True
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
        self._runner = None


class _Connection(web.RequestHandler):
    """A visitor's connection. What is no HTTP is answered shortly, and never repeated."""

    __slots__ = ("_counters",)

    def __init__(self, *args: Any, counters: Counters, **kwargs: Any) -> None:
        self._counters = counters
        super().__init__(*args, **kwargs)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes what was sent
    ) -> web.StreamResponse:
        """Answer what the parser refused: one line in the log, nothing of it said back."""
        reason = "unreadable" if status == 400 else "failure"
        self._counters.add("refused", reason)
        if reason == "failure":  # pragma: no cover - the handler has a border of its own
            told = "unknown" if exc is None else without_words(exc)
            _log.error("a request failed outside its handler: %s", told)
        line = Line(0.0, outcome=f"refused:{reason}", request_id=secrets.token_hex(8))
        fields, body = error_page(status, request_id=line.request_id, accept="")
        line.write(status=status, sent_bytes=len(body), now=0.0)
        return Refused(request, status, fields, body)

    def log_exception(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 - no traceback
        """Note what went wrong on a connection between two requests: the visitor's doing."""
        error = kwargs.get("exc_info")
        self._counters.add("refused", "broken_connection")
        _log.info("a visitor's connection broke: %s", type(error).__name__)


class _Server(web.Server):
    """Makes our connections."""

    def __init__(self, handler: Handler, *, counters: Counters, **kwargs: Any) -> None:
        super().__init__(handler, **kwargs)
        self._counters = counters

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=self._loop, counters=self._counters, **self._kwargs)


def why_not(error: OSError, host: str, port: int) -> str:
    """Say why a port could not be opened, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken; choose another, or stop what listens there"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} may not be opened by this user; choose one above 1023"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
