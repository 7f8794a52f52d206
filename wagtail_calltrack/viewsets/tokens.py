"""Screens for tokens: of edges, and of phone systems that tell of their calls."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.viewsets.model import ModelViewSet

from wagtail_calltrack import views
from wagtail_calltrack.models import EdgeToken
from wagtail_calltrack.viewsets.plan_viewset import LISTING


class TokenViewSet(ModelViewSet):
    """Tokens of edges and phone systems."""

    model = EdgeToken
    icon = "key"
    index_view_class = views.ListingView
    add_view_class = views.TokenCreateView
    copy_view_enabled = False
    index_template_name = LISTING
    ordering = "name"
    list_display = (
        "name",
        "public",
        Column("get_purpose_display", label=_("What for"), sort_key="purpose"),
        BooleanColumn("is_revoked", label=_("Revoked")),
        DateColumn("created_at", label=_("Created")),
        DateColumn("last_used_at", label=_("Last used")),
    )
    list_filter = ("purpose", "is_revoked")
    search_fields = ("name", "public")
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("purpose"), FieldPanel("is_revoked")])
