"""The firm's rules as the database has them now: read once for all calls that are judged together.

The block list may be long, so of it only the callers are read that are asked about.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from calltrack.calls import CallStatus, Direction
from calltrack.categories import CategoryRule
from calltrack.pastcalls import PastCall
from calltrack.spam import SpamRules
from calltrack.targets import TargetRule, TargetRules
from wagtail_calltrack import models
from wagtail_calltrack.models import BlockedCaller, Call, CallSettings, TrackedSite


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules. `model` is the one whose credit says which channel a call has."""

    targets: TargetRules
    spam: SpamRules
    within: timedelta
    categories: tuple[CategoryRule, ...]
    model: str
    sites: Mapping[int, str]

    def past(self, call: Call, channel: str = "") -> PastCall:
        """Give a call as the rules look at it."""
        return PastCall(
            id=call.pk,
            at=call.started_at,
            caller=call.caller,
            status=CallStatus(call.status),
            talk_seconds=call.talk_seconds,
            direction=Direction(call.direction),
            site=self.sites.get(call.site_id or 0, ""),
            campaign=call.campaign,
            vestiging=call.vestiging,
            channel=channel,
            reference=f"{call.account} {call.call}",
        )


def read_rules(callers: Collection[str]) -> Rules:
    """Read them, with those of the callers that are blocked."""
    firm = CallSettings.current()
    blocked = BlockedCaller.objects.filter(number__in=callers).values_list("number", flat=True)
    return Rules(
        targets=_targets(firm),
        spam=SpamRules(
            frozenset(blocked),
            frozenset(firm.excluded_numbers),
            firm.anonymous_is_spam,
            firm.shortest_seconds,
        ),
        within=timedelta(hours=firm.callback_hours),
        categories=_categories(),
        model=firm.model,
        sites=dict(TrackedSite.objects.values_list("pk", "key")),
    )


def _targets(firm: CallSettings) -> TargetRules:
    rows = models.TargetRule.objects.values_list(
        "site__key", "campaign__key", "talk_seconds", "cycle_days"
    )
    narrower = {
        (site or "", campaign or ""): TargetRule(talk, timedelta(days=cycle or firm.cycle_days))
        for site, campaign, talk, cycle in rows
    }
    return TargetRules(TargetRule(firm.talk_seconds, timedelta(days=firm.cycle_days)), narrower)


def _categories() -> tuple[CategoryRule, ...]:
    rows = models.CategoryRule.objects.select_related("campaign", "vestiging").order_by("pk")
    return tuple(
        CategoryRule(
            rule=row.pk,
            category=row.category_id,
            status=row.status,
            least_talk_seconds=row.least_talk_seconds,
            most_talk_seconds=row.most_talk_seconds,
            campaign=row.campaign.key if row.campaign else "",
            vestiging=row.vestiging.key if row.vestiging else "",
            channel=row.channel,
            from_hour=row.from_hour,
            to_hour=row.to_hour,
        )
        for row in rows
    )
