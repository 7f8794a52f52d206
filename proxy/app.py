"""The proxy as a server: finished objects put together, started, and brought to an orderly end.

aiohttp's low-level `web.Server` serves, not its `Application`: there is one handler for every path,
and an application's router refuses or re-reads targets that a proxy has to pass as they are
(`OPTIONS *`, absolute ones, any escaping). Its C parser is a must: the one in Python lets through
what smuggles requests.

Errors: ListenError when the port cannot be had, ConfigError when the C parser is missing.
"""

import asyncio
import secrets
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from aiohttp import http_parser

from calltrack.errors import ConfigError, ListenError
from proxy.border import Border
from proxy.counters import Counters
from proxy.deadlines import Limits
from proxy.door import Door
from proxy.forwarded import Network, TrustedPeers
from proxy.gate import Gate
from proxy.handler import Handler
from proxy.metrics import Metrics
from proxy.mounted import Mounted, nothing_mounted
from proxy.open_files import make_room_for
from proxy.page import WAIT_SECONDS, Tools
from proxy.shared_cache import CACHE_BYTES, Moment, SharedCache, moment_now
from proxy.trace import Trace
from proxy.upstream import Upstream
from proxy.upstreams import Upstreams, every_host
from proxy.visit import Visitors

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class App:
    """The proxy, ready to be started; once. `calls`: who answers on a port for carriers alone."""

    def __init__(  # noqa: PLR0913 - one call, and each by its name
        self,
        handler: Handler,
        upstream: Upstreams,
        counters: Counters,
        *,
        mounted: Mounted,
        calls: Handler,
        limits: Limits | None = None,
        cache: SharedCache | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """Take finished objects. `limits`: what a visitor's connection may take."""
        self._upstream = upstream
        self.cache = cache
        self._metrics = metrics
        self._watching: asyncio.Task[None] | None = None
        self._mounted = mounted
        limits = limits or Limits()
        limits = replace(limits, connections=make_room_for(limits.connections))
        self._public = Door(handler, counters, limits)
        self._calls = Door(calls, counters, limits)
        self.draining = asyncio.Event()  # the ports are closed, what is under way goes on

    async def open(self) -> None:
        """Make ready to serve; from no port yet."""
        if self._metrics is not None and self._watching is None:
            self._watching = asyncio.create_task(self._metrics.watch_lag())
        await self._upstream.open()
        await self._mounted.open()
        for door in (self._public, self._calls):
            await door.set_up()

    async def use(
        self, public: Sequence[socket.socket], calls: Sequence[socket.socket] = ()
    ) -> None:
        """Take connections from these sockets, and from no others. Errors: OSError."""
        await self._public.use(public)
        await self._calls.use(calls)

    def say_goodbye(self) -> None:
        """Let each connection end with its next answer; the ports stay as they are."""
        for door in (self._public, self._calls):
            door.say_goodbye()

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Open the port; give the address, with the real port where 0 was asked for."""
        await self._upstream.open()
        return await self._open(self._public, host, port)

    async def start_calls(self, host: str, port: int) -> tuple[str, int]:
        """Open the port for carriers; give the address."""
        return await self._open(self._calls, host, port)

    async def stop(self, *, grace_seconds: float = 0.0) -> None:
        """Take no new connections, let what is under way end within the grace, close."""
        doors = [door for door in (self._public, self._calls) if door.is_open]
        for door in doors:
            await door.shut()
        if doors:
            self.draining.set()
        await asyncio.gather(*(door.close(grace_seconds) for door in doors))
        await self._mounted.close()
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        if self.cache is not None:
            await self.cache.close()
        await self._upstream.close()

    async def _open(self, door: Door, host: str, port: int) -> tuple[str, int]:
        await self._mounted.open()
        try:
            return await door.open(host, port)
        except ListenError:
            await self.stop()
            raise


def make_app(  # noqa: PLR0913 - one call, and each by its name
    *,
    upstream: Upstream | Upstreams,
    visitors: Visitors,
    counters: Counters,
    trusted: Sequence[Network] = (),
    name: str | None = None,
    wait_seconds: float = WAIT_SECONDS,
    mounted: Mounted | None = None,
    limits: Limits | None = None,
    cache_bytes: int = CACHE_BYTES,
    cache_clock: Callable[[], Moment] = moment_now,
    metrics: Metrics | None = None,
    trace: Trace | None = None,
) -> App:
    """Put the proxy together; without any site all but our own paths is 404.

    `name` is its own in Via, by which it knows a loop.

    `cache_bytes`: room for pages whose own headers let a shared cache keep them; 0: none are.
    """
    check_parser()
    mounted = mounted or nothing_mounted()
    sites = upstream if isinstance(upstream, Upstreams) else every_host(upstream)
    gate = Gate(
        name=name or f"calltrack-{secrets.token_hex(4)}",
        serves=lambda host: not sites.has_any or (visitors.serves(host) and sites.serves(host)),
        trusted=TrustedPeers(tuple(trusted)),
        anywhere=mounted.has,
    )
    border = Border(counters)
    cache = SharedCache(counters, border, limit_bytes=cache_bytes, clock=cache_clock)
    metrics = metrics or Metrics(counters)
    metrics.sources += [sites.figures, cache.figures]
    kept = cache if cache_bytes else None
    tools = Tools(counters, border, wait_seconds, kept, metrics, trace or Trace())
    handler = partial(
        Handler,
        upstream=sites,
        visitors=visitors,
        mounted=mounted,
        tools=tools,
        most_tunnels=(limits or Limits()).tunnels,
    )
    only_calls = replace(gate, serves=_no_host)  # what is not under the prefix gets 421
    return App(
        handler(gate=gate),
        sites,
        counters,
        mounted=mounted,
        calls=handler(gate=only_calls, for_carriers=True),
        limits=limits,
        cache=cache,
        metrics=metrics,
    )


def _no_host(_host: str) -> bool:
    return False


class Signals:
    """Signals while this is entered.

    SIGTERM and SIGINT: the first asks for an end, the second for haste. SIGHUP: look for a Plan.
    To a worker its parent says all that: there a signal asks for an end and no more, for a service
    manager may tell all processes beside it.
    """

    def __init__(self, *, of_worker: bool = False) -> None:
        """Nothing has been asked yet."""
        self._of_worker = of_worker
        self.keeps_ports = True  # while it ends, for as long as ops said
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
        if self.stop.is_set() and not self._of_worker:
            self.at_once.set()
        self.stop.set()

    def end(self, *, keeps_ports: bool) -> None:
        """Ask for an end in order, as a signal does."""
        if not self.stop.is_set():
            self.keeps_ports = keeps_ports
        self.stop.set()

    def haste(self) -> None:
        """Ask for an end at once."""
        self.stop.set()
        self.at_once.set()


def check_parser() -> None:
    """Refuse to work on aiohttp's parser in Python."""
    if http_parser.HttpRequestParser.__module__ != "aiohttp._http_parser":
        raise ConfigError(
            "aiohttp runs without its C parser, and the one in Python is not safe behind the "
            "Internet: unset AIOHTTP_NO_EXTENSIONS, or install aiohttp's wheel for this platform"
        )
