"""What reports are made of: who came from where on which day, and who saw which number.

Both tables hold each visitor once a day, so unique visitors of any span are counted exactly. The
visitor's id never stands here: `visitor` is a word made of it, the same one for ever, so figures
stay when the time for keeping visitors is over.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.facts import word

LONGEST_DIMENSION = 255


def dimension(label: Any) -> "models.CharField[str, str]":
    """Make a column that a report may go by; "" for what is not known."""
    return models.CharField(label, max_length=LONGEST_DIMENSION, blank=True, default="")


class Origin(models.Model):
    """Where somebody came from, as reports tell it apart: each combination once."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    site = word(_("site"), blank=True, default="")
    channel = word(_("channel"), blank=True, default="")
    source = dimension(_("source"))
    medium = dimension(_("medium"))
    utm_campaign = dimension(_("campaign of the advertisement"))
    keyword = dimension(_("keyword"))
    landing_path = dimension(_("landing page"))
    campaign = word(_("campaign"), blank=True, default="")

    class Meta:
        verbose_name = _("origin")
        default_permissions = ()

    def __str__(self) -> str:
        """Give source and channel."""
        return f"{self.source or '-'} · {self.channel or '-'}"


class DailyVisitor(models.Model):
    """A visitor who came from an origin on a day."""

    day = models.DateField()
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="+")
    visitor = word()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("day", "origin", "visitor"), name="calltrack_daily_visitor_once"
            ),
        )
        indexes = (models.Index(fields=("visitor",), name="ct_dailyvisitor_visitor"),)

    def __str__(self) -> str:
        """Give the day."""
        return f"{self.day}"


class DailyShown(models.Model):
    """A visitor who saw a number on a day."""

    day = models.DateField()
    site = word(blank=True, default="")
    vestiging = word()
    number = models.CharField(max_length=16)
    campaign = word(blank=True, default="")
    visitor = word()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("day", "site", "vestiging", "number", "campaign", "visitor"),
                name="calltrack_daily_shown_once",
            ),
        )
        indexes = (models.Index(fields=("visitor",), name="ct_dailyshown_visitor"),)

    def __str__(self) -> str:
        """Give day and number."""
        return f"{self.day} · {self.number}"
