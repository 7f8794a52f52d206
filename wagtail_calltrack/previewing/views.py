"""The screen for a preview, and the page inside it.

The page is rendered as Wagtail renders a preview of its newest draft, so nothing is counted as a
visit. Inside the screen no script of the site runs: an editor who looks at a page is no visitor to
anybody else either.
"""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from calltrack.errors import PlanError
from calltrack.plan import Plan, Site
from wagtail_calltrack.access.sight import Sight, is_limited, sight_of
from wagtail_calltrack.models import TrackedSite
from wagtail_calltrack.plan_out import published
from wagtail_calltrack.previewing import pages
from wagtail_calltrack.previewing.visitor import VisitorForm, in_sight, viewer_of

KEPT_HEADERS = ("Content-Type", "Content-Language", "Content-Security-Policy")


class _OfPage(View):
    """What both views need: the page, the form, and the Plan; and the leave to see it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let only those in who may edit or publish the page."""
        may = self.page.permissions_for_user(request.user)
        if not (may.can_edit() or may.can_publish()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def page(self) -> Any:
        """The page, as its newest draft says."""
        page = get_object_or_404(Page, pk=self.kwargs["page"])
        return page.get_latest_revision_as_object()

    @cached_property
    def plan(self) -> Plan | None:
        """The Plan in force."""
        try:
            return published().plan
        except PlanError:
            return None

    @cached_property
    def site(self) -> Site | None:
        """The Plan's site that the page is of."""
        if self.plan is None or (home := self.page.get_site()) is None:
            return None
        row = TrackedSite.objects.filter(site=home).first()
        return next((one for one in self.plan.sites if row and one.key == row.key), None)

    @cached_property
    def path(self) -> str:
        """The path that visitors ask for."""
        parts = self.page.get_url_parts(self.request)
        return (parts and parts[2]) or "/"

    @cached_property
    def form(self) -> VisitorForm | None:
        """Who the visitor is."""
        if self.plan is None:
            return None
        return VisitorForm(self.request.GET or {}, plan=self.plan, sight=self.sight)

    @cached_property
    def sight(self) -> Sight:
        """The campaigns that are told by name: the site's, and of these what the editor may see."""
        if self.plan is None or self.site is None:
            return Sight(())
        user = self.request.user
        mine = sight_of(user).campaigns if is_limited(user) else None
        return in_sight(self.plan, [self.site.key], mine)

    @cached_property
    def preview(self) -> pages.Preview | None:
        """The page as that visitor sees it; None where it cannot be shown."""
        if not (self.plan and self.site and self.form and self.form.is_valid()):
            return None
        if not self.page.is_previewable():
            return None
        said, path = self.form.cleaned_data, self.path
        viewer = viewer_of(said, self.plan, self.site, path, now=timezone.now())
        page = self.rendered
        found = pages.preview(page.content, page.charset, self.plan, self.site, viewer, path)
        names = {str(one.key): self.sight.name(one) for one in self.plan.campaigns}
        places = [replace(one, campaign=names.get(one.campaign, "")) for one in found.places]
        return replace(found, places=places)

    @cached_property
    def rendered(self) -> HttpResponse:
        """The page as it is for everybody."""
        mode = self.page.default_preview_mode
        response: HttpResponse = self.page.make_preview_request(self.request, mode)
        return response


class PreviewView(WagtailAdminTemplateMixin, _OfPage, TemplateView):
    """The screen: who the visitor is, the page, and each of its places with its reason."""

    template_name = "wagtail_calltrack/previewing/preview.html"
    header_icon = "view"
    page_title = gettext_lazy("Preview as a visitor")

    def get_page_subtitle(self) -> str:
        """Name the page."""
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the page."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": self._edit_url, "label": self.get_page_subtitle()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **context: Any) -> Any:
        """Give the template what it shows."""
        frame = reverse("calltrack_preview_page", args=(self.page.pk,))
        query = self.request.GET.urlencode()
        return {
            **super().get_context_data(**context),
            "page": self.page,
            "form": self.form,
            "problem": self._problem(),
            "preview": self.preview,
            "frame_url": f"{frame}?{query}" if query else frame,
            "edit_url": self._edit_url,
        }

    @property
    def _edit_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=(self.page.pk,))

    def _problem(self) -> str:
        if self.plan is None:
            return _("Call tracking is not set up yet: the organisation comes first.")
        if self.site is None:
            return _("Call tracking has no site for this page: add it under Sites.")
        if not self.site.rewrites(self.path):
            return _("This page is one of those that are left alone: its site says so.")
        if not self.page.is_previewable():
            return _("Pages of this kind have no preview.")
        if 300 <= self.rendered.status_code < 400:
            return _("This page leads on to another address, so there is nothing to show.")
        return ""


@method_decorator(xframe_options_sameorigin, name="dispatch")
class FrameView(_OfPage):
    """The page inside the screen."""

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Give its HTML."""
        if not self.page.is_previewable():
            raise Http404
        found, page = self.preview, self.rendered
        response = HttpResponse(
            page.content if found is None else found.html, status=page.status_code
        )
        for name in KEPT_HEADERS:
            if name in page.headers:
                response.headers[name] = page.headers[name]
        return response
