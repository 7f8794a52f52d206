"""Screens for the firm: the organisation, its sites and its vestigingen."""

from typing import Any

from django.forms import Media
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel

from calltrack.campaigndoubts import lacking_static
from calltrack.plan import Campaign, Plan
from wagtail_calltrack import views
from wagtail_calltrack.forms import OrganisationForm
from wagtail_calltrack.models import Organisation, TrackedSite, Vestiging
from wagtail_calltrack.plan_out import published
from wagtail_calltrack.snippet_line import SETTING, lines
from wagtail_calltrack.viewsets.plan_viewset import PlanViewSet, form_of, row_of


class OrganisationViewSet(PlanViewSet):
    """The firm: one row, which is not deleted."""

    model = Organisation
    icon = "group"
    index_view_class = views.OrganisationIndexView
    add_view_class = views.OrganisationCreateView
    copy_view_enabled = False
    edit_handler = form_of(
        FieldPanel("name"), FieldPanel("kvk"), FieldPanel("region"), form=OrganisationForm
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> Any:
        """Show no way to delete it."""
        return super().get_common_view_kwargs(**{"delete_url_name": None, **kwargs})

    def get_urlpatterns(self) -> Any:
        """Leave the way to delete it out."""
        return [one for one in super().get_urlpatterns() if one.name != "delete"]


class SnippetLinePanel(Panel):
    """The line of HTML for pages that the proxy does not fill, to copy."""

    class BoundPanel(Panel.BoundPanel):
        """The line of one site; a site that is being made has none yet."""

        template_name = "wagtail_calltrack/sites/snippet_line.html"

        @property
        def media(self) -> Media:
            """Give the script that copies."""
            return Media(js=["wagtail_calltrack/copy.js"])

        def get_context_data(self, parent_context: Any = None) -> Any:
            """Give a line for the hosts that are saved."""
            is_made = self.instance.pk is not None
            return {
                **super().get_context_data(parent_context),
                "lines": lines(self.instance.hosts) if is_made else (),
                "setting": SETTING,
            }


class SiteViewSet(PlanViewSet):
    """Sites."""

    model = TrackedSite
    icon = "site"
    list_display = ("key", "hosts_shown", "mode", "consent", "hold_minutes")
    list_filter = ("mode", "consent")
    search_fields = ("key", "hosts")
    edit_handler = form_of(
        MultiFieldPanel(
            [
                row_of("site", "key"),
                FieldPanel("hosts"),
                FieldPanel("mode"),
                row_of("hold_minutes"),
            ],
            _("Site"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("consent"),
                row_of("consent_cookie", "consent_header"),
                FieldPanel("consent_value"),
                FieldPanel("gpc"),
            ],
            _("Consent and privacy"),
        ),
        SnippetLinePanel(heading=_("Line of HTML for pages without the proxy")),
        MultiFieldPanel(
            [FieldPanel("cookie_domain"), FieldPanel("never_rewrite"), FieldPanel("attributes")],
            _("For specialists"),
        ),
    )


class VestigingIndexView(views.PhoneIndexView):
    """Vestigingen with their pools."""

    queryset = Vestiging.objects.select_related("pool")


class _TellingNumbersToChoose:
    """Says after a save which campaigns have no number for the vestiging yet."""

    def save_action(self: Any) -> Any:
        """Lead on, with what is left to do."""
        plan = published().plan
        lacking = [one.name for one in plan.campaigns if self._lacks(plan, one)]
        if lacking:
            sentence = _(
                "«%(vestiging)s» has no static number yet in %(campaigns)s: the original is shown "
                "there. Choose one in the campaign, under «Numbers of its own»."
            )
            names = ", ".join(f"«{name}»" for name in lacking)
            values = {"vestiging": self.object, "campaigns": names}
            messages.warning(self.request, sentence % values)
        return super().save_action()  # type: ignore[misc] # Wagtail's views have no types

    def _lacks(self: Any, plan: Plan, campaign: Campaign) -> bool:
        return self.object.key in lacking_static(plan, campaign)


class VestigingCreateView(_TellingNumbersToChoose, views.PlanCreateView):
    """Add a vestiging."""


class VestigingEditView(_TellingNumbersToChoose, views.PlanEditView):
    """Change a vestiging."""


class VestigingViewSet(PlanViewSet):
    """Vestigingen, in an order: the first one is shown in doubt."""

    model = Vestiging
    icon = "home"
    index_view_class = VestigingIndexView
    add_view_class = VestigingCreateView
    edit_view_class = VestigingEditView
    sort_order_field = "sort_order"
    ordering = "sort_order"
    list_display = ("name", "key", "forwarding_number", "pool")
    list_filter = ("pool",)
    search_fields = ("name", "key", "forwarding_number")
    edit_handler = form_of(
        row_of("name", "key"),
        FieldPanel("forwarding_number"),
        FieldPanel("pool"),
        FieldPanel("vestigingsnummer"),
    )
