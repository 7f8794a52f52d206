"""The firm. One Wagtail is one organisation, and one organisation is one Plan."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber, has_usual_length, parse
from wagtail_calltrack.models.fields import PlanValue
from wagtail_calltrack.models.rows import PlanRow
from wagtail_calltrack.models.single import only_row
from wagtail_calltrack.refusals import in_words

HOME = "NL"
"""Whose national numbers are meant, as long as there is no organisation."""

LOST_DIGIT = _("It is too short or too long for a phone number of its country: count its digits.")

is_kvk = RegexValidator(r"\A[0-9]{8}\Z", _("A KvK number has 8 digits."))


class Organisation(PlanRow):
    """The firm, keyed by its KvK number."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(
        _("name"), max_length=200, validators=[PlanValue("NAME")], help_text=_("The firm's name.")
    )
    kvk = models.CharField(
        _("KvK number"),
        max_length=8,
        validators=[is_kvk],
        help_text=_(
            "The firm's number in the Dutch trade register: 8 digits. It is what calls and "
            "reports are filed under, so it cannot be changed later."
        ),
    )
    region = models.CharField(
        _("country"),
        max_length=2,
        default=HOME,
        validators=[PlanValue("REGION")],
        help_text=_(
            "Two capitals, such as NL. Phone numbers that are written without a country code are "
            "numbers of this country."
        ),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = (only_row("calltrack_one_organisation"),)

    def __str__(self) -> str:
        """Give the firm's name."""
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Save the firm, under the KvK number that it has."""
        known = Organisation.objects.filter(pk=self.pk).values_list("kvk", flat=True).first()
        if known is not None and known != self.kvk and not self._state.adding:
            raise ValidationError({"kvk": _("The KvK number is fixed once the firm is made.")})
        super().save(*args, **options)


def entered(text: str, field: str) -> str:
    """Take a number that a person wrote, in its one form. Errors: ValidationError of the field."""
    number = e164(text, field)
    if not has_usual_length(PhoneNumber(number)):
        raise ValidationError({field: LOST_DIGIT})
    return number


def e164(text: str, field: str) -> str:
    """Write a phone number in its one form. Errors: ValidationError of the field."""
    region = Organisation.objects.values_list("region", flat=True).first()
    try:
        return str(parse(text, region=region or HOME))
    except NumberError as error:
        raise ValidationError({field: in_words(str(error))}) from error
