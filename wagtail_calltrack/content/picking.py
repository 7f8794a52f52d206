"""The modal in which editors pick a tracked number for a rich text.

It is for those who have something to put a number into: it shows keys, names and forwarding
numbers, which stand in the pages anyway.
"""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_script_prefix, path, resolve
from django.utils.translation import gettext_lazy as _
from wagtail.admin.modal_workflow import render_modal_workflow

from wagtail_calltrack.content.choosers import choosable, may_choose
from wagtail_calltrack.content.html import label, written
from wagtail_calltrack.content.rich_text import entity_data, wanted
from wagtail_calltrack.content.rows import path_of, rows
from wagtail_calltrack.serving import page_named

TEMPLATE = "wagtail_calltrack/content/pick_number.html"


class NumberForm(forms.Form):
    """Which number. Both may be left to the page."""

    prefix = "calltrack-number"  # a page's form may have fields of the same names
    placeholder = forms.ChoiceField(
        label=_("Placeholder"),
        required=False,
        help_text=_("What visitors see in it is decided by its campaigns."),
    )
    vestiging = forms.ChoiceField(
        label=_("Vestiging"),
        required=False,
        help_text=_("Whose number it is, if that is not for the placeholder or the page to say."),
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        table = rows()
        theirs = set(choosable(user).values_list("pk", flat=True))
        names = {branch.pk: branch.name for branch in table.branches}
        marks = [
            (str(one.pk), " · ".join(filter(None, (one.key, names.get(one.vestiging or 0)))))
            for one in table.marks
            if one.pk in theirs
        ]
        branches = [
            (str(one.pk), f"{one.name} · {written(one.number, table.region)}")
            for one in table.branches
        ]
        self._offer("placeholder", [("", _("The usual one")), *marks])
        self._offer("vestiging", [("", _("As the placeholder or the page says")), *branches])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


def pick_number(request: HttpRequest) -> HttpResponse:
    """Show the form, or give what was picked."""
    if not may_choose(request.user):
        raise PermissionDenied
    initial = {"placeholder": request.GET.get("id"), "vestiging": request.GET.get("vestiging")}
    form = NumberForm(request.POST or None, user=request.user, initial=initial)
    answer: HttpResponse
    if not form.is_valid():
        known = {"form": form, "is_new": not any(initial.values())}
        answer = render_modal_workflow(request, TEMPLATE, None, known, json_data={"step": "choose"})
        return answer
    picked = {"id": form.cleaned_data["placeholder"], "vestiging": form.cleaned_data["vestiging"]}
    result = {
        **entity_data(picked),
        "label": label(wanted(picked), path=_path_at(request.GET.get("at", ""))),
    }
    return cast(
        HttpResponse,
        render_modal_workflow(request, None, json_data={"step": "chosen", "result": result}),
    )


def _path_at(address: str) -> str | None:
    """Give the tree path of the page whose editor is open at an address of the admin."""
    try:
        page = page_named(resolve("/" + address.removeprefix(get_script_prefix())))
    except Resolver404:
        return None
    return path_of(page) if page is not None else None


def urls() -> list[Any]:
    """Give the modal's address (Wagtail's hook register_admin_urls)."""
    return [path("calltrack_number/", pick_number, name="calltrack_number")]
