"""`calltrack-proxy run`: read the settings, open what is needed, serve until told to stop.

Everything that can be wrong is looked at before the port opens. What belongs together stays
together: the store, the outbox and the cookie key live in one folder, the store's.
"""

import argparse
import asyncio
import ipaddress
import logging
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from calltrack import planfile
from calltrack.cookie import SessionCookie
from calltrack.errors import ConfigError, StoreError
from calltrack.plan import Plan

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
    """Read HOST:PORT, :PORT or PORT (an argparse type)."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"«{text}» is no HOST:PORT, as 127.0.0.1:8080")
    return Address(host, int(port))


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


def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Read an address or a network (an argparse type)."""
    try:
        return ipaddress.ip_network(text)
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
        type=int,
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


