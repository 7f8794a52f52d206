"""Screens for calls: facts, which nobody adds by hand, changes or deletes."""

from typing import Any

from django.urls import path
from wagtail.admin.viewsets.model import ModelViewSet

from wagtail_calltrack.access.policies import POLICIES
from wagtail_calltrack.access.views import scoped
from wagtail_calltrack.calllog.listing import CallIndexView
from wagtail_calltrack.calllog.page import CallView, CategoriesView
from wagtail_calltrack.importing.calls import CallImport, may_import_calls
from wagtail_calltrack.importing.views import import_urls
from wagtail_calltrack.models import Call
from wagtail_calltrack.viewsets.listings import ImportButton, Ticked

LISTING = "wagtail_calltrack/calllog/index.html"
ROUTES = {"index", "index_results", "inspect"}


class TickedCalls(Ticked, ImportButton, CallIndexView):
    """Calls, to tick, to import and to export."""

    def may_import(self, user: Any) -> bool:
        """Say who may: those who may change all calls, and see who called."""
        return may_import_calls(user)


class CallViewSet(ModelViewSet):
    """Calls."""

    model = Call
    icon = "mobile-alt"
    menu_name = "calltrack-calls-list"
    index_view_class = TickedCalls
    inspect_view_class = CallView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    list_display = ("started_at",)
    list_export = CallIndexView.list_export
    export_headings = CallIndexView.export_headings
    export_filename = CallIndexView.export_filename
    filterset_class = CallIndexView.filterset_class
    search_fields = CallIndexView.search_fields
    ordering = CallIndexView.default_ordering
    form_fields = ()
    index_template_name = LISTING

    @property
    def permission_policy(self) -> Any:
        """Say who may do what with the rows."""
        return POLICIES[Call]

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        """Make each view show what its user may see."""
        return super().construct_view(scoped(view_class, self.permission_policy), **kwargs)

    def get_common_view_kwargs(self, **kwargs: Any) -> Any:
        """Show no way to what there is not."""
        gone = ("add", "edit", "delete", "copy", "history", "usage")
        return super().get_common_view_kwargs(
            **{**{f"{one}_url_name": None for one in gone}, **kwargs}
        )

    def get_urlpatterns(self) -> Any:
        """Take the ways to change facts out, and add categories and the import."""
        kept = [one for one in super().get_urlpatterns() if one.name in ROUTES]
        view = self.construct_view(CategoriesView)
        imports = import_urls(self, CallImport, "calls", may_import_calls)
        return [*kept, path("categories/<int:pk>/", view, name="categories"), *imports]

    def register_admin_url_finder(self) -> None:
        """Leave it: there is no form."""
