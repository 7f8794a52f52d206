"""Where a new campaign stands: behind all others would be behind those that take everybody."""

from wagtail_calltrack.models import Campaign, CampaignRule
from wagtail_calltrack.plan_out import PLACE


def stand_before_those_for_everybody(campaign: Campaign) -> None:
    """Put a campaign with rules before those without any that end the list."""
    with_rules = set(CampaignRule.objects.values_list("campaign_id", flat=True))
    if campaign.off_site or campaign.pk not in with_rules:
        return
    rows = list(Campaign.objects.exclude(pk=campaign.pk).order_by(PLACE, "pk"))
    at = len(rows)
    while at and (rows[at - 1].off_site or rows[at - 1].pk not in with_rules):
        at -= 1
    rows.insert(at, campaign)
    moved = []
    for place, row in enumerate(rows, start=1):
        if row.sort_order != place:
            row.sort_order = place
            moved.append(row)
    Campaign.objects.bulk_update(moved, ["sort_order"])
