"""Screens for campaigns: who sees what."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
)
from wagtail.admin.ui.tables import Column, StatusTagColumn

from wagtail_calltrack.campaigns import views
from wagtail_calltrack.campaigns.form import CampaignForm
from wagtail_calltrack.campaigns.listing import CampaignIndexView
from wagtail_calltrack.campaigns.panels import (
    MorePanel,
    NumbersPanel,
    RuleSentencePanel,
    TrialPanel,
)
from wagtail_calltrack.models import Campaign
from wagtail_calltrack.viewsets.plan_viewset import PlanViewSet, form_of, row_of, ticks

RULE_PANELS = [
    RuleSentencePanel(),
    FieldRowPanel([FieldPanel("source"), FieldPanel("medium")]),
    FieldRowPanel([FieldPanel("campaign_tag"), FieldPanel("landing_path")]),
    FieldPanel("channel"),
    MorePanel(
        [
            FieldRowPanel([FieldPanel("term"), FieldPanel("content")]),
            FieldRowPanel([FieldPanel("click_id"), FieldPanel("referrer")]),
            FieldRowPanel([FieldPanel("region"), FieldPanel("device")]),
        ]
    ),
]


class CampaignViewSet(PlanViewSet):
    """Campaigns, in the order of their priority."""

    model = Campaign
    icon = "tag"
    index_view_class = CampaignIndexView
    add_view_class = views.CampaignCreateView
    edit_view_class = views.CampaignEditView
    copy_view_class = views.CampaignCopyView
    inspect_view_class = views.CampaignInspectView
    inspect_view_fields_exclude = ("id", "sort_order")
    sort_order_field = "sort_order"
    ordering = "sort_order"
    list_display = (
        "name",
        StatusTagColumn("state", label=_("State"), primary=lambda row: row.is_in_force),
        Column("method_word", label=_("Method"), sort_key="method", classname="calltrack-wide"),
        Column("pool", label=_("Pool"), sort_key="pool", classname="calltrack-wide"),
    )
    list_filter = ("method", "off_site", "paused", "pool")
    search_fields = ("name", "key", "note")
    edit_handler = form_of(
        MultiFieldPanel(
            [
                row_of("name", "key"),
                row_of("paused", "off_site"),
                FieldPanel("note"),
            ],
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
        NumbersPanel(heading=_("Numbers of its own")),
        MultiFieldPanel([row_of("starts_at", "ends_at")], _("When")),
        TrialPanel(heading=_("Test a URL and referrer")),
        form=CampaignForm,
    )

    def get_urlpatterns(self) -> Any:
        """Add the test box and the wizard."""
        typed: dict[str, Any] = {"form_class": self.get_form_class()}
        trial, off_site = self.construct_view(views.TrialView), views.OffSiteView
        return [
            *super().get_urlpatterns(),
            path("test/", trial, name="trial"),
            path("test/new/", self._typed(typed), name="trial_typed_new"),
            path("test/<int:pk>/", self._typed(typed), name="trial_typed"),
            path("off-site/", self.construct_view(off_site), name="off_site"),
            path(
                "off-site/<int:pk>/",
                self.construct_view(views.OffSiteMadeView),
                name="off_site_made",
            ),
        ]

    def _typed(self, options: dict[str, Any]) -> Any:
        return self.construct_view(views.TypedTrialView, **options)
