"""Which number a place on a page shows, and why.

The rules, first match wins:

1. The place belongs to a vestiging: its own `data-vestiging`; else the vestiging that its
   placeholder is bound to; else the one whose forwarding number stands there; else, in a
   placeholder, the Plan's first. A `data-vestiging` that the Plan does not know keeps the original.
2. In a priority placeholder that no vestiging is named for, the campaign comes first: the first
   that matches the visitor, and its vestiging gives the number (of several the Plan's first). One
   that speaks for all vestigingen leaves the choice to rule 1.
3. The first campaign, in the Plan's order, that matches the visitor's touch, covers the vestiging
   and is inside its window decides. A placeholder bound to campaigns hears no other.
4. What the session was shown for a vestiging stays until it ends: the campaign that gave the number
   goes on deciding there, also after a new touch or at the end of its window. Where no lease was to
   be had and the static number was shown, that stays. A session has one lease for a vestiging, and
   so one campaign that leases there, whatever else a placeholder is bound to.
5. A paused campaign decides, too: it shows the original, also where it showed a number before.
6. Its method: the original number, its static number, or a number leased from its pool, or the
   vestiging's. Who may not be given a lease (no consent) sees the static number, if there is one.
7. No campaign: the original.

Pure: the visitor's session and the store come after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    Campaign,
    CampaignKey,
    Exhaustion,
    Method,
    Placeholder,
    Plan,
    SiteKey,
)
from calltrack.sessions import Held, Session
from calltrack.touch import Touch


class Reason(StrEnum):
    """Why a place shows what it shows: a word for logs and counters."""

    LEASE = "lease"  # a number of the visitor's own
    STATIC = "static"  # the campaign's own number
    NO_VESTIGING = "no_vestiging"  # none of the Plan belongs to the place
    NO_CAMPAIGN = "no_campaign"  # none matches the visitor and covers the vestiging
    PAUSED = "paused"  # the campaign is
    CAMPAIGN = "campaign"  # its method is the original number
    NO_POOL = "no_pool"  # neither it nor the vestiging has one
    NO_NUMBER = "no_number"  # it has no static number for the vestiging
    NO_CONSENT = "no_consent"  # a lease would be stored, and the visitor did not agree


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at a place: the number, the key of the placeholder, its data-vestiging."""

    number: PhoneNumber | None = None
    placeholder: str | None = None
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the campaigns that match now, in the Plan's order, and what was shown before."""

    campaigns: tuple[Campaign, ...]
    held: tuple[Held, ...] = ()
    may_lease: bool = True


class Decision(NamedTuple):
    """What to show: a lease from `pool`, else `number`, else the original.

    With a pool, `number` is what to show when the pool has none to give, and `share` says whether
    one may be shared then.
    """

    reason: Reason
    vestiging: VestigingKey | None = None
    campaign: CampaignKey | None = None
    pool: PoolKey | None = None
    number: PhoneNumber | None = None
    share: bool = False


def known(plan: Plan, session: Session, *, now: datetime) -> Viewer:
    """Describe a visitor with a session."""
    return Viewer(_matching(plan, session.site, session.touch, now=now), session.held)


def stranger(plan: Plan, site: SiteKey, touch: Touch, *, now: datetime) -> Viewer:
    """Describe a visitor of whom nothing may be stored, by this one request's touch."""
    return Viewer(_matching(plan, site, touch, now=now), may_lease=False)


def _matching(plan: Plan, site: SiteKey, touch: Touch, *, now: datetime) -> tuple[Campaign, ...]:
    """Give the campaigns that a visitor of the site with this touch belongs to now."""
    return tuple(c for c in plan.campaigns if c.is_open(now) and c.matches(touch, site))


