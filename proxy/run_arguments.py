"""How the settings of `calltrack-proxy run` are read: text in, a value or a sentence out.

Each is an argparse type: ArgumentTypeError, whose sentence names the text and what is wanted.
"""

import argparse
import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from calltrack.errors import ConfigError
from calltrack.stores.opening import sqlite_path
from calltrack.stores.redis_urls import is_redis_url, read_redis_url
from proxy.gate import is_authority

LAST_PORT = 65535
LONGEST_WAIT_MS = 60_000
DEFAULT_STORE = "sqlite:///calltrack-data/leases.sqlite3"
LARGEST_CAP = 1_000_000
LONGEST_NAME = 100
LONGEST_HOST = 253
_LABELS = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)"
_NAME = re.compile(rf"{_LABELS}(?:\.{_LABELS})*")
_HOST = re.compile(rf"\*|(?:\*\.)?{_LABELS}(?:\.{_LABELS})*|\[[0-9A-Fa-f:.]+\]")
_FIELD_NAME = re.compile(r"[A-Za-z0-9-]+")
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
    is_port = port.isascii() and port.isdecimal() and len(port) < 6 and int(port) <= LAST_PORT
    if not is_port or (bare and not _is_host(bare, is_ipv6=bare != host)):
        raise argparse.ArgumentTypeError(f"«{text}» is no HOST:PORT, as 127.0.0.1:8080")
    return Address(bare or "127.0.0.1", int(port))


def _is_host(text: str, *, is_ipv6: bool) -> bool:
    try:
        return bool(_NAME.fullmatch(text)) if not is_ipv6 else ip_address(text).version == 6
    except ValueError:
        return False


def file_name(text: str) -> Path:
    """Read the name of a file or a folder (an argparse type)."""
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("this is no name of a file")
    return Path(text)


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
        return file_name(text)
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


def host_pattern(text: str) -> str:
    """Read a host that a site answers for: a name, all names below one, or all others.

    The name is in lower case and has no port, for hosts are compared like that.
    """
    if not _HOST.fullmatch(text) or len(text) > LONGEST_HOST:
        raise argparse.ArgumentTypeError(
            f"«{text[:LONGEST_HOST]}» is no host without a port, as www.example.nl, *.example.nl "
            "or *"
        )
    return text.lower()


def store_url(text: str) -> str:
    """Read where the store is. The text is never repeated: a password may stand in it."""
    try:
        if is_redis_url(text):
            read_redis_url(text)
        else:
            sqlite_path(text)
    except ConfigError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("--store: ")) from error
    return text


def field_name(text: str) -> str:
    """Read the name of a header (an argparse type)."""
    if not _FIELD_NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"«{text}» is no header's name, as CF-IPCountry")
    return text
