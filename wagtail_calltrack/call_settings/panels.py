"""The ways from the call settings to the rules and the work, with how many there are."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from wagtail.admin.panels import Panel
from wagtail.permission_policies.base import ModelPermissionPolicy

from wagtail_calltrack.call_settings.policies import CallersPolicy
from wagtail_calltrack.models import BlockedCaller, Category, CategoryRule, Job, TargetRule

_WAYS = (
    (TargetRule, "calltrack_target_rules", ModelPermissionPolicy),
    (Category, "calltrack_categories", ModelPermissionPolicy),
    (CategoryRule, "calltrack_category_rules", ModelPermissionPolicy),
    (BlockedCaller, "calltrack_blocked_callers", CallersPolicy),
    (Job, "calltrack_jobs", ModelPermissionPolicy),
)
_ANY = ("add", "change", "delete", "view")


class WaysPanel(Panel):
    """A list of links, of those that somebody may follow."""

    class BoundPanel(Panel.BoundPanel):
        """The list."""

        template_name = "wagtail_calltrack/call_settings/ways.html"

        def get_context_data(self, parent_context: Any = None) -> Any:
            """Give the links."""
            context = super().get_context_data(parent_context)
            return {**context, "ways": list(ways(self.request.user))}


def ways(user: Any) -> Iterator[dict[str, Any]]:
    """Give name, count and address of each screen that somebody may open."""
    for model, space, policy in _WAYS:
        if policy(model).user_has_any_permission(user, _ANY):
            yield {
                "label": capfirst(str(model._meta.verbose_name_plural)),  # noqa: SLF001 - Django's public API
                "count": model._default_manager.count(),  # noqa: SLF001 - as above
                "url": reverse(f"{space}:index"),
            }
