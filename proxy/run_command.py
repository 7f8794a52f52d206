"""`calltrack-proxy run`: read the settings, open what is needed, serve until told to stop.

Everything that can be wrong is looked at before the port opens. What belongs together stays
together: the store, the outbox and the cookie key live in one folder, the store's.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from calltrack import planfile
from calltrack.cookie import SessionCookie
from calltrack.errors import ConfigError, ListenError, PlanError, StoreError
from calltrack.leases import LeaseStore
from calltrack.plan import Plan
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.sqlite_leases import open_lease_store
from calltrack.stores.sqlite_outbox import open_outbox
from proxy.admin import EventStatus, Status, make_admin_app
from proxy.app import Signals, make_app, serve, why_not
from proxy.counters import Counters
from proxy.gate import is_authority
from proxy.keys import cookie_keys
from proxy.numbers_for_page import Desk, PassThrough
from proxy.upstream import Upstream
from proxy.watched_store import WatchedStore

LAST_PORT = 65535
LONGEST_WAIT_MS = 60_000
DEFAULT_STORE = "sqlite:///calltrack-data/leases.sqlite3"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. `is_default` tells that nobody asked for this very port."""

    host: str
    port: int
    is_default: bool = False

    def __str__(self) -> str:
        """Write it as in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """Read HOST:PORT, :PORT or PORT; an IPv6 address stands in brackets (an argparse type)."""
    host, _, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" in host and bare == host and "[" not in host:
        raise argparse.ArgumentTypeError(
            f"«{text}»: an IPv6 address stands in brackets: [{host}]:{port}"
        )
    is_port = port.isascii() and port.isdecimal() and int(port) <= LAST_PORT
    if not is_port or "[" in bare or "]" in bare:
        raise argparse.ArgumentTypeError(f"«{text}» is no HOST:PORT, as 127.0.0.1:8080")
    return Address(bare or "127.0.0.1", int(port))


def milliseconds(text: str) -> int:
    """Read a time to wait (an argparse type)."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= LONGEST_WAIT_MS:
        raise argparse.ArgumentTypeError(
            f"«{text}» is no number of milliseconds from 1 to {LONGEST_WAIT_MS}"
        )
    return int(text)


def host_sent(text: str) -> str:
    """Read the Host that the site is to hear (an argparse type)."""
    if not is_authority(text):
        raise argparse.ArgumentTypeError(f"«{text}» is no name of a host, as www.example.nl")
    return text


def upstream(text: str) -> str:
    """Read the site's address (an argparse type)."""
    try:
        url = urlsplit(text)
        is_good = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:
        is_good = False
    if not is_good or url.username or url.query or url.fragment or url.path not in {"", "/"}:
        raise argparse.ArgumentTypeError(
            f"«{text}» is no address of a site, as http://127.0.0.1:8001 (no path, no login)"
        )
    return f"{url.scheme}://{url.netloc}"


def network(text: str) -> IPv4Network | IPv6Network:
    """Read an address or a network (an argparse type)."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"«{text}» is no address or network, as 10.0.0.0/8: {error}"
        ) from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `run`."""
    add = parser.add_argument
    add("--upstream", required=True, type=upstream, metavar="URL", help="the site to stand before")
    add("--plan", type=Path, metavar="FILE", help="the Plan (TOML or JSON); none: pass through")
    add(
        "--store",
        default=DEFAULT_STORE,
        metavar="URL",
        help="who holds which number; cookie key and outbox live beside it (default: %(default)s)",
    )
    add(
        "--listen",
        type=address,
        default=Address("127.0.0.1", 8080),
        metavar="HOST:PORT",
        help="where visitors come in (default: %(default)s)",
    )
    add(
        "--admin",
        type=address,
        default=Address("127.0.0.1", 8081, is_default=True),
        metavar="HOST:PORT",
        help="the status page (default: %(default)s, or a free port where that is taken)",
    )
    add(
        "--upstream-host",
        type=host_sent,
        metavar="NAME",
        help="the Host sent to the site (default: the visitor's own)",
    )
    add(
        "--trust",
        action="append",
        default=[],
        type=network,
        metavar="NETWORK",
        help="peers whose X-Forwarded-* count, as 10.0.0.0/8; repeat for more (default: nobody)",
    )
    add(
        "--store-wait-ms",
        type=milliseconds,
        default=50,
        metavar="N",
        help="how long a page waits for its numbers before it leaves with the originals "
        "(default: %(default)s)",
    )
    add("--quiet", action="store_true", help="no access log")
    parser.set_defaults(run=run)


