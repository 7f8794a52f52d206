"""Narrowing calls by what brought them: each call of which an origin like this has a part.

What is asked is asked of one origin: a keyword and a landing page are those of the same arrival.
Which origins have parts of a call, the attribution model says: the firm's, or one that is chosen.

`unknown` finds what reports have in their rows of what is not known: calls of which a part goes to
an origin that does not tell it, and those that are credited to nothing.
"""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from wagtail_calltrack.access.policies import POLICIES, SEE
from wagtail_calltrack.access.sight import is_limited
from wagtail_calltrack.models import Call, CallCredit, CallSettings, Campaign
from wagtail_calltrack.models.words import CHANNELS, MODELS

COLUMNS: Mapping[str, str] = {
    "channel": "channel",
    "source": "source",
    "brought_by": "campaign",
    "keyword": "keyword",
    "landing": "landing_path",
}
"""Which column of an origin a filter is about."""

UNKNOWN = [
    ("channel", _("Channel")),
    ("source", _("Source")),
    ("campaign", _("Campaign")),
    ("keyword", _("Keyword")),
    ("landing", _("Landing page")),
]


def campaigns(request: Any) -> QuerySet[Any]:
    """Give the campaigns that somebody may see."""
    policy = POLICIES[Campaign]
    found: QuerySet[Any] = Campaign.objects.all()
    if request is not None and is_limited(request.user):
        found = policy.instances_user_has_any_permission_for(request.user, SEE)
    return found.order_by("sort_order")


def _exactly(label: Any) -> django_filters.CharFilter:
    return django_filters.CharFilter(label=label, method="with_others", strip=False)


class BroughtFilters(WagtailFilterSet):
    """What brought the calls."""

    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=CHANNELS, method="with_others", empty_label=_("All")
    )
    source = _exactly(_("Source"))
    brought_by = django_filters.ModelChoiceFilter(
        label=_("Campaign that brought the visitor"),
        queryset=campaigns,
        to_field_name="key",
        method="with_others",
    )
    keyword = _exactly(_("Keyword"))
    landing = _exactly(_("Landing page"))
    unknown = django_filters.ChoiceFilter(
        label=_("Not known"), choices=UNKNOWN, method="with_others", empty_label=_("All")
    )
    model = django_filters.ChoiceFilter(
        label=_("Attribution model"),
        choices=MODELS,
        method="with_others",
        empty_label=_("The firm's"),
    )

    def with_others(self, rows: QuerySet[Call], _name: str, _value: Any) -> Any:
        """Leave it to `filter_queryset`: these are asked together."""
        return rows

    def filter_queryset(self, queryset: Any) -> Any:
        """Narrow by each filter, and by these together."""
        found, asked = super().filter_queryset(queryset), self.form.cleaned_data
        wanted = {
            f"origin__{column}": getattr(asked[name], "key", asked[name])
            for name, column in COLUMNS.items()
            if asked.get(name)
        }
        unknown = asked.get("unknown")
        if not wanted and not unknown:
            return found
        model = asked.get("model") or CallSettings.current().model
        shares = CallCredit.objects.filter(call=OuterRef("pk"), model=model)
        if not unknown:
            return found.filter(Exists(shares.filter(**wanted)))
        column = COLUMNS["brought_by" if unknown == "campaign" else unknown]
        fitting = Q(Exists(shares.filter(**{**wanted, f"origin__{column}": ""})))
        return found.filter(fitting if wanted else fitting | ~Exists(shares))
