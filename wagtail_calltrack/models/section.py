"""Sections of the page tree that belong to a vestiging.

There is no foreign key to pages: a site may have a page model of its own. A section whose page is
gone says nothing to anybody.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.vestiging import Vestiging


class Section(models.Model):
    """A page, and all below it, that speaks for a vestiging. The nearest one counts."""

    page = models.PositiveBigIntegerField(
        _("page"), unique=True, help_text=_("This page and all below it show its numbers.")
    )
    vestiging = models.ForeignKey(
        Vestiging, verbose_name=_("vestiging"), on_delete=models.PROTECT, related_name="sections"
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        """Name the page and the vestiging."""
        return f"{self.page_name} · {self.vestiging}"

    @cached_property
    def page_title(self) -> str | None:
        """The page's title; None: it is gone. A query may bring it along."""
        found: str | None = pages().filter(pk=self.page).values_list("title", flat=True).first()
        return found

    @property
    @display(description=_("page"))
    def page_name(self) -> str:
        """The page's title, or that it is gone."""
        if self.page_title is None:
            return gettext("page %(id)s, which is gone") % {"id": self.page}
        return self.page_title


def pages() -> "models.QuerySet[Any]":
    """Give all pages. Wagtail 8 lets a site have a base page model of its own."""
    model = apps.get_model(getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page"))
    found: models.QuerySet[Any] = model._default_manager.all()  # noqa: SLF001 - Django documents it
    return found
