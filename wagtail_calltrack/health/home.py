"""The alarms on Wagtail's home, and how many there are for the menu.

Home is opened often, so it shows what was counted in the last minutes, and counts once where
nothing was. The menu is on every screen: it counts nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from wagtail_calltrack.health.figures import KEPT_SECONDS, measured
from wagtail_calltrack.health.links import may_see_health
from wagtail_calltrack.health.pools import PoolHealth, pool_healths

_KEPT_AS = "calltrack-alarms-1"


class AlarmPanel(Component):
    """Pools that are short of numbers; nothing where none is."""

    name = "calltrack_alarms"
    template_name = "wagtail_calltrack/health/home.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the alarms to those who may see the health page."""
        is_for = may_see_health(parent_context["request"].user)
        return {
            "alarming": alarms() if is_for else (),
            "health_url": reverse("calltrack_health:index"),
        }


def add_alarms(_request: HttpRequest, panels: list[Any]) -> None:
    """Put the alarms among the panels of Wagtail's home."""
    panels.append(AlarmPanel())


def alarms() -> Sequence[PoolHealth]:
    """Give the pools that alarm."""
    found = [pool for pool in pool_healths(measured(), timezone.now()) if pool.alarms]
    note_alarms(len(found))
    return found


def note_alarms(count: int) -> None:
    """Let the menu know."""
    cache.set(_KEPT_AS, count, KEPT_SECONDS)


def alarms_known() -> int:
    """Say how many pools alarm, or 0 where nobody has looked of late."""
    return int(cache.get(_KEPT_AS, 0))
