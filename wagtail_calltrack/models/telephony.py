"""Accounts with carriers: how their webhooks are checked and answered.

The secret itself stands in no database: the row names it, and the edge reads it from its
environment or a file.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from calltrack.plan import LONGEST_RINGING, SHORTEST_RINGING
from wagtail_calltrack.models.fields import PlanValue
from wagtail_calltrack.models.rows import PlanRow
from wagtail_calltrack.models.words import PROVIDERS


class TelephonyAccount(PlanRow):
    """An account with a carrier."""

    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        validators=[PlanValue("KEY")],
        help_text=_(
            "Stands in the address that the carrier calls: letters, digits, «-», «_» and «.»."
        ),
    )
    provider = models.CharField(_("provider"), max_length=20, choices=PROVIDERS)
    account = models.CharField(
        _("account"),
        max_length=100,
        blank=True,
        help_text=_(
            "The account's id at the carrier, where its webhooks name one: others are refused."
        ),
    )
    secret = models.CharField(
        _("name of the secret"),
        max_length=64,
        validators=[PlanValue("SECRET_NAME")],
        help_text=_(
            "Not the secret itself: the name under which the edge finds it, in its environment or "
            "in a file. Capitals, digits and «_»: TWILIO."
        ),
    )
    ring_seconds = models.PositiveSmallIntegerField(
        _("seconds of ringing"),
        default=30,
        validators=[MinValueValidator(SHORTEST_RINGING), MaxValueValidator(LONGEST_RINGING)],
        help_text=_("How long the vestiging's phone rings before the call counts as missed."),
    )
    is_recorded = models.BooleanField(
        _("calls are recorded"),
        default=False,
        help_text=_("Callers must be told: ask your lawyer before you switch this on."),
    )

    class Meta:
        verbose_name = _("telephony account")
        verbose_name_plural = _("telephony accounts")

    def __str__(self) -> str:
        """Give its key."""
        return self.key
