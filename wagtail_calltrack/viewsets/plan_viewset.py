"""What all screens for rows of the Plan share: the views, and short ways to write panels."""

from typing import Any

from django.forms import CheckboxSelectMultiple
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from wagtail_calltrack import views
from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.access.views import scoped
from wagtail_calltrack.forms import PlanForm

LISTING = "wagtail_calltrack/index.html"
"""The template of listings: on a narrow screen they scroll sideways, so that no column is lost."""


class PlanViewSet(ModelViewSet):
    """Rows of the Plan."""

    index_view_class = views.ListingView
    add_view_class = views.PlanCreateView
    edit_view_class = views.PlanEditView
    copy_view_class = views.PlanCopyView
    delete_view_class = views.PlanDeleteView
    inspect_view_class = views.PlanInspectView
    inspect_view_enabled = True  # for those who may look and not change
    list_per_page = 50
    index_template_name = LISTING

    @property
    def permission_policy(self) -> Any:
        """Say who may do what with the rows."""
        return POLICIES.get(self.model) or super().permission_policy

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        """Make each view show what its user may see."""
        return super().construct_view(scoped(view_class, self.permission_policy), **kwargs)


def form_of(*panels: Any, form: type = PlanForm) -> Any:
    """Make a form of panels, whose save is one change of the Plan."""
    return ObjectList(panels, base_form_class=form)


def ticks(name: str) -> Any:
    """Show a choice of several as boxes to tick."""
    return FieldPanel(name, widget=CheckboxSelectMultiple)


def row_of(*names: str) -> Any:
    """Put fields side by side."""
    return FieldRowPanel([FieldPanel(name) for name in names])
