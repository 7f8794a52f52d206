"""Screens for leads: the inbox, and a page for each. They make themselves, of calls and forms."""

from typing import Any

from django.urls import path
from wagtail.admin.viewsets.model import ModelViewSet

from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.access.views import scoped
from wagtail_calltrack.inbox.listing import LeadIndexView
from wagtail_calltrack.inbox.page import LeadEditView, LeadView, NoteView
from wagtail_calltrack.models import Lead
from wagtail_calltrack.viewsets.calls import LISTING
from wagtail_calltrack.viewsets.listings import Ticked

ROUTES = {"index", "index_results", "inspect", "edit", "history", "history_results"}


class TickedLeads(Ticked, LeadIndexView):
    """Leads, to tick."""


class LeadViewSet(ModelViewSet):
    """Leads."""

    model = Lead
    icon = "user"
    index_view_class = TickedLeads
    inspect_view_class = LeadView
    edit_view_class = LeadEditView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    list_display = ("name",)
    form_fields = ("name", "state", "assignee", "value")
    filterset_class = LeadIndexView.filterset_class
    search_fields = LeadIndexView.search_fields
    ordering = LeadIndexView.default_ordering
    index_template_name = LISTING
    index_results_template_name = LeadIndexView.results_template_name

    @property
    def permission_policy(self) -> Any:
        """Say who may do what with the rows."""
        return POLICIES[Lead]

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        """Make each view show what its user may see."""
        return super().construct_view(scoped(view_class, self.permission_policy), **kwargs)

    def get_common_view_kwargs(self, **kwargs: Any) -> Any:
        """Show no way to what there is not."""
        gone = ("add", "delete", "copy", "usage")
        return super().get_common_view_kwargs(
            **{**{f"{one}_url_name": None for one in gone}, **kwargs}
        )

    def get_urlpatterns(self) -> Any:
        """Take out the ways to add and to delete, and add notes."""
        kept = [one for one in super().get_urlpatterns() if one.name in ROUTES]
        return [*kept, path("note/<int:pk>/", self.construct_view(NoteView), name="note")]
