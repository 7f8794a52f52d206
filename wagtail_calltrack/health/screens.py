"""The health page, and its place in the menu: the first, with the number of alarms where known."""

from typing import Any

from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wagtail_calltrack.access.places import Place
from wagtail_calltrack.health.edges import edge_healths
from wagtail_calltrack.health.figures import HOUR, measured
from wagtail_calltrack.health.home import alarms_known, note_alarms
from wagtail_calltrack.health.links import ACTIONS, listing_of, may, may_see_health
from wagtail_calltrack.health.pools import pool_healths
from wagtail_calltrack.health.steps import steps
from wagtail_calltrack.models import (
    Edge,
    NumberShown,
    PageView,
    Pool,
    TrackingNumber,
    VisitorSession,
)


class HealthView(WagtailAdminTemplateMixin, TemplateView):
    """The page."""

    page_title = gettext_lazy("Health")
    header_icon = "tick-inverse"
    template_name = "wagtail_calltrack/health/page.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show it to those who have to do with call tracking."""
        if not may_see_health(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Look at everything."""
        now, user = timezone.now(), self.request.user
        edges = edge_healths(now)
        counted = measured()
        pools = pool_healths(counted, now)
        alarming = [pool for pool in pools if pool.alarms]
        note_alarms(len(alarming))
        set_up = steps(edges, user)
        return super().get_context_data(
            **kwargs,
            steps=set_up,
            steps_done=sum(step.is_done for step in set_up),
            edges=edges,
            pools=sorted(pools, key=lambda pool: not pool.alarms),
            alarming=alarming,
            counted_at=counted.at,
            shows_costs=may(user, TrackingNumber, *ACTIONS),
            numbers_url=listing_of(TrackingNumber, user),
            pools_url=listing_of(Pool, user),
            last_event=Edge.objects.aggregate(at=Max("events_at"))["at"],
            last_hour=_last_hour(now - HOUR),
        )


def _last_hour(since: Any) -> list[tuple[str, int]]:
    """Count what came in of late, by its index."""
    tables: tuple[tuple[str, QuerySet[Any]], ...] = (
        (_("Sessions begun"), VisitorSession.objects.filter(started_at__gte=since)),
        (_("Pages seen"), PageView.objects.filter(at__gte=since)),
        (_("Numbers shown"), NumberShown.objects.filter(at__gte=since)),
    )
    return [(name, rows.count()) for name, rows in tables]


class HealthMenuItem(MenuItem):
    """Leads to the page, and says how many pools alarm, where that is known without counting."""

    def render_component(self, request: HttpRequest) -> Any:
        """Write the number of alarms behind the word."""
        component = super().render_component(request)
        if count := alarms_known():
            component.label = f"{component.label} ({count})"
        return component


class HealthViewSet(Place):
    """The page's place."""

    icon = "tick-inverse"
    menu_label = gettext_lazy("Health")
    menu_name = "calltrack-health"
    may_see = staticmethod(may_see_health)
    menu_item = HealthMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Give the page's address."""
        return [path("", self.construct_view(HealthView), name="index")]
