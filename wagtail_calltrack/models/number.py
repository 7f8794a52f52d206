"""The stock of rented numbers, and the pools that visitors share them out of.

The database itself keeps a number in one place: in a pool, or the static number of a campaign.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calltrack.plan import NumberState
from wagtail_calltrack.models.campaign import Campaign
from wagtail_calltrack.models.organisation import e164, entered
from wagtail_calltrack.models.pool import Pool
from wagtail_calltrack.models.rows import PlanRow
from wagtail_calltrack.models.vestiging import Vestiging
from wagtail_calltrack.models.words import STATES


class TrackingNumber(PlanRow):
    """A rented number: in a pool, the static number of a campaign, or in stock."""

    number = models.CharField(
        _("number"),
        max_length=40,
        unique=True,
        help_text=_("A tracking number that you rent. Write it as you like: 010 123 45 67."),
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=STATES,
        default=NumberState.ACTIVE.value,
        help_text=_("A disabled number is shown to nobody, at once. Calls to it still come in."),
    )
    pool = models.ForeignKey(
        Pool,
        verbose_name=_("pool"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="numbers",
        help_text=_("For numbers that visitors share out. A number is in one place only."),
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="numbers",
        help_text=_("For a campaign's static number: the campaign. Then leave the pool empty."),
    )
    vestiging = models.ForeignKey(
        Vestiging,
        verbose_name=_("vestiging"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="numbers",
        help_text=_(
            "For a campaign's static number: the vestiging whose calls it takes. May be left out "
            "where the campaign covers one only."
        ),
    )
    carrier = models.CharField(
        _("carrier"), max_length=100, blank=True, help_text=_("Of whom you rent it.")
    )
    monthly_cost = models.DecimalField(
        _("monthly cost"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("In euros, without VAT."),
    )
    released_at = models.DateTimeField(
        _("released at"),
        null=True,
        blank=True,
        help_text=_(
            "To take a number back from its visitor, write the present moment: whoever got it "
            "before holds it no more. It goes to nobody else before it was promised to be free."
        ),
    )

    class Meta:
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        constraints = (
            models.CheckConstraint(
                condition=Q(pool__isnull=True) | Q(campaign__isnull=True),
                name="calltrack_number_in_one_place",
                violation_error_message=_(
                    "A number is in one place: in a pool, or static for a campaign."
                ),
            ),
            models.CheckConstraint(
                condition=Q(vestiging__isnull=True) | Q(campaign__isnull=False),
                name="calltrack_vestiging_of_static_number",
                violation_error_message=_(
                    "A vestiging is for a campaign's static number: name the campaign, too."
                ),
            ),
            models.CheckConstraint(
                condition=Q(number__startswith="+"), name="calltrack_number_e164"
            ),
            models.CheckConstraint(
                condition=Q(monthly_cost__isnull=True) | Q(monthly_cost__gte=0),
                name="calltrack_monthly_cost",
            ),
        )

    def __str__(self) -> str:
        """Give the number."""
        return self.number

    def clean(self) -> None:
        """Write the number in its one form."""
        super().clean()
        self.number = entered(self.number, "number")
        answering = Vestiging.objects.filter(forwarding_number=self.number).first()
        if answering is not None:
            text = _("This is the forwarding number of «%(vestiging)s»: rent another one.")
            raise ValidationError({"number": text % {"vestiging": answering}})

    def save(self, *args: Any, **options: Any) -> None:
        """Save the number, in its one form."""
        self.number = e164(self.number, "number")
        super().save(*args, **options)
