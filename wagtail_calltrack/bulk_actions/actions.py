"""What all bulk actions share.

Rule 1: all rows get the same values, in one change of the Plan. What would break it is refused as a
whole, with the rows named, and nothing is changed.
Rule 2: "all in the listing" are the rows that the listing has with its search and its filters.
Rule 3: rows that somebody may not change are left out, and counted; their names are not told.
Rule 4: each row that is changed says so in its history; those that were so already do not.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from wagtail_calltrack.access.sight import discreet
from wagtail_calltrack.forms import MOST_SHOWN, sentence_of
from wagtail_calltrack.models import plan_change
from wagtail_calltrack.plan_out import PlanRefusedError
from wagtail_calltrack.records import BULK, index_many, log_many

MOST_NAMED = 20
"""Rows that the confirm page names."""

CHUNK = 5000
"""Rows in one query: databases limit its parameters."""


class PlanBulkAction(PermissionCheckedMixin, BulkAction):
    """Gives many rows the same values."""

    permission_required = "change"
    template_name = "wagtail_calltrack/bulk/confirm.html"
    viewset: ClassVar[Any]  # whose listing it is
    button: ClassVar[Any]  # what the confirm page's button says
    consequence: ClassVar[Any]  # what will happen, for the confirm page
    sets: ClassVar[Mapping[str, Any]] = {}  # what all rows get
    told: ClassVar[Any] = ""  # what the history says
    icon = "edit"

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - for those with a form
        """Give what all rows get; `given` is what was filled in."""
        return dict(self.sets)

    def said(self, given: Mapping[str, Any]) -> str:  # noqa: ARG002 - as above
        """Say for the history what was done."""
        return str(self.told)

    @property
    def permission_policy(self) -> Any:
        """Ask the listing's policy."""
        return self.viewset.permission_policy

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """Give the chosen rows that the user may change, and those that they may not."""
        return self._chosen

    @cached_property
    def _chosen(self) -> tuple[list[Any], dict[str, list[Any]]]:
        ids = self.request.GET.getlist("id")
        if "all" in ids:
            rows = list(self._listed())
        else:
            wanted = [int(one) for one in ids if one.isdecimal() and len(one) < 19]
            rows = list(self._index_view().get_base_queryset().filter(pk__in=wanted))
        mine = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, [self.permission_required]
        )
        allowed = set(mine.values_list("pk", flat=True))
        return (
            [row for row in rows if row.pk in allowed],
            {"items_with_no_access": [row for row in rows if row.pk not in allowed]},
        )

    def _listed(self) -> Any:
        """Give what the listing shows on all its pages."""
        return self._index_view().get_queryset()

    def _index_view(self) -> Any:
        made = self.viewset.index_view
        view = made.view_class(**made.view_initkwargs)
        view.setup(self.request)
        return view

    def get_context_data(self, **kwargs: Any) -> Any:
        """Tell what will happen to how many."""
        rows, denied = self._chosen
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "count": len(rows),
            "names": [str(row) for row in rows[:MOST_NAMED]],
            "more": max(0, len(rows) - MOST_NAMED),
            "denied": len(denied["items_with_no_access"]),
            "notes": self.notes(rows) if rows else [],
            "title": self.display_name,
            "consequence": self.consequence,
            "button": self.button,
            "icon": self.icon,
        }

    def notes(self, rows: Sequence[Any]) -> list[str]:  # noqa: ARG002 - for those that have some
        """Say what else there is to know of these rows."""
        return []

    def form_valid(self, form: Any) -> Any:
        """Do it, or say which rows are in the way."""
        try:
            return super().form_valid(form)
        except PlanRefusedError as refused:
            for problem in refused.rows[:MOST_SHOWN]:
                form.add_error(None, discreet(sentence_of(problem), self.request.user))
            left = len(refused.rows) - MOST_SHOWN
            if left > 0:
                form.add_error(None, _("and %(count)s more problems") % {"count": left})
        return self.form_invalid(form)

    def get_execution_context(self) -> dict[str, Any]:
        """Work out what the rows get."""
        given = self.cleaned_form.cleaned_data
        return {"values": self.values(given), "said": self.said(given)}

    @classmethod
    def execute_action(cls, objects: Sequence[models.Model], **kwargs: Any) -> tuple[int, int]:
        """Write the values. Errors: PlanRefusedError."""
        values: Mapping[str, Any] = kwargs["values"]
        rows = [
            row for row in objects if any(getattr(row, name) != values[name] for name in values)
        ]
        if not rows:
            return 0, 0
        table = type(rows[0])._default_manager  # noqa: SLF001 - Django documents it
        ids = [row.pk for row in rows]
        with plan_change():
            for start in range(0, len(ids), CHUNK):
                table.filter(pk__in=ids[start : start + CHUNK]).update(**values)
            for row in rows:
                for name, value in values.items():
                    setattr(row, name, value)
            log_many(rows, BULK, kwargs["said"])
            index_many(rows)
        return len(rows), 0

    def get_success_message(self, num_parent_objects: int, _num_child_objects: int) -> str:
        """Say how many rows were changed."""
        same = len(self._chosen[0]) - num_parent_objects
        told = ngettext("%(n)s changed", "%(n)s changed", num_parent_objects)
        sentence = f"{self.display_name}: " + told % {"n": num_parent_objects}
        if same:
            sentence += ", " + ngettext("%(n)s was so already", "%(n)s were so already", same) % {
                "n": same
            }
        return sentence + "."
