"""What `calltrack-proxy run` takes on its command line, and how each of it is read."""

import argparse
import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from proxy.gate import is_authority
from proxy.mounted import DEFAULT_PREFIX

LAST_PORT = 65535
LONGEST_WAIT_MS = 60_000
DEFAULT_STORE = "sqlite:///calltrack-data/leases.sqlite3"
LARGEST_CAP = 1_000_000
LONGEST_NAME = 100
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+/")

NOWHERE = "none"
"""Said instead of an address: events stay here."""


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


def plan_place(text: str) -> Path | str:
    """Read where the Plan is: the name of a file, or a URL (an argparse type)."""
    if not text.lower().startswith(("http://", "https://")):
        return Path(text)
    if not _is_web_address(text):
        raise argparse.ArgumentTypeError(
            "this is no address of a Plan, as https://www.example.nl/calltrack/api/plan/ "
            "(no login in it: a token goes into CALLTRACK_PLAN_TOKEN)"
        )
    return text


def events_address(text: str) -> str:
    """Read where events go: a URL, or that they stay here (an argparse type)."""
    is_url = text.lower().startswith(("http://", "https://")) and _is_web_address(text)
    if text != NOWHERE and not is_url:
        raise argparse.ArgumentTypeError(
            "this is no address for events, as https://www.example.nl/calltrack/api/events/ "
            f"(no login in it: a token goes into CALLTRACK_PLAN_TOKEN), nor «{NOWHERE}»"
        )
    return text


def web_address(text: str) -> str:
    """Read an address that is asked (an argparse type)."""
    if not text.lower().startswith(("http://", "https://")) or not _is_web_address(text):
        raise argparse.ArgumentTypeError(f"«{text}» is no address, as https://www.example.nl/…")
    return text


def _is_web_address(text: str) -> bool:
    """Say whether a URL can be asked, with nothing in it that is not for others to see."""
    try:
        url = urlsplit(text)
        is_good = bool(url.hostname) and url.port != 0 and text.isascii() and text.isprintable()
    except ValueError:
        return False
    return is_good and url.username is None and not url.fragment and " " not in text


def public_url(text: str) -> str:
    """Read the address at which the world reaches us (an argparse type)."""
    try:
        return upstream(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"«{text}» is no address of a site, as https://www.example.nl (no path, no login)"
        ) from None


def prefix(text: str) -> str:
    """Read the path under which our own addresses stand (an argparse type)."""
    if not _PREFIX.fullmatch(text) or {".", ".."} & set(text.split("/")):
        raise argparse.ArgumentTypeError(
            f"«{text}» is no prefix: a path that begins and ends with «/», as /_calltrack/"
        )
    return text


def edge_name(text: str) -> str:
    """Read what this machine is called in Wagtail (an argparse type)."""
    if not text.strip() or not text.isprintable() or len(text) > LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"a name has 1 to {LONGEST_NAME} printable characters")
    return text.strip()


def network(text: str) -> IPv4Network | IPv6Network:
    """Read an address or a network (an argparse type)."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"«{text}» is no address or network, as 10.0.0.0/8: {error}"
        ) from error


def client_cap(text: str) -> int:
    """Read a number of leases (an argparse type)."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= LARGEST_CAP:
        raise argparse.ArgumentTypeError(f"«{text}» is no number from 1 to {LARGEST_CAP}")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `run`."""
    _add_places(parser)
    _add_visitors(parser)
    _add_calls(parser)
    parser.add_argument("--quiet", action="store_true", help="no access log")


def _add_places(parser: argparse.ArgumentParser) -> None:
    """Describe what it stands before, where it listens, and where it keeps what it knows."""
    add = parser.add_argument
    add("--upstream", required=True, type=upstream, metavar="URL", help="the site to stand before")
    add(
        "--plan",
        type=plan_place,
        metavar="FILE|URL",
        help="the Plan: a file (TOML or JSON), or the address where Wagtail gives it; what changes "
        "there is taken over while it serves (default: none, pages pass through)",
    )
    add(
        "--events",
        type=events_address,
        metavar="URL|none",
        help="where events go: views, leases, calls, and every 10 s how this edge fares (default: "
        "beside the Plan's address, …/events/; with a Plan file, none: they stay on this disk)",
    )
    add(
        "--name",
        type=edge_name,
        metavar="NAME",
        help="what Wagtail calls this edge (default: the machine's name)",
    )
    add(
        "--store",
        default=DEFAULT_STORE,
        metavar="URL",
        help="who holds which number: an SQLite file, or Redis (default: %(default)s)",
    )
    add(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the cookie key and the outbox live (default: the folder of an SQLite store, "
        "else calltrack-data)",
    )
    add(
        "--listen",
        type=address,
        default=Address("127.0.0.1", 8080),
        metavar="HOST:PORT",
        help="where visitors come in; a port alone is open to this machine only, 0.0.0.0:PORT to "
        "all (default: %(default)s)",
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


def _add_visitors(parser: argparse.ArgumentParser) -> None:
    """Describe what is believed of visitors, and what they may take."""
    add = parser.add_argument
    add(
        "--trust",
        action="append",
        default=[],
        type=network,
        metavar="NETWORK",
        help="peers whose X-Forwarded-* count, as 10.0.0.0/8 or 127.0.0.1; repeat for more "
        "(default: nobody)",
    )
    add(
        "--store-wait-ms",
        type=milliseconds,
        default=50,
        metavar="N",
        help="how long a page waits for its numbers before it leaves with the originals "
        "(default: %(default)s)",
    )
    add(
        "--client-cap",
        type=client_cap,
        metavar="N",
        help="numbers of one pool that a network (IPv4 /24, IPv6 /56) may have before its browsers "
        "show themselves again (default: a quarter of the pool, at least 2)",
    )
    add(
        "--region-header",
        metavar="NAME",
        help="the header in which a trusted peer tells the visitor's region, as CF-IPCountry",
    )
    add(
        "--geoip",
        type=Path,
        metavar="FILE",
        help="a GeoIP file in MaxMind's format, which tells the region of an address",
    )


def _add_calls(parser: argparse.ArgumentParser) -> None:
    """Describe how carriers reach us."""
    add = parser.add_argument
    add(
        "--public-url",
        type=public_url,
        metavar="URL",
        help="how carriers reach this edge, as https://www.example.nl: Twilio signs this address, "
        "and others are told it in an answer; never taken from a request",
    )
    add(
        "--calls",
        type=address,
        metavar="HOST:PORT",
        help="a port for carriers alone, where a firewall or a password guards the site (default: "
        "none; carriers call --listen)",
    )
    add(
        "--prefix",
        type=prefix,
        default=DEFAULT_PREFIX,
        metavar="PATH",
        help="our own addresses; nothing under it reaches the site (default: %(default)s)",
    )
