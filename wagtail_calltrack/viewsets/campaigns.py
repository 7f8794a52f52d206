"""Screens for campaigns: who sees what."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
)
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views import generic

from wagtail_calltrack.models import Campaign
from wagtail_calltrack.viewsets.rows import PlanViewSet, form_of, row_of, ticks

RULE_PANELS = [
    FieldRowPanel([FieldPanel("source"), FieldPanel("medium")]),
    FieldRowPanel([FieldPanel("campaign_tag"), FieldPanel("click_id")]),
    FieldRowPanel([FieldPanel("term"), FieldPanel("content")]),
    FieldRowPanel([FieldPanel("referrer"), FieldPanel("landing_path")]),
    FieldPanel("channel"),
    FieldRowPanel([FieldPanel("region"), FieldPanel("device")]),
]


class CampaignIndexView(generic.IndexView):
    """Campaigns with their pools."""

    queryset = Campaign.objects.select_related("pool")


class CampaignViewSet(PlanViewSet):
    """Campaigns, in the order of their priority."""

    model = Campaign
    icon = "tag"
    index_view_class = CampaignIndexView
    sort_order_field = "sort_order"
    ordering = "sort_order"
    list_display = (
        "name",
        StatusTagColumn("state", label=_("State"), primary=lambda row: row.is_in_force),
        Column("method_word", label=_("Method"), sort_key="method"),
        "pool",
    )
    list_filter = ("method", "off_site", "paused", "is_draft", "pool")
    search_fields = ("name", "key")
    edit_handler = form_of(
        MultiFieldPanel(
            [row_of("name", "key"), row_of("is_draft", "paused"), FieldPanel("off_site")],
            _("Campaign"),
        ),
        MultiFieldPanel(
            [
                HelpPanel(
                    _(
                        "The first campaign in the list that matches a visitor counts. It "
                        "matches when any of its rules does; of a rule all fields that are "
                        "filled in must fit. Without rules it matches everybody: put such a "
                        "campaign last."
                    )
                ),
                InlinePanel("rules", panels=RULE_PANELS, heading=_("Rules"), label=_("Rule")),
                ticks("sites"),
                ticks("vestigingen"),
            ],
            _("Whose visitors"),
        ),
        MultiFieldPanel(
            [FieldPanel("method"), FieldPanel("pool"), FieldPanel("exhaustion")],
            _("What they see"),
        ),
        MultiFieldPanel([row_of("starts_at", "ends_at")], _("When")),
    )
