"""What an editor of some sites is told of the others: that they are there, and not their names."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from calltrack.plan import Campaign as PlanCampaign
from calltrack.plan import Site
from wagtail_calltrack.access.policies import POLICIES, SEE, sites_of
from wagtail_calltrack.models import Campaign, Placeholder, TrackedSite, TrackingNumber

_NAMED = re.compile(r"«([^»]*)»")
_HIDDEN = "«…»"


@dataclass(frozen=True, slots=True)
class Sight:
    """The keys of what somebody may see; None is everything."""

    campaigns: Collection[str] | None = None
    sites: Collection[str] | None = None

    def sees(self, site: Site) -> bool:
        """Say whether a site is one of theirs."""
        return self.sites is None or site.key in self.sites

    def sees_campaign(self, key: str) -> bool:
        """Say whether a campaign is one of theirs."""
        return self.campaigns is None or key in self.campaigns

    def name(self, campaign: PlanCampaign) -> str:
        """Give a campaign's name, if it is one of theirs."""
        return campaign.name if self.sees_campaign(campaign.key) else not_yours()


EVERYTHING = Sight()


def not_yours() -> str:
    """Give the words for a campaign that somebody may not see."""
    return _("a campaign that is not yours")


def sight_of(user: Any) -> Sight:
    """Say what somebody may see."""
    campaigns, sites = (
        None
        if policy.has_all(user, SEE)
        else frozenset(
            policy.instances_user_has_any_permission_for(user, SEE).values_list("key", flat=True)
        )
        for policy in (POLICIES[Campaign], POLICIES[TrackedSite])
    )
    return Sight(campaigns, None if campaigns is None else sites)


def is_limited(user: Any) -> bool:
    """Say whether somebody works for some sites alone."""
    return bool(sites_of(user, ["view"])) and not POLICIES[Campaign].has_all(user, SEE)


def discreet(text: str, user: Any) -> str:
    """Hide the names of rows that are not theirs in a sentence of the Plan's check."""
    if user is None or "«" not in text or not is_limited(user):
        return text
    hidden = frozenset(_foreign(user))

    def shown(found: re.Match[str]) -> str:
        return _HIDDEN if hidden.intersection(found[1].split(" · ")) else found[0]

    return _NAMED.sub(shown, text)


def _foreign(user: Any) -> Iterator[str]:
    """Give keys, names and numbers of all that somebody may not see."""
    fields = {
        Campaign: ("key", "name"),
        TrackedSite: ("key",),
        Placeholder: ("key",),
        TrackingNumber: ("number",),
    }
    for model, names in fields.items():
        mine = POLICIES[model].instances_user_has_any_permission_for(user, SEE)
        for row in model.objects.exclude(pk__in=mine.values("pk")).values_list(*names):
            yield from row
