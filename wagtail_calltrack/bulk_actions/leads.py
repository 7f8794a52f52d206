"""What can be done with many leads at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail_calltrack.bulk_actions.actions import CHUNK, PlanBulkAction
from wagtail_calltrack.inbox.form import Colleagues
from wagtail_calltrack.inbox.names import colleagues, person
from wagtail_calltrack.models import Lead
from wagtail_calltrack.models.words import LEAD_STATES
from wagtail_calltrack.records import BULK, log_many
from wagtail_calltrack.viewsets.leads import LeadViewSet


class LeadAction(PlanBulkAction):
    """Something done with leads. They are no rows of the Plan."""

    models = (Lead,)
    viewset = LeadViewSet("calltrack_leads")
    icon = "user"

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        """Write the values."""
        values: Mapping[str, Any] = kwargs["values"]
        rows = [
            row for row in objects if any(getattr(row, name) != values[name] for name in values)
        ]
        ids = [row.pk for row in rows]
        with transaction.atomic():
            for start in range(0, len(ids), CHUNK):
                Lead.objects.filter(pk__in=ids[start : start + CHUNK]).update(
                    **values, updated_at=timezone.now()
                )
            log_many(rows, BULK, kwargs["said"])
        return len(rows), 0


class AssignToMe(LeadAction):
    """To whoever asks."""

    display_name = gettext_lazy("Assign to me")
    aria_label = gettext_lazy("Assign the selected leads to me")
    action_type = "calltrack_assign_me"
    action_priority = 10
    button = gettext_lazy("Assign to me")
    consequence = gettext_lazy("They are yours, also those that were somebody else's.")

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - nothing is filled in
        """Give the user."""
        return {"assignee": self.request.user}

    def said(self, given: Mapping[str, Any]) -> str:  # noqa: ARG002 - as above
        """Name the user."""
        return _("Assigned to: %(name)s.") % {"name": person(self.request.user)}


class AssigneeForm(forms.Form):
    """To whom."""

    assignee = Colleagues(
        label=gettext_lazy("Assign to"), queryset=None, required=False,
        empty_label=gettext_lazy("Nobody"),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["assignee"]
        field.queryset = colleagues()


class Assign(LeadAction):
    """To somebody."""

    display_name = gettext_lazy("Assign")
    aria_label = gettext_lazy("Assign the selected leads to somebody")
    action_type = "calltrack_assign"
    action_priority = 20
    form_class = AssigneeForm
    button = gettext_lazy("Assign")
    consequence = gettext_lazy("They are given to whom you choose.")

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give the user."""
        return {"assignee": given["assignee"]}

    def said(self, given: Mapping[str, Any]) -> str:
        """Name the user."""
        return _("Assigned to: %(name)s.") % {"name": person(given["assignee"]) or _("nobody")}


class StateForm(forms.Form):
    """Which state."""

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=LEAD_STATES, initial="open")


class SetState(LeadAction):
    """How far they are."""

    display_name = gettext_lazy("Set the state")
    aria_label = gettext_lazy("Set the state of the selected leads")
    action_type = "calltrack_state"
    action_priority = 30
    form_class = StateForm
    button = gettext_lazy("Set")
    consequence = gettext_lazy("Each gets the state that you choose.")

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give the state."""
        return {"state": given["state"]}

    def said(self, given: Mapping[str, Any]) -> str:
        """Name the state."""
        words = dict(LEAD_STATES)
        return _("State: %(state)s.") % {"state": words[given["state"]]}


ACTIONS = (AssignToMe, Assign, SetState)
