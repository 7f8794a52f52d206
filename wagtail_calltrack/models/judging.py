"""What the firm thinks of calls: which count, which are spam, and what they are about.

A change of any of these restates all calls there are.
"""

from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from calltrack.attribution import Model
from wagtail_calltrack.models.campaign import Campaign
from wagtail_calltrack.models.facts import word
from wagtail_calltrack.models.fields import LinesField
from wagtail_calltrack.models.number import TrackingNumber
from wagtail_calltrack.models.organisation import e164
from wagtail_calltrack.models.single import only_row
from wagtail_calltrack.models.site import TrackedSite
from wagtail_calltrack.models.vestiging import Vestiging
from wagtail_calltrack.models.words import CALL_STATES, CHANNELS, MODELS


class CallSettings(models.Model):
    """What holds for all calls of the firm. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    talk_seconds = models.PositiveIntegerField(
        _("talk time of a target call, in seconds"),
        default=30,
        validators=[MaxValueValidator(86_400)],
        help_text=_(
            "A call counts as a target call from so much talk time on. Sites and campaigns may "
            "have rules of their own."
        ),
    )
    cycle_days = models.PositiveIntegerField(
        _("sales cycle, in days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("A caller counts once in so many days."),
    )
    model = word(
        _("attribution model"),
        choices=MODELS,
        default=Model.LAST_NON_DIRECT.value,
        help_text=_("What reports show first; each report offers all."),
    )
    lookback_days = models.PositiveIntegerField(
        _("lookback, in days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("What brought a visitor in longer ago than this takes no credit for a call."),
    )
    excluded_numbers = LinesField(
        _("numbers that never count"),
        blank=True,
        help_text=_("Callers who are no customers, one on each line: your own staff, suppliers."),
    )
    anonymous_is_spam = models.BooleanField(_("anonymous callers are spam"), default=False)
    shortest_seconds = models.PositiveIntegerField(
        _("shorter calls are spam, in seconds"),
        default=0,
        validators=[MaxValueValidator(600)],
        help_text=_("Answered calls with less talk time. 0: none is spam for that."),
    )
    callback_hours = models.PositiveIntegerField(
        _("called back within, in hours"),
        default=72,
        validators=[MinValueValidator(1), MaxValueValidator(8760)],
        help_text=_("A missed call counts as called back if the same number is spoken to by then."),
    )
    fee_per_shown_number = models.DecimalField(
        _("fee for each number shown"),
        max_digits=8,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("What each visitor with a number of their own costs you, in euros."),
    )

    class Meta:
        verbose_name = _("call settings")
        verbose_name_plural = _("call settings")
        default_permissions = ("change",)
        constraints = (only_row("calltrack_one_call_settings"),)

    def __str__(self) -> str:
        """Name it."""
        return str(_("Call settings"))

    def clean(self) -> None:
        """Write the numbers in their one form."""
        super().clean()
        self.excluded_numbers = [e164(one, "excluded_numbers") for one in self.excluded_numbers]

    @classmethod
    def current(cls) -> "CallSettings":
        """Give what is set, or what holds as long as nothing is."""
        return cls.objects.filter(pk=1).first() or cls()


class TargetRule(models.Model):
    """What makes a target call on one site, or of one campaign: the narrower rule counts."""

    site = models.ForeignKey(
        TrackedSite,
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Without one: all of the site's."),
    )
    talk_seconds = models.PositiveIntegerField(
        _("talk time, in seconds"),
        validators=[MaxValueValidator(86_400)],
        help_text=_("30 for a table in a restaurant, 900 for a new ceiling."),
    )
    cycle_days = models.PositiveIntegerField(
        _("sales cycle, in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Left empty: as in the call settings."),
    )

    class Meta:
        verbose_name = _("target rule")
        verbose_name_plural = _("target rules")
        constraints = (
            *(
                models.UniqueConstraint(
                    fields=fields,
                    condition=condition,
                    name=f"calltrack_target_rule_of_{name}",
                    violation_error_message=_("There is a rule for these already: change it."),
                )
                for name, fields, condition in (
                    ("both", ("site", "campaign"), None),  # NULLs are never the same
                    ("site", ("site",), models.Q(campaign__isnull=True)),
                    ("campaign", ("campaign",), models.Q(site__isnull=True)),
                )
            ),
            models.CheckConstraint(
                condition=models.Q(site__isnull=False) | models.Q(campaign__isnull=False),
                name="calltrack_target_rule_of",
                violation_error_message=_("Name a site, a campaign, or both."),
            ),
        )

    def __str__(self) -> str:
        """Name what it is for."""
        return " · ".join(str(one) for one in (self.site, self.campaign) if one)


class Category(models.Model):
    """What calls are about, in the firm's own words."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("When to choose it, for colleagues.")
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("name",)

    def __str__(self) -> str:
        """Give its name."""
        return self.name


