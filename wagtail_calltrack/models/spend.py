"""What a campaign has cost, per stretch of days: a report divides it by the calls."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.campaign import Campaign


class SpendEntry(models.Model):
    """An amount for a campaign, or for one keyword of it, over whole days. No part of the Plan."""

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), on_delete=models.PROTECT, related_name="spend"
    )
    keyword = models.CharField(
        _("keyword"),
        max_length=200,
        blank=True,
        help_text=_("Where the advertiser tells what each keyword costs. Else leave it empty."),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    amount = models.DecimalField(
        _("amount"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("In euros, without VAT, for all these days together."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("spend entry")
        verbose_name_plural = _("spend")
        ordering = ("-starts_on", "campaign", "keyword")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="calltrack_spend_days",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="calltrack_spend_amount"),
            models.UniqueConstraint(
                fields=("campaign", "keyword", "starts_on", "ends_on"),
                name="calltrack_spend_once",
                violation_error_message=_("There is an entry for these days already: change it."),
            ),
        )

    def __str__(self) -> str:
        """Name campaign and days."""
        return f"{self.campaign} · {self.starts_on} – {self.ends_on}"
