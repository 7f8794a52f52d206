"""Sections of the page tree that belong to a vestiging.

There is no foreign key to pages: a site may have a page model of its own. A section whose page is
gone says nothing to anybody.
"""

from django.db import models
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
        """Name the page's number and the vestiging."""
        return f"{self.page} · {self.vestiging}"
