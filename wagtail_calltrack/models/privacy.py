"""How long people are remembered, and whose data were erased or handed out.

A caller who was forgotten, or a call's visitor, is a word that begins with FORGOTTEN, which no id
and no phone number does: it still tells one from another, so that figures stay.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.facts import word
from wagtail_calltrack.models.single import only_row

FORGOTTEN: Final = "~"
_LONGEST = 3650


def new_key() -> str:
    """Make a key of words: 32 bytes."""
    return secrets.token_hex(32)


class PrivacySettings(models.Model):
    """How long what is kept. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    visitor_days = models.PositiveIntegerField(
        _("visitors are kept, in days"),
        default=395,
        validators=[MinValueValidator(7), MaxValueValidator(_LONGEST)],
        help_text=_(
            "Sessions, pages and numbers shown are deleted after that; the figures of reports stay."
        ),
    )
    caller_days = models.PositiveIntegerField(
        _("callers and leads are kept, in days"),
        default=730,
        validators=[MinValueValidator(7), MaxValueValidator(_LONGEST)],
        help_text=_(
            "Phone numbers, names, notes and recording links are removed after that; that there "
            "was a call stays."
        ),
    )
    forgotten_at = models.DateTimeField(_("last clean-up"), null=True, editable=False)
    month_keys = models.JSONField(default=dict, editable=False)
    """Make the words of callers who are forgotten of a month; thrown away when all of it is."""
    visitor_key = models.CharField(max_length=64, default=new_key, editable=False)
    """Makes visitors' words. Another one would have everybody count once more."""

    class Meta:
        verbose_name = _("privacy settings")
        verbose_name_plural = _("privacy settings")
        default_permissions = ("change",)
        permissions = (("erase_people", _("Can erase and export one person")),)
        constraints = (only_row("calltrack_one_privacy_settings"),)

    def __str__(self) -> str:
        """Name it."""
        return str(_("Privacy settings"))

    @classmethod
    def current(cls) -> "PrivacySettings":
        """Give what is set, or what holds as long as nothing is."""
        return cls.objects.filter(pk=1).first() or cls()

    def visits_since(self, now: datetime) -> datetime:
        """Give the moment before which nothing of visitors is kept."""
        return now - timedelta(days=self.visitor_days)

    def callers_since(self, now: datetime) -> datetime:
        """Give the moment before which nothing of callers and leads is kept."""
        return now - timedelta(days=self.caller_days)

    def has_forgotten(self, at: datetime, *, caller: bool) -> bool:
        """Say whether what happened then is forgotten: told late, it must not come back."""
        last = self.forgotten_at
        if last is None:
            return False
        return at < (self.callers_since(last) if caller else self.visits_since(last))


class PrivacyRequest(models.Model):
    """That a person's data were erased or exported: when, by whom, how much; never whose."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    kind = word(_("what"), choices=(("erase", _("Erased")), ("export", _("Exported"))))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    counts = models.JSONField(_("rows"), default=dict)

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        default_permissions = ("view",)
        ordering = ("-at",)

    def __str__(self) -> str:
        """Say what and when."""
        return f"{self.kind} · {self.at:%Y-%m-%d %H:%M}"

    @property
    def total(self) -> int:
        """Count the rows of all kinds."""
        return sum(self.counts.values())
