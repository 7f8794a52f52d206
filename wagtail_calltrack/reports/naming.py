"""How a report's rows are called."""

from collections.abc import Mapping
from typing import Any

from wagtail_calltrack.access.sight import not_yours
from wagtail_calltrack.models import Campaign, Vestiging
from wagtail_calltrack.models.words import CHANNELS
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.report import Row


class Names:
    """The names of a dimension's rows. A campaign of other sites has none."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._known = _known(asked.dimension.name)

    def __call__(self, row: Row) -> str:
        """Name a row."""
        dimension, key = self._asked.dimension, row.key
        if not key:
            return dimension.unknown_label
        if dimension.name == "number":
            return at_home(key)
        if self.is_hidden(key):
            return not_yours()
        return str(self._known.get(key, key))

    def is_hidden(self, key: str) -> bool:
        """Say whether a campaign is not theirs who ask."""
        own = self._asked.own_campaigns
        return self._asked.dimension.name == "campaign" and own is not None and key not in own


def _known(dimension: str) -> Mapping[str, Any]:
    match dimension:
        case "channel":
            return dict(CHANNELS)
        case "campaign":
            return dict(Campaign.objects.values_list("key", "name"))
        case "vestiging":
            return dict(Vestiging.objects.values_list("key", "name"))
    return {}
