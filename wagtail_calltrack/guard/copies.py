"""Refuse a tracking number in the title or slug that an editor gives to a copy of a page.

Wagtail's form for it does not check what pages do, so the refusal would be an error page.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages

from wagtail_calltrack.guard.scope import meta_of
from wagtail_calltrack.guard.watch import guard

_NEW = {"title": "new_title", "slug": "new_slug"}


def refuse_copy(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Show the form again, with the reason; None lets the copy be made."""
    if request.method != "POST":
        return None
    page = page.specific
    for name, new in _NEW.items():
        value = request.POST.get(new, "")
        if value == getattr(page, name):
            continue
        try:
            guard(meta_of(page).get_field(name), value, page)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("wagtailadmin_pages:copy", page.pk)
    return None
