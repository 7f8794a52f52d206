"""One person: look what is stored, hand it out, or erase it.

Whom it is about is posted and never stands in an address, a title or a history. Between the steps
it is in the form, signed; the server keeps nothing.
"""

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wagtail_calltrack.privacy.erasing import erase, note
from wagtail_calltrack.privacy.forms import PersonForm, person_of
from wagtail_calltrack.privacy.handing_out import as_file
from wagtail_calltrack.privacy.person import LABELS, Person

ERASE = "wagtail_calltrack.erase_people"
_SALT = "calltrack.person"
_LONGEST_SECONDS = 3600


class PersonView(WagtailAdminTemplateMixin, TemplateView):
    """All steps, at one address."""

    page_title = gettext_lazy("Erase or export one person")
    header_icon = "user"
    template_name = "wagtail_calltrack/privacy/person.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let those in who may; no cache keeps what they see."""
        if not request.user.has_perm(ERASE):
            return permission_denied(request)
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get_breadcrumbs_items(self) -> Any:
        """Say where we are."""
        index = {"url": reverse("calltrack_privacy:index"), "label": _("Privacy")}
        return [*super().get_breadcrumbs_items(), index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> Any:
        """Show the form to search with."""
        kwargs.setdefault("form", PersonForm())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Do a step."""
        action = request.POST.get("action")
        if action not in {"export", "erase"}:
            return self._find(request)
        try:
            whom = signing.loads(request.POST.get("whom", ""), salt=_SALT, max_age=_LONGEST_SECONDS)
        except signing.BadSignature:
            messages.error(request, _("Too much time has passed: look for the person again."))
            return self._show()
        found = person_of(whom)
        if action == "export":
            note("export", found.counts(), request.user)
            return as_file(found)
        if not request.POST.get("sure"):
            messages.error(request, _("Nothing was erased: tick the box first."))
            return self._shown(found, whom)
        made = erase(found, request.user)
        count = sum(made.counts.values())
        messages.success(
            request, _("Erased: %(count)s rows were deleted or emptied.") % {"count": count}
        )
        return self._show()

    def _find(self, request: HttpRequest) -> HttpResponse:
        form = PersonForm(request.POST)
        if not form.is_valid():
            return self._show(form=form)
        return self._shown(person_of(form.whom()), form.whom())

    def _shown(self, found: Person, whom: Mapping[str, Any]) -> HttpResponse:
        counts = found.counts()
        rows = [(LABELS[kind], count) for kind, count in counts.items() if count]
        token = signing.dumps(dict(whom), salt=_SALT)
        records = found.calls().exclude(recording="").count()
        return self._show(
            rows=rows,
            searched=True,
            whom=token,
            recordings=records,
            is_blocked=found.blocked().exists(),
        )

    def _show(self, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context))
