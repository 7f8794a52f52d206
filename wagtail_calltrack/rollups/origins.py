"""Where somebody came from, as reports tell it apart: a row for each combination, made when needed.

A row is found by a digest of what it says. Several processes may make the same one at once: all
insert, in one order, what they do not see, and read what stands there then.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace

from calltrack.plan import Campaign as PlanCampaign
from calltrack.ruleorigin import told_by
from calltrack.touch import Channel
from wagtail_calltrack.models import Campaign, Origin, SessionTouch, VisitorSession
from wagtail_calltrack.models.rollups import LONGEST_DIMENSION
from wagtail_calltrack.rollups.campaigns import campaign_of, campaigns_in_force

AT_ONCE = 500
"""Values that one query asks for."""


@dataclass(frozen=True, slots=True)
class Where:
    """What an origin says."""

    site: str = ""
    channel: str = ""
    source: str = ""
    medium: str = ""
    utm_campaign: str = ""
    keyword: str = ""
    landing_path: str = ""
    campaign: str = ""

    @property
    def digest(self) -> str:
        """Name this combination."""
        return hashlib.sha256("\0".join(astuple(self)).encode()).hexdigest()


def origins_of(
    touches: Sequence[SessionTouch], sites: Mapping[str, str] | None = None
) -> list[Origin]:
    """Give each touch's origin, in the order given; those that are not there yet are made.

    `sites`: the site of each session; read from the sessions where it is not given.
    """
    if not touches:
        return []
    if sites is None:
        sites = _sites({one.session for one in touches})
    campaigns = campaigns_in_force()
    wheres = [_where(campaigns, one, sites.get(one.session, "")) for one in touches]
    found = kept(wheres)
    return [found[one] for one in wheres]


def static_origin(campaign: str, site: str) -> Origin:
    """Give the origin of a call on a campaign's own number: no more is known of it."""
    where = replace(static_wheres([campaign])[campaign], site=site)
    return kept([where])[where]


def static_wheres(campaigns: Collection[str]) -> Mapping[str, Where]:
    """Say of each campaign where those who call its own numbers come from, whatever the site.

    Those of an off-site campaign come from outside; of others their rules tell what they tell.
    """
    off_site = set(
        Campaign.objects.filter(key__in=campaigns, off_site=True).values_list("key", flat=True)
    )
    rules = {str(one.key): one.rules for one in campaigns_in_force()}
    found = {}
    for key in campaigns:
        where = Where(campaign=key)
        if key in off_site:
            where = replace(where, channel=Channel.OFFLINE.value)
        elif told := told_by(rules.get(key, ())):
            where = replace(
                where, channel=told.channel.value, source=told.source, medium=told.medium
            )
        found[key] = where
    return found


def kept(wheres: Iterable[Where]) -> Mapping[Where, Origin]:
    """Give the rows of these origins; those that are not there yet are made."""
    digests = {one: one.digest for one in dict.fromkeys(wheres)}
    found = _rows(digests.values())
    new = {digest: one for one, digest in digests.items() if digest not in found}
    if new:
        made = [Origin(digest=digest, **asdict(new[digest])) for digest in sorted(new)]
        Origin.objects.bulk_create(made, ignore_conflicts=True)
        found |= _rows(new)
    return {one: found[digest] for one, digest in digests.items()}


def _rows(digests: Iterable[str]) -> dict[str, Origin]:
    """Read the rows from where they are written."""
    asked = sorted(digests)
    return {
        row.digest: row
        for begin in range(0, len(asked), AT_ONCE)
        for row in Origin.objects.filter(digest__in=asked[begin : begin + AT_ONCE])
    }


def _where(campaigns: Sequence[PlanCampaign], touch: SessionTouch, site: str) -> Where:
    return Where(
        site=site,
        channel=touch.channel,
        source=touch.source[:LONGEST_DIMENSION],
        medium=touch.medium[:LONGEST_DIMENSION],
        utm_campaign=touch.campaign[:LONGEST_DIMENSION],
        keyword=(touch.keyword or touch.term)[:LONGEST_DIMENSION],
        landing_path=touch.landing_path[:LONGEST_DIMENSION],
        campaign=campaign_of(campaigns, touch, site),
    )


def _sites(sessions: Iterable[str]) -> dict[str, str]:
    asked = sorted(sessions)
    return {
        pk: site
        for begin in range(0, len(asked), AT_ONCE)
        for pk, site in VisitorSession.objects.filter(
            id__in=asked[begin : begin + AT_ONCE]
        ).values_list("id", "site")
    }
