"""What all reports' pages have: who sees them, and the way from one to the other."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wagtail_calltrack.access.policies import may_see_calls
from wagtail_calltrack.reports.asked import DIMENSIONS
from wagtail_calltrack.reports.seeing import sees_all

PER_PAGE = 100
SPACE = "calltrack_reports"


class ReportPage(WagtailAdminTemplateMixin, TemplateView):
    """What all reports' pages have."""

    header_icon = "history"
    page_title = gettext_lazy("Reports")
    current = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show it to those who may see calls, of all sites or of some."""
        if not may_see_calls(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Add the way to the other reports, which keeps days and filters."""
        query = self.request.GET.copy()
        for gone in ("p", "ordering", "export", "pool"):
            query.pop(gone, None)
        kept = f"?{query.urlencode()}" if query else ""
        places = [(one.label, one.name) for one in DIMENSIONS.values()]
        if sees_all(self.request.user):
            places.append((_("Pools"), "pools"))
        tabs = [
            (label, reverse(f"{SPACE}:{address(name)}") + kept, name == self.current)
            for label, name in places
        ]
        return super().get_context_data(**kwargs, tabs=tabs)


def address(name: str) -> str:
    """Give the name of a report's address; the first report is the index."""
    return "index" if name == next(iter(DIMENSIONS)) else name
