"""How far long work is: a list that a browser asks for again and again, as it does the live list.

Who watches has the work go on faster: each time the list is asked for, some of it is done. The
fragment has an ETag made of what it says, so a browser that has it already gets a 304.
"""

import hashlib
from typing import Any

from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from wagtail_calltrack.jobs import retry, work
from wagtail_calltrack.jobs.audit import changes
from wagtail_calltrack.jobs.restating import RESTATE
from wagtail_calltrack.models import Job

VIEW = "wagtail_calltrack.view_job"
CHANGE = "wagtail_calltrack.change_callsettings"
ROWS = 50
"""Jobs that are shown: the latest."""
WATCHED_SECONDS = 0.5
"""For what waits, each time that the list is asked for."""
WATCHED_EVERY = 1
"""So many seconds pass between two such times."""
GOING = ("waiting", "running")
_KEY = "calltrack-watched-work"
RESULTS = "wagtail_calltrack/call_settings/jobs_results.html"


class JobsView(WagtailAdminTemplateMixin, TemplateView):
    """The list."""

    page_title = gettext_lazy("Jobs")
    header_icon = "tasks"
    template_name = "wagtail_calltrack/call_settings/jobs.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show it to those who may see jobs."""
        if not request.user.has_perm(VIEW):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Lead back to the settings."""
        items = list(super().get_breadcrumbs_items())
        if self.request.user.has_perm(CHANGE):
            settings = reverse("calltrack_call_settings:index")
            items.append({"url": settings, "label": _("Call settings")})
        return [*items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Look how far each is."""
        fragment = reverse("calltrack_jobs:fragment")
        results = _results(self.request)
        return super().get_context_data(**kwargs, **results, fragment_url=fragment)


class FragmentView(JobsView):
    """The list without what is around it."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Have the work go on, and give the rows, or say that they are as before."""
        _go_on()
        results = _results(request)
        body = render_to_string(RESULTS, results, request)
        # The form's token is another each time, and says nothing of a job.
        says = render_to_string(RESULTS, {**results, "csrf_token": "-"})
        etag = f'"{hashlib.sha256(says.encode()).hexdigest()[:32]}"'
        response: HttpResponse = get_conditional_response(request, etag=etag) or HttpResponse(body)
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "private, no-cache"
        return response


class RetryView(View):
    """Have a failed job go on."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do so, for those who may change the rules."""
        if not (request.user.has_perm(VIEW) and request.user.has_perm(CHANGE)):
            denied: HttpResponse = permission_denied(request)
            return denied
        if retry(get_object_or_404(Job, pk=pk)):
            messages.success(request, _("The job goes on within seconds."))
        else:
            messages.warning(request, _("The job has not failed: nothing was done."))
        return redirect("calltrack_jobs:index")


def _go_on() -> None:
    """Do some of the work that waits; however many watch, once in WATCHED_EVERY."""
    going = Job.objects.filter(state__in=GOING)
    if not going.exists() or not cache.add(_KEY, 1, WATCHED_EVERY):
        return
    try:
        work(WATCHED_SECONDS)
    except (OperationalError, InterfaceError):  # the database is busy or away: next time
        return


def _results(request: HttpRequest) -> dict[str, Any]:
    jobs = list(Job.objects.select_related("user").order_by("-made_at", "-pk")[:ROWS])
    for job in jobs:
        job.changes = changes(job) if job.kind == RESTATE and job.done else ""  # type: ignore[attr-defined] # for the template
    return {"jobs": jobs, "may_retry": request.user.has_perm(CHANGE)}


class JobsViewSet(ViewSet):
    """The list's place. It has no item in the menu: the call settings lead here."""

    icon = "tasks"
    add_to_admin_menu = False

    def get_urlpatterns(self) -> list[Any]:
        """Give the addresses."""
        return [
            path("", self.construct_view(JobsView), name="index"),
            path("fragment/", self.construct_view(FragmentView), name="fragment"),
            path("retry/<int:pk>/", self.construct_view(RetryView), name="retry"),
        ]
