"""Who sees reports, and what of them: the firm's figures, or those of some sites alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.models import Call, Campaign, TrackedSite


def sees_all(user: Any) -> bool:
    """Say whether somebody sees the whole firm's calls."""
    return POLICIES[Call].has_all(user, ["view"])


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody is limited to; None: nothing.

    `campaigns` are those that run on these sites alone: only of them costs and names are told.
    """

    sites: Mapping[int, str] | None = None
    campaigns: Collection[str] | None = None


def seen_by(user: Any) -> Seen:
    """Say what somebody is limited to."""
    sites = POLICIES[Call].limit(user, ["view"])
    if sites is None:
        return Seen()
    rows = TrackedSite.objects.filter(site__in=sites).values_list("pk", "key")
    campaigns = POLICIES[Campaign].rows_of(sites).values_list("key", flat=True)
    return Seen(dict(rows), frozenset(campaigns))
