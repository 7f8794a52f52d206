"""The page of one lead: its form, its notes, its journey."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from wagtail_calltrack import callers
from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.calllog.rows import campaign as campaign_of
from wagtail_calltrack.calllog.rows import counts, talk
from wagtail_calltrack.inbox.form import LeadForm, NoteForm
from wagtail_calltrack.inbox.journey import journey
from wagtail_calltrack.inbox.names import at, person, who
from wagtail_calltrack.inbox.timeline import Visit, What, by_day
from wagtail_calltrack.models import Call, Lead, Vestiging
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.records import BULK, log_many

ERASE = "wagtail_calltrack.erase_people"

ON_A_PAGE = 40
"""Entries of the timeline."""

FEW_PAGES = 6
"""Pages of a visit that are shown at once; the others unfold."""


class LeadView(generic.InspectView):
    """A lead."""

    template_name = "wagtail_calltrack/inbox/lead.html"
    page_title = gettext_lazy("Lead")

    def get_object(self, queryset: Any = None) -> Any:  # noqa: ARG002 - Wagtail's own signature
        """Read it with its assignee."""
        return get_object_or_404(Lead.objects.select_related("assignee", "site"), pk=self.pk)

    def get_fields(self) -> Any:
        """Show facts of our own."""
        return []

    def get_edit_url(self) -> None:
        """Show no way to a form: it stands on this page."""

    def get_context_data(self, **kwargs: Any) -> Any:
        """Say all that is known; `form` is there again where something was wrong."""
        lead, user = self.object, self.request.user
        policy = self.permission_policy
        may_change = policy.user_has_permission_for_instance(user, "change", lead)
        if may_change:
            kwargs.setdefault("form", LeadForm(instance=lead, for_user=user))
            kwargs.setdefault("note_form", NoteForm())
        found = journey(lead, user)
        page = Paginator(_entries(found.entries, user), ON_A_PAGE)
        shown = page.get_page(self.request.GET.get("p"))
        return super().get_context_data(
            **kwargs,
            lead=lead,
            who=who(lead, user),
            facts=_facts(lead, user),
            first=found.first,
            is_cut=found.is_cut,
            visit_count=found.visit_count,
            days=by_day(shown.object_list, localtime),
            page_obj=shown,
            page_url=self.request.path,
            may_change=may_change,
            history_url=reverse("calltrack_leads:history", args=(lead.pk,)) if may_change else "",
            edit_url=reverse("calltrack_leads:edit", args=(lead.pk,)),
            note_url=reverse("calltrack_leads:note", args=(lead.pk,)),
            person_url=reverse("calltrack_privacy:person") if user.has_perm(ERASE) else "",
        )


class LeadEditView(PermissionCheckedMixin, View):
    """Takes what was filled in on the lead's page."""

    template_name = LeadView.template_name
    model = Lead
    permission_policy: Any = POLICIES[Lead]  # Wagtail 8 gives none to views that are not its own
    permission_required = "change"
    any_permission_required: Any = None

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        """Lead to the page: other screens link to the form."""
        return redirect("calltrack_leads:inspect", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save, and say so in the history."""
        lead = get_object_or_404(Lead, pk=pk)
        form = LeadForm(request.POST, instance=lead, for_user=request.user)
        if not form.is_valid():
            return self._again(request, pk, form)
        form.save()
        if said := form.said():
            log_many([lead], BULK, said)
        messages.success(request, _("The lead was saved."))
        return redirect("calltrack_leads:inspect", pk)

    def _again(self, request: HttpRequest, pk: int, form: LeadForm) -> HttpResponse:
        """Show the page with what is wrong."""
        view = LeadView(model=Lead, permission_policy=self.permission_policy, index_url_name=INDEX)
        view.setup(request, pk=pk)
        messages.error(request, _("The lead was not saved: see the form."))
        return render(request, LeadView.template_name, view.get_context_data(form=form))


INDEX = "calltrack_leads:index"


class NoteView(PermissionCheckedMixin, View):
    """Takes a note."""

    http_method_names = ("post",)
    model = Lead
    permission_policy: Any = POLICIES[Lead]  # Wagtail 8 gives none to views that are not its own
    permission_required = "change"
    any_permission_required: Any = None

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep it."""
        lead = get_object_or_404(Lead, pk=pk)
        form = NoteForm(request.POST)
        if form.is_valid():
            form.instance.lead, form.instance.user = lead, request.user
            form.save()
            messages.success(request, _("The note was kept."))
        else:
            messages.error(request, _("Write something first."))
        return redirect("calltrack_leads:inspect", pk)


def _facts(lead: Lead, user: Any) -> list[tuple[str, str]]:
    """Say who it is; what is not known is left out."""
    numbers = Call.objects.filter(lead=lead).order_by("caller").exclude(caller="")
    callers_ = list(numbers.values_list("caller", flat=True).distinct()[:10])
    if lead.caller and lead.caller not in callers_:
        callers_.insert(0, lead.caller)
    vestiging = Vestiging.objects.filter(key=lead.vestiging).first()
    told = (
        (_("Phone"), ", ".join(callers.shown(one, user) for one in callers_)),
        (_("E-mail"), lead.email),
        (_("Vestiging"), str(vestiging or lead.vestiging)),
        (_("Site"), str(lead.site) if lead.site else ""),
        (_("First contact"), at(lead.began_at)),
        (_("Last contact"), at(lead.last_at)),
        (_("Assigned to"), person(lead.assignee)),
    )
    return [(label, text) for label, text in told if text]


class _Entry:
    """An entry of the timeline, as the template shows it."""

    def __init__(self, at: Any, what: str, **told: Any) -> None:
        self.at, self.what = at, what
        self.__dict__.update(told)

    @property
    def clock(self) -> str:
        """Write the time of the day."""
        return f"{localtime(self.at):%H:%M}"


def _entries(found: Any, user: Any) -> list[_Entry]:
    return [_visit(one) if isinstance(one, Visit) else _single(one, user) for one in found]


def _visit(visit: Visit) -> _Entry:
    pages = [(f"{localtime(one.at):%H:%M}", one.path) for one in visit.pages]
    return _Entry(
        visit.at,
        "visit",
        goes_on=visit.goes_on,
        touches=visit.touches,
        pages=pages[:FEW_PAGES],
        more_pages=pages[FEW_PAGES:],
        shown=[f"{at_home(one.number)} ({one.vestiging})" for one in visit.shown],
    )


def _single(one: Any, user: Any) -> _Entry:
    row = one.row
    if one.what is What.CALL:
        return _Entry(
            one.at,
            "call",
            url=reverse("calltrack_calls:inspect", args=(row.pk,)),
            number=at_home(row.number),
            caller=callers.shown(row.caller, user),
            is_out=row.direction == "out",
            is_good=row.status in {"answered", "in_progress"},
            status=row.get_status_display(),
            talk=talk(row),
            counts=counts(row),
            campaign=campaign_of(row),
        )
    if one.what is What.FORM:
        return _Entry(one.at, "form", form=row.form, path=row.path, reference=row.reference)
    if one.what is What.NOTE:
        return _Entry(one.at, "note", text=row.text, by=person(row.user))
    return _Entry(one.at, "log", text=row.data["said"], by=person(row.user))
