"""Screens for campaigns: the form with its numbers, the test box, the wizard and its number."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from calltrack.campaigndoubts import campaign_doubts
from calltrack.errors import PlanError
from wagtail_calltrack import views
from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.access.sight import discreet, sight_of
from wagtail_calltrack.campaigns import sentences
from wagtail_calltrack.campaigns.trial import (
    Result,
    TrialForm,
    as_typed,
    try_arrival,
)
from wagtail_calltrack.campaigns.wizard import NoFreeNumberError, OffSiteForm
from wagtail_calltrack.forms import MOST_SHOWN, for_editors, sentence_of
from wagtail_calltrack.models import Campaign, Vestiging
from wagtail_calltrack.phones import abroad, at_home
from wagtail_calltrack.plan_out import published

TEMPLATES = "wagtail_calltrack/campaigns/"

FRAGMENT = "X-Calltrack-Fragment"
"""The header with which campaign-trial.js asks for the answer alone."""


class _Doubting:
    """Says after a save what looks wrong with the campaign, though it is allowed."""

    def save_action(self: Any) -> Any:
        """Lead on, with the doubts."""
        start = f"campaigns «{self.object.key}»: "
        for doubt in campaign_doubts(published().plan):
            if doubt.startswith(start):
                text = capfirst(for_editors(doubt.removeprefix(start)))
                text = discreet(text, self.request.user)
                messages.warning(self.request, f"«{self.object}»: {text}")
        return super().save_action()  # type: ignore[misc] # Wagtail's views have no types


class CampaignCreateView(_Doubting, views.PlanCreateView):
    """Add a campaign."""


class CampaignEditView(_Doubting, views.PlanEditView):
    """Change a campaign."""


class CampaignCopyView(_Doubting, views.PlanCopyView):
    """Add a campaign like another, without its numbers."""

    def get_form(self, form_class: Any = None) -> Any:
        """Give the form, filled in like the other one."""
        form = super().get_form(form_class)
        form.leave_numbers()
        return form


class CampaignInspectView(views.PlanInspectView):
    """A campaign for those who may look only: its rules and numbers, too."""

    def get_fields_context(self) -> Any:
        """Put whose visitors they are and its numbers behind its own fields."""
        rules, off_site = self.object.rules.all(), self.object.off_site
        numbers = [
            f"{row.vestiging}: {at_home(row.number)}" if row.vestiging else at_home(row.number)
            for row in self.object.numbers.select_related("vestiging")
        ]
        every = sentences.of_visitors(rules, off_site=off_site, most=None)
        return [
            *super().get_fields_context(),
            {"label": _("Who"), "value": "; ".join(every), "component": None},
            {"label": _("Numbers"), "value": "; ".join(numbers) or "-", "component": None},
        ]


class _Screen(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen beside the listing of campaigns."""

    model = Campaign
    header_icon = "tag"
    permission_policy: Any = POLICIES[
        Campaign
    ]  # Wagtail 8 gives none to views that are not its own
    page_title: Any = ""

    def get_breadcrumbs_items(self) -> Any:
        """Lead back to the listing."""
        index = {
            "url": reverse("calltrack_campaigns:index"),
            "label": capfirst(str(self.model._meta.verbose_name_plural)),  # noqa: SLF001 - public
        }
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_title()}]


class TrialView(_Screen):
    """Test a URL and a referrer on the Plan in force."""

    any_permission_required: tuple[str, ...] = ("add", "change", "delete", "view")
    template_name = f"{TEMPLATES}trial.html"
    page_title = gettext_lazy("Test a URL and referrer")

    def get_template_names(self) -> Any:
        """Give the answer alone to the script."""
        asked = self.request.headers.get(FRAGMENT)
        return [f"{TEMPLATES}trial_result.html"] if asked else super().get_template_names()

    def get_context_data(self, **context: Any) -> Any:
        """Give the form and the answer."""
        asked = bool(self.trial_data)
        form = TrialForm(self.trial_data if asked else None)
        result = self.answer(form.cleaned_data) if asked and form.is_valid() else None
        missing = asked and not form.is_valid()
        if missing and self.request.headers.get(FRAGMENT):
            result = Result(problem=_("Write the address of a page first."))
        return {**super().get_context_data(**context), "trial": form, "result": result}

    @property
    def trial_data(self) -> Any:
        """What was asked."""
        return self.request.GET if "trial-url" in self.request.GET else None

    def answer(self, said: Any) -> Result:
        """Try it."""
        try:
            plan = published().plan
        except PlanError as error:
            found = " ".join(capfirst(one) for one in error.problems)
            return Result(problem=discreet(found, self.request.user))
        return try_arrival(said, plan, now=timezone.now(), sight=sight_of(self.request.user))


