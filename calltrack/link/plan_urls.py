"""Which addresses a token may travel to, and where events go.

It goes to the host that ops named, and to no other: a redirect elsewhere is not followed. Where it
could be read on its way ops are warned.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}
_INSIDE = (".local", ".internal", ".localhost", ".lan", ".home.arpa")


def without_query(url: str) -> str:
    """Name an address in a log: a query may hold what is not to be read there."""
    return url.partition("?")[0]


def events_url(plan_url: str) -> str:
    """Give the address that takes events: it stands beside that of the Plan."""
    found = urlsplit(plan_url)
    folder = found.path.rstrip("/").rpartition("/")[0]
    return found._replace(path=f"{folder}/events/", query="", fragment="").geturl()


def may_follow(url: str, to: str) -> bool:
    """Say whether a redirect stays where it is: the same host and port, or its https."""
    old, new = urlsplit(url), urlsplit(to)
    if new.username is not None or new.hostname != old.hostname:
        return False
    if new.scheme != old.scheme:
        return (old.scheme, new.scheme) == ("http", "https")
    return _port(new) == _port(old)


def is_open_to_readers(url: str) -> bool:
    """Say whether what is sent there can be read on its way: http, and not to a near machine."""
    found = urlsplit(url)
    return found.scheme != "https" and not _is_near(found.hostname or "")


def _is_near(host: str) -> bool:
    """Say whether a host is this machine, or one of a private network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)
    return address.is_private or address.is_loopback or address.is_link_local


def _port(url: SplitResult) -> int | None:
    try:
        return url.port or _PORTS.get(url.scheme)
    except ValueError:  # it is none
        return None
