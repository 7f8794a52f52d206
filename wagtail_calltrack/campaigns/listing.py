"""The list of campaigns, in which the first one that matches counts: whose visitors are whose."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from calltrack.campaigndoubts import hidden
from calltrack.errors import PlanError
from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.campaigns import sentences
from wagtail_calltrack.models import Campaign, CampaignRule, CampaignSite
from wagtail_calltrack.plan_out import read

TEMPLATES = "wagtail_calltrack/campaigns/"


class WhoColumn(Column):
    """Whose visitors a campaign's are, and whether anybody gets to it."""

    cell_template_name = f"{TEMPLATES}who_cell.html"

    class Media:
        """What the listing looks like."""

        css: ClassVar = {"all": ["wagtail_calltrack/campaigns.css"]}


class CampaignIndexView(generic.IndexView):
    """Campaigns with their pools and rules."""

    queryset = Campaign.objects.select_related("pool")
    results_template_name = f"{TEMPLATES}index_results.html"

    @cached_property
    def columns(self) -> list[Any]:
        """Put the column beside the name."""
        first, *others = super().columns
        return [first, WhoColumn("who", label=_("Who"), accessor=partial(self.who)), *others]

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Give the way into the wizard, too."""
        buttons = [*super().header_buttons]
        if POLICIES[Campaign].has_all(self.request.user, ["add"]):
            url = reverse("calltrack_campaigns:off_site")
            label = _("Add off-site campaign")
            buttons.append(HeaderButton(label, url=url, icon_name="mobile-alt"))
        return buttons

    def who(self, campaign: Campaign) -> Mapping[str, Any]:
        """Say whose visitors they are."""
        return {
            "lines": sentences.of_visitors(self.rules[campaign.pk], off_site=campaign.off_site),
            "sites": self.sites[campaign.pk],
            "hidden_by": self.hidden.get(campaign.key),
        }

    @cached_property
    def rules(self) -> Mapping[int, list[CampaignRule]]:
        """The rules of each campaign."""
        found: dict[int, list[CampaignRule]] = defaultdict(list)
        for rule in CampaignRule.objects.order_by("sort_order", "pk"):
            found[rule.campaign_id].append(rule)
        return found

    @cached_property
    def sites(self) -> Mapping[int, list[str]]:
        """The sites that campaigns are limited to."""
        found: dict[int, list[str]] = defaultdict(list)
        for row in CampaignSite.objects.select_related("site").order_by("pk"):
            found[row.campaign_id].append(row.site.key)
        return found

    @cached_property
    def hidden(self) -> Mapping[str, str]:
        """The campaigns that nobody gets to, each with the name of the one before it."""
        try:
            plan = read().plan(1)
        except PlanError:  # told where it is mended
            return {}
        sees_all = POLICIES[Campaign].has_all(self.request.user, self.any_permission_required)
        another = str(_("another campaign"))
        return {str(k): one.name if sees_all else another for k, one in hidden(plan).items()}
