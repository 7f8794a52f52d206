"""What some listings have besides Wagtail's own: an import, rows to tick for bulk actions."""

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BaseColumn
from wagtail.admin.widgets.button import HeaderButton

from wagtail_calltrack.campaigns.listing import CampaignIndexView
from wagtail_calltrack.exports import SafeExport
from wagtail_calltrack.importing.views import may_import
from wagtail_calltrack.viewsets.plan_viewset import LISTING


class ImportButton:
    """A listing with a way to the import, for those who may."""

    def may_import(self: Any, user: Any) -> bool:
        """Say who may."""
        return may_import(self.permission_policy, user)

    @cached_property
    def header_buttons(self: Any) -> Any:
        """Add the button."""
        buttons = list(super().header_buttons)  # type: ignore[misc] # Wagtail's views have no types
        if self.may_import(self.request.user):
            url = reverse(self.index_url_name.replace(":index", ":import"))
            buttons.append(HeaderButton(_("Import"), url=url, icon_name="upload"))
        return buttons


class TickColumn(BaseColumn):
    """A box for each row, in Wagtail's own templates, which its script knows.

    Wagtail's own column is taken away where rows can be dragged: in the campaigns' usual view.
    """

    header_template_name = "wagtailadmin/bulk_actions/select_all_checkbox_cell.html"
    cell_template_name = "wagtailadmin/bulk_actions/listing_checkbox_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> Any:
        """Name the row's title, for a screen reader."""
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "aria_describedby": title_id(instance)}


def title_id(row: models.Model) -> str:
    """Give the id of the element that holds a row's title."""
    return f"{row._meta.model_name}_{row.pk}_title"  # noqa: SLF001 - Django's public API


class Ticked:
    """A listing whose rows can be ticked for bulk actions, by those who may change them.

    Wagtail's own listings of models do not have this; its listing of users does, in the same way.
    """

    template_name = LISTING

    @cached_property
    def columns(self: Any) -> Any:
        """Put the boxes first."""
        columns = list(super().columns)  # type: ignore[misc] # as above
        if not self.can_tick:
            return columns
        return [TickColumn("bulk_actions"), *columns]

    def _get_title_column(self: Any, field: str, *args: Any, **options: Any) -> Any:
        """Let the box of a row name its title to a screen reader."""
        options["get_title_id"] = title_id
        return super()._get_title_column(field, *args, **options)  # type: ignore[misc] # as above

    @cached_property
    def can_tick(self: Any) -> bool:
        """Tell whether there is anything to tick rows for."""
        return bool(self.user_has_permission("change"))


class TickedCampaigns(Ticked, SafeExport, CampaignIndexView):
    """Campaigns, to tick and to export."""

    list_export = (
        "name",
        "key",
        "state",
        "method_word",
        "pool",
        "off_site",
        "paused",
        "starts_at",
        "ends_at",
    )
    export_headings: ClassVar = {
        "state": gettext_lazy("State"),
        "method_word": gettext_lazy("Method"),
    }