def sqlite_path(store: str) -> Path:
    """Read a store's URL: sqlite:///relative, sqlite:////absolute, or a plain path."""
    scheme, found, rest = store.partition("://")
    if not found:
        return Path(store)
    if scheme in {"redis", "rediss", "unix"}:
        raise ConfigError("--store: Redis is not supported by this release; use sqlite:///PATH")
    if scheme != "sqlite" or not rest.startswith("/") or len(rest) == 1:
        raise ConfigError(f"--store: «{store}» is no store, as {DEFAULT_STORE}")
    return Path(rest[1:])


def run(args: argparse.Namespace) -> int:
    """Serve until a signal says stop."""
    plan = planfile.load(args.plan) if args.plan is not None else None
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    if args.quiet:
        logging.getLogger("calltrack.access").setLevel(logging.WARNING)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_until_told(args, plan))
    return 0


def _loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    """Use uvloop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ModuleNotFoundError:
        return None
    return uvloop.Loop


async def _until_told(args: argparse.Namespace, plan: Plan | None) -> None:
    with Signals() as signals:  # a signal counts from here on, also while files are being opened
        await _serve(args, plan, signals)


async def _serve(args: argparse.Namespace, plan: Plan | None, signals: Signals) -> None:
    counters = Counters()
    async with _desk(args, plan, counters) as (desk, store, events):
        app = make_app(
            upstream=Upstream(args.upstream, host=args.upstream_host),
            visitors=desk or PassThrough(),
            counters=counters,
            trusted=args.trust,
        )
        status = Status(plan, args.upstream, store, counters, events)
        async with _admin(args.admin, status) as admin:
            await serve(
                app,
                args.listen.host,
                args.listen.port,
                signals,
                when_ready=lambda host, port: _say_ready(args, plan, Address(host, port), admin),
            )


@asynccontextmanager
async def _desk(
    args: argparse.Namespace, plan: Plan | None, counters: Counters
) -> AsyncIterator[tuple[Desk, WatchedStore, EventStatus] | tuple[None, None, None]]:
    """Open the store and the outbox beside it; without a Plan nothing is opened."""
    if plan is None:
        yield None, None, None
        return
    path = sqlite_path(args.store)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"--store: {path.parent} cannot be made: {error.strerror}") from error
    keys = cookie_keys(path.parent)
    budget = timedelta(milliseconds=args.store_wait_ms)
    # A lock waited for longer helps no page.
    store = WatchedStore(open_lease_store(path, busy=budget * 0.8))
    try:
        outbox = open_outbox(path.with_name("outbox.sqlite3"))
        writer = EventWriter(outbox)
        try:
            await _sync(store, plan)
            desk = Desk(
                plan=plan,
                store=store,
                outbox=writer,
                cookie=SessionCookie(keys),
                counters=counters,
                store_budget=budget,
            )
            yield desk, store, EventStatus(writer, outbox)
        finally:
            await writer.close()
    finally:
        await store.close()


async def _sync(store: LeaseStore, plan: Plan) -> None:
    """Tell the store which numbers the pools hold now."""
    if not await store.sync(plan.stock()):
        problem = (
            f"serial: {plan.serial} is lower than that of the Plan this store has worked with; "
            "a serial only grows, so that an old Plan cannot come back by mistake"
        )
        raise PlanError([problem])


@asynccontextmanager
async def _admin(address: Address, status: Status) -> AsyncIterator[Address]:
    """Open the status page. Where only its default port is taken, any free one will do."""
    runner = web.AppRunner(make_admin_app(status, hosts=frozenset({address.host})), access_log=None)
    await runner.setup()
    try:
        ports = (address.port, 0) if address.is_default else (address.port,)
        await _listen(runner, address.host, ports)
        host, port = runner.addresses[0][:2]
        yield Address(host, port)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, ports: tuple[int, ...]) -> None:
    """Open the first of these ports that can be had."""
    for port in ports:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            failure = error
        else:
            return
    raise ListenError(f"--admin: {why_not(failure, host, ports[0])}") from failure


def _say_ready(args: argparse.Namespace, plan: Plan | None, here: Address, admin: Address) -> None:
    if plan is None:
        print(
            "no Plan: every page passes through as it is; to get one: "
            f"calltrack-proxy plan init {args.upstream} > plan.toml"
        )
    print(f"status page at http://{admin}/")
    print(f"ready: http://{here}/ in front of {args.upstream}", flush=True)
