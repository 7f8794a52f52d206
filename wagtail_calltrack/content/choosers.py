"""Choosers of placeholders and vestigingen, for StreamFields and a site's own models.

They are for all who have something to put a number into; what they show stands in the pages anyway.
Who works for some sites alone is not shown placeholders of another site's campaigns. Forms of the
plugin itself go on with plain selects: a firm has few of either.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from wagtail_calltrack.access.policies import policy_for, sites_of
from wagtail_calltrack.models import Placeholder, Vestiging
from wagtail_calltrack.phones import shared_digits
from wagtail_calltrack.plan_out import PLACE


class _SearchForm(BaseFilterForm):
    """Finds rows by a part of a text; there is no index to ask."""

    columns: tuple[str, ...] = ()
    phone_column = ""  # found however the number is written

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
        if self.phone_column and not any(one.isalpha() for one in term):
            found |= Q(**{f"{self.phone_column}__contains": shared_digits(term) or term})
        return objects.filter(found)


class PlaceholderSearchForm(_SearchForm):
    """Placeholders by key, class or vestiging."""

    columns = ("key", "css_class", "vestiging__name")


class VestigingSearchForm(_SearchForm):
    """Vestigingen by key, name or number."""

    columns = ("key", "name")
    phone_column = "forwarding_number"


def choosable(user: Any) -> QuerySet[Placeholder]:
    """Give the placeholders that a user may put into a page."""
    rows = Placeholder.objects.select_related("vestiging")
    mine = sites_of(user, ["view"])
    if not mine or policy_for(Placeholder).has_all(user, ["add", "change", "delete", "view"]):
        return rows
    firm = Q(campaigns__isnull=True) | Q(campaigns__sites__isnull=True)
    return rows.filter(firm | Q(campaigns__sites__site__in=mine)).distinct()


def may_choose(user: Any) -> bool:
    """Say whether somebody may do more than enter the admin: edit pages, snippets, or our rows."""
    more = user.get_all_permissions() - {"wagtailadmin.access_admin"}
    return bool(more or user_has_any_page_permission(user) or sites_of(user, ["view"]))


class _ForEditors:
    """A view that Wagtail would show to all who may enter the admin."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse those who have nothing to put a number into."""
        if not may_choose(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc] # Wagtail's views have no types


class _Placeholders(_ForEditors):
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


class PlaceholderChosenView(_ForEditors, chooser.ChosenView):
    """What was chosen."""

    def get_object(self, pk: Any) -> Any:
        """Give it, if it may be chosen."""
        return choosable(self.request.user).get(pk=pk)


class PlaceholderChosenMultipleView(_ForEditors, chooser.ChosenMultipleView):
    """All that were chosen."""

    def get_objects(self, pks: Any) -> Any:
        """Give those that may be chosen."""
        return choosable(self.request.user).filter(pk__in=pks)


class _Vestigingen(_ForEditors):
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


class VestigingChosenView(_ForEditors, chooser.ChosenView):
    """What was chosen."""


class VestigingChosenMultipleView(_ForEditors, chooser.ChosenMultipleView):
    """All that were chosen."""


class _OnlyChoosing(ChooserViewSet):
    """Nothing is made in the modal: rows have screens of their own."""

    register_widget = False

    def get_urlpatterns(self) -> Any:
        """Leave the way to make one out."""
        return [one for one in super().get_urlpatterns() if one.name != "create"]


class PlaceholderChooserViewSet(_OnlyChoosing):
    """Placeholders."""

    model = Placeholder
    icon = "placeholder"
    choose_one_text = _("Choose a placeholder")
    choose_another_text = _("Choose another placeholder")
    edit_item_text = _("Edit this placeholder")
    choose_view_class = PlaceholderChooseView
    choose_results_view_class = PlaceholderResultsView
    chosen_view_class = PlaceholderChosenView
    chosen_multiple_view_class = PlaceholderChosenMultipleView


class VestigingChooserViewSet(_OnlyChoosing):
    """Vestigingen."""

    model = Vestiging
    icon = "home"
    choose_one_text = _("Choose a vestiging")
    choose_another_text = _("Choose another vestiging")
    edit_item_text = _("Edit this vestiging")
    choose_view_class = VestigingChooseView
    choose_results_view_class = VestigingResultsView
    chosen_view_class = VestigingChosenView
    chosen_multiple_view_class = VestigingChosenMultipleView


placeholder_chooser = PlaceholderChooserViewSet("calltrack_choose_placeholder")
vestiging_chooser = VestigingChooserViewSet("calltrack_choose_vestiging")
