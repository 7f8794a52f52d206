"""Who may see blocked callers: those who may see callers at all, and have been given the list."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.permission_policies.base import ModelPermissionPolicy

from wagtail_calltrack.callers import may_see
from wagtail_calltrack.models import BlockedCaller


class CallersPolicy(ModelPermissionPolicy):
    """The usual policy of a model, for those who may see callers' numbers."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether somebody may do this."""
        return may_see(user) and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Collection[str]) -> bool:
        """Say whether somebody may do any of these."""
        return may_see(user) and bool(super().user_has_any_permission(user, actions))

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[Any]:
        """Give those who may do any of these."""
        found = super().users_with_any_permission(actions)
        may = [user.pk for user in found if may_see(user)]
        users: QuerySet[Any] = get_user_model()._default_manager.filter(pk__in=may)  # noqa: SLF001 - Django's public API
        return users


BLOCKED_CALLERS = CallersPolicy(BlockedCaller)
"""Wagtail is told of it, and their screens go by it."""
