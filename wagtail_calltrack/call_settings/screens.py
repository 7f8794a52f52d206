"""The call settings: one row, which is there as soon as somebody saves it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history
from wagtail.admin.viewsets.model import ModelViewSet

from wagtail_calltrack.call_settings.forms import RuleForm
from wagtail_calltrack.call_settings.panels import WaysPanel
from wagtail_calltrack.call_settings.restating import RestatingEditView
from wagtail_calltrack.models import CallSettings, CategoryRule

MATTERS = (
    "talk_seconds",
    "cycle_days",
    "lookback_days",
    "excluded_numbers",
    "anonymous_is_spam",
    "shortest_seconds",
    "callback_hours",
)


class _OneRow:
    """Finds the row, or what holds without one."""

    def get_object(self: Any, _queryset: Any = None) -> CallSettings:
        """Give it."""
        if int(self.kwargs["pk"]) != 1:
            raise Http404
        return CallSettings.current()


class CallSettingsIndexView(generic.IndexView):
    """There is one row: its listing is its form."""

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Lead to the form."""
        return redirect(reverse(self.edit_url_name, args=(1,)))


class CallSettingsEditView(_OneRow, RestatingEditView):
    """The form."""

    def get_matters(self) -> Sequence[str]:
        """Add the model, where a rule asks for the channel: it says which one a call has."""
        asks = CategoryRule.objects.exclude(channel="").exists()
        return (*MATTERS, "model") if asks else MATTERS

    def unsaved(self) -> CallSettings:
        """Give what held until the first save."""
        return CallSettings()

    def get_breadcrumbs_items(self) -> Any:
        """Name the page once."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_subtitle()}]

    def get_success_buttons(self) -> list[Any]:
        """Give none: the page stays open."""
        return []

    def get_success_message(self) -> str:
        """Say so."""
        return str(_("The call settings are saved."))


class CallSettingsHistoryView(_OneRow, history.HistoryView):
    """Who changed what, and what became of the calls."""


class CallSettingsViewSet(ModelViewSet):
    """The screen."""

    model = CallSettings
    icon = "cogs"
    menu_label = _("Call settings")
    menu_name = "calltrack-call-settings"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = CallSettingsIndexView
    edit_view_class = CallSettingsEditView
    history_view_class = CallSettingsHistoryView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("talk_seconds"), FieldPanel("cycle_days")])],
                _("Target calls"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("excluded_numbers"),
                    FieldRowPanel(
                        [FieldPanel("shortest_seconds"), FieldPanel("anonymous_is_spam")]
                    ),
                ],
                _("Spam"),
            ),
            MultiFieldPanel([FieldPanel("callback_hours")], _("Missed calls")),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("model"), FieldPanel("lookback_days")]),
                    FieldPanel("fee_per_shown_number"),
                ],
                _("Reports"),
            ),
            WaysPanel(heading=_("Rules, and the work that follows from them")),
        ],
        base_form_class=RuleForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> Any:
        """Show no ways to add, delete or look where it is used."""
        gone = {"add_url_name": None, "delete_url_name": None, "usage_url_name": None}
        return super().get_common_view_kwargs(**{**gone, **kwargs})

    def get_urlpatterns(self) -> Any:
        """Leave these ways out."""
        kept = {"index", "edit", "history", "history_results"}
        return [one for one in super().get_urlpatterns() if one.name in kept]
