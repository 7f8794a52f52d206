"""Which number a place on a page shows, and why.

The rules, first match wins:

1. The place belongs to a vestiging: its own `data-vestiging`; else the vestiging that its
   placeholder is bound to; else the one whose forwarding number stands there; else the Plan's
   first. A `data-vestiging` that the Plan does not know keeps the original.
2. The first campaign, in the Plan's order, that covers the vestiging and is inside its window
   decides. A paused one decides too: it shows the original.
3. Its method: the original number, or a number leased from the vestiging's pool.
4. No campaign: the original.

Pure: the visitor's session and the store come after.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Method, Plan


class Reason(StrEnum):
    """Why a place shows what it shows: a word for logs and counters."""

    LEASE = "lease"  # a number of the visitor's own
    NO_VESTIGING = "no_vestiging"  # none of the Plan belongs to the place
    NO_CAMPAIGN = "no_campaign"  # none covers the vestiging now
    PAUSED = "paused"  # the campaign is
    CAMPAIGN = "campaign"  # its method is the original number
    NO_POOL = "no_pool"  # the vestiging has none


@dataclass(frozen=True, slots=True)
class Decision:
    """What to show for a vestiging. With a `pool`: a lease from it; without: the original."""

    reason: Reason
    vestiging: VestigingKey | None = None
    campaign: CampaignKey | None = None
    pool: PoolKey | None = None


def vestiging_of(
    plan: Plan,
    *,
    number: PhoneNumber | None,
    placeholder: str | None = None,
    named: str | None = None,
) -> VestigingKey | None:
    """Name the vestiging of a place: `named` is its data-vestiging. None: unknown, leave it."""
    if named is not None:
        key = VestigingKey(named)
        return key if key in plan.vestigingen else None
    bound = next((p.vestiging for p in plan.placeholders if p.key == placeholder), None)
    if bound is not None:
        return bound
    if number is not None and number in plan.by_forwarding_number:
        return plan.by_forwarding_number[number]
    if placeholder is None:
        return None
    return next(iter(plan.vestigingen), None)


def decide(plan: Plan, vestiging: VestigingKey | None, *, now: datetime) -> Decision:
    """Decide what a place of this vestiging shows."""
    if vestiging is None:
        return Decision(Reason.NO_VESTIGING)
    covering = (c for c in plan.campaigns if c.covers(vestiging) and c.is_open(now))
    campaign = next(covering, None)
    if campaign is None:
        return Decision(Reason.NO_CAMPAIGN, vestiging)
    if campaign.paused:
        return Decision(Reason.PAUSED, vestiging, campaign.key)
    if campaign.method is Method.ORIGINAL:
        return Decision(Reason.CAMPAIGN, vestiging, campaign.key)
    pool = plan.vestigingen[vestiging].pool
    if pool is None:
        return Decision(Reason.NO_POOL, vestiging, campaign.key)
    return Decision(Reason.LEASE, vestiging, campaign.key, pool)
