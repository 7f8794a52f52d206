"""The page, and the fragment of it that browsers ask for again and again.

The fragment is rendered once a second for all who are shown the same in the same language, and has
an ETag made of what it says: a browser that has it already gets a 304.
"""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wagtail_calltrack.access.places import Place
from wagtail_calltrack.access.policies import may_see_calls
from wagtail_calltrack.dashboard.figures import figures
from wagtail_calltrack.dashboard.once import once
from wagtail_calltrack.dashboard.rows import rows_of
from wagtail_calltrack.dashboard.scope import Scope, scope_of
from wagtail_calltrack.live.freshness import freshness
from wagtail_calltrack.models.words import CHANNELS

FRAGMENT = "wagtail_calltrack/dashboard/figures.html"
_CHANNELS = dict(CHANNELS)


class DashboardView(WagtailAdminTemplateMixin, TemplateView):
    """The page."""

    page_title = _("Dashboard")
    header_icon = "desktop"
    template_name = "wagtail_calltrack/dashboard/page.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show it to those who may see calls, of all sites or of some."""
        if not may_see_calls(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Put in what the fragment says now."""
        return super().get_context_data(
            **kwargs,
            figures=rendered(scope_of(self.request.user)),
            fragment_url=reverse("calltrack_dashboard:fragment"),
        )


class FragmentView(DashboardView):
    """The figures without what is around them."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Give them, or say that they are as before."""
        body = rendered(scope_of(request.user))
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
        response = get_conditional_response(request, etag=etag) or HttpResponse(body)
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "private, no-cache"
        return response


def rendered(scope: Scope) -> str:
    """Give the fragment, made at most once a second."""
    where = f"{get_language()}-{timezone.get_current_timezone_name()}"
    name = hashlib.sha256(f"{scope.word} {where}".encode()).hexdigest()[:32]
    return once(f"dashboard-{name}", lambda: _render(scope))


def _render(scope: Scope) -> str:
    now = timezone.now()
    found = figures(scope, now)
    context = {
        "figures": found,
        "visitors": _labelled(found.visitors),
        "leads": _labelled(found.leads),
        "now": rows_of(found.now, scope, on=True),
        "last": rows_of(found.last, scope, on=False),
        "more": found.ringing + found.talking - len(found.now),
        "freshness": freshness(now),
    }
    return render_to_string(FRAGMENT, context)


def _labelled(counts: Any) -> list[tuple[Any, int]]:
    return [(_CHANNELS.get(key, key) or _("Not known yet"), count) for key, count in counts]


class DashboardViewSet(Place):
    """The page's place."""

    icon = "desktop"
    menu_label = _("Dashboard")
    menu_name = "calltrack-dashboard"
    may_see = staticmethod(may_see_calls)

    def get_urlpatterns(self) -> list[Any]:
        """Give the addresses."""
        return [
            path("", self.construct_view(DashboardView), name="index"),
            path("fragment/", self.construct_view(FragmentView), name="fragment"),
        ]
