"""The sites behind the proxy, by the host that a visitor asks for.

Rule 1: a request chooses among sites that the settings name, and nothing else: neither its host nor
anything in it ever becomes an address.
Rule 2: a name counts before `*.example.nl` (all below it), the longest of those before shorter
ones, and before `*`, which is all others. A host that none has is served by nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from proxy.upstream import Upstream

EVERY_HOST = "*"

Chosen = TypeVar("Chosen")


@dataclass(frozen=True, slots=True)
class Site:
    """One site: the hosts it answers for, lower case and without ports, and where it is."""

    hosts: tuple[str, ...]
    url: str
    host_sent: str | None = None
    ca_file: Path | None = None


class Upstreams:
    """All sites, each with connections of its own; opened and closed together."""

    def __init__(self, by_host: Mapping[str, Upstream]) -> None:
        """Take finished upstreams, by host: a name, `*.example.nl`, or `*`."""
        self._by_host = dict(by_host)
        self._only = by_host.get(EVERY_HOST) if len(by_host) == 1 else None

    def of(self, host: str) -> Upstream | None:
        """Give the site of a host (its name, lower case, no port); None where there is none."""
        return self._only or chosen(self._by_host, host)

    def serves(self, host: str) -> bool:
        """Say whether any site answers for a host."""
        return self.of(host) is not None

    @property
    def has_any(self) -> bool:
        """Say whether there is a site at all."""
        return bool(self._by_host)

    async def open(self) -> None:
        """Make all ready to ask."""
        for one in self._each():
            await one.open()

    async def close(self) -> None:
        """Close what is open."""
        for one in self._each():
            await one.close()

    def figures(self) -> Mapping[str, float]:
        """Count the connections to all sites, and what was read of them, for monitoring."""
        pools = [pool for one in self._each() if (pool := one.pool) is not None]
        return {
            "now.connections.busy": sum(pool.open - pool.idle for pool in pools),
            "now.connections.idle": sum(pool.idle for pool in pools),
            "now.connections.tunnel": sum(pool.tunnels for pool in pools),
            "site.reused": sum(pool.reused for pool in pools),
            "site.retried": sum(pool.retried for pool in pools),
            "bytes.from_site": sum(pool.read_bytes for pool in pools),
        }

    def _each(self) -> Sequence[Upstream]:
        return list({id(one): one for one in self._by_host.values()}.values())


def chosen(by_host: Mapping[str, Chosen], host: str) -> Chosen | None:
    """Give what stands for a host, by rule 2."""
    found = by_host.get(host)
    rest = host
    while found is None and rest:
        _, _, rest = rest.partition(".")
        found = by_host.get(f"*.{rest}")
    return by_host.get(EVERY_HOST) if found is None else found


def every_host(upstream: Upstream) -> Upstreams:
    """Have one site answer for all hosts."""
    return Upstreams({EVERY_HOST: upstream})


def make_upstreams(sites: Sequence[Site], make: Callable[[Site], Upstream]) -> Upstreams:
    """Make an upstream for each site."""
    return Upstreams({host: one for site in sites for one in [make(site)] for host in site.hosts})


def told_of(sites: Sequence[Site]) -> str:
    """Name the sites for people; "" where there are none."""
    return ", ".join(dict.fromkeys(site.url for site in sites))