def decide(plan: Plan, place: Place, viewer: Viewer) -> Decision:
    """Decide what a place shows."""
    placeholder = plan.by_placeholder.get(place.placeholder or "")
    heard = _heard(viewer.campaigns, placeholder)
    vestiging = vestiging_of(plan, place, heard)
    if vestiging is None:
        return Decision(Reason.NO_VESTIGING)
    shown = _shown(plan, viewer, vestiging)
    before = _heard(_campaigns_of(plan, shown), placeholder)
    campaign = _first_for(vestiging, before) or _first_for(vestiging, heard)
    if campaign is None:
        return Decision(Reason.NO_CAMPAIGN, vestiging)
    if campaign.paused:
        return Decision(Reason.PAUSED, vestiging, campaign.key)
    if campaign.method is Method.ORIGINAL:
        return Decision(Reason.CAMPAIGN, vestiging, campaign.key)
    if campaign.method is Method.STATIC or not viewer.may_lease:
        return _static(plan, campaign, vestiging)
    return _dynamic(plan, campaign, vestiging, shown)


def vestiging_of(plan: Plan, place: Place, heard: Sequence[Campaign] = ()) -> VestigingKey | None:
    """Name the vestiging of a place by rules 1 and 2. None: the Plan knows none."""
    if place.named is not None:
        key = VestigingKey(place.named)
        return key if key in plan.vestigingen else None
    placeholder = plan.by_placeholder.get(place.placeholder or "")
    if placeholder is not None and placeholder.vestiging is not None:
        return placeholder.vestiging if placeholder.vestiging in plan.vestigingen else None
    if placeholder is not None and placeholder.priority and heard and heard[0].vestigingen:
        return next(filter(heard[0].covers, plan.vestigingen), None)
    if place.number is not None and place.number in plan.by_forwarding_number:
        return plan.by_forwarding_number[place.number]
    return next(iter(plan.vestigingen), None) if placeholder is not None else None


def _first_for(vestiging: VestigingKey, campaigns: Sequence[Campaign]) -> Campaign | None:
    for campaign in campaigns:
        if campaign.covers(vestiging):
            return campaign
    return None


def _heard(campaigns: Sequence[Campaign], placeholder: Placeholder | None) -> Sequence[Campaign]:
    if placeholder is None or not placeholder.campaigns:
        return campaigns
    return [c for c in campaigns if c.key in placeholder.campaigns]


def _shown(plan: Plan, viewer: Viewer, vestiging: VestigingKey) -> Sequence[Held]:
    """Give what the session was shown for a vestiging, oldest first.

    What one page showed came at one moment: the first campaign of the Plan is that of the places
    that are bound to none.
    """
    held = [h for h in viewer.held if h.vestiging == vestiging]
    if len(held) < 2:
        return held
    order = {campaign.key: place for place, campaign in enumerate(plan.campaigns)}
    return sorted(held, key=lambda h: (h.given_at, order.get(h.campaign, 0)))


def _campaigns_of(plan: Plan, shown: Sequence[Held]) -> Sequence[Campaign]:
    return [c for h in shown for c in plan.campaigns if c.key == h.campaign]


def _static(plan: Plan, campaign: Campaign, vestiging: VestigingKey) -> Decision:
    number = plan.static_number(campaign.key, vestiging)
    if number is not None:
        return Decision(Reason.STATIC, vestiging, campaign.key, number=number)
    lacks_consent = campaign.method is Method.DYNAMIC
    reason = Reason.NO_CONSENT if lacks_consent else Reason.NO_NUMBER
    return Decision(reason, vestiging, campaign.key)


def _dynamic(
    plan: Plan, campaign: Campaign, vestiging: VestigingKey, shown: Sequence[Held]
) -> Decision:
    leases = [h for h in shown if h.is_lease]
    for lessor in _campaigns_of(plan, leases):
        if lessor.method is Method.DYNAMIC and not lessor.paused and lessor.covers(vestiging):
            campaign = lessor
            break
    number = plan.static_number(campaign.key, vestiging)
    last = next((h for h in reversed(shown) if h.campaign == campaign.key), None)
    if last is not None and last.number == number:
        return Decision(Reason.STATIC, vestiging, campaign.key, number=number)
    if campaign.exhaustion is not Exhaustion.STATIC:
        number = None
    pool = campaign.pool or plan.vestigingen[vestiging].pool
    if pool is None or pool not in plan.pools:
        reason = Reason.NO_POOL if number is None else Reason.STATIC
        return Decision(reason, vestiging, campaign.key, number=number)
    share = campaign.exhaustion is Exhaustion.SHARE
    return Decision(Reason.LEASE, vestiging, campaign.key, pool, number, share)
