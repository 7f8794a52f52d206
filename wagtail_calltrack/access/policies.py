"""What a user may do with which rows.

A group has sites as Wagtail gives them (`GroupSitePermission`), on the permissions of the site's
row: who may change a site's row may work with all that belongs to the site, and who may view it may
look. Rows say by a path of lookups to which sites they belong; a row that belongs to none, or to
another one too, is not a site's to change.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Model, QuerySet
from wagtail.models import GroupSitePermission, Site
from wagtail.permission_policies.base import ModelPermissionPolicy

from wagtail_calltrack.models import (
    Call,
    Campaign,
    Lead,
    Placeholder,
    SpendEntry,
    TrackedSite,
    TrackingNumber,
)

CHANGE, VIEW = "change_trackedsite", "view_trackedsite"

SEE = ("add", "change", "delete", "view")
"""Any of these is enough to see a row."""

_CACHE = "_calltrack_sites"


def sites_of(user: Any, actions: Collection[str]) -> frozenset[int]:
    """Give the sites where a user's groups may do any of these, apart from the whole firm's."""
    if not (user.is_authenticated and user.is_active):
        return frozenset()
    if not hasattr(user, _CACHE):
        rows = GroupSitePermission.objects.filter(
            group__user=user,
            permission__content_type__app_label="wagtail_calltrack",
            permission__codename__in=(CHANGE, VIEW),
        )
        setattr(user, _CACHE, list(rows.values_list("permission__codename", "site")))
    found: list[tuple[str, int]] = getattr(user, _CACHE)
    enough = {CHANGE, VIEW} if "view" in actions else {CHANGE}
    return frozenset(site for code, site in found if code in enough)


def permission(code: str) -> Permission:
    """Give the permission that a group has on a site."""
    return Permission.objects.get(content_type__app_label="wagtail_calltrack", codename=code)


class SitePolicy(ModelPermissionPolicy):
    """The policy of a model whose rows may belong to sites.

    `sites` is the path to them, as "campaign__sites__site"; `actions`, what their editors may do.
    """

    def __init__(
        self,
        model: type[Model],
        sites: str,
        actions: Collection[str] = SEE,
    ) -> None:
        super().__init__(model)
        self._sites = sites
        self.field = sites.partition("__")[0]  # of the row, by which it belongs to sites
        self._actions = frozenset(actions)

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether the user may do this with any row."""
        return self.has_all(user, [action]) or bool(self._sites_for(user, [action]))

    def user_has_any_permission(self, user: Any, actions: Collection[str]) -> bool:
        """Say whether the user may do any of these with any row."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Say whether the user may do this with a row."""
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Collection[str], instance: Any
    ) -> bool:
        """Say whether the user may do any of these with a row."""
        if self.has_all(user, actions):
            return True
        return bool(
            self._sites_for(user, actions)
            and self.instances_user_has_any_permission_for(user, actions)
            .filter(pk=instance.pk)
            .exists()
        )

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Collection[str]
    ) -> QuerySet[Any]:
        """Give the rows with which the user may do any of these."""
        rows: QuerySet[Any] = self.model.objects.all()
        if self.has_all(user, actions):
            return rows
        return self.rows_of(self._sites_for(user, actions))

    def rows_of(self, sites: Collection[int]) -> QuerySet[Any]:
        """Give the rows that belong to some of these sites, and to no other."""
        rows: QuerySet[Any] = self.model.objects.all()
        if not sites:
            return rows.none()
        others = Site.objects.exclude(pk__in=sites)
        mine = rows.filter(**{f"{self._sites}__in": sites})
        foreign = rows.filter(**{f"{self._sites}__in": others})
        return rows.filter(pk__in=mine.values("pk")).exclude(pk__in=foreign.values("pk"))

    def limit(self, user: Any, actions: Collection[str]) -> frozenset[int] | None:
        """Give the sites that a user is limited to; None where the whole firm is theirs."""
        return None if self.has_all(user, actions) else self._sites_for(user, actions)

    def has_all(self, user: Any, actions: Collection[str]) -> bool:
        """Say whether the user may do any of these with every row."""
        return any(ModelPermissionPolicy.user_has_permission(self, user, one) for one in actions)

    def _sites_for(self, user: Any, actions: Collection[str]) -> frozenset[int]:
        asked = self._actions.intersection(actions)
        return sites_of(user, asked) if asked else frozenset()


POLICIES: Mapping[type[Model], SitePolicy] = {
    policy.model: policy
    for policy in (
        SitePolicy(TrackedSite, "site", ("change", "view")),
        SitePolicy(Campaign, "sites__site"),
        SitePolicy(Placeholder, "campaigns__sites__site"),
        SitePolicy(SpendEntry, "campaign__sites__site"),
        SitePolicy(TrackingNumber, "campaign__sites__site", ("view",)),
        SitePolicy(Call, "site__site", ("change", "view")),
        SitePolicy(Lead, "site__site", ("change", "view")),
    )
}
"""What belongs to sites. All other rows are the firm's."""


def policy_for(model: type[Model]) -> ModelPermissionPolicy:
    """Give a model's policy."""
    return POLICIES.get(model) or ModelPermissionPolicy(model)


def may_see_calls(user: Any) -> bool:
    """Say whether somebody may see calls and what is made of them, of the firm or of sites."""
    return POLICIES[Call].user_has_permission(user, "view")


def register_policies(*others: ModelPermissionPolicy) -> None:
    """Tell Wagtail of these, from its version 8 on; before, each screen tells its own."""
    try:
        from wagtail.permissions import register_permission_policy  # noqa: PLC0415 - not in 7.4
    except ImportError:
        return
    for policy in (*POLICIES.values(), *others):
        register_permission_policy(policy.model, policy)
