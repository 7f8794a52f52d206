"""Calls with the names and shares that screens show; what each cell says.

Names are annotated and shares prefetched, so that a page and an export cost the same queries
however many rows they have.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from calltrack.calls import CallStatus, Direction
from wagtail_calltrack import amounts
from wagtail_calltrack.access.policies import POLICIES, SEE, sites_of
from wagtail_calltrack.access.sight import is_limited, not_yours
from wagtail_calltrack.models import (
    Call,
    CallCategory,
    CallCredit,
    CallSettings,
    Campaign,
    Lead,
    Vestiging,
)
from wagtail_calltrack.models.words import CHANNELS

_CHANNELS = dict(CHANNELS)
_TALKED = {CallStatus.ANSWERED.value, CallStatus.VOICEMAIL.value}


def with_names(rows: QuerySet[Call], user: Any) -> "QuerySet[Any, Any]":
    """Read along what screens show of calls."""
    policy = POLICIES[Campaign]
    campaigns = (
        policy.instances_user_has_any_permission_for(user, SEE)
        if is_limited(user)
        else Campaign.objects.all()
    )
    campaign = campaigns.filter(key=OuterRef("campaign"))
    vestiging = Vestiging.objects.filter(key=OuterRef("vestiging"))
    shares = CallCredit.objects.filter(model=CallSettings.current().model)
    named = rows.annotate(
        campaign_name=Subquery(campaign.values("name")[:1]),
        has_campaign=Exists(Campaign.objects.filter(key=OuterRef("campaign"))),
        vestiging_name=Subquery(vestiging.values("name")[:1]),
    )
    return named.select_related("lead__site", "site").prefetch_related(
        Prefetch(
            "credits",
            shares.select_related("origin").order_by("-weight", "origin"),
            to_attr="shares",
        ),
        Prefetch(
            "categories",
            CallCategory.objects.filter(is_taken_away=False)
            .select_related("category")
            .order_by("category__name"),
            to_attr="given_categories",
        ),
    )


def when(call: Any) -> str:
    """Say when it came in, by the site's clock."""
    return moment(call.started_at)


def moment(at: Any) -> str:
    """Say a moment by the site's clock."""
    return date_format(localtime(at), "SHORT_DATE_FORMAT") + f" {localtime(at):%H:%M}"


def span(seconds: int | None) -> str:
    """Write a span; a dash where none is known."""
    return "–" if seconds is None else amounts.span(seconds)


def talk(call: Any) -> str:
    """Say how long was talked; a dash where nobody did."""
    return span(call.talk_seconds) if call.status in _TALKED else "–"


def campaign(call: Any) -> str:
    """Name its campaign; the key of one that is gone."""
    if call.campaign_name or not call.campaign:
        return call.campaign_name or ""
    return not_yours() if call.has_campaign else str(call.campaign)


def vestiging(call: Any) -> str:
    """Name the vestiging that was to answer."""
    return str(call.vestiging_name or call.vestiging)


def channel(call: Any) -> str:
    """Name the channel that brought it in, by the firm's model."""
    if not call.shares:
        return ""
    word = call.shares[0].origin.channel
    return str(_CHANNELS.get(word, word))


def where_from(call: Any) -> str:
    """Name that channel, with its share where others may have brought the call in as well."""
    name = channel(call)
    if not name or call.shares[0].weight == 1:
        return name
    parts = [
        one.weight for one in call.shares if one.origin.channel == call.shares[0].origin.channel
    ]
    return name if sum(parts) == 1 else f"{name} {amounts.rounded(sum(parts) * 100, 0)} %"


def categories(call: Any) -> str:
    """Name what it is about."""
    return ", ".join(str(one.category) for one in call.given_categories)


def counts(call: Any) -> str:
    """Say in a word or two what it is worth."""
    words = (
        (call.is_spam, _("Spam")),
        (call.is_target, _("Target call")),
        (call.called_back_by_id is not None, _("Called back")),
        (call.direction == Direction.OUT, _("Outgoing")),
    )
    return ", ".join(word for holds, word in words if holds)


class Sighted:
    """What somebody may open from a call."""

    def __init__(self, user: Any) -> None:
        policy = POLICIES[Lead]
        self._all = policy.has_all(user, SEE)
        self._sites = sites_of(user, ["view"])

    def sees(self, lead: Lead | None) -> bool:
        """Say whether a lead, read with its site, is theirs to open."""
        if lead is None:
            return False
        return self._all or (lead.site is not None and lead.site.site_id in self._sites)
