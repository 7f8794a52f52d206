"""Screens for sections: which part of the page tree speaks for which vestiging.

A section is no row of the Plan: the proxies learn of it from the pages themselves.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies.base import ModelPermissionPolicy

from wagtail_calltrack.models import Section
from wagtail_calltrack.models.section import pages
from wagtail_calltrack.views import ListingView
from wagtail_calltrack.viewsets.plan_viewset import LISTING, form_of

NAME = "calltrack_sections"


class SectionForm(WagtailAdminModelForm):
    """A page, chosen in the tree, and its vestiging."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["page"]
        self.fields["page"] = forms.ModelChoiceField(
            queryset=pages(),
            widget=AdminPageChooser(),
            label=field.label,
            help_text=field.help_text,
        )

    def clean_page(self) -> Any:
        """Keep the page's id."""
        return self.cleaned_data["page"].pk


class SectionIndexView(ListingView):
    """Sections with their pages, also those that are gone."""

    def get_base_queryset(self) -> QuerySet[Section]:
        """Read titles and places in the tree along."""
        page = pages().filter(pk=OuterRef("page"))
        rows = Section.objects.select_related("vestiging")
        rows = rows.annotate(page_title=Subquery(page.values("title")))  # type: ignore[no-redef]
        return rows.annotate(page_path=Subquery(page.values("url_path")))


class SectionCreateView(generic.CreateView):
    """Add a section; a page's own button names the page."""

    def get_initial(self) -> dict[str, Any]:
        """Begin with the page that the address names."""
        named = self.request.GET.get("page", "")
        page = int(named) if named.isascii() and named.isdigit() else None
        return {**super().get_initial(), "page": page}


class SectionViewSet(ModelViewSet):
    """Sections."""

    model = Section
    icon = "folder-open-inverse"
    index_view_class = SectionIndexView
    add_view_class = SectionCreateView
    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 50
    index_template_name = LISTING
    ordering = "page_path"
    list_display = (
        "page_name",
        Column("page_path", label=_("Place in the tree")),
        "vestiging",
    )
    list_filter = ("vestiging",)
    search_fields = ("page_title", "page_path", "vestiging__name")
    inspect_view_fields = ("page_name", "vestiging")
    edit_handler = form_of(FieldPanel("page"), FieldPanel("vestiging"), form=SectionForm)


def section_button(page: Any, user: Any, *_view: Any, **_options: Any) -> Iterator[Button]:
    """Give a page's own button (Wagtail's hook register_page_header_buttons)."""
    policy = ModelPermissionPolicy(Section)
    if page.pk is None or not policy.user_has_any_permission(user, ["add", "change"]):
        return
    found = Section.objects.filter(page=page.pk).first()
    if found is not None and policy.user_has_permission(user, "change"):
        url = reverse(f"{NAME}:edit", args=(found.pk,))
    elif found is None and policy.user_has_permission(user, "add"):
        url = f"{reverse(f'{NAME}:add')}?{urlencode({'page': page.pk})}"
    else:
        return
    yield Button(_("Vestiging of this section"), url, icon_name="home", priority=66)
