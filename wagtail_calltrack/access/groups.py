"""What an administrator gives a group in its form: its sites, and permissions for lists."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupSitePermission, Site

from wagtail_calltrack.access.policies import CHANGE, VIEW, permission

LISTS = (
    "view_leaseevent",
    "view_contentfinding",
    "view_privacyrequest",
    "change_privacysettings",
    "erase_people",
    "view_job",
    "see_callers",
)
"""Permissions for what nobody edits. Wagtail's form knows those of rows that have forms."""

CODES: Mapping[str, str] = {"edits": CHANGE, "views": VIEW}


def permissions_for_lists() -> QuerySet[Permission]:
    """Give them (Wagtail's hook register_permissions)."""
    return Permission.objects.filter(
        content_type__app_label="wagtail_calltrack", codename__in=LISTS
    )


def _sites(label: Any, help_text: Any) -> Any:
    return forms.ModelMultipleChoiceField(
        queryset=Site.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=label,
        help_text=help_text,
    )


class SitesOfGroupForm(forms.Form):
    """The sites of one group. `instance` is the group; a new one comes later, or has no key yet."""

    edits = _sites(
        _("Sites to work with"),
        _("Campaigns of these sites alone, their placeholders and spend, and the sites' rows."),
    )
    views = _sites(_("Sites to look at"), _("The same, without changing anything."))

    def __init__(self, *args: Any, instance: Group | None, **options: Any) -> None:
        options["prefix"] = options.get("prefix") or "calltrack_sites"
        self.instance = instance
        if instance is not None and instance.pk is not None:
            options["initial"] = {name: self._had(code) for name, code in CODES.items()}
        super().__init__(*args, **options)

    def as_admin_panel(self) -> str:
        """Give the panel's HTML."""
        template = "wagtail_calltrack/access/group_panel.html"
        return str(render_to_string(template, {"form": self}))

    def save(self) -> None:
        """Give and take away."""
        for name, code in CODES.items():
            had, has = set(self._had(code)), set(self.cleaned_data[name])
            rows = GroupSitePermission.objects.filter(group=self.instance)
            rows.filter(permission=permission(code), site__in=had - has).delete()
            for site in has - had:
                GroupSitePermission.objects.get_or_create(
                    group=self.instance, site=site, permission=permission(code)
                )

    def _had(self, code: str) -> list[Site]:
        rows = GroupSitePermission.objects.filter(
            group=self.instance, permission=permission(code)
        ).select_related("site")
        return [row.site for row in rows]
