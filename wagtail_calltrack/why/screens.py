"""The screen: a page and a visitor are asked for, and each number is told with its reason."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from calltrack.errors import PlanError
from calltrack.plan import Plan
from wagtail_calltrack.access.places import Place
from wagtail_calltrack.access.policies import POLICIES, SEE
from wagtail_calltrack.access.sight import Sight, sight_of
from wagtail_calltrack.models import Campaign, TrackedSite
from wagtail_calltrack.plan_out import published
from wagtail_calltrack.previewing.visitor import in_sight, viewer_of
from wagtail_calltrack.why.form import WhyForm
from wagtail_calltrack.why.outcome import Outcome, outcome_of
from wagtail_calltrack.why.reading import ROWS_MAX, Reading, Row


def may_ask(user: Any) -> bool:
    """Say whether somebody may see campaigns or sites, of the firm or of some sites."""
    return any(
        POLICIES[model].user_has_any_permission(user, SEE) for model in (Campaign, TrackedSite)
    )


class WhyView(WagtailAdminTemplateMixin, TemplateView):
    """The screen."""

    page_title = gettext_lazy("Why this number?")
    header_icon = "help"
    template_name = "wagtail_calltrack/why/why.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let those in who may ask."""
        if not may_ask(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Give the template what it shows."""
        outcome = self.outcome
        reading = outcome.reading if outcome else None
        return super().get_context_data(
            **kwargs,
            form=self.form,
            outcome=outcome,
            onward_url=self._onward(outcome.onward) if outcome and outcome.onward else "",
            reading=reading,
            summary=_summary(reading) if reading else "",
            shown=self._named(reading.shown[:ROWS_MAX]) if reading else (),
            left=reading.left[:ROWS_MAX] if reading else (),
            most=ROWS_MAX,
        )

    @cached_property
    def plan(self) -> Plan | None:
        """The Plan in force."""
        try:
            return published().plan
        except PlanError:
            return None

    @cached_property
    def sight(self) -> Sight:
        """What the editor may see."""
        return sight_of(self.request.user)

    @cached_property
    def form(self) -> WhyForm | None:
        """What is asked; nothing is wrong with it before it is sent."""
        if self.plan is None:
            return None
        said = self.request.GET if "url" in self.request.GET else None
        return WhyForm(said, plan=self.plan, sight=self.sight, own_port=self._own_port)

    @cached_property
    def outcome(self) -> Outcome | None:
        """What came of it."""
        form, plan = self.form, self.plan
        if form is None or plan is None or not form.is_valid():
            return None
        asked, site = form.asked, form.site
        viewer = viewer_of(
            form.cleaned_data, plan, site, asked.path, query=asked.query, now=timezone.now()
        )
        return outcome_of(asked, plan, site, viewer, own_port=self._own_port)

    @property
    def _own_port(self) -> str:
        return split_domain_port(self.request.get_host())[1]

    def _onward(self, url: str) -> str:
        """Give the address of this screen for another page, and the same visitor."""
        query = self.request.GET.copy()
        query["url"] = url
        return f"{reverse('calltrack_why:index')}?{query.urlencode()}"

    def _named(self, rows: Any) -> list[Row]:
        """Name the rows' campaigns, where the editor may read the names."""
        assert self.plan is not None and self.form is not None  # noqa: S101, PT018 - they were read
        sight = in_sight(self.plan, {self.form.site.key}, self.sight.campaigns)
        names = {str(one.key): sight.name(one) for one in self.plan.campaigns}
        return [replace(row, campaign=names.get(row.campaign, "")) for row in rows]


def _summary(reading: Reading) -> str:
    """Say in one sentence what was found. Counts stand behind colons: so all languages can."""
    return _(
        "Places for a number: %(places)s. With another number for this visitor: %(changed)s. Left "
        "alone: %(left)s."
    ) % {"places": len(reading.shown), "changed": reading.changed, "left": len(reading.left)}


class WhyViewSet(Place):
    """The screen's place."""

    icon = "help"
    menu_label = gettext_lazy("Why this number?")
    menu_name = "calltrack-why"
    may_see = staticmethod(may_ask)

    def get_urlpatterns(self) -> list[Any]:
        """Give the address."""
        return [path("", self.construct_view(WhyView), name="index")]
