"""Edges as they last told of themselves: which Plan each has in force, and how it fares."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.edge_token import EdgeToken
from wagtail_calltrack.models.facts import Fact

SILENT_AFTER = timedelta(seconds=60)
"""An edge tells of itself every ten seconds."""

GONE_AFTER = timedelta(days=7)
"""A machine that was replaced is silent for ever, and nobody can do anything about it."""


class Edge(Fact):
    """One machine with proxies on it. `report` is what it told the last time, as it told it."""

    id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(_("name"), max_length=100)
    version = models.CharField(_("version"), max_length=40, blank=True, default="")
    token = models.ForeignKey(
        EdgeToken, verbose_name=_("token"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    first_seen_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last seen"), db_index=True)
    events_at = models.DateTimeField(_("last event"), null=True)
    serial = models.BigIntegerField(_("Plan"), default=0)
    report = models.JSONField(default=dict)

    class Meta(Fact.Meta):
        verbose_name = _("edge")
        verbose_name_plural = _("edges")
        ordering = ("name", "id")

    def __str__(self) -> str:
        """Give the edge's name."""
        return str(self.name)

    @property
    def is_silent(self) -> bool:
        """Say whether it should have been heard of by now."""
        return bool(timezone.now() - self.seen_at > SILENT_AFTER)
