"""The listing of calls: the newest first, searched, filtered, exported."""

from collections import OrderedDict
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.views import generic

from wagtail_calltrack import callers
from wagtail_calltrack.calllog import rows
from wagtail_calltrack.calllog.columns import columns
from wagtail_calltrack.calllog.filters import CallFilters
from wagtail_calltrack.exports import SafeExport
from wagtail_calltrack.models import Call
from wagtail_calltrack.phones import shared_digits


class CallIndexView(SafeExport, generic.IndexView):
    """Calls."""

    filterset_class = CallFilters
    default_ordering = "-started_at"
    search_fields = ("number",)
    phone_fields = ("caller", "number")
    list_export = (
        "started_at",
        "direction",
        "caller",
        "number",
        "campaign",
        "vestiging",
        "status",
        "ring_seconds",
        "talk_seconds",
        "is_target",
        "is_first",
        "is_spam",
        "called_back",
        "categories",
        "channel",
        "source",
        "keyword",
    )
    export_headings: ClassVar = {
        "caller": pgettext_lazy("call", "Caller"),
        "number": gettext_lazy("Number called"),
        "called_back": gettext_lazy("Called back"),
        "categories": gettext_lazy("Categories"),
        "channel": gettext_lazy("Channel"),
        "source": gettext_lazy("Source"),
        "keyword": gettext_lazy("Keyword"),
    }
    export_filename = "calls"

    @staticmethod
    def title_id(call: Call) -> str:
        """Name the element of a row's title."""
        return f"call_{call.pk}_title"

    @cached_property
    def columns(self) -> Any:
        """Give the columns for whoever looks."""
        return columns(self.request.user, self.title_id)

    def get_base_queryset(self) -> Any:
        """Read names and shares along."""
        return rows.with_names(super().get_base_queryset(), self.request.user)

    def order_queryset(self, queryset: Any) -> Any:
        """Let calls of one second stay in one order."""
        found = super().order_queryset(queryset)
        return found.order_by(*found.query.order_by, "-pk")

    def search_queryset(self, queryset: Any) -> Any:
        """Find calls by number; by the caller's, for those who may see it."""
        if not self.is_searching:
            return queryset
        digits = shared_digits(self.search_query)
        if not digits:
            return queryset.none()
        wanted = Q(number__contains=digits)
        if callers.may_see(self.request.user):
            wanted |= Q(caller__contains=digits)
        return queryset.filter(wanted)

    def to_row_dict(self, item: Any) -> Any:
        """Give a line of the export."""
        origin = item.shares[0].origin if item.shares else None
        told = {
            "started_at": item.started_at,
            "direction": item.get_direction_display(),
            "caller": item.caller,
            "number": item.number,
            "campaign": rows.campaign(item),
            "vestiging": rows.vestiging(item),
            "status": item.get_status_display(),
            "ring_seconds": item.ring_seconds,
            "talk_seconds": item.talk_seconds,
            "is_target": item.is_target,
            "is_first": item.is_first,
            "is_spam": item.is_spam,
            "called_back": item.called_back_by_id is not None,
            "categories": rows.categories(item),
            "channel": rows.channel(item),
            "source": origin.source if origin else "",
            "keyword": origin.keyword if origin else "",
        }
        return OrderedDict((name, told[name]) for name in self.list_export)

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Mask callers, and tell moments by the site's clock."""
        if isinstance(value, datetime):
            at = localtime(value).replace(tzinfo=None, microsecond=0)
            return at if export_format == self.FORMAT_XLSX else at.isoformat(" ")
        if field == "caller" and not (value and callers.may_see(self.request.user)):
            return callers.shown(value, self.request.user).replace("+", "00", 1)
        return super().preprocess_field_value(field, value, export_format)
