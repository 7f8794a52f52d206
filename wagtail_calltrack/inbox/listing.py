"""The inbox: leads by state, searched, sorted; the one that was in touch last comes first."""

from typing import Any

import django_filters
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from wagtail_calltrack import callers
from wagtail_calltrack.amounts import euros
from wagtail_calltrack.inbox.names import at, colleagues, person, who
from wagtail_calltrack.models import Call, Lead, TrackedSite, Vestiging
from wagtail_calltrack.models.words import CHANNELS, LEAD_STATES
from wagtail_calltrack.phones import shared_digits
from wagtail_calltrack.views import ListingView

_CHANNELS = dict(CHANNELS)
_ACTIVE = {"new", "open", "won"}


class LeadFilters(WagtailFilterSet):
    """By state, assignee, days, channel, vestiging and site."""

    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=LEAD_STATES, widget=CheckboxSelectMultiple
    )
    assignee = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Assigned to"), queryset=lambda _request: colleagues()
    )
    last_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Last contact"), widget=DateRangePickerWidget
    )
    channel = django_filters.ChoiceFilter(
        label=gettext_lazy("Channel"),
        choices=CHANNELS,
        field_name="origin__channel",
        empty_label=gettext_lazy("All"),
    )
    vestiging = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Vestiging"),
        queryset=Vestiging.objects.order_by("sort_order"),
        method="by_key",
    )
    site = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Site"), queryset=TrackedSite.objects.all()
    )

    class Meta:
        model = Lead
        fields = ()

    def by_key(self, rows: QuerySet[Lead], name: str, row: Any) -> Any:
        """Give those that name a row of the Plan by its key."""
        return rows.filter(**{name: row.key})


class LeadIndexView(ListingView):
    """The inbox."""

    page_title = gettext_lazy("Leads")
    filterset_class = LeadFilters
    default_ordering = "-last_at"
    search_fields = ("name", "email")
    results_template_name = "wagtail_calltrack/inbox/results.html"

    @cached_property
    def columns(self) -> Any:
        """Give the columns for whoever looks."""
        user = self.request.user
        return [
            TitleColumn(
                "name",
                label=_("Who"),
                accessor=lambda lead: who(lead, user),
                sort_key="name",
                get_url=lambda lead: reverse("calltrack_leads:inspect", args=(lead.pk,)),
                get_title_id=lambda lead: f"lead_{lead.pk}_title",
            ),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor="get_state_display",
                primary=lambda lead: lead.state in _ACTIVE,
                sort_key="state",
            ),
            Column(
                "last_at", label=_("Last contact"), accessor=lambda lead: at(lead.last_at),
                sort_key="last_at", classname="ct-span",
            ),
            Column(
                "assignee", label=_("Assigned to"), accessor=lambda lead: person(lead.assignee),
                sort_key="assignee",
            ),
            Column(
                "value", label=_("Value"), accessor=_euros, sort_key="value", classname="ct-span"
            ),
            Column("source", label=_("Where from"), accessor=_source),
            Column(
                "vestiging",
                label=_("Vestiging"),
                accessor=lambda lead: lead.vestiging_name or lead.vestiging,
                sort_key="vestiging",
            ),
            Column("call_count", label=_("Calls"), sort_key="call_count", classname="ct-span"),
        ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        """Read along what the columns show."""
        vestiging = Vestiging.objects.filter(key=OuterRef("vestiging"))
        calls = Call.objects.filter(lead=OuterRef("pk")).order_by().values("lead")
        rows = super().get_base_queryset().select_related("assignee", "origin")
        return rows.annotate(
            vestiging_name=Subquery(vestiging.values("name")[:1]),
            call_count=Subquery(calls.annotate(n=Count("pk")).values("n")),
        )

    def order_queryset(self, queryset: Any) -> Any:
        """Let leads of one moment stay in one order."""
        found = super().order_queryset(queryset)
        return found.order_by(*found.query.order_by, "-pk")

    def search_queryset(self, queryset: Any) -> Any:
        """Find leads by name and address; by number, for those who may see callers."""
        if not self.is_searching:
            return queryset
        query = self.search_query
        wanted = Q(name__icontains=query) | Q(email__icontains=query)
        digits = "" if any(one.isalpha() for one in query) else shared_digits(query)
        if digits and callers.may_see(self.request.user):
            calls = Call.objects.filter(lead=OuterRef("pk"), caller__contains=digits)
            wanted = wanted | Q(caller__contains=digits) | Q(Exists(calls))
        return queryset.filter(wanted)

    def get_context_data(self, *args: Any, **kwargs: Any) -> Any:
        """Add the states with how many leads each has."""
        return {**super().get_context_data(*args, **kwargs), "tabs": self._tabs()}

    def _tabs(self) -> list[dict[str, Any]]:
        mine = Lead.objects.filter(pk__in=self.get_base_queryset().order_by().values("pk"))
        counted = dict(mine.order_by().values_list("state").annotate(n=Count("pk")))
        chosen = self.request.GET.getlist("state")
        tabs: list[Any] = [("", _("All"), sum(counted.values()))]
        tabs += [(word, label, counted.get(word, 0)) for word, label in LEAD_STATES]
        return [
            {
                "label": label,
                "count": count,
                "url": self._with_state(word),
                "is_current": chosen == ([word] if word else []),
            }
            for word, label, count in tabs
        ]

    def _with_state(self, word: str) -> str:
        query = self.request.GET.copy()
        for name in ("p", "state", "_w_filter_fragment"):
            query.pop(name, None)
        if word:
            query["state"] = word
        index = reverse(self.index_url_name)
        return f"{index}?{query.urlencode()}" if query else index


def _euros(lead: Lead) -> str:
    if lead.value is None:
        return ""
    return euros(lead.value)


def _source(lead: Lead) -> str:
    if lead.origin is None:
        return ""
    channel = str(_CHANNELS.get(lead.origin.channel, lead.origin.channel))
    return " · ".join(word for word in (channel, lead.origin.source) if word)
