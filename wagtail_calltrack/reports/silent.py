"""Where the costs of a campaign go that nobody came by and nobody called: where its calls would be.

Calls to its own numbers have the channel, source and site that are known of it without any visitor,
and the vestiging of the number. So a day without calls stands in the same row as a day with some.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from wagtail_calltrack.models import CampaignSite, TrackingNumber
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.costs import Cell
from wagtail_calltrack.rollups import static_wheres

Own = tuple[str, str]
"""A number of a campaign's own, and its vestiging."""

NO_NUMBER: Sequence[Own] = (("", ""),)


def silent_cells(asked: Asked, campaigns: Collection[str]) -> Iterator[Cell]:
    """Give what each campaign's costs are shared among: equally over its own numbers."""
    wheres, sites = static_wheres(campaigns), _sites(campaigns)
    numbers = _numbers(campaigns)
    for key in sorted(campaigns):
        where, site = wheres[key], sites.get(key, "")
        for number, vestiging in numbers.get(key, NO_NUMBER):
            by_number = {"number": number, "vestiging": vestiging}
            row = by_number.get(asked.dimension.shown, "")
            if asked.dimension.origin:
                row = getattr(where, asked.dimension.origin)
            told = ((asked.channel, where.channel), (asked.site, site))
            fits = _fits((*told, (asked.vestiging, vestiging)))
            yield Cell(key, "", row, 1, is_asked=fits)


def _fits(filters: Sequence[tuple[str, str]]) -> bool | None:
    """Say whether the filters leave in what is known; None where too little is."""
    asked = [known == wanted if known else None for wanted, known in filters if wanted]
    if False in asked:
        return False
    return None if None in asked else True


def _sites(campaigns: Collection[str]) -> Mapping[str, str]:
    """Give the site of each campaign that runs on one alone."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = CampaignSite.objects.filter(campaign__key__in=campaigns).order_by("pk")
    for campaign, site in rows.values_list("campaign__key", "site__key"):
        found[campaign].append(site)
    return {campaign: keys[0] for campaign, keys in found.items() if len(keys) == 1}


def _numbers(campaigns: Collection[str]) -> Mapping[str, Sequence[Own]]:
    found: dict[str, list[Own]] = defaultdict(list)
    rows = TrackingNumber.objects.filter(campaign__key__in=campaigns).order_by("number")
    for campaign, number, vestiging in rows.values_list(
        "campaign__key", "number", "vestiging__key"
    ):
        found[campaign].append((number, vestiging or ""))
    return found
