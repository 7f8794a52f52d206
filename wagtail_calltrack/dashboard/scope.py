"""Whose dashboard it is: people with the same scope are shown the same, and it is made once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wagtail_calltrack.access.policies import POLICIES, SEE
from wagtail_calltrack.callers import may_see
from wagtail_calltrack.models import Call, Campaign, TrackedSite


@dataclass(frozen=True)
class Scope:
    """What somebody may see. `site_ids`: Wagtail's sites that they are limited to, if they are."""

    site_ids: frozenset[int] | None
    sees_callers: bool
    names_all: bool  # campaigns of other sites, too

    @property
    def word(self) -> str:
        """Name the scope, as a key of the cache."""
        sites = "all" if self.site_ids is None else ".".join(map(str, sorted(self.site_ids)))
        return f"{sites}-{int(self.sees_callers)}{int(self.names_all)}"

    @cached_property
    def sites(self) -> frozenset[str] | None:
        """Give the keys of the sites; None is all."""
        if self.site_ids is None:
            return None
        rows = TrackedSite.objects.filter(site__in=self.site_ids)
        return frozenset(rows.values_list("key", flat=True))

    @cached_property
    def campaigns(self) -> frozenset[str] | None:
        """Give the keys of the campaigns that are told by name; None is all."""
        if self.site_ids is None or self.names_all:
            return None
        rows = POLICIES[Campaign].rows_of(self.site_ids)
        return frozenset(rows.values_list("key", flat=True))


def scope_of(user: Any) -> Scope:
    """Say what somebody may see."""
    sites = POLICIES[Call].limit(user, ["view"])
    return Scope(
        site_ids=sites,
        sees_callers=may_see(user),
        names_all=sites is None or POLICIES[Campaign].has_all(user, SEE),
    )
