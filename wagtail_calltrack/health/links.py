"""Where a screen of ours is, for those who may open it."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse

from wagtail_calltrack.models import (
    Campaign,
    EdgeToken,
    Organisation,
    Placeholder,
    Pool,
    TelephonyAccount,
    TrackedSite,
    TrackingNumber,
    Vestiging,
)

User = AbstractBaseUser | AnonymousUser

SCREENS: dict[type[models.Model], str] = {
    Campaign: "calltrack_campaigns",
    EdgeToken: "calltrack_tokens",
    Organisation: "calltrack_organisation",
    Placeholder: "calltrack_placeholders",
    Pool: "calltrack_pools",
    TelephonyAccount: "calltrack_telephony",
    TrackedSite: "calltrack_sites",
    TrackingNumber: "calltrack_numbers",
    Vestiging: "calltrack_vestigingen",
}
ACTIONS = ("view", "add", "change", "delete")


def listing_of(model: type[models.Model], user: User) -> str:
    """Give the address of a kind of rows, or "" for those who may not see it."""
    return reverse(f"{SCREENS[model]}:index") if may(user, model, *ACTIONS) else ""


def form_of(model: type[models.Model], user: User) -> str:
    """Give the address of the form that adds one, or else the listing's."""
    return reverse(f"{SCREENS[model]}:add") if may(user, model, "add") else listing_of(model, user)


def may(user: User, model: type[models.Model], *actions: str) -> bool:
    """Say whether somebody may do one of these with rows of a kind."""
    name = f"wagtail_calltrack.%s_{model._meta.model_name}"  # noqa: SLF001 - Django's public API
    return any(user.has_perm(name % action) for action in actions)  # type: ignore[union-attr] # every user model has permissions


BESIDE = {"wagtail_calltrack.view_contentfinding", "wagtail_calltrack.see_callers"}
"""What somebody may have who works for some sites alone: findings in content, callers' numbers."""


def may_see_health(user: User) -> bool:
    """Say whether somebody has to do with call tracking, and not with what BESIDE names alone.

    The page is the whole firm's: who works for some sites alone does not see it.
    """
    found: set[str] = user.get_all_permissions()  # type: ignore[union-attr] # as above
    own = (one for one in found if one.startswith("wagtail_calltrack."))
    return any(one not in BESIDE for one in own)
