"""Where the preview begins: its addresses in the admin, and the button of each page."""

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button

from wagtail_calltrack.previewing.views import FrameView, PreviewView

URLS = (
    path("calltrack_preview/<int:page>/", PreviewView.as_view(), name="calltrack_preview"),
    path("calltrack_preview/<int:page>/page/", FrameView.as_view(), name="calltrack_preview_page"),
)


def buttons(page: Any, user: Any, *_view: Any, **_options: Any) -> Iterator[Button]:
    """Give the button, to those who may use it, for pages that have something to show."""
    may = page.permissions_for_user(user)
    if page.depth > 1 and page.is_previewable() and (may.can_edit() or may.can_publish()):
        yield Button(
            _("Preview as a visitor"),
            reverse("calltrack_preview", args=(page.pk,)),
            icon_name="view",
            priority=64,
        )