class CategoryRule(models.Model):
    """Calls that get a category by themselves: all that is given must be so."""

    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.CASCADE, related_name="rules"
    )
    status = word(_("status"), choices=CALL_STATES, blank=True, default="")
    least_talk_seconds = models.PositiveIntegerField(
        _("talk time from, in seconds"), null=True, blank=True
    )
    most_talk_seconds = models.PositiveIntegerField(
        _("talk time up to, in seconds"), null=True, blank=True
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    vestiging = models.ForeignKey(
        Vestiging,
        verbose_name=_("vestiging"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    channel = word(_("channel"), choices=CHANNELS, blank=True, default="")
    from_hour = models.PositiveSmallIntegerField(
        _("from hour"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(23)],
        help_text=_("Of the day, as the site's clock has it: 18 to 8 is the evening and night."),
    )
    to_hour = models.PositiveSmallIntegerField(
        _("to hour"), null=True, blank=True, validators=[MaxValueValidator(23)]
    )

    class Meta:
        verbose_name = _("category rule")
        verbose_name_plural = _("category rules")
        ordering = ("category__name", "pk")

    def __str__(self) -> str:
        """Name its category."""
        return str(self.category)


class CallCategory(models.Model):
    """A category of a call: by hand (somebody, or a program), or by a rule.

    One that a person took away by hand stays away, whatever the rules say.
    """

    call = models.ForeignKey("Call", on_delete=models.CASCADE, related_name="categories")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="of_calls")
    rule = models.ForeignKey(
        CategoryRule, null=True, on_delete=models.CASCADE, related_name="of_calls"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_taken_away = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("category of a call")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("call", "category"), name="calltrack_category_of_call_once"
            ),
        )

    def __str__(self) -> str:
        """Give the category."""
        return str(self.category)


class BlockedCaller(models.Model):
    """A caller whose calls are spam."""

    number = models.CharField(
        _("number"),
        max_length=40,
        unique=True,
        help_text=_("Write it as you like: 020 123 45 67."),
    )
    note = models.CharField(_("why"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        verbose_name = _("blocked caller")
        verbose_name_plural = _("blocked callers")
        default_permissions = ("add", "change", "delete", "view")

    def __str__(self) -> str:
        """Say why; never the number, for this stands in titles and in logs."""
        return self.note or str(_("Blocked caller"))

    def clean(self) -> None:
        """Write the number in its one form."""
        super().clean()
        self.number = e164(self.number, "number")
        others = BlockedCaller.objects.filter(number=self.number).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError({"number": _("This number is blocked already.")})
        if own_numbers([self.number]):
            raise ValidationError({"number": _("This is one of your own numbers.")})


def own_numbers(numbers: Collection[str]) -> set[str]:
    """Give those of these numbers that are the firm's: tracking and forwarding numbers."""
    rented = TrackingNumber.objects.filter(number__in=numbers).values_list("number", flat=True)
    answered = Vestiging.objects.filter(forwarding_number__in=numbers)
    return {*rented, *answered.values_list("forwarding_number", flat=True)}
