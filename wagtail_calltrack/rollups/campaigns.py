"""Which campaign an arrival belongs to: the first, in the Plan's order, that matches and is open.

Of the Plan only the campaigns are read, and again when its serial says that it is another. They are
kept in the process: a batch of events costs one short query. Where there is no Plan, or it cannot
be read, nothing belongs to any campaign.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from calltrack.plan import Campaign, SiteKey
from calltrack.planrows import read_rows
from calltrack.plantables import CAMPAIGNS
from calltrack.touch import CLICK_IDS, LONGEST, Channel, Touch
from wagtail_calltrack import models
from wagtail_calltrack.models import SessionTouch
from wagtail_calltrack.plan_out import PLACE, campaign_fields, given

_CHANNELS = {one.value: one for one in Channel}

_kept: dict[tuple[int, str], Sequence[Campaign]] = {}  # one: that of the Plan in force


def campaigns_in_force() -> Sequence[Campaign]:
    """Give the Plan's campaigns, in its order: what is asked of them here, and no more."""
    in_force = models.PlanSerial.objects.values_list("serial", "fingerprint").first()
    if in_force is None:
        return ()
    found = _kept.get(in_force)
    if found is None:
        found = _read()
        _kept.clear()
        _kept[in_force] = found
    return found


def campaign_of(campaigns: Sequence[Campaign], touch: SessionTouch, site: str) -> str:
    """Name the campaign of an arrival at a site; "" for none."""
    arrival = arrival_of(touch)
    found = (
        one.key
        for one in campaigns
        if one.is_open(arrival.at) and one.matches(arrival, SiteKey(site))
    )
    return next(found, "")


def arrival_of(row: SessionTouch) -> Touch:
    """Give the touch that a row was made of, as campaigns match it."""
    return Touch(
        at=row.at.astimezone(UTC),
        channel=_CHANNELS.get(row.channel, Channel.DIRECT),
        source=row.source[:LONGEST],
        medium=row.medium[:LONGEST],
        campaign=row.campaign[:LONGEST],
        term=row.term[:LONGEST],
        content=row.content[:LONGEST],
        referrer=row.referrer_host[:LONGEST],
        landing_path=row.landing_path[:LONGEST],
        region=row.region,
        device=row.device,
        click_ids=tuple(name for name in CLICK_IDS if name in row.click_ids),
    )


def _read() -> Sequence[Campaign]:
    """Read the campaigns; one that is wrong, by something round us, is left out."""
    rules = _grouped(models.CampaignRule.objects.order_by("sort_order", "pk"))
    sites = _grouped(models.CampaignSite.objects.select_related("site").order_by("pk"))
    rows = [
        given(
            campaign_fields(
                row,
                pool=None,
                rules=rules.get(row.pk, []),
                sites=[one.site.key for one in sites.get(row.pk, [])],
                vestigingen=[],
            )
        )
        for row in models.Campaign.objects.order_by(PLACE, "pk")
    ]
    problems: list[str] = []
    found = read_rows(CAMPAIGNS, rows, problems)
    return tuple(row.value() for row in found if row.is_good)


def _grouped(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.campaign_id, []).append(row)
    return found
