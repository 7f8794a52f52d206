"""What can be done with many campaigns at once."""

from typing import ClassVar

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
    sets: ClassVar = {"paused": True}
    told = gettext_lazy("Paused")


class Resume(CampaignAction):
    """In force again."""

    display_name = gettext_lazy("Resume")
    aria_label = gettext_lazy("Resume the selected campaigns")
    action_type = "calltrack_resume"
    action_priority = 20
    button = gettext_lazy("Resume")
    consequence = gettext_lazy("Their visitors see tracking numbers again.")
    sets: ClassVar = {"paused": False}
    told = gettext_lazy("Resumed")


ACTIONS = (Pause, Resume)
