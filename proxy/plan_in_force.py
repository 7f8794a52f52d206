"""The Plan in force, and what is worked out of it once instead of for every page.

What a site's pages are searched for depends on the path (`plan_bindings`). All paths under the same
prefixes share one value, so the rewriter prepares itself once for each.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from calltrack.leases import PoolKey
from calltrack.plan import Plan, Site
from proxy.plan_bindings import bindings_for, rows_for
from proxy.rewrite import Bindings

CAP_SHARE = 4
"""One client network may have a quarter of a pool before it shows itself again ..."""
LEAST_CAP = 2
"""... and two numbers of a small one: an office's second visitor is no attack."""


class PlanInForce:
    """A Plan with its lookups."""

    def __init__(self, plan: Plan, *, client_cap: int | None = None) -> None:
        """Work out what does not depend on a page. `client_cap`: whatever a pool's size."""
        self.plan = plan
        self.fingerprint = hashlib.sha256("".join(_told(plan)).encode()).hexdigest()[:16]
        self._caps = {
            key: client_cap or max(LEAST_CAP, len(numbers) // CAP_SHARE)
            for key, numbers in plan.stock().pools.items()
        }
        self._sites: dict[str, Site] = {}
        for site in plan.sites:
            for host in site.hosts:
                self._sites.setdefault(host, site)
        self._has_paths = any(row.paths for row in plan.placeholders)
        self._bindings: dict[tuple[object, ...], Bindings] = {}

    def site_for(self, host: str) -> Site | None:
        """Give the site that answers to a host name (lower case, no port, no dot at its end)."""
        return self._sites.get(host)

    def cap(self, pool: PoolKey) -> int:
        """Say how many unconfirmed leases one client may have in a pool."""
        return self._caps[pool]

    def bindings(self, site: Site, path: str) -> Bindings:
        """Give what to look for in a page of a site; worked out once."""
        rows = list(rows_for(self.plan, path)) if self._has_paths else []
        key = (site.key, *((row.key, length) for row, length in rows))
        if key not in self._bindings:
            self._bindings[key] = bindings_for(self.plan, site, path)
        return self._bindings[key]

    def all_bindings(self) -> list[Bindings]:
        """Give what to look for on any path of any site."""
        paths = {"/": None} | {path: None for row in self.plan.placeholders for path in row.paths}
        found = (self.bindings(site, path) for site in self.plan.sites for path in paths)
        return list({id(one): one for one in found}.values())


def _told(value: object) -> Iterator[str]:
    """Write a value in the same words in every process: sets have no order of their own."""
    if is_dataclass(value):
        for field in fields(value):
            if field.init:
                yield f"{field.name}="
                yield from _told(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield f"{key}:"
            yield from _told(one)
    elif isinstance(value, frozenset):
        yield f"{{{','.join(sorted(map(str, value)))}}}"
    elif isinstance(value, tuple):
        yield "("
        for one in value:
            yield from _told(one)
        yield ")"
    else:
        yield f"{value!r};"
