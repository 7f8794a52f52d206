"""A Plan file taken over into the database: for a firm that began with a file, and for the demo.

Into an empty database only: what editors have made meanwhile is theirs.
"""

from collections.abc import Iterable
from datetime import timedelta

from wagtail.models import Site as WagtailSite

from calltrack.errors import ConfigError
from calltrack.plan import Campaign as PlanCampaign
from calltrack.plan import Placeholder as PlanPlaceholder
from calltrack.plan import Plan, Rule
from calltrack.plan import Site as PlanSite
from wagtail_calltrack.models import (
    Campaign,
    CampaignRule,
    Organisation,
    Placeholder,
    Pool,
    TelephonyAccount,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    plan_change,
)
from wagtail_calltrack.models.rule import FIELDS

TABLES = (Organisation, TrackedSite, Pool, Vestiging, Campaign, TrackingNumber, Placeholder)


def fill(plan: Plan) -> None:
    """Write all rows of a Plan, or none. Errors: ConfigError."""
    with plan_change():
        if any(table.objects.exists() for table in TABLES):
            raise ConfigError("call tracking is set up here already: a Plan is for an empty start")
        firm = plan.organisation
        Organisation.objects.create(name=firm.name, kvk=firm.kvk, region=plan.region)
        sites = {site.key: _site(site) for site in plan.sites}
        pools = {
            pool.key: Pool.objects.create(key=pool.key, rest_minutes=_minutes(pool.rest))
            for pool in plan.pools.values()
        }
        vestigingen = {
            row.key: Vestiging.objects.create(
                key=row.key,
                name=row.name,
                forwarding_number=row.forwarding_number.e164,
                pool=pools[row.pool] if row.pool else None,
                vestigingsnummer=row.vestigingsnummer or "",
            )
            for row in plan.vestigingen.values()
        }
        campaigns = {}
        for campaign in plan.campaigns:
            row = _campaign(campaign, pools[campaign.pool] if campaign.pool else None)
            row.sites.set(sites[key] for key in sorted(campaign.sites))
            row.vestigingen.set(vestigingen[key] for key in sorted(campaign.vestigingen))
            campaigns[campaign.key] = row
        for number in plan.numbers:
            TrackingNumber.objects.create(
                number=number.number.e164,
                pool=pools[number.pool] if number.pool else None,
                campaign=campaigns[number.campaign] if number.campaign else None,
                vestiging=vestigingen[number.vestiging] if number.vestiging else None,
                state=number.state.value,
                released_at=number.released_at,
            )
        for account in plan.telephony.values():
            TelephonyAccount.objects.create(
                key=account.key,
                provider=account.provider.value,
                account=account.account or "",
                secret=account.secret,
                ring_seconds=round(account.ringing.total_seconds()),
                is_recorded=account.recorded,
            )
        for placeholder in plan.placeholders:
            vestiging = vestigingen[placeholder.vestiging] if placeholder.vestiging else None
            _placeholder(placeholder, vestiging).campaigns.set(
                campaigns[key] for key in sorted(placeholder.campaigns)
            )


def _site(site: PlanSite) -> TrackedSite:
    return TrackedSite.objects.create(
        site=_wagtail_site(site.hosts),
        key=site.key,
        hosts=site.hosts,
        mode=site.mode.value,
        consent=site.consent.value,
        hold_minutes=_minutes(site.hold),
        cookie_domain=site.cookie_domain or "",
        consent_cookie=site.consent_cookie or "",
        consent_header=site.consent_header or "",
        consent_value=site.consent_value or "",
        gpc=site.gpc.value,
        attributes=tuple(sorted(site.attributes)),
        never_rewrite=site.never_rewrite,
    )


def _wagtail_site(hosts: Iterable[str]) -> WagtailSite:
    """Find the site of one of these hosts; else the only one that is left."""
    free = WagtailSite.objects.filter(calltrack=None)
    found = free.filter(hostname__in=list(hosts)).first()
    if found is None and free.count() == 1:
        found = free.get()
    if found is None:
        raise ConfigError(f"no site of Wagtail's has one of the hosts {', '.join(hosts)}")
    return found


def _campaign(campaign: PlanCampaign, pool: Pool | None) -> Campaign:
    row = Campaign.objects.create(
        key=campaign.key,
        name=campaign.name,
        method=campaign.method.value,
        exhaustion=campaign.exhaustion.value,
        pool=pool,
        off_site=campaign.off_site,
        starts_at=campaign.starts_at,
        ends_at=campaign.ends_at,
        paused=campaign.paused,
    )
    for place, rule in enumerate(campaign.rules):
        CampaignRule.objects.create(campaign=row, sort_order=place, **_rule(rule))
    return row


def _rule(rule: Rule) -> dict[str, tuple[str, ...]]:
    return {name: getattr(rule, name.removesuffix("_tag")) for name in FIELDS}


def _placeholder(placeholder: PlanPlaceholder, vestiging: Vestiging | None) -> Placeholder:
    return Placeholder.objects.create(
        key=placeholder.key,
        css_class=placeholder.css_class or "",
        vestiging=vestiging,
        paths=placeholder.paths,
        priority=placeholder.priority,
    )


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))
