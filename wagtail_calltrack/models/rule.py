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
        _("source"), _("Of utm_source, else the site that sent the visitor: google. * is anything.")
    )
    medium = _patterns(_("medium"), _("Of utm_medium: cpc"))
    campaign_tag = _patterns(_("campaign"), _("Of utm_campaign: spring-*"))
    term = _patterns(_("term"), _("Of utm_term: the keyword that was bought."))
    content = _patterns(_("content"), _("Of utm_content: which advertisement."))
    click_id = _patterns(
        _("click id"),
        _("What advertisers add to a click, by its name: gclid, gbraid, wbraid, msclkid."),
        "CLICK_ID",
    )
    referrer = _patterns(_("referrer"), _("The host the visitor came from: www.example.nl"))
    landing_path = _patterns(_("first page"), _("The path of the first page: /offer/*"))
    channel = LinesField(
        _("channel"), blank=True, words=CHANNELS, help_text=_("The kind of source.")
    )
    region = _patterns(_("region"), _("Country or province: NL, NL-NH."))
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
