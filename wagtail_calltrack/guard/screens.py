"""The report "Numbers in content": what was typed into content by hand, and a button to look again.

A look takes a few seconds at most in a request; on a large site the button goes on where it
stopped.
"""

from time import monotonic
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View
from django_filters import ModelChoiceFilter
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.auth import permission_denied
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.permission_policies.base import ModelPermissionPolicy

from wagtail_calltrack.access.places import Place
from wagtail_calltrack.guard.advice import advise
from wagtail_calltrack.guard.findings import Sought
from wagtail_calltrack.guard.look import begin_or_go_on, is_stale, take_slice
from wagtail_calltrack.guard.scope import meta_of
from wagtail_calltrack.guard.visible import kinds_found, visible_to
from wagtail_calltrack.models import ContentFinding, ContentLook
from wagtail_calltrack.models.finding import TRACKING
from wagtail_calltrack.views import PhoneIndexView

VIEW = "wagtail_calltrack.view_contentfinding"
LOOK_SECONDS = 5.0
"""How long one request looks; the slice that is begun is ended."""


def _kinds(_request: HttpRequest) -> Any:
    return kinds_found()


class FindingFilterSet(WagtailFilterSet):
    """By what was found, and where."""

    content_type = ModelChoiceFilter(queryset=_kinds, label=gettext_lazy("Content"))

    class Meta:
        model = ContentFinding
        fields = ("kind", "stage", "content_type")


class FindingsView(PhoneIndexView):
    """The listing."""

    template_name = "wagtail_calltrack/guard/findings.html"
    filterset_class = FindingFilterSet
    page_title = gettext_lazy("Numbers in content")
    default_ordering = "-kind"
    paginate_by = 50
    search_fields = ("title", "number", "field", "excerpt")
    any_permission_required = ("view",)

    @cached_property
    def columns(self) -> list[Any]:
        """Say what stands where, and what it means."""
        return [
            TitleColumn(
                "title", label=_("Where"), sort_key="title", get_url=self._open, id_accessor="pk"
            ),
            Column("content_type.name", label=_("Content"), sort_key="content_type__model"),
            Column("field", label=_("Field"), sort_key="field"),
            StatusTagColumn(
                "get_stage_display",
                label=_("State"),
                sort_key="stage",
                primary=lambda row: row.stage == "live",
            ),
            Column("number", label=pgettext_lazy("phone", "Number"), sort_key="number"),
            Column("excerpt", label=_("Text")),
            StatusTagColumn(
                "kind_word",
                label=_("Kind"),
                sort_key="kind",
                accessor=_kind_word,
                primary=lambda row: row.kind == TRACKING,
            ),
            Column("advice", label=_("What it means")),
            DateColumn("found_at", label=_("Found"), sort_key="found_at"),
        ]

    def get_base_queryset(self) -> Any:
        """Give what its user may see."""
        return visible_to(self.request.user)

    def get_context_data(self, *args: Any, **kwargs: Any) -> Any:
        """Add when the last look was, and what each row means."""
        context = super().get_context_data(*args, **kwargs)
        context["header_action_url"] = None
        look = ContentLook.objects.first()
        context["look"] = look
        context["is_stale"] = look is not None and is_stale(look, Sought())
        context["look_url"] = reverse("calltrack_findings:look")
        advise(list(context["object_list"]))
        return context

    def _open(self, row: ContentFinding) -> str:
        return reverse("calltrack_findings:open", args=(row.pk,))


def _kind_word(row: ContentFinding) -> str:
    """Give the word before the colon of what its kind means."""
    return str(row.get_kind_display()).partition(":")[0]


class _Permitted(View):
    """For those who may see findings."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let them in."""
        if not request.user.has_perm(VIEW):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)


class LookView(_Permitted):
    """Look now, for a few seconds."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Look, and say how far it is."""
        sought, until = Sought(), monotonic() + LOOK_SECONDS
        look = begin_or_go_on(sought, now=timezone.now())
        more = True
        while more and monotonic() < until:
            more = take_slice(look, sought, now=timezone.now())
        if more:
            told = _("%(done)s of %(total)s rows were looked at. Press the button to go on.")
            messages.warning(request, told % {"done": look.done, "total": look.total})
        else:
            told = _("All content was looked at: %(total)s rows.")
            messages.success(request, told % {"total": look.done})
        return redirect("calltrack_findings:index")


class OpenView(_Permitted):
    """Lead to the form of what a number was found in."""

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Lead there."""
        found = visible_to(request.user).filter(pk=key).first()
        if found is None:
            raise Http404
        model = found.content_type.model_class()
        row = model and meta_of(model).base_manager.filter(pk=found.object_id).first()
        url = AdminURLFinder(request.user).get_edit_url(row) if row else None
        if url is None:
            messages.error(request, _("«%(title)s» cannot be opened.") % {"title": found.title})
            return redirect("calltrack_findings:index")
        return redirect(url)


class FindingsViewSet(Place):
    """The report."""

    icon = "warning"
    menu_label = gettext_lazy("Numbers in content")
    menu_name = "calltrack-findings"

    @staticmethod
    def may_see(user: Any) -> bool:
        """Show it to those who may look."""
        return bool(user.has_perm(VIEW))

    def get_urlpatterns(self) -> list[Any]:
        """Give its addresses."""
        options: dict[str, Any] = {
            "model": ContentFinding,
            "permission_policy": ModelPermissionPolicy(ContentFinding),
            "index_url_name": self.get_url_name("index"),
            "index_results_url_name": self.get_url_name("index_results"),
            "header_icon": self.icon,
        }
        results = {**options, "results_only": True}
        return [
            path("", FindingsView.as_view(**options), name="index"),
            path("results/", FindingsView.as_view(**results), name="index_results"),
            path("look/", LookView.as_view(), name="look"),
            path("open/<int:key>/", OpenView.as_view(), name="open"),
        ]
