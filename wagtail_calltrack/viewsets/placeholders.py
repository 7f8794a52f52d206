"""Screens for placeholders: elements of a page that ask for a number."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn

from wagtail_calltrack.models import Placeholder
from wagtail_calltrack.views import ListingView
from wagtail_calltrack.viewsets.plan_viewset import PlanViewSet, form_of, row_of, ticks


class PlaceholderIndexView(ListingView):
    """Placeholders with their vestigingen."""

    queryset = Placeholder.objects.select_related("vestiging")


class PlaceholderViewSet(PlanViewSet):
    """Placeholders."""

    model = Placeholder
    icon = "crosshairs"
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
    edit_handler = form_of(
        row_of("key", "css_class"),
        MultiFieldPanel(
            [FieldPanel("vestiging"), FieldPanel("priority"), ticks("campaigns")],
            _("What it shows"),
        ),
        FieldPanel("paths"),
    )
