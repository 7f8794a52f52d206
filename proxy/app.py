"""The proxy as a server: finished objects put together, started, and brought to an orderly end.

aiohttp's low-level `web.Server` serves, not its `Application`: there is one handler for every path,
and an application's router refuses or re-reads targets that a proxy has to pass as they are
(`OPTIONS *`, absolute ones, any escaping). Its C parser is a must: the one in Python lets through
what smuggles requests.

Errors: ListenError when the port cannot be had, ConfigError when the C parser is missing.
"""

import asyncio
import errno
import logging
import secrets
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import http_parser, web

from calltrack.errors import ConfigError, ListenError
from proxy.access_log import Line
from proxy.border import Border, without_words
from proxy.counters import Counters
from proxy.downstream import Refused
from proxy.errors_page import error_page
from proxy.forwarded import Network, TrustedPeers
from proxy.gate import Gate
from proxy.handler import Handler
from proxy.page import WAIT_SECONDS, Tools
from proxy.upstream import READ_BYTES, Upstream
from proxy.visit import Visitors

GRACE_SECONDS = 30.0
IDLE_SECONDS = 75.0  # how long a visitor's idle connection stays open
LINGER_SECONDS = 5.0  # how long the rest of a refused upload is read
HEAD_LIMIT_BYTES = 16 * 1024  # one line of a request's head

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger("calltrack.proxy")


class App:
    """The proxy, ready to be started; once."""

    def __init__(self, handler: Handler, upstream: Upstream, counters: Counters) -> None:
        """Take finished objects."""
        self._handler = handler
        self._upstream = upstream
        self._counters = counters
        self._runner: web.ServerRunner | None = None
        self.draining = asyncio.Event()  # the port is closed, what is under way goes on

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Open the port; give the address, with the real port where 0 was asked for."""
        await self._upstream.open()
        server = _Server(
            self._handler,
            counters=self._counters,
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
            await self.stop()
            raise ListenError(why_not(error, host, port)) from error
        address: tuple[str, int] = self._runner.addresses[0][:2]
        return address

    async def stop(self, *, grace_seconds: float = 0.0) -> None:
        """Take no new connections, let what is under way end within the grace, close."""
        self._handler.is_draining = True
        if self._runner is not None:
            for site in self._runner.sites:
                await site.stop()
            self.draining.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(grace_seconds):
                    await self._handler.wait_until_idle()
            # aiohttp waits its time-out twice over; what had its grace is not waited for again.
            self._runner._shutdown_timeout = 0.1  # noqa: SLF001 - known only now
            await self._runner.cleanup()
            self._runner = None
        await self._upstream.close()


def make_app(
    *,
    upstream: Upstream,
    visitors: Visitors,
    counters: Counters,
    trusted: Sequence[Network] = (),
    name: str | None = None,
    wait_seconds: float = WAIT_SECONDS,
) -> App:
    """Put the proxy together. `name` is its own in Via, by which it knows a loop."""
    check_parser()
    gate = Gate(
        name=name or f"calltrack-{secrets.token_hex(4)}",
        serves=visitors.serves,
        trusted=TrustedPeers(tuple(trusted)),
    )
    tools = Tools(counters, Border(counters), wait_seconds)
    handler = Handler(upstream=upstream, visitors=visitors, gate=gate, tools=tools)
    return App(handler, upstream, counters)


class Signals:
    """Signals while this is entered.

    SIGTERM and SIGINT: the first asks for an end, the second for haste. SIGHUP: look for a Plan.
    """

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        self.stop = asyncio.Event()
        self.at_once = asyncio.Event()
        self.look = asyncio.Event()

    def __enter__(self) -> "Signals":
        """Take the signals over."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._note)
        loop.add_signal_handler(signal.SIGHUP, self.look.set)
        return self

    def __exit__(self, *_error: object) -> None:
        """Give them back."""
        loop = asyncio.get_running_loop()
        for number in (*_SIGNALS, signal.SIGHUP):
            loop.remove_signal_handler(number)

    def _note(self) -> None:
        (self.at_once if self.stop.is_set() else self.stop).set()


async def serve(
    app: App,
    host: str,
    port: int,
    signals: Signals,
    *,
    grace_seconds: float = GRACE_SECONDS,
    when_ready: Callable[[str, int], None] | None = None,
) -> None:
    """Serve until a signal says stop, and end in order. One that has come already counts, too."""
    if signals.stop.is_set():
        return
    address = await app.start(host, port)
    try:
        if when_ready is not None:
            when_ready(*address)
        await signals.stop.wait()
        await _first_of(app.stop(grace_seconds=grace_seconds), signals.at_once.wait())
    finally:
        await app.stop()


def check_parser() -> None:
    """Refuse to work on aiohttp's parser in Python."""
    if http_parser.HttpRequestParser.__module__ != "aiohttp._http_parser":
        raise ConfigError(
            "aiohttp runs without its C parser, and the one in Python is not safe behind the "
            "Internet: unset AIOHTTP_NO_EXTENSIONS, or install aiohttp's wheel for this platform"
        )


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


async def _first_of(*waits: Any) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def why_not(error: OSError, host: str, port: int) -> str:
    """Say why a port could not be opened, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken; choose another, or stop what listens there"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} may not be opened by this user; choose one above 1023"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
