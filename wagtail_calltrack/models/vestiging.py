"""Vestigingen: the firm's branches."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.fields import PlanValue
from wagtail_calltrack.models.organisation import e164, entered
from wagtail_calltrack.models.pool import Pool
from wagtail_calltrack.models.rows import OrderedRow

_TRACKING = _("This is a tracking number that you rent: a vestiging answers a number of its own.")

is_vestigingsnummer = RegexValidator(r"\A[0-9]{12}\Z", _("A vestigingsnummer has 12 digits."))


class Vestiging(OrderedRow):
    """A branch, with the number that its people answer. The first is the one shown in doubt."""

    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        validators=[PlanValue("KEY")],
        help_text=_(
            'Names the vestiging in pages, as in data-vestiging="rotterdam": letters, digits, '
            "«-», «_» and «.»."
        ),
    )
    name = models.CharField(_("name"), max_length=200, validators=[PlanValue("NAME")])
    forwarding_number = models.CharField(
        _("forwarding number"),
        max_length=40,
        unique=True,
        help_text=_(
            "The vestiging's own number (doorschakelnummer): it stands in the pages, and rings in "
            "the end. Write it as you like: 010 123 45 67."
        ),
    )
    pool = models.ForeignKey(
        Pool,
        verbose_name=_("pool"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vestigingen",
        help_text=_(
            "Where the numbers of this vestiging's visitors come from. A dynamic campaign that "
            "covers the vestiging needs one, or a pool of its own."
        ),
    )
    vestigingsnummer = models.CharField(
        _("vestigingsnummer"),
        max_length=12,
        blank=True,
        validators=[is_vestigingsnummer],
        help_text=_("The vestiging's number in the trade register: 12 digits. May be left out."),
    )

    class Meta:
        verbose_name = _("vestiging")
        verbose_name_plural = _("vestigingen")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(forwarding_number__startswith="+"),
                name="calltrack_forwarding_number_e164",
            ),
        )

    def __str__(self) -> str:
        """Give the vestiging's name."""
        return self.name

    def clean(self) -> None:
        """Write the number in its one form."""
        super().clean()
        self.forwarding_number = entered(self.forwarding_number, "forwarding_number")
        rented = apps.get_model(self._meta.app_label, "TrackingNumber").objects
        if rented.filter(number=self.forwarding_number).exists():
            raise ValidationError({"forwarding_number": _TRACKING})

    def save(self, *args: Any, **options: Any) -> None:
        """Save the vestiging, its number in its one form."""
        self.forwarding_number = e164(self.forwarding_number, "forwarding_number")
        super().save(*args, **options)
