"""The screens of an import: choose a file, look at what it would do, confirm.

Rule 1: who imports may add and change such rows; calls have a rule of their own.
Rule 2: between the steps everything is in the form; the server keeps nothing.
"""

import csv
import io
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from wagtail_calltrack.exports import BOM
from wagtail_calltrack.importing.carrying import pack, unpack
from wagtail_calltrack.importing.forms import UploadForm
from wagtail_calltrack.importing.imports import Import
from wagtail_calltrack.importing.preview import Kind, Preview
from wagtail_calltrack.importing.texts import MOST_BYTES, MOST_ROWS, FileRefusedError, Table

PAGE = 200
"""Rows of a preview shown at once."""

ALL = "all"


class ImportView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Both steps. `work_of` gives what a user may import."""

    work_of: Any = None
    allowed: Any = None  # says of a user whether they may; by the model's permissions, if None
    model: Any = None
    permission_policy: Any = None
    index_url_name = ""
    import_url_name = ""
    example_url_name = ""
    header_icon = "upload"
    template_name = "wagtail_calltrack/importing/import.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those in who may do all that an import does."""
        allowed = self.allowed or partial(may_import, self.permission_policy)
        if not allowed(request.user):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get(self, _request: HttpRequest) -> HttpResponseBase:
        """Ask for a file."""
        return self._ask(UploadForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Show what a file would do, or do it."""
        work = self.work_of(request.user)
        if "table" not in request.POST:
            return self._upload(work)
        try:
            table, digest = unpack(request.POST["table"], owner=self._owner)
            if request.POST.get("step") == "confirm":
                return self._confirm(work, table, digest)
            return self._show(work.preview(table), table)
        except FileRefusedError as refused:
            return self._ask_again(UploadForm(), refused)

    def _upload(self, work: Import) -> HttpResponseBase:
        form = UploadForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self._ask(form)
        upload = form.cleaned_data["file"]
        try:
            # One byte more than may be: then it is refused by its size, and not read whole.
            table = work.table(upload.read(MOST_BYTES + 1))
            return self._show(work.preview(table), table)
        except FileRefusedError as refused:
            return self._ask_again(form, refused)

    def _confirm(self, work: Import, table: Table, digest: str) -> HttpResponseBase:
        result = work.carry_out(table, digest)
        if not result.is_done:
            messages.warning(
                self.request,
                _(
                    "Nothing was imported: what is there was changed meanwhile, and the outcome "
                    "would be another. Look at it again."
                ),
            )
            return self._show(result.preview, table)
        button = messages.button(reverse(self.index_url_name), _("To the listing"))
        said = " ".join(filter(None, (summary(result.preview), work.afterword())))
        messages.success(self.request, said, buttons=[button])
        return redirect(self.index_url_name)

    def _show(self, preview: Preview, table: Table) -> HttpResponseBase:
        """Show a page of the rows that are asked for."""
        shown = self.request.POST.get("show") or Kind.ERROR.value
        if shown == Kind.ERROR and not preview.counts[Kind.ERROR]:
            shown = ALL
        chosen = [one for one in preview.outcomes if shown in {ALL, one.kind.value}]
        start = self._start(len(chosen))
        context = self.get_context_data(
            preview=preview,
            summary=summary(preview),
            table=pack(table, preview.digest, owner=self._owner),
            filters=_filters(preview, shown),
            shown=shown,
            rows=chosen[start : start + PAGE],
            first=start + 1,
            last=min(start + PAGE, len(chosen)),
            total=len(chosen),
            before=start - PAGE if start else None,
            after=start + PAGE if start + PAGE < len(chosen) else None,
            has_warnings=any(one.warnings for one in preview.outcomes),
        )
        answer: HttpResponseBase = self.render_to_response(context)
        return answer

    def _start(self, count: int) -> int:
        text = self.request.POST.get("from", "")
        start = int(text) if text.isdecimal() and len(text) < 7 else 0
        return start if start < count else 0

    def _ask(self, form: UploadForm) -> HttpResponseBase:
        work = self.work_of(self.request.user)
        context = self.get_context_data(
            form=form,
            columns=work.columns,
            remarks=work.remarks,
            most_rows=MOST_ROWS,
            most_megabytes=MOST_BYTES // 1_000_000,
            example_url=reverse(self.example_url_name),
        )
        answer: HttpResponseBase = self.render_to_response(context)
        return answer

    def _ask_again(self, form: UploadForm, refused: FileRefusedError) -> HttpResponseBase:
        if not form.is_bound:
            form.is_bound = True
            form.errors.clear()  # that no file was chosen
        form.add_error("file", str(refused))
        return self._ask(form)

    def get_page_title(self) -> str:
        """Say what is imported."""
        rows = self.model._meta.verbose_name_plural  # noqa: SLF001 - Django's public API
        return capfirst(_("Import %(rows)s") % {"rows": rows})

    def get_breadcrumbs_items(self) -> Any:
        """Lead back to the listing."""
        rows = capfirst(self.model._meta.verbose_name_plural)  # noqa: SLF001 - as above
        listing = {"url": reverse(self.index_url_name), "label": rows}
        return [*super().get_breadcrumbs_items(), listing, {"url": "", "label": _("Import")}]

    def get_context_data(self, **context: Any) -> Any:
        """Say where the forms go."""
        urls = {
            "action_url": reverse(self.import_url_name),
            "index_url": reverse(self.index_url_name),
        }
        return super().get_context_data(**urls, **context)

    @property
    def _owner(self) -> str:
        return f"{self.import_url_name} {self.request.user.pk}"


class ExampleView(PermissionCheckedMixin, View):
    """A file to begin with, in the user's language, as their spreadsheet program likes it."""

    work_of: Any = None
    permission_policy: Any = None
    any_permission_required = ("add", "change", "delete", "view")
    filename = "example"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send it."""
        work = self.work_of(request.user)
        out = io.StringIO()
        out.write(BOM)
        # Where a comma stands in amounts, Excel parts cells by semicolons.
        writer = csv.writer(out, delimiter="," if get_language() in {None, "en"} else ";")
        writer.writerow(column.title for column in work.columns)
        writer.writerows(work.examples())
        response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{self.filename}.csv"'
        return response


def may_import(policy: Any, user: Any) -> bool:
    """Tell whether somebody may do all that an import does."""
    return all(policy.user_has_permission(user, action) for action in ("add", "change"))


def summary(preview: Preview) -> str:
    """Say how many rows are added, changed, left and wrong."""
    counts = preview.counts
    added, changed = counts[Kind.ADD], counts[Kind.CHANGE]
    same, wrong = counts[Kind.SAME], counts[Kind.ERROR]
    told = (
        (wrong, ngettext("%(n)s row with an error", "%(n)s rows with errors", wrong)),
        (added, ngettext("%(n)s added", "%(n)s added", added)),
        (changed, ngettext("%(n)s changed", "%(n)s changed", changed)),
        (same, ngettext("%(n)s as it was", "%(n)s as they were", same)),
    )
    return ", ".join(text % {"n": count} for count, text in told if count) + "."


def _filters(preview: Preview, shown: str) -> list[dict[str, Any]]:
    """Give the buttons that choose which rows are shown."""
    counts = preview.counts
    words = (
        (ALL, _("All"), len(preview.outcomes)),
        (Kind.ERROR.value, _("Errors"), counts[Kind.ERROR]),
        (Kind.ADD.value, pgettext("row", "New"), counts[Kind.ADD]),
        (Kind.CHANGE.value, _("Changed"), counts[Kind.CHANGE]),
        (Kind.SAME.value, _("As they were"), counts[Kind.SAME]),
    )
    return [
        {"value": value, "label": label, "count": count, "is_shown": value == shown}
        for value, label, count in words
        if count
    ]


def import_urls(
    viewset: Any,
    work_of: Callable[[Any], Import],
    example: str,
    allowed: Callable[[Any], bool] | None = None,
) -> list[Any]:
    """Give a viewset the addresses of its import."""
    common = {"work_of": work_of, "permission_policy": viewset.permission_policy}
    names = {
        f"{name}_url_name": viewset.get_url_name(view)
        for name, view in (("index", "index"), ("import", "import"), ("example", "example"))
    }
    view = ImportView.as_view(**common, model=viewset.model, allowed=allowed, **names)
    sample = ExampleView.as_view(**common, filename=example)
    return [
        path("import/", view, name="import"),
        path("import/example/", sample, name="example"),
    ]
