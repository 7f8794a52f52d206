"""The screens under "Call tracking": listings and forms, one viewset for each kind of row."""

from typing import Any

from django.db.models import Count
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from wagtail_calltrack import views
from wagtail_calltrack.forms import OrganisationForm, PlanForm
from wagtail_calltrack.models import (
    Campaign,
    EdgeToken,
    Organisation,
    Placeholder,
    Pool,
    TrackedSite,
    TrackingNumber,
    Vestiging,
)

RULE_PANELS = [
    FieldRowPanel([FieldPanel("source"), FieldPanel("medium")]),
    FieldRowPanel([FieldPanel("campaign_tag"), FieldPanel("click_id")]),
    FieldRowPanel([FieldPanel("term"), FieldPanel("content")]),
    FieldRowPanel([FieldPanel("referrer"), FieldPanel("landing_path")]),
    FieldPanel("channel"),
    FieldRowPanel([FieldPanel("region"), FieldPanel("device")]),
]


class PlanViewSet(ModelViewSet):
    """Rows of the Plan."""

    add_view_class = views.PlanCreateView
    edit_view_class = views.PlanEditView
    copy_view_class = views.PlanCopyView
    delete_view_class = views.PlanDeleteView
    inspect_view_enabled = True  # for those who may look and not change
    list_per_page = 50


def _form(*panels: Any, form: type = PlanForm) -> Any:
    return ObjectList(panels, base_form_class=form)


def _ticks(name: str) -> Any:
    return FieldPanel(name, widget=CheckboxSelectMultiple)


def _row(*names: str) -> Any:
    return FieldRowPanel([FieldPanel(name) for name in names])


class OrganisationViewSet(PlanViewSet):
    """The firm: one row, which is not deleted."""

    model = Organisation
    icon = "home"
    index_view_class = views.OrganisationIndexView
    add_view_class = views.OrganisationCreateView
    copy_view_enabled = False
    edit_handler = _form(
        FieldPanel("name"), FieldPanel("kvk"), FieldPanel("region"), form=OrganisationForm
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> Any:
        """Show no way to delete it."""
        return super().get_common_view_kwargs(**{"delete_url_name": None, **kwargs})

    def get_urlpatterns(self) -> Any:
        """Leave the way to delete it out."""
        return [one for one in super().get_urlpatterns() if one.name != "delete"]


class SiteViewSet(PlanViewSet):
    """Sites."""

    model = TrackedSite
    icon = "site"
    list_display = ("key", "hosts_shown", "mode", "consent", "hold_minutes")
    list_filter = ("mode", "consent")
    search_fields = ("key", "hosts")
    edit_handler = _form(
        MultiFieldPanel(
            [_row("site", "key"), FieldPanel("hosts"), FieldPanel("mode"), _row("hold_minutes")],
            _("Site"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("consent"),
                _row("consent_cookie", "consent_header"),
                FieldPanel("consent_value"),
                FieldPanel("gpc"),
            ],
            _("Consent and privacy"),
        ),
        MultiFieldPanel(
            [FieldPanel("cookie_domain"), FieldPanel("never_rewrite"), FieldPanel("attributes")],
            _("For specialists"),
        ),
    )


class VestigingIndexView(views.PhoneIndexView):
    """Vestigingen with their pools."""

    queryset = Vestiging.objects.select_related("pool")


class VestigingViewSet(PlanViewSet):
    """Vestigingen, in an order: the first one is shown in doubt."""

    model = Vestiging
    icon = "home"
    index_view_class = VestigingIndexView
    sort_order_field = "sort_order"
    ordering = "sort_order"
    list_display = ("name", "key", "forwarding_number", "pool")
    list_filter = ("pool",)
    search_fields = ("name", "key", "forwarding_number")
    edit_handler = _form(
        _row("name", "key"),
        FieldPanel("forwarding_number"),
        FieldPanel("pool"),
        FieldPanel("vestigingsnummer"),
    )


class PoolIndexView(generic.IndexView):
    """Pools with how many numbers they have."""

    queryset = Pool.objects.annotate(number_count=Count("numbers"))


class PoolViewSet(PlanViewSet):
    """Pools."""

    model = Pool
    icon = "grid"
    index_view_class = PoolIndexView
    ordering = "key"
    list_display = (
        "key",
        Column("number_count", label=_("Numbers"), sort_key="number_count"),
        "rest_minutes",
    )
    search_fields = ("key",)
    edit_handler = _form(FieldPanel("key"), FieldPanel("rest_minutes"))


class NumberIndexView(views.PhoneIndexView):
    """Numbers with where they are."""

    queryset = TrackingNumber.objects.select_related("pool", "campaign", "vestiging")


class NumberViewSet(PlanViewSet):
    """The stock of numbers."""

    model = TrackingNumber
    icon = "mobile-alt"
    index_view_class = NumberIndexView
    ordering = "number"
    list_display = ("number", "pool", "campaign", "vestiging", "state", "carrier", "monthly_cost")
    list_filter = ("state", "pool", "campaign", "vestiging")
    search_fields = ("number", "carrier", "pool__key", "campaign__name", "vestiging__name")
    edit_handler = _form(
        MultiFieldPanel([FieldPanel("number"), FieldPanel("state")], _("Number")),
        MultiFieldPanel(
            [
                HelpPanel(
                    _(
                        "A number is in one place: in a pool that visitors share out, or the "
                        "static number of a campaign. With neither it is in stock."
                    )
                ),
                FieldPanel("pool"),
                _row("campaign", "vestiging"),
            ],
            _("Where it is"),
        ),
        MultiFieldPanel([_row("carrier", "monthly_cost")], _("Rent")),
        MultiFieldPanel([FieldPanel("released_at")], _("Take back")),
    )


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
    edit_handler = _form(
        MultiFieldPanel(
            [_row("name", "key"), _row("is_draft", "paused"), FieldPanel("off_site")],
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
                _ticks("sites"),
                _ticks("vestigingen"),
            ],
            _("Whose visitors"),
        ),
        MultiFieldPanel(
            [FieldPanel("method"), FieldPanel("pool"), FieldPanel("exhaustion")],
            _("What they see"),
        ),
        MultiFieldPanel([_row("starts_at", "ends_at")], _("When")),
    )


