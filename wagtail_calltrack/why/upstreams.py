"""Where the page of a host is fetched: the setting CALLTRACK_UPSTREAMS says it, and it alone.

    CALLTRACK_UPSTREAMS = {"www.example.nl": "http://127.0.0.1:8000"}

A host is a name as visitors write it, without port. An upstream is a scheme, a host and perhaps a
port: the site itself, behind the proxy. A host without an entry is fetched from nowhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings

SETTING = "CALLTRACK_UPSTREAMS"

_UPSTREAM = re.compile(
    r"(?P<scheme>https?)://(?:(?P<name>[A-Za-z0-9._-]+)|\[(?P<ip6>[0-9A-Fa-f:.]+)\])"
    r"(?::(?P<port>[0-9]{1,5}))?/?"
)
_HOST = re.compile(r"[a-z0-9._-]+")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where to connect to."""

    scheme: str
    host: str
    port: int


def upstream_for(host: str) -> Upstream | None:
    """Give the upstream of a host; None where the setting names none that can be used."""
    said = getattr(settings, SETTING, {})
    return _read(said.get(host)) if isinstance(said, Mapping) else None


def wrong_entries() -> Iterator[tuple[str, str]]:
    """Say of each entry that cannot be used what is wrong with it, and the fix."""
    said = getattr(settings, SETTING, {})
    if not isinstance(said, Mapping):
        yield f"{SETTING} is no dictionary.", f'Write {SETTING} = {{"www.example.nl": "http://…"}}.'
        return
    for host, url in said.items():
        if not (isinstance(host, str) and _HOST.fullmatch(host)):
            yield (
                f"{SETTING} names «{host}», which is no host name.",
                "Write it in lower case, without https:// and without a port.",
            )
        elif _read(url) is None:
            yield (
                f"{SETTING} leads «{host}» to «{_shown(url)}», where nothing can be fetched.",
                "Write a scheme, a host and perhaps a port alone: http://127.0.0.1:8000.",
            )


def _read(url: object) -> Upstream | None:
    found = _UPSTREAM.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        return None
    port = int(found["port"] or _PORTS[found["scheme"]])
    is_port = 0 < port < 65536
    return Upstream(found["scheme"], found["name"] or found["ip6"], port) if is_port else None


def _shown(url: object) -> str:
    """Give an address without what may be a password."""
    return str(url).rpartition("@")[2]
