"""One line on Wagtail's home: what goes on now, with the way to the dashboard."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from wagtail_calltrack.access.policies import may_see_calls
from wagtail_calltrack.dashboard.figures import Figures, figures
from wagtail_calltrack.dashboard.once import once
from wagtail_calltrack.dashboard.scope import Scope, scope_of


class NowPanel(Component):
    """The line; nothing for those who may not see calls."""

    name = "calltrack_now"
    template_name = "wagtail_calltrack/dashboard/home.html"
    order = 60

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Count, at most once a second for all."""
        user = parent_context["request"].user
        if not may_see_calls(user):
            return {"figures": None}
        return {
            "figures": _counted(scope_of(user)),
            "dashboard_url": reverse("calltrack_dashboard:index"),
        }


def add_now(_request: HttpRequest, panels: list[Any]) -> None:
    """Put the line among the panels of Wagtail's home."""
    panels.append(NowPanel())


def _counted(scope: Scope) -> Figures:
    where = timezone.get_current_timezone_name().replace(" ", "")
    return once(f"now-{scope.word}-{where}", lambda: figures(scope, timezone.now()))
