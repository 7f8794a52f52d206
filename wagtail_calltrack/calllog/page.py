"""The page of one call, and its categories set by hand."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from wagtail_calltrack import callers
from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.calllog import facts, rows
from wagtail_calltrack.judging import put, take_away, why_spam, why_target
from wagtail_calltrack.models import Call, CallCategory, Category
from wagtail_calltrack.records import BULK, log_many


class CategoriesForm(forms.Form):
    """What a call is about."""

    categories = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Categories"),
        queryset=Category.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def categories_of(call: Call) -> list[int]:
    """Give the keys of a call's categories."""
    given = CallCategory.objects.filter(call=call, is_taken_away=False)
    return list(given.values_list("category", flat=True))


class CallView(generic.InspectView):
    """A call."""

    template_name = "wagtail_calltrack/calllog/call.html"
    page_title = gettext_lazy("Call")

    def get_object(self, queryset: Any = None) -> Any:  # noqa: ARG002 - Wagtail's own signature
        """Read it with names and shares."""
        found = rows.with_names(Call.objects.select_related("called_back_by"), self.request.user)
        return get_object_or_404(found, pk=self.pk)

    def get_fields(self) -> Any:
        """Show facts of our own."""
        return []

    @cached_property
    def may_change(self) -> bool:
        """Say whether the user may set categories."""
        policy, user = self.permission_policy, self.request.user
        return bool(policy.user_has_permission_for_instance(user, "change", self.object))

    def get_context_data(self, **kwargs: Any) -> Any:
        """Say all that is known."""
        call, user = self.object, self.request.user
        sees_lead = rows.Sighted(user).sees(call.lead)
        form = CategoriesForm(initial={"categories": categories_of(call)})
        answered = call.called_back_by
        return super().get_context_data(
            **kwargs,
            call=call,
            counts=rows.counts(call),
            facts=list(facts.facts(call, user)),
            recording=_recording(call) if callers.may_see(user) else "",
            may_hear=callers.may_see(user),
            is_recorded=bool(call.recording),
            lead_url=reverse("calltrack_leads:inspect", args=(call.lead_id,)) if sees_lead else "",
            answered=answered,
            answered_at=rows.when(answered) if answered else "",
            why_target=why_target(call),
            why_spam=why_spam(call),
            confidence=facts.percent(call.confidence),
            reason=facts.reason(call),
            likely=facts.likely(call, sees_session=True),
            credit=facts.credit_by_model(call),
            webhooks=facts.webhooks(call, user),
            category_names=rows.categories(call),
            has_categories=bool(form.fields["categories"].queryset.exists()),  # type: ignore[attr-defined] # a field of rows
            form=form,
            may_change=self.may_change,
            categories_url=reverse("calltrack_calls:categories", args=(call.pk,)),
        )


def _recording(call: Call) -> str:
    """Give a recording's address, if a browser may open it."""
    return call.recording if call.recording.lower().startswith("https://") else ""


class CategoriesView(PermissionCheckedMixin, View):
    """Sets a call's categories."""

    http_method_names = ("post",)
    permission_required = "change"
    permission_policy: Any = POLICIES[Call]  # Wagtail 8 gives none to views that are not its own
    model = Call
    any_permission_required: Any = None

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give and take away, each as somebody chose it by hand."""
        call = get_object_or_404(Call, pk=pk)
        form = CategoriesForm(request.POST)
        if form.is_valid():
            had = set(categories_of(call))
            chosen = {one.pk: one for one in form.cleaned_data["categories"]}
            for category in Category.objects.filter(pk__in=had - chosen.keys()):
                take_away(call, category, request.user)
            for key in chosen.keys() - had:
                put(call, chosen[key], request.user)
            if had != chosen.keys():
                names = ", ".join(sorted(str(one) for one in chosen.values())) or _("none")
                log_many([call], BULK, _("Categories: %(names)s") % {"names": names})
            messages.success(request, _("The categories were saved."))
        else:
            messages.error(request, _("This category is gone. Choose again."))
        return redirect("calltrack_calls:inspect", pk)
