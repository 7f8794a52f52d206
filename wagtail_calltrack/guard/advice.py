"""What a finding means for visitors, and what to do: it depends on what is replaced on the site.

A page belongs to the site whose root, or a translation of it, is nearest above it. Other content
may stand on any site.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import AbstractPage, Site

from calltrack.plan import Mode
from wagtail_calltrack.guard.scope import meta_of
from wagtail_calltrack.models import ContentFinding, TrackedSite
from wagtail_calltrack.models.finding import TRACKING


def advise(rows: Sequence[ContentFinding]) -> None:
    """Write it beside each row. Two queries, however many rows; Wagtail keeps the sites' roots."""
    sites = _Sites(rows)
    for row in rows:
        row.advice = _sentence(row, sites.of(row))  # type: ignore[attr-defined] # for the listing


class _Sites:
    """The sites on which findings may be read."""

    def __init__(self, rows: Sequence[ContentFinding]) -> None:
        self._all = list(TrackedSite.objects.order_by("key"))
        self._roots = Site.get_site_root_paths()
        self._paths = _paths([row.object_id for row in rows if _is_in_page(row)])

    def of(self, row: ContentFinding) -> list[TrackedSite]:
        """Give the site of a page, or all sites."""
        path = self._paths.get(row.object_id) if _is_in_page(row) else None
        if path is None:
            return self._all
        above = [one for one in self._roots if path.startswith(one.root_path)]
        longest = max((len(one.root_path) for one in above), default=0)
        nearest = {one.site_id for one in above if len(one.root_path) == longest}
        return [site for site in self._all if site.site_id in nearest]


def _is_in_page(row: ContentFinding) -> bool:
    model = row.content_type.model_class()
    return model is not None and issubclass(model, AbstractPage)


def _paths(keys: list[str]) -> Mapping[str, str]:
    model: Any = apps.get_model(getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page"))
    found = meta_of(model).base_manager.filter(pk__in=keys).values_list("pk", "url_path")
    return {str(key): path for key, path in found}


def _sentence(row: ContentFinding, sites: list[TrackedSite]) -> str:
    if row.kind == TRACKING:
        return _(
            "Take it out. Until then, whoever reads it here and calls is counted as somebody else."
        )
    if not row.is_in_reach:
        return _("No proxy replaces it here: whoever reads or dials it is not measured.")
    plain = [site.key for site in sites if site.mode == Mode.PLACEHOLDERS.value]
    if not sites:
        return _("On no site that call tracking knows.")
    if not plain:
        return _("Visitors are shown their own number all the same. A placeholder is safer.")
    if len(plain) == len(sites):
        return _("Visitors see it as it is, and are not measured. Put a placeholder here.")
    return _(
        "On %(sites)s visitors see it as it is, and are not measured. Put a placeholder here."
    ) % {"sites": ", ".join(plain)}
