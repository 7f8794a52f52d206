"""Choosers of placeholders and vestigingen, for StreamFields and a site's own models.

They are for all who may enter the admin; what they show stands in the pages anyway. Who works for
some sites alone is not shown placeholders of another site's campaigns. Forms of the plugin itself
go on with plain selects: a firm has few of either.
"""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from wagtail_calltrack.access.policies import policy_for, sites_of
from wagtail_calltrack.models import Placeholder, Vestiging
from wagtail_calltrack.plan_out import PLACE


class _SearchForm(BaseFilterForm):
    """Finds rows by a part of a text; there is no index to ask."""

    columns: tuple[str, ...] = ()

    q = forms.CharField(
        label=_("Search term"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Search")}),
    )

    def filter(self, objects: Any) -> Any:
        """Give the rows that hold the text."""
        term = self.cleaned_data.get("q")
        if not term:
            return objects
        self.is_searching, self.search_query = True, term
        found = Q()
        for column in self.columns:
            found |= Q(**{f"{column}__icontains": term})
        return objects.filter(found)


class PlaceholderSearchForm(_SearchForm):
    """Placeholders by key, class or vestiging."""

    columns = ("key", "css_class", "vestiging__name")


class VestigingSearchForm(_SearchForm):
    """Vestigingen by key, name or number."""

    columns = ("key", "name", "forwarding_number")


def choosable(user: Any) -> QuerySet[Placeholder]:
    """Give the placeholders that a user may put into a page."""
    rows = Placeholder.objects.select_related("vestiging")
    mine = sites_of(user, ["view"])
    if not mine or policy_for(Placeholder).has_all(user, ["add", "change", "delete", "view"]):
        return rows
    firm = Q(campaigns__isnull=True) | Q(campaigns__sites__isnull=True)
    return rows.filter(firm | Q(campaigns__sites__site__in=mine)).distinct()


class _Placeholders:
    request: Any
    filter_form_class = PlaceholderSearchForm
    ordering = "key"

    @property
    def columns(self) -> list[Column]:
        """Show what a placeholder is bound to."""
        return [
            *super().columns,  # type: ignore[misc] # Wagtail's views have no types
            Column("css_class", label=_("Class")),
            Column("vestiging", label=_("Vestiging")),
        ]

    def get_object_list(self) -> Any:
        """Give those that the user may choose."""
        return choosable(self.request.user)


class PlaceholderChooseView(_Placeholders, chooser.ChooseView):
    """The modal."""


class PlaceholderResultsView(_Placeholders, chooser.ChooseResultsView):
    """Its list."""


class _Vestigingen:
    filter_form_class = VestigingSearchForm
    ordering = (PLACE, "pk")

    @property
    def columns(self) -> list[Column]:
        """Show the numbers."""
        number = Column("forwarding_number", label=_("Forwarding number"))
        return [*super().columns, number]  # type: ignore[misc] # Wagtail's views have no types


class VestigingChooseView(_Vestigingen, chooser.ChooseView):
    """The modal."""


class VestigingResultsView(_Vestigingen, chooser.ChooseResultsView):
    """Its list."""


class PlaceholderChooserViewSet(ChooserViewSet):
    """Placeholders."""

    model = Placeholder
    icon = "placeholder"
    choose_one_text = _("Choose a placeholder")
    choose_another_text = _("Choose another placeholder")
    edit_item_text = _("Edit this placeholder")
    choose_view_class = PlaceholderChooseView
    choose_results_view_class = PlaceholderResultsView
    register_widget = False


class VestigingChooserViewSet(ChooserViewSet):
    """Vestigingen."""

    model = Vestiging
    icon = "home"
    choose_one_text = _("Choose a vestiging")
    choose_another_text = _("Choose another vestiging")
    edit_item_text = _("Edit this vestiging")
    choose_view_class = VestigingChooseView
    choose_results_view_class = VestigingResultsView
    register_widget = False


placeholder_chooser = PlaceholderChooserViewSet("calltrack_choose_placeholder")
vestiging_chooser = VestigingChooserViewSet("calltrack_choose_vestiging")
