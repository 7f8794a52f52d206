"""Screens for rented numbers: the stock, and the pools."""

from typing import Any, ClassVar

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column

from wagtail_calltrack import views
from wagtail_calltrack.exports import SafeExport
from wagtail_calltrack.importing.numbers import NumberImport
from wagtail_calltrack.importing.views import import_urls
from wagtail_calltrack.models import Pool, TrackingNumber
from wagtail_calltrack.viewsets.listings import ImportButton, Ticked
from wagtail_calltrack.viewsets.plan_viewset import PlanViewSet, form_of, row_of


class PoolIndexView(views.ListingView):
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
    edit_handler = form_of(FieldPanel("key"), FieldPanel("rest_minutes"), FieldPanel("alarm_loss"))


class NumberIndexView(Ticked, ImportButton, SafeExport, views.PhoneIndexView):
    """Numbers with where they are."""

    queryset = TrackingNumber.objects.select_related("pool", "campaign", "vestiging")
    phone_fields = ("number",)


class NumberViewSet(PlanViewSet):
    """The stock of numbers."""

    model = TrackingNumber
    icon = "mobile-alt"
    index_view_class = NumberIndexView
    ordering = "number"
    list_display = ("number", "pool", "campaign", "vestiging", "state", "carrier", "monthly_cost")
    list_filter = ("state", "pool", "campaign", "vestiging")
    search_fields = ("number", "carrier", "pool__key", "campaign__name", "vestiging__name")
    # The columns of the import: what was exported is read back as it was.
    list_export = (
        "number",
        "pool",
        "campaign",
        "vestiging",
        "get_state_display",
        "carrier",
        "monthly_cost",
    )
    export_headings: ClassVar = {"get_state_display": _("State")}
    export_filename = "numbers"
    edit_handler = form_of(
        MultiFieldPanel(
            [FieldPanel("number"), FieldPanel("state")], pgettext_lazy("phone", "Number")
        ),
        MultiFieldPanel(
            [
                HelpPanel(
                    _(
                        "A number is in one place: in a pool that visitors share out, or the "
                        "static number of a campaign. With neither it is in stock."
                    )
                ),
                FieldPanel("pool"),
                row_of("campaign", "vestiging"),
            ],
            _("Where it is"),
        ),
        MultiFieldPanel([row_of("carrier", "monthly_cost")], _("Rent")),
        MultiFieldPanel([FieldPanel("released_at")], _("Take back")),
    )

    def get_urlpatterns(self) -> Any:
        """Add the import."""
        urls = import_urls(self, lambda _user: NumberImport(), "numbers")
        return [*super().get_urlpatterns(), *urls]
