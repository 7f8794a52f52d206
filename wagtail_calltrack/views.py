"""Wagtail's own views, with what is particular to rows of the Plan.

A save or a deletion that would break the Plan is refused with its reasons, and nothing of it stays.
"""

from typing import Any

from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import yesno
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views import generic

from wagtail_calltrack.access.sight import discreet
from wagtail_calltrack.forms import MOST_SHOWN, sentence_of
from wagtail_calltrack.models import Organisation
from wagtail_calltrack.models.edge_token import CALLS
from wagtail_calltrack.phones import shared_digits
from wagtail_calltrack.plan_out import PlanRefusedError


class _Checked:
    """Turns what the Plan's check refuses into errors of the form."""

    def form_valid(self: Any, form: Any) -> Any:
        """Save, or show the form again with what is wrong."""
        state = form.instance._state  # noqa: SLF001 - Django documents it for this
        adding = state.adding
        try:
            return super().form_valid(form)  # type: ignore[misc] # Wagtail's views have no types
        except PlanRefusedError as refused:
            form.refuse(refused)
        if adding:  # what was made is unmade
            form.instance.pk, state.adding = None, True
        self.produced_error_code = "validation_error"
        self.produced_error_message = self.get_error_message()
        return self.form_invalid(form)


class PlanCreateView(_Checked, generic.CreateView):
    """Add a row."""


class PlanCopyView(_Checked, generic.CopyView):
    """Add a row like another."""


class PlanEditView(_Checked, generic.EditView):
    """Change a row."""


class PlanDeleteView(generic.DeleteView):
    """Delete a row, if nothing needs it."""

    def form_valid(self, form: Any) -> Any:
        """Delete, or say what needs it."""
        try:
            return super().form_valid(form)
        except PlanRefusedError as refused:
            reasons = [sentence_of(one) for one in refused.rows[:MOST_SHOWN]]
        except ProtectedError as protected:
            users = sorted({f"«{one}»" for one in protected.protected_objects})
            reasons = [_("it is used by %(rows)s") % {"rows": ", ".join(users[:MOST_SHOWN])}]
        sentence = _("«%(object)s» was not deleted: %(reasons)s")
        values = {"object": self.object, "reasons": "; ".join(reasons)}
        messages.error(self.request, discreet(sentence % values, self.request.user))
        return redirect(self.edit_url_name, self.kwargs[self.pk_url_kwarg])


class PlanInspectView(generic.InspectView):
    """A row for those who may look only, in words: no «None», no «False»."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Say yes or no, and nothing with a dash."""
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return capfirst(str(yesno(value)))
        return "–" if value in (None, "") else value


class ListingView(generic.IndexView):
    """A listing. One that names no columns for a file is none: it would be of blank lines."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Give no file that nobody is offered."""
        super().setup(request, *args, **kwargs)
        if self.is_export and not self.list_export:
            raise Http404


class PhoneIndexView(ListingView):
    """A listing in which a phone number is found however it is written."""

    @cached_property
    def search_query(self) -> str:
        """Give what was typed; of a phone number the digits that all its forms share."""
        query: str = super().search_query
        if any(one.isalpha() for one in query):
            return query
        return shared_digits(query) or query


class OrganisationIndexView(generic.IndexView):
    """There is one organisation: its listing is its form."""

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Lead to the form."""
        made = Organisation.objects.exists()
        return redirect(reverse(self.edit_url_name, args=(1,)) if made else self.add_url_name)


class OrganisationCreateView(PlanCreateView):
    """Make the organisation, once."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form, or lead to the one that there is."""
        return self._there() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Make it, or lead to the one that there is."""
        return self._there() or super().post(request, *args, **kwargs)

    def _there(self) -> HttpResponse | None:
        return redirect(self.index_url_name) if Organisation.objects.exists() else None


class TokenCreateView(generic.CreateView):
    """Make a token and show it, this once."""

    def save_instance(self) -> Any:
        """Keep its hash."""
        self.token = self.form.instance.issue()
        return super().save_instance()

    def save_action(self) -> HttpResponseBase:
        """Show it: in the answer itself, so that no cookie, session or cache keeps it."""
        response = TemplateResponse(
            self.request,
            "wagtail_calltrack/token_made.html",
            {
                "token": self.token,
                "edge": self.object,
                "page_title": _("Token made"),
                "header_icon": self.header_icon,
                "index_url": self.get_success_url(),
                "is_for_calls": self.object.purpose == CALLS,
                "plan_url": _url(self.request, "calltrack:plan"),
                "calls_url": _url(self.request, "calltrack:calls"),
            },
        )
        response.headers["Cache-Control"] = "no-store"
        return response


def _url(request: HttpRequest, name: str) -> str | None:
    """Give an address for edges or phone systems, if the site has included it."""
    try:
        return request.build_absolute_uri(reverse(name))
    except NoReverseMatch:
        return None
