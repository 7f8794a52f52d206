"""Placeholders: elements of a page that ask for a number."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.campaign import Campaign
from wagtail_calltrack.models.fields import LinesField, PlanValue
from wagtail_calltrack.models.rows import PlanRow
from wagtail_calltrack.models.vestiging import Vestiging


class Placeholder(PlanRow):
    """Elements with data-calltrack="KEY", or with a class. None at all: the two usual classes."""

    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        validators=[PlanValue("PLACEHOLDER_KEY")],
        help_text=_('As in data-calltrack="head-office": letters, digits, «-», «_» and «.».'),
    )
    css_class = models.CharField(
        _("class"),
        max_length=100,
        blank=True,
        validators=[PlanValue("CLASS")],
        help_text=_("Elements with this class are placeholders, too: qooqie-number-placeholder"),
    )
    vestiging = models.ForeignKey(
        Vestiging,
        verbose_name=_("vestiging"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="placeholders",
        help_text=_("Whose number they show. Without one the page decides."),
    )
    campaigns = models.ManyToManyField(
        Campaign,
        verbose_name=_("campaigns"),
        blank=True,
        through="PlaceholderCampaign",
        related_name="placeholders",
        help_text=_("Only these decide what is shown. Without any: all campaigns."),
    )
    paths = LinesField(
        _("pages"),
        blank=True,
        validators=[PlanValue("PATH")],
        help_text=_("Only on pages whose paths begin so, one on each line: /rotterdam/"),
    )
    priority = models.BooleanField(
        _("priority"),
        default=False,
        help_text=_("The visitor's campaign comes first, and names the vestiging."),
    )

    class Meta:
        verbose_name = _("placeholder")
        verbose_name_plural = _("placeholders")

    def __str__(self) -> str:
        """Give the placeholder's key."""
        return self.key


class PlaceholderCampaign(PlanRow):
    """A campaign that decides in a placeholder: it stays as long as a placeholder names it."""

    placeholder = models.ForeignKey(Placeholder, on_delete=models.CASCADE)
    campaign = models.ForeignKey(Campaign, verbose_name=_("campaign"), on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("campaign of a placeholder")
        constraints = (
            models.UniqueConstraint(
                fields=("placeholder", "campaign"), name="calltrack_placeholder_campaign"
            ),
        )

    def __str__(self) -> str:
        """Name both."""
        return f"{self.placeholder} · {self.campaign}"