class PlaceholderIndexView(generic.IndexView):
    """Placeholders with their vestigingen."""

    queryset = Placeholder.objects.select_related("vestiging")


class PlaceholderViewSet(PlanViewSet):
    """Placeholders."""

    model = Placeholder
    icon = "placeholder"
    index_view_class = PlaceholderIndexView
    ordering = "key"
    list_display = (
        "key",
        "css_class",
        "vestiging",
        BooleanColumn("priority", label=_("Priority")),
    )
    list_filter = ("vestiging", "priority")
    search_fields = ("key", "css_class")
    edit_handler = _form(
        _row("key", "css_class"),
        MultiFieldPanel(
            [FieldPanel("vestiging"), FieldPanel("priority"), _ticks("campaigns")],
            _("What it shows"),
        ),
        FieldPanel("paths"),
    )


class TokenViewSet(ModelViewSet):
    """Tokens of edges."""

    model = EdgeToken
    icon = "key"
    add_view_class = views.TokenCreateView
    copy_view_enabled = False
    ordering = "name"
    list_display = (
        "name",
        "public",
        BooleanColumn("is_revoked", label=_("Revoked")),
        DateColumn("created_at", label=_("Created")),
        DateColumn("last_used_at", label=_("Last used")),
    )
    list_filter = ("is_revoked",)
    search_fields = ("name", "public")
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("is_revoked")])


class CalltrackViewSetGroup(ModelViewSetGroup):
    """The menu."""

    menu_label = _("Call tracking")
    menu_icon = "mobile-alt"
    menu_order = 600
    items = (
        CampaignViewSet("calltrack_campaigns"),
        NumberViewSet("calltrack_numbers"),
        PoolViewSet("calltrack_pools"),
        VestigingViewSet("calltrack_vestigingen"),
        PlaceholderViewSet("calltrack_placeholders"),
        SiteViewSet("calltrack_sites"),
        OrganisationViewSet("calltrack_organisation"),
        TokenViewSet("calltrack_tokens"),
    )
