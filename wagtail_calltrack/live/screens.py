"""The list, and the fragment of it that a browser asks for again and again.

The fragment has an ETag made of what it says, so a browser that has it already gets a 304.
"""

import hashlib
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wagtail_calltrack.access.places import Place
from wagtail_calltrack.access.policies import sites_of
from wagtail_calltrack.access.sight import EVERYTHING, Sight, sight_of
from wagtail_calltrack.live.actions import DisableView, ReleaseView, may_change
from wagtail_calltrack.live.freshness import freshness
from wagtail_calltrack.live.held import Search, numbers_held
from wagtail_calltrack.live.rows import rows_of
from wagtail_calltrack.models import Pool, TrackedSite, Vestiging

ROWS = 50
VIEW = "wagtail_calltrack.view_leaseevent"


def may_look(user: Any) -> bool:
    """Say whether somebody may see leases: all, or those of visitors of some sites."""
    return bool(user.has_perm(VIEW) or sites_of(user, ["view"]))


def _sight(user: Any) -> Sight:
    """Give the sites whose visitors somebody may see, and the campaigns that are told by name."""
    if user.has_perm(VIEW):
        return EVERYTHING
    sites = TrackedSite.objects.filter(site__in=sites_of(user, ["view"]))
    return Sight(sight_of(user).campaigns, frozenset(sites.values_list("key", flat=True)))


def _pools() -> list[tuple[str, Any]]:
    return [("", _("All pools")), *Pool.objects.order_by("key").values_list("key", "key")]


def _vestigingen() -> list[tuple[str, Any]]:
    found = Vestiging.objects.order_by("sort_order", "name").values_list("key", "name")
    return [("", _("All vestigingen")), *found]


class SearchForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(label=pgettext_lazy("phone", "Number"), required=False, max_length=40)
    pool = forms.ChoiceField(label=_("Pool"), required=False, choices=_pools)
    vestiging = forms.ChoiceField(label=_("Vestiging"), required=False, choices=_vestigingen)

    @property
    def search(self) -> Search:
        """Give it; what does not exist is not looked for."""
        self.is_valid()
        found = self.cleaned_data
        return Search(found.get("q", ""), found.get("pool", ""), found.get("vestiging", ""))


class LiveView(WagtailAdminTemplateMixin, TemplateView):
    """The list."""

    page_title = _("Live numbers")
    header_icon = "history"
    template_name = "wagtail_calltrack/live/page.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show it to those who may look at leases, of all sites or of some."""
        if not may_look(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Look who has what."""
        form = SearchForm(self.request.GET)
        results = _results(self.request, form.search)
        context = super().get_context_data(**kwargs, **results, form=form)
        context["fragment_url"] = _with_query(self.request, "fragment")
        return context


class FragmentView(LiveView):
    """The list without what is around it."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Give the rows, or say that they are as before."""
        results = _results(request, SearchForm(request.GET).search)
        body = _rendered(request, results)
        etag = _etag(body)
        response = get_conditional_response(request, etag=etag) or HttpResponse(body)
        response.headers["ETag"] = etag
        return response


def _results(request: HttpRequest, search: Search) -> dict[str, Any]:
    now, sight = timezone.now(), _sight(request.user)
    found = WagtailPaginator(numbers_held(search, now, sight.sites), ROWS)
    page = found.get_page(request.GET.get("p"))
    return {
        "rows": rows_of(list(page.object_list), now, sight),
        "page_obj": page,
        "elided_page_range": found.get_elided_page_range(page.number),
        "count": found.count,
        "freshness": freshness(now),
        "may_change": may_change(request.user),
        "is_searching": search != Search(),
        "list_url": reverse("calltrack_live:index"),
    }


def _rendered(request: HttpRequest, results: dict[str, Any]) -> str:
    return render_to_string("wagtail_calltrack/live/results.html", results, request)


def _etag(body: str) -> str:
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


def _with_query(request: HttpRequest, name: str) -> str:
    query = request.GET.urlencode()
    return reverse(f"calltrack_live:{name}") + (f"?{query}" if query else "")


class LiveViewSet(Place):
    """The list's place."""

    icon = "history"
    menu_label = _("Live numbers")
    menu_name = "calltrack-live"
    may_see = staticmethod(may_look)

    def get_urlpatterns(self) -> list[Any]:
        """Give the addresses."""
        return [
            path("", self.construct_view(LiveView), name="index"),
            path("fragment/", self.construct_view(FragmentView), name="fragment"),
            path("release/<int:pk>/", self.construct_view(ReleaseView), name="release"),
            path("disable/<int:pk>/", self.construct_view(DisableView), name="disable"),
        ]
