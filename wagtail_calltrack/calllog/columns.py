"""The columns of the listing."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from calltrack.calls import CallStatus
from wagtail_calltrack import callers
from wagtail_calltrack.calllog import rows
from wagtail_calltrack.models import Call
from wagtail_calltrack.phones import at_home

_GOOD = {CallStatus.ANSWERED.value, CallStatus.IN_PROGRESS.value, CallStatus.RINGING.value}


class TwoLines(Column):
    """A text, and under it a smaller one: side by side they are wider than a screen."""

    cell_template_name = "wagtail_calltrack/calllog/two_lines.html"

    def __init__(self, name: str, *, under: Callable[[Any], str], **options: Any) -> None:
        super().__init__(name, **options)
        self._under = under

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> Any:
        """Add the smaller text."""
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "under": self._under(instance)}


class CallerColumn(Column):
    """Who called, and a way to the lead."""

    cell_template_name = "wagtail_calltrack/calllog/caller_cell.html"

    def __init__(self, name: str, sight: rows.Sighted, **options: Any) -> None:
        super().__init__(name, **options)
        self._sight = sight

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> Any:
        """Add the address, for those who may open it."""
        context = super().get_cell_context_data(instance, parent_context)
        sees = self._sight.sees(instance.lead)
        url = reverse("calltrack_leads:inspect", args=(instance.lead_id,)) if sees else ""
        return {**context, "url": url}


def call_url(call: Call) -> str:
    """Give the address of a call's page."""
    return reverse("calltrack_calls:inspect", args=(call.pk,))


def columns(user: Any, title_id: Callable[[Any], str]) -> Sequence[Any]:
    """Give them, for somebody."""
    return [
        TitleColumn(
            "started_at",
            label=pgettext("call", "When"),
            accessor=rows.when,
            sort_key="started_at",
            get_url=call_url,
            get_title_id=title_id,
        ),
        CallerColumn(
            "caller",
            rows.Sighted(user),
            label=pgettext("call", "Caller"),
            accessor=lambda call: callers.shown(call.caller, user),
        ),
        TwoLines(
            "number",
            label=_("Number called"),
            accessor=lambda call: at_home(call.number),
            under=rows.vestiging,
            classname="ct-phone",
        ),
        StatusTagColumn(
            "status",
            label=_("Status"),
            accessor="get_status_display",
            primary=lambda call: call.status in _GOOD,
            sort_key="status",
        ),
        Column(
            "talk_seconds",
            label=_("Talk time"),
            accessor=rows.talk,
            sort_key="talk_seconds",
            classname="ct-span",
        ),
        TwoLines(
            "counts",
            label=_("What it counts for"),
            accessor=rows.counts,
            under=rows.categories,
        ),
        TwoLines("channel", label=_("Where from"), accessor=rows.where_from, under=rows.campaign),
    ]