class TypedTrialView(TrialView):
    """Test them on a campaign as it is typed. Nothing is saved."""

    form_class: Any = None
    http_method_names = ("post",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let those in who may save what they type."""
        self.any_permission_required = ("change",) if "pk" in kwargs else ("add",)
        return super().dispatch(request, *args, **kwargs)

    def post(self, *_request: Any, **_kwargs: Any) -> HttpResponseBase:
        """Answer."""
        return self.render_to_response(self.get_context_data())

    @property
    def trial_data(self) -> Any:
        """What was asked."""
        return self.request.POST

    def answer(self, said: Any) -> Result:
        """Try it, or say what to mend first."""
        pk = self.kwargs.get("pk")
        campaign = get_object_or_404(Campaign, pk=pk) if pk else Campaign()
        form = self.form_class(self.request.POST, instance=campaign, for_user=self.request.user)
        if not form.is_valid():
            return Result(problem=_mend_first(form))
        draft, key = as_typed(form)
        try:
            plan = draft.plan(1)
        except PlanError as error:
            found = [draft.problem(one) for one in error.problems[:MOST_SHOWN]]
            start = _("As it is typed it could not be saved:")
            told = " ".join([start, *(f"{sentence_of(one).rstrip('.')}." for one in found)])
            return Result(problem=discreet(told, self.request.user))
        return try_arrival(
            said, plan, now=timezone.now(), this=key, sight=sight_of(self.request.user)
        )


def _mend_first(form: Any) -> str:
    """Name the fields that keep a campaign from being tested."""
    wrong = [
        (form[name].label if name in form.fields else "", form.errors[name]) for name in form.errors
    ]
    for at, rule in enumerate(form.formsets["rules"].forms, 1):
        for name in rule.errors:
            label = rule[name].label if name in rule.fields else ""
            rule_label = _("rule %(number)s, %(field)s") % {"number": at, "field": label}
            wrong.append((rule_label, rule.errors[name]))
    wrong += [(_("Numbers of its own"), errors) for errors in form.numbers.errors.values()]
    parts = [f"{capfirst(str(label))}: {' '.join(errors)}" for label, errors in wrong]
    return " ".join([_("Correct this first:"), *parts])


class OffSiteView(_Screen):
    """The wizard."""

    permission_required = "add"
    template_name = f"{TEMPLATES}off_site.html"
    page_title = gettext_lazy("New off-site campaign")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse editors of some sites alone: it is no site's."""
        if not POLICIES[Campaign].has_all(request.user, ["add"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Make the campaign, and lead to its number."""
        form, made = OffSiteForm(request.POST), None
        try:
            made = form.make() if form.is_valid() else None
        except NoFreeNumberError:
            messages.error(request, _("The last free number was taken just now."))
            form = OffSiteForm()
        if made is not None:
            return redirect("calltrack_campaigns:off_site_made", made.pk)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **context: Any) -> Any:
        """Give the form."""
        form = context.get("form") or OffSiteForm()
        return {
            **super().get_context_data(**context),
            "form": form,
            "is_empty": not form.free,
            "has_vestigingen": Vestiging.objects.exists(),
            "media": form.media,
        }


class OffSiteMadeView(_Screen):
    """An off-site campaign's number, to copy."""

    any_permission_required = ("add", "change", "delete", "view")
    template_name = f"{TEMPLATES}off_site_made.html"
    header_icon = "print"

    def get_page_title(self) -> str:
        """Name the campaign."""
        return str(self.campaign)

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign."""
        return get_object_or_404(Campaign, pk=self.kwargs["pk"], off_site=True)

    def get_context_data(self, **context: Any) -> Any:
        """Give its numbers in both prints."""
        rows = self.campaign.numbers.select_related("vestiging").order_by("pk")
        numbers = [
            {
                "home": at_home(row.number),
                "abroad": abroad(row.number),
                "vestiging": row.vestiging,
            }
            for row in rows
        ]
        return {
            **super().get_context_data(**context),
            "campaign": self.campaign,
            "numbers": numbers,
        }
