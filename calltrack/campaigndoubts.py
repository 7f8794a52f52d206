"""What is allowed in the campaigns of a Plan and still looks like a mistake.

Most of it is a campaign, a number or a pattern that does nothing, and nobody would notice: the site
goes on as if it were not there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from calltrack.leases import VestigingKey
from calltrack.patterns import ANYTHING
from calltrack.plan import (
    Campaign,
    CampaignKey,
    Consent,
    Exhaustion,
    Method,
    NumberState,
    Plan,
    PrivacyControl,
    Rule,
)

_HOST = re.compile(r"[^/:@?#\s]+")
_PATH = re.compile(r"[/*][^?#]*")
_REGION = re.compile(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?")

MOST_NAMED = 5
"""Keys that are listed in one sentence."""

_NEVER = (
    ("referrer", _HOST, "it is matched with the host alone, as www.example.nl"),
    ("landing_path", _PATH, "it is matched with the path alone, from its first «/» on, as /shop/*"),
)


def campaign_doubts(plan: Plan) -> Iterator[str]:
    """Name what a person should look at, one sentence each."""
    hiding = hidden(plan)
    for campaign in plan.campaigns:
        for problem in (
            *_never_reached(hiding.get(campaign.key)),
            *_patterns(campaign),
            *_without_use(plan, campaign),
            *_disabled(plan, campaign),
            *_without_static(plan, campaign),
        ):
            yield f"campaigns «{campaign.key}»: {problem}"


def hidden(plan: Plan) -> Mapping[CampaignKey, Campaign]:
    """Give the campaigns that nobody gets to, each with the one that takes everybody before it."""
    bound = frozenset().union(*(row.campaigns for row in plan.placeholders))
    found: dict[CampaignKey, Campaign] = {}
    taking: list[Campaign] = []
    for campaign in plan.campaigns:
        first = next((one for one in taking if _hides(one, campaign)), None)
        if first is not None and not campaign.off_site and campaign.key not in bound:
            found[campaign.key] = first
        if not campaign.rules and not campaign.off_site:
            taking.append(campaign)
    return found


def _never_reached(first: Campaign | None) -> Iterator[str]:
    if first is not None:
        yield f"nobody gets to it: «{first.key}» stands before it, and takes everybody"


def _hides(first: Campaign, later: Campaign) -> bool:
    """Say whether every visitor of the later campaign is the first's, which takes everybody."""
    return (
        _holds(first.sites, later.sites)
        and _holds(first.vestigingen, later.vestigingen)
        and (not first.starts_at or bool(later.starts_at and first.starts_at <= later.starts_at))
        and (not first.ends_at or bool(later.ends_at and later.ends_at <= first.ends_at))
    )


def _holds(larger: frozenset[str], smaller: frozenset[str]) -> bool:
    return not larger or (bool(smaller) and smaller <= larger)  # an empty one is all of them


def _patterns(campaign: Campaign) -> Iterator[str]:
    for at, rule in enumerate(campaign.rules, 1):
        for name, pattern, why in _never_matching(rule):
            yield f"rules[{at}]: {name} «{pattern}» matches nothing: {why}"


def _never_matching(rule: Rule) -> Iterator[tuple[str, str, str]]:
    for name, good, why in _NEVER:
        for pattern in getattr(rule, name):
            if not good.fullmatch(pattern):
                yield name, pattern, why
    for pattern in rule.region:
        if ANYTHING not in pattern and not _REGION.fullmatch(pattern):
            yield "region", pattern, "it is a country or province in capitals, as NL or NL-NH"


def _without_use(plan: Plan, campaign: Campaign) -> Iterator[str]:
    has_static = any(key == campaign.key for key, _ in plan.by_campaign)
    if campaign.off_site:
        if not has_static:
            yield "it is off-site and has no number: a row of [[numbers]] with this campaign"
        return
    if has_static and not _shows_static(plan, campaign):
        yield (
            f"its static numbers are shown to nobody: its method is {campaign.method}, its "
            f"exhaustion {campaign.exhaustion}"
        )
    if campaign.pool and campaign.method is not Method.DYNAMIC:
        yield f"its pool «{campaign.pool}» has no use: its method is {campaign.method}"
    if campaign.method is Method.DYNAMIC and campaign.exhaustion is Exhaustion.SHARE:
        yield (
            "with exhaustion = share two visitors may see one number when no other is free, and "
            "a call to it is credited to either"
        )


def _shows_static(plan: Plan, campaign: Campaign) -> bool:
    if campaign.method is not Method.DYNAMIC:
        return campaign.method is Method.STATIC
    return campaign.exhaustion is Exhaustion.STATIC or any(
        site.consent is Consent.REQUIRED or site.gpc is PrivacyControl.NO_CONSENT
        for site in plan.sites
        if not campaign.sites or site.key in campaign.sites
    )


def _disabled(plan: Plan, campaign: Campaign) -> Iterator[str]:
    if campaign.off_site or not _shows_static(plan, campaign):
        return
    for row in plan.numbers:
        is_its_own = row.campaign == campaign.key and row.state is NumberState.DISABLED
        if is_its_own and plan.static_number(campaign.key, row.vestiging) is None:
            where = f" for «{row.vestiging}»" if row.vestiging else ""
            yield f"its static number{where} is disabled: the original is shown instead"


def lacking_static(plan: Plan, campaign: Campaign) -> Sequence[VestigingKey]:
    """Give the vestigingen that a campaign for all has no number for: new ones, as a rule."""
    falls_back = campaign.method is Method.DYNAMIC and campaign.exhaustion is Exhaustion.STATIC
    wants_static = campaign.method is Method.STATIC or falls_back
    if campaign.off_site or campaign.vestigingen or not wants_static:
        return ()
    given = {row.vestiging for row in plan.numbers if row.campaign == campaign.key}
    return [key for key in plan.vestigingen if not {key, None} & given]


def _without_static(plan: Plan, campaign: Campaign) -> Iterator[str]:
    missing = lacking_static(plan, campaign)
    if missing:
        listed = ", ".join(f"«{key}»" for key in missing[:MOST_NAMED])
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        yield f"it has no static number for {listed}{more}: the original is shown there"
