"""How a lead and a user are written."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime

from wagtail_calltrack import callers
from wagtail_calltrack.models import Lead


def who(lead: Lead, user: Any) -> str:
    """Say who it is, for somebody: the name, the address, or the number."""
    return lead.name or lead.email or callers.shown(lead.caller, user)


def person(user: Any) -> str:
    """Name a user; "" for nobody."""
    return (user.get_full_name() or user.get_username()) if user else ""


def at(moment: Any) -> str:
    """Write a moment by the site's clock."""
    local = localtime(moment)
    return f"{date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M}"


def colleagues(had: int | None = None) -> "QuerySet[Any, Any]":
    """Give those to whom a lead may be given: who may enter the admin; and whoever has it."""
    users = get_user_model()._default_manager  # noqa: SLF001 - Django documents it
    enter = Permission.objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    may = Q(is_superuser=True) | Q(groups__permissions__in=enter) | Q(user_permissions__in=enter)
    theirs = users.filter(may, is_active=True).values("pk")
    name = get_user_model().USERNAME_FIELD
    return users.filter(Q(pk__in=theirs) | Q(pk=had)).order_by(name)
