"""The menus: "Calls" for each day's work, and "Call tracking", where that is set up.

Screens stand in the order in which editors meet them.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from wagtail_calltrack.call_settings.rules import CategoryViewSet
from wagtail_calltrack.call_settings.screens import CallSettingsViewSet
from wagtail_calltrack.dashboard.screens import DashboardViewSet
from wagtail_calltrack.guard.screens import FindingsViewSet
from wagtail_calltrack.health.screens import HealthViewSet
from wagtail_calltrack.live.screens import LiveViewSet
from wagtail_calltrack.privacy.screens import PrivacyViewSet
from wagtail_calltrack.reports.screens import ReportsViewSet
from wagtail_calltrack.viewsets.calls import CallViewSet
from wagtail_calltrack.viewsets.campaigns import CampaignViewSet
from wagtail_calltrack.viewsets.firm import OrganisationViewSet, SiteViewSet, VestigingViewSet
from wagtail_calltrack.viewsets.leads import LeadViewSet
from wagtail_calltrack.viewsets.listings import TickedCampaigns
from wagtail_calltrack.viewsets.placeholders import PlaceholderViewSet
from wagtail_calltrack.viewsets.sections import SectionViewSet
from wagtail_calltrack.viewsets.spend import SpendViewSet
from wagtail_calltrack.viewsets.stock import NumberViewSet, PoolViewSet
from wagtail_calltrack.viewsets.telephony import TelephonyViewSet
from wagtail_calltrack.viewsets.tokens import TokenViewSet
from wagtail_calltrack.why.screens import WhyViewSet


class CalltrackViewSetGroup(ModelViewSetGroup):
    """The menu."""

    menu_label = _("Call tracking")
    menu_icon = "mobile-alt"
    menu_order = 600
    items = (
        HealthViewSet("calltrack_health"),
        LiveViewSet("calltrack_live"),
        CampaignViewSet(
            "calltrack_campaigns", index_view_class=TickedCampaigns, export_filename="campaigns"
        ),
        NumberViewSet("calltrack_numbers"),
        PoolViewSet("calltrack_pools"),
        VestigingViewSet("calltrack_vestigingen"),
        PlaceholderViewSet("calltrack_placeholders"),
        SectionViewSet("calltrack_sections"),
        SpendViewSet("calltrack_spend"),
        SiteViewSet("calltrack_sites"),
        OrganisationViewSet("calltrack_organisation"),
        FindingsViewSet("calltrack_findings"),
        WhyViewSet("calltrack_why"),
        TokenViewSet("calltrack_tokens"),
        TelephonyViewSet("calltrack_telephony"),
        PrivacyViewSet("calltrack_privacy"),
    )


class CallsViewSetGroup(ModelViewSetGroup):
    """The menu of each day's work."""

    menu_label = _("Calls")
    menu_name = "calltrack-calls"
    menu_icon = "desktop"
    menu_order = 590
    items = (
        DashboardViewSet("calltrack_dashboard"),
        LeadViewSet("calltrack_leads"),
        CallViewSet("calltrack_calls"),
        ReportsViewSet("calltrack_reports"),
        CategoryViewSet("calltrack_categories"),
        CallSettingsViewSet("calltrack_call_settings"),
    )
