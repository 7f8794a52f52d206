"""A campaign's rules: who its visitors are."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from wagtail_calltrack.models.campaign import Campaign
from wagtail_calltrack.models.fields import LinesField, PlanValue
from wagtail_calltrack.models.rows import PlanRow
from wagtail_calltrack.models.words import CHANNELS, DEVICES

FIELDS = (
    "source", "medium", "campaign_tag", "term", "content", "click_id", "referrer",
    "landing_path", "channel", "region", "device",
)  # fmt: skip
"""In the Plan `campaign_tag` is called `campaign`: here that is the campaign itself."""


def _patterns(name: Any, help_text: Any, kind: str = "PATTERN") -> LinesField:
    return LinesField(name, blank=True, validators=[PlanValue(kind)], help_text=help_text)


class CampaignRule(PlanRow):
    """What a visitor must be. All fields that are filled in must fit; of a field any line."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="rules")
    sort_order = models.IntegerField(default=0, editable=False)
    source = _patterns(
        _("source"),
        _(
            "Who sent the visitor: utm_source, else the site with the link. google, facebook. "
            "One on each line; any of them will do. * stands for anything: *newsletter*"
        ),
    )
    medium = _patterns(_("medium"), _("How: utm_medium. cpc or ppc for advertisements, email."))
    campaign_tag = _patterns(
        _("campaign tag"), _("utm_campaign, as it stands in your links: spring-2027, spring-*")
    )
    term = _patterns(_("keyword"), _("utm_term: the word that was paid for. *gutter*"))
    content = _patterns(_("advertisement"), _("utm_content: which of several. banner-blue"))
    click_id = _patterns(
        _("click id"),
        _(
            "What a platform adds to each click on an advertisement, by its name alone: gclid "
            "(Google), msclkid (Microsoft), fbclid (Facebook and Instagram)."
        ),
        "CLICK_ID",
    )
    referrer = _patterns(
        _("referring site"), _("The host name of the site with the link: www.example.nl, *.blog.nl")
    )
    landing_path = _patterns(
        _("first page"), _("Where the visit begins, without the host name: /offer/*")
    )
    channel = LinesField(
        _("channel"),
        blank=True,
        words=CHANNELS,
        help_text=_("The kind of source, worked out of all the rest. Often this is enough."),
    )
    region = _patterns(_("region"), _("Country, or country and province: NL, NL-NH, BE"))
    device = LinesField(
        _("device"), blank=True, words=DEVICES, help_text=_("What the visitor holds.")
    )

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ("sort_order", "pk")

    def __str__(self) -> str:
        """Say what it asks for."""
        given = {name: getattr(self, name) for name in FIELDS}
        return ", ".join(f"{name}: {' | '.join(value)}" for name, value in given.items() if value)
