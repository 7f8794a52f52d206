"""From a row of a report to the calls behind it: those of which the row has a part.

Under a model that shares calls out, a row has parts of more calls than it counts.
"""

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from calltrack.calls import Direction
from wagtail_calltrack.models import TrackedSite, Vestiging
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.report import Row

CALLS = "calltrack_calls:index"
ASKED_BY = {"campaign": "brought_by"}
"""How the listing calls a dimension, where not by the same name."""


class CallsBehind:
    """Links to the listing of calls, with the report's days and filters; "" where there is none."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        try:
            self._url = reverse(CALLS)
        except NoReverseMatch:
            self._url = ""
        self._rows = {
            "vestiging": dict(Vestiging.objects.values_list("key", "pk")),
            "site": dict(TrackedSite.objects.values_list("key", "pk")),
        }

    def __call__(self, row: Row) -> str:
        """Give a row's link."""
        asked, name = self._asked, self._asked.dimension.name
        if not self._url or not row.figures.calls or self._is_hidden(row):
            return ""
        wanted = {
            "site": asked.site,
            "vestiging": asked.vestiging,
            "campaign": asked.campaign,
            "channel": asked.channel,
        }
        if row.key:
            wanted[name] = row.key
        elif asked.dimension.origin:
            wanted["unknown"] = name
        else:
            return ""  # a call that nobody was to answer
        return self._with(wanted)

    def _with(self, wanted: dict[str, str]) -> str:
        query = QueryDict(mutable=True)
        query["started_at_from"] = self._asked.period.first.isoformat()
        query["started_at_to"] = self._asked.period.last.isoformat()
        query["is_spam"] = "false"
        query["direction"] = Direction.IN.value
        query["model"] = self._asked.model
        for name, value in wanted.items():
            if not value:
                continue
            found = self._rows[name].get(value) if name in self._rows else value
            if found is None:
                return ""
            query[ASKED_BY.get(name, name)] = at_home(value) if name == "number" else str(found)
        return f"{self._url}?{query.urlencode()}"

    def _is_hidden(self, row: Row) -> bool:
        """Say whether a row is of a campaign that is not theirs who ask."""
        own = self._asked.own_campaigns
        is_campaign = self._asked.dimension.name == "campaign" and bool(row.key)
        return is_campaign and own is not None and row.key not in own
