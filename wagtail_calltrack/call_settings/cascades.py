"""Rules that go with what they were for: a campaign, a site or a vestiging that somebody deletes.

The screens ask for the work that follows from what they delete themselves; what goes along is only
known here. With a category its rules go, and so does what they gave: nothing is left to reckon.
"""

from typing import Any

from django.db.models.signals import post_delete
from wagtail.log_actions import get_active_log_context

from wagtail_calltrack.call_settings.changes import change_told
from wagtail_calltrack.call_settings.rules import CATEGORY_RULE_MATTERS, TARGET_RULE_MATTERS
from wagtail_calltrack.jobs import ask_restating
from wagtail_calltrack.models import Call, Category, CategoryRule, TargetRule

_MATTERS = {TargetRule: TARGET_RULE_MATTERS, CategoryRule: CATEGORY_RULE_MATTERS}


def listen() -> None:
    """Do so from now on."""
    for model in _MATTERS:
        post_delete.connect(_gone, sender=model, dispatch_uid="calltrack_rule_gone")


def _gone(sender: Any, instance: Any, origin: Any, **_others: Any) -> None:
    if isinstance(origin, sender | Category) or not Call.objects.exists():
        return
    why = change_told(instance, None, _MATTERS[sender])
    ask_restating(why, get_active_log_context().user)
