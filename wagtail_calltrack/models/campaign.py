"""Campaigns: who sees what. Their order is their priority."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from wagtail_calltrack.models.fields import PlanValue
from wagtail_calltrack.models.pool import Pool
from wagtail_calltrack.models.rows import OrderedRow, PlanRow
from wagtail_calltrack.models.site import TrackedSite
from wagtail_calltrack.models.vestiging import Vestiging
from wagtail_calltrack.models.words import EXHAUSTIONS, METHODS


class Campaign(OrderedRow, ClusterableModel):
    """A campaign."""

    key = models.CharField(
        _("key"),
        max_length=64,
        unique=True,
        validators=[PlanValue("KEY")],
        help_text=_("Names the campaign in reports: letters, digits, «-», «_» and «.»."),
    )
    name = models.CharField(_("name"), max_length=200, validators=[PlanValue("NAME")])
    paused = models.BooleanField(
        _("paused"),
        default=False,
        help_text=_("A paused campaign keeps its visitors, and shows them the original number."),
    )
    off_site = models.BooleanField(
        _("off-site"),
        default=False,
        help_text=_(
            "For a flyer, the radio, a profile elsewhere: no visitor belongs to it, and no page "
            "shows its numbers. It has no rules, sites or pool, and its method is static."
        ),
    )
    method = models.CharField(
        _("method"), max_length=20, choices=METHODS, help_text=_("What the visitors see.")
    )
    exhaustion = models.CharField(
        _("when no number is free"),
        max_length=20,
        choices=EXHAUSTIONS,
        help_text=_("What visitors see when the pool has no number left for them."),
    )
    pool = models.ForeignKey(
        Pool,
        verbose_name=_("pool"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaigns",
        help_text=_("Where its numbers come from. Without one: from the vestiging's pool."),
    )
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(
        _("ends at"),
        null=True,
        blank=True,
        help_text=_("Before its start and after its end the next campaign that matches counts."),
    )
    vestigingen = models.ManyToManyField(
        Vestiging,
        verbose_name=_("vestigingen"),
        blank=True,
        through="CampaignVestiging",
        related_name="covered_by",
        help_text=_("Whose numbers it speaks for. Without any: all vestigingen."),
    )
    sites = models.ManyToManyField(
        TrackedSite,
        verbose_name=_("sites"),
        blank=True,
        through="CampaignSite",
        related_name="campaigns",
        help_text=_("Without any: all sites."),
    )

    note = models.TextField(
        _("note"),
        blank=True,
        help_text=_("For yourselves. Nobody else sees it."),
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ("sort_order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_at__isnull=True)
                | models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="calltrack_campaign_window",
                violation_error_message=_("It ends before it starts: it would never run."),
            ),
        )

    def __str__(self) -> str:
        """Give the campaign's name."""
        return self.name

    @property
    def state(self) -> str:
        """Say whether it counts now, in a word or two."""
        now = timezone.now()
        states = (
            (self.paused, _("Paused")),
            (self.starts_at is not None and now < self.starts_at, _("To come")),
            (self.ends_at is not None and self.ends_at <= now, _("Over")),
            (self.off_site, _("Off-site")),
        )
        return next((str(word) for holds, word in states if holds), gettext("In force"))

    @property
    def is_in_force(self) -> bool:
        """Say whether it counts for visitors or callers now."""
        return self.state in {gettext("In force"), gettext("Off-site")}

    @property
    def method_word(self) -> str:
        """Give its method without what it means."""
        return str(self.get_method_display()).partition(":")[0]


class CampaignVestiging(PlanRow):
    """A vestiging that a campaign covers: it stays as long as a campaign names it.

    Taken away in silence it would leave the campaign with none, and that means all.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE)
    vestiging = models.ForeignKey(Vestiging, verbose_name=_("vestiging"), on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("vestiging of a campaign")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "vestiging"), name="calltrack_campaign_vestiging"
            ),
        )

    def __str__(self) -> str:
        """Name both."""
        return f"{self.campaign} · {self.vestiging}"


class CampaignSite(PlanRow):
    """A site that a campaign is for: it stays as long as a campaign names it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE)
    site = models.ForeignKey(TrackedSite, verbose_name=_("site"), on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("site of a campaign")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "site"), name="calltrack_campaign_site"),
        )

    def __str__(self) -> str:
        """Name both."""
        return f"{self.campaign} · {self.site}"
