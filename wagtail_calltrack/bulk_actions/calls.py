"""What can be done with many calls at once: categories, and spam.

Spam is a matter of callers: marking a call blocks its caller, and all their calls are judged anew.
It takes the permissions for blocked callers, too, for it is the whole firm's matter.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.auth import permission_denied

from wagtail_calltrack.bulk_actions.actions import PlanBulkAction
from wagtail_calltrack.judging import judge, put, take_away
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import BlockedCaller, Call, Category
from wagtail_calltrack.models.judging import own_numbers
from wagtail_calltrack.records import BULK, log_many
from wagtail_calltrack.settling.turns import alone
from wagtail_calltrack.viewsets.calls import CallViewSet

AT_ONCE = 500
"""Calls that are judged together."""


class CallAction(PlanBulkAction):
    """Something done with calls. They are no rows of the Plan."""

    models = (Call,)
    viewset = CallViewSet("calltrack_calls")
    icon = "mobile-alt"

    def get_execution_context(self) -> dict[str, Any]:
        """Tell who does it."""
        given = self.cleaned_form.cleaned_data
        return {"given": given, "said": self.said(given), "user": self.request.user}


class CategoryForm(forms.Form):
    """Which category."""

    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=Category.objects.all()
    )


class AddCategory(CallAction):
    """What they are about."""

    display_name = gettext_lazy("Add a category")
    aria_label = gettext_lazy("Add a category to the selected calls")
    action_type = "calltrack_category"
    action_priority = 10
    form_class = CategoryForm
    button = gettext_lazy("Add")
    consequence = gettext_lazy("Each gets the category that you choose, beside those it has.")

    def said(self, given: Mapping[str, Any]) -> str:
        """Name it."""
        return _("Category added: %(name)s.") % {"name": given["category"]}

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        """Give it."""
        category = kwargs["given"]["category"]
        with transaction.atomic():
            for call in objects:
                put(call, category, kwargs["user"])
            log_many(objects, BULK, kwargs["said"])
        return len(objects), 0


class RemoveCategory(CallAction):
    """What they are not about."""

    display_name = gettext_lazy("Remove a category")
    aria_label = gettext_lazy("Remove a category from the selected calls")
    action_type = "calltrack_uncategory"
    action_priority = 20
    form_class = CategoryForm
    button = gettext_lazy("Remove")
    consequence = gettext_lazy(
        "The category that you choose is taken away. No rule gives it to these calls again."
    )

    def said(self, given: Mapping[str, Any]) -> str:
        """Name it."""
        return _("Category removed: %(name)s.") % {"name": given["category"]}

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        """Take it away."""
        category = kwargs["given"]["category"]
        with transaction.atomic():
            for call in objects:
                take_away(call, category, kwargs["user"])
            log_many(objects, BULK, kwargs["said"])
        return len(objects), 0


class SpamAction(CallAction):
    """Callers blocked, or not any more."""

    permission = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Let those in who may block callers, too."""
        if not request.user.has_perm(f"wagtail_calltrack.{self.permission}_blockedcaller"):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def notes(self, rows: Sequence[Call]) -> list[str]:
        """Say how many callers it is about, and whom it does not reach."""
        callers = {row.caller for row in rows if row.caller}
        withheld = sum(not row.caller for row in rows)
        told = ngettext(
            "It is about %(n)s caller, and all their calls.",
            "It is about %(n)s callers, and all their calls.",
            len(callers),
        )
        notes = [told % {"n": len(callers)}]
        if withheld:
            told = ngettext(
                "%(n)s call stays as it is: its number is withheld.",
                "%(n)s calls stay as they are: their numbers are withheld.",
                withheld,
            )
            notes.append(told % {"n": withheld})
        return notes


class MarkSpam(SpamAction):
    """Block the callers."""

    display_name = gettext_lazy("Mark as spam")
    aria_label = gettext_lazy("Mark the selected calls as spam, and block their callers")
    action_type = "calltrack_spam"
    action_priority = 30
    permission = "add"
    button = gettext_lazy("Mark as spam")
    consequence = gettext_lazy(
        "Their callers are blocked: all their calls count as spam, those to come, too, and make "
        "no lead. They are still connected."
    )
    told = gettext_lazy("Marked as spam.")

    def notes(self, rows: Sequence[Call]) -> list[str]:
        """Say, too, whom nobody can block."""
        has_own = bool(own_numbers(_callers(rows)))
        own = [_("Calls from one of your own numbers stay as they are.")] if has_own else []
        return [*super().notes(rows), *own]

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        """Block, and judge anew."""
        callers = _callers(objects)
        own = own_numbers(callers)
        callers = [one for one in callers if one not in own]
        with alone():
            BlockedCaller.objects.bulk_create(
                (BlockedCaller(number=one) for one in callers), ignore_conflicts=True
            )
            judge_anew(callers)
            log_many([one for one in objects if one.caller not in own], BULK, kwargs["said"])
        return len(objects), 0


class MarkNoSpam(SpamAction):
    """Block the callers no more."""

    display_name = gettext_lazy("No spam")
    aria_label = gettext_lazy("Block the callers of the selected calls no more")
    action_type = "calltrack_no_spam"
    action_priority = 40
    permission = "delete"
    button = gettext_lazy("No spam")
    consequence = gettext_lazy(
        "Their callers are blocked no more, and their calls are judged anew. One that is spam for "
        "another reason stays it: see the call settings."
    )
    told = gettext_lazy("Marked as no spam.")

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        """Let them in, and judge anew."""
        callers = _callers(objects)
        with alone():
            BlockedCaller.objects.filter(number__in=callers).delete()
            judge_anew(callers)
            log_many(objects, BULK, kwargs["said"])
        return len(objects), 0


def _callers(calls: Sequence[Any]) -> list[str]:
    return sorted({call.caller for call in calls if call.caller})


def judge_anew(callers: Sequence[str]) -> None:
    """Judge all calls of these callers, and bring them into their leads, or out of them.

    Inside `alone`: who settles calls at that moment would make leads of their own.
    """
    calls = list(Call.objects.filter(caller__in=callers).order_by("pk"))
    for start in range(0, len(calls), AT_ONCE):
        judge(calls[start : start + AT_ONCE])
        gather(calls[start : start + AT_ONCE])


ACTIONS = (AddCategory, RemoveCategory, MarkSpam, MarkNoSpam)
