"""From a row of a report to the calls behind it."""

from typing import Any

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from wagtail_calltrack.models import Campaign, TrackedSite, Vestiging
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.report import Row

CALLS = "calltrack_calls:index"
FILTERED = ("channel", "campaign", "vestiging", "number")
"""The dimensions by which calls can be listed."""


class CallsBehind:
    """Links to the listing of calls, with the report's days and filters; "" where there is none."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        try:
            self._url = reverse(CALLS)
        except NoReverseMatch:
            self._url = ""
        self._rows = {
            name: dict(model.objects.values_list("key", "pk"))
            for name, model in (("campaign", Campaign), ("vestiging", Vestiging))
            if self._is_needed(name)
        }
        if asked.site:
            self._rows["site"] = dict(TrackedSite.objects.values_list("key", "pk"))

    def __call__(self, row: Row) -> str:
        """Give a row's link."""
        name = self._asked.dimension.name
        if not self._url or not row.key or name not in FILTERED or not row.figures.calls:
            return ""
        asked = self._asked
        wanted: dict[str, Any] = {
            "site": asked.site,
            "vestiging": asked.vestiging,
            "campaign": asked.campaign,
            "channel": asked.channel,
            name: row.key,
        }
        query = QueryDict(mutable=True)
        query["started_at_from"] = asked.period.first.isoformat()
        query["started_at_to"] = asked.period.last.isoformat()
        query["is_spam"] = "false"
        for key, value in wanted.items():
            if not value:
                continue
            found = self._rows.get(key, {}).get(value) if key in self._rows else value
            if found is None:
                return ""
            is_number = key == "number"
            query["q" if is_number else key] = at_home(value) if is_number else str(found)
        return f"{self._url}?{query.urlencode()}"

    def _is_needed(self, name: str) -> bool:
        return self._asked.dimension.name == name or bool(getattr(self._asked, name))
