"""Screens for spend: what campaigns have cost, with the sum of what is listed."""

from typing import Any

import django_filters
from django.db.models import QuerySet, Sum
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from wagtail_calltrack.access.forms import OwnRowsForm
from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.exports import SafeExport
from wagtail_calltrack.importing.spend import SpendImport, span_text
from wagtail_calltrack.importing.views import import_urls
from wagtail_calltrack.models import Campaign, SpendEntry
from wagtail_calltrack.viewsets.listings import ImportButton
from wagtail_calltrack.viewsets.plan_viewset import PlanViewSet, form_of, row_of

MOST_NAMED = 3
"""Overlapping entries that a warning names."""


def campaigns_of(user: Any) -> QuerySet[Campaign]:
    """Give the campaigns whose spend somebody may enter."""
    sites = POLICIES[SpendEntry].limit(user, ["add", "change"])
    return Campaign.objects.all() if sites is None else POLICIES[Campaign].rows_of(sites)


def overlapping(entry: SpendEntry) -> QuerySet[SpendEntry]:
    """Give other entries of the same campaign and keyword that share days with this one."""
    return SpendEntry.objects.filter(
        campaign=entry.campaign_id,
        keyword=entry.keyword,
        starts_on__lte=entry.ends_on,
        ends_on__gte=entry.starts_on,
    ).exclude(pk=entry.pk)


class _WarnsOfOverlap:
    """Says so when days are counted twice; that may be meant, so it is saved."""

    def save_instance(self: Any) -> Any:
        """Save, and look at the others."""
        entry = super().save_instance()  # type: ignore[misc] # Wagtail's views have no types
        others = list(overlapping(entry).order_by("starts_on")[: MOST_NAMED + 1])
        if others:
            days = ", ".join(span_text(one) for one in others[:MOST_NAMED])
            days += ", …" if len(others) > MOST_NAMED else ""
            sentence = _(
                "Some of these days stand in another entry of the same campaign and keyword, too "
                "(%(days)s): the amounts are added up."
            )
            messages.warning(self.request, sentence % {"days": days})
        return entry


class SpendCreateView(_WarnsOfOverlap, generic.CreateView):
    """Add an entry."""


class SpendEditView(_WarnsOfOverlap, generic.EditView):
    """Change an entry."""


class SpendCopyView(_WarnsOfOverlap, generic.CopyView):
    """Add an entry like another."""


class SpendFilters(WagtailFilterSet):
    """By campaign, and by days: an entry counts that has any of them."""

    period = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Days"), method="in_period", widget=DateRangePickerWidget
    )

    class Meta:
        model = SpendEntry
        fields = ("campaign",)

    def in_period(self, rows: QuerySet[SpendEntry], _name: str, days: slice) -> Any:
        """Give the entries with any day in the period."""
        if days.start:
            rows = rows.filter(ends_on__gte=days.start.date())
        if days.stop:
            rows = rows.filter(starts_on__lte=days.stop.date())
        return rows


class SpendIndexView(ImportButton, SafeExport, generic.IndexView):
    """Entries, and their sum."""

    queryset = SpendEntry.objects.select_related("campaign")
    results_template_name = "wagtail_calltrack/importing/spend_results.html"

    @cached_property
    def total(self) -> str:
        """Add up what is listed, on all pages."""
        found = self.get_queryset().order_by().aggregate(total=Sum("amount"))["total"]
        return str(number_format(found or 0, 2, use_l10n=True, force_grouping=True))


class SpendViewSet(PlanViewSet):
    """Spend. It is no part of the Plan, but its rows may belong to sites as those do."""

    model = SpendEntry
    icon = "table"
    index_view_class = SpendIndexView
    add_view_class = SpendCreateView
    edit_view_class = SpendEditView
    copy_view_class = SpendCopyView
    delete_view_class = generic.DeleteView
    ordering = ("-starts_on", "campaign", "keyword")
    list_display = (
        "campaign",
        "keyword",
        "starts_on",
        "ends_on",
        Column("amount", label=gettext_lazy("Amount"), sort_key="amount"),
        "note",
    )
    filterset_class = SpendFilters
    search_fields = ("campaign__name", "campaign__key", "keyword", "note")
    list_export = ("campaign", "keyword", "starts_on", "ends_on", "amount", "note")
    export_filename = "spend"
    edit_handler = form_of(
        row_of("campaign", "keyword"),
        row_of("starts_on", "ends_on"),
        FieldPanel("amount"),
        FieldPanel("note"),
        form=OwnRowsForm,
    )

    def get_urlpatterns(self) -> Any:
        """Add the import."""
        return [*super().get_urlpatterns(), *import_urls(self, self.work_of, "spend")]

    @staticmethod
    def work_of(user: Any) -> SpendImport:
        """Import for the campaigns that the user may enter spend for."""
        return SpendImport(campaigns_of(user))
