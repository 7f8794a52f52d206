"""Views that have calls reckoned anew when they save something that matters.

What is asked for is asked in the transaction of the save: there is no rule without its work.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views import generic

from wagtail_calltrack.call_settings.changes import change_told
from wagtail_calltrack.jobs import ask_restating, restate_callers
from wagtail_calltrack.models import Call

JOBS = "wagtail_calltrack.view_job"


class _Restates:
    """Knows the row before and after, and tells how many calls it is about."""

    matters: Sequence[str] = ()
    """The fields that calls are reckoned from."""
    count = 0
    has_job = False

    def reckon(self: Any, before: Any, after: Any) -> None:
        """Have all calls reckoned anew, if anything changed that they hang on."""
        why = change_told(before, after, self.get_matters())
        if why and Call.objects.exists():
            ask_restating(why, self.request.user)
            self.count, self.has_job = Call.objects.count(), True

    def get_matters(self) -> Sequence[str]:
        """Give the fields that matter now."""
        return self.matters

    def tell(self: Any) -> None:
        """Say that it goes on by itself, and where to look."""
        if not self.count:
            return
        text = ngettext(
            "%(count)s call is being reckoned anew.",
            "%(count)s calls are being reckoned anew.",
            self.count,
        )
        may_look = self.has_job and self.request.user.has_perm(JOBS)
        button = messages.button(reverse("calltrack_jobs:index"), _("How far it is"))
        messages.info(
            self.request, text % {"count": self.count}, buttons=[button] if may_look else None
        )

    def save_instance(self: Any) -> Any:
        """Save, and look what is another."""
        pk = self.form.instance.pk
        before = self.model._default_manager.filter(pk=pk).first()  # noqa: SLF001 - Django's public API
        after = super().save_instance()  # type: ignore[misc] # Wagtail's views have no types
        self.reckon(before or self.unsaved(), after)
        return after

    def unsaved(self) -> Any:
        """Give what held without a row; None where nothing did."""
        return None

    def save_action(self: Any) -> Any:
        """Lead on."""
        response = super().save_action()  # type: ignore[misc] # as above
        self.tell()
        return response


class RestatingCreateView(_Restates, generic.CreateView):
    """Add a rule."""


class RestatingEditView(_Restates, generic.EditView):
    """Change a rule."""


class RestatingDeleteView(_Restates, generic.DeleteView):
    """Delete a rule."""

    def delete_action(self) -> None:
        """Delete it, and say what follows."""
        with transaction.atomic():
            before = self.model.objects.get(pk=self.object.pk)
            super().delete_action()
            self.reckon(before, None)
        self.tell()


class _RestatesCaller(_Restates):
    """Is about the calls of one number alone; they are few, and done in a moment."""

    def reckon(self: Any, before: Any, after: Any) -> None:
        """Have the number's calls reckoned anew, and those of the number that it was before."""
        numbers = {row.number for row in (before, after) if row is not None}
        if before is None or after is None or len(numbers) > 1:
            self.count = restate_callers(numbers)


class BlockView(_RestatesCaller, generic.CreateView):
    """Block a caller."""


class BlockedEditView(_RestatesCaller, generic.EditView):
    """Change a blocked caller."""


class UnblockView(_RestatesCaller, RestatingDeleteView):
    """Unblock a caller."""
