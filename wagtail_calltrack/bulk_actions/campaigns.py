"""What can be done with many campaigns at once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail_calltrack.bulk_actions.actions import PlanBulkAction
from wagtail_calltrack.models import Campaign
from wagtail_calltrack.viewsets.campaigns import CampaignViewSet


class CampaignAction(PlanBulkAction):
    """Something done with campaigns."""

    models = (Campaign,)
    viewset = CampaignViewSet("calltrack_campaigns")
    icon = "tag"


class Pause(CampaignAction):
    """Their visitors see original numbers."""

    display_name = gettext_lazy("Pause")
    aria_label = gettext_lazy("Pause the selected campaigns")
    action_type = "calltrack_pause"
    action_priority = 10
    button = gettext_lazy("Pause")
    consequence = gettext_lazy("They keep their visitors, and show them the original numbers.")

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - nothing to fill in
        """Give the state."""
        return {"paused": True}

    def said(self, given: Mapping[str, Any]) -> str:  # noqa: ARG002 - as above
        """Say so."""
        return _("Paused")


class Resume(CampaignAction):
    """In force again."""

    display_name = gettext_lazy("Resume")
    aria_label = gettext_lazy("Resume the selected campaigns")
    action_type = "calltrack_resume"
    action_priority = 20
    button = gettext_lazy("Resume")
    consequence = gettext_lazy("Their visitors see tracking numbers again.")

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - as above
        """Give the state."""
        return {"paused": False}

    def said(self, given: Mapping[str, Any]) -> str:  # noqa: ARG002 - as above
        """Say so."""
        return _("Resumed")


ACTIONS = (Pause, Resume)
