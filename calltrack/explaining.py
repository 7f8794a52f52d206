"""Which campaign an arrival belongs to, and why not to the others.

For whoever sets campaigns up. What matches is asked of the Plan's own campaigns and rules, and what
is shown of `decision`: nothing is worked out a second time here.

- `explain` takes every campaign in the Plan's order. One that matches may still decide nothing:
  another one before it speaks for the same vestigingen.
- A rule is answered by the first of its fields that does not fit.
- The visitor is a new one. Who was here before keeps the numbers seen then (`decision`, rule 4).

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from calltrack.decision import Decision, Place, Viewer, decide, stranger
from calltrack.leases import VestigingKey
from calltrack.plan import SAID, Campaign, Consent, Obstacle, Plan, Rule, Site
from calltrack.touch import Touch


class Why(StrEnum):
    """What becomes of a campaign."""

    DECIDES = "decides"  # for one vestiging at least
    BEHIND = "behind"  # it matches, and others before it speak for its vestigingen
    OFF_SITE = "off_site"
    TO_COME = "to_come"
    OVER = "over"
    SITE = "site"
    RULES = "rules"


_OBSTACLES = {
    Obstacle.OFF_SITE: Why.OFF_SITE,
    Obstacle.SITE: Why.SITE,
    Obstacle.RULES: Why.RULES,
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field of a rule, what the rule wants there, and what the arrival says; () is nothing."""

    field: str
    wants: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A campaign and what becomes of it.

    `rule` is the first that fits, counted from 1; 0 where it has none, or none fits. Then
    `misfits` has one for each of its rules.
    """

    campaign: Campaign
    why: Why
    decides_for: tuple[VestigingKey, ...] = ()
    rule: int = 0
    misfits: tuple[Misfit, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What becomes of an arrival: each campaign in the Plan's order, and each vestiging.

    `before_consent` is what is shown until the visitor agrees; empty where nobody is asked.
    """

    verdicts: tuple[Verdict, ...]
    shown: tuple[Decision, ...]
    before_consent: tuple[Decision, ...] = ()

    @property
    def winners(self) -> tuple[Verdict, ...]:
        """Give the campaigns that decide: mostly one."""
        return tuple(one for one in self.verdicts if one.why is Why.DECIDES)


def explain(plan: Plan, site: Site, touch: Touch, *, now: datetime) -> Explanation:
    """Say what becomes of a visitor who arrives now, with this touch."""
    unknown = stranger(plan, site.key, touch, now=now)
    shown = _shown(plan, Viewer(unknown.campaigns))
    asks = site.consent is Consent.REQUIRED
    return Explanation(
        verdicts=tuple(_verdict(one, site, touch, shown, now) for one in plan.campaigns),
        shown=shown,
        before_consent=_shown(plan, unknown) if asks else (),
    )


def _shown(plan: Plan, viewer: Viewer) -> tuple[Decision, ...]:
    return tuple(decide(plan, Place(named=key), viewer) for key in plan.vestigingen)


def _verdict(
    campaign: Campaign, site: Site, touch: Touch, shown: Sequence[Decision], now: datetime
) -> Verdict:
    obstacle = campaign.obstacle(touch, site.key)
    if obstacle is not None and obstacle is not Obstacle.RULES:
        return Verdict(campaign, _OBSTACLES[obstacle])
    if not campaign.is_open(now):
        is_to_come = campaign.starts_at is not None and now < campaign.starts_at
        return Verdict(campaign, Why.TO_COME if is_to_come else Why.OVER)
    if obstacle is not None:
        misfits = tuple(misfit_of(rule, touch) for rule in campaign.rules)
        return Verdict(campaign, Why.RULES, misfits=misfits)
    rule = next((at for at, one in enumerate(campaign.rules, 1) if one.matches(touch)), 0)
    mine = tuple(one.vestiging for one in shown if one.campaign == campaign.key and one.vestiging)
    return Verdict(campaign, Why.DECIDES if mine else Why.BEHIND, mine, rule)


def misfit_of(rule: Rule, touch: Touch) -> Misfit:
    """Describe the field that a rule, which does not match, stumbles over."""
    field = rule.misfit(touch)
    said = tuple(value for value in SAID[field](touch)[:1] if value)
    says = touch.click_ids if field == "click_id" else said
    return Misfit(field, tuple(getattr(rule, field)), says)
