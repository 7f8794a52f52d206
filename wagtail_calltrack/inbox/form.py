"""What people fill in of a lead."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from wagtail_calltrack.inbox.names import colleagues, person
from wagtail_calltrack.models import Lead, LeadNote


class Colleagues(forms.ModelChoiceField):  # type: ignore[type-arg] # as below
    """Users, by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a user."""
        return person(obj)


class LeadForm(WagtailAdminModelForm):
    """Name, state, assignee and value."""

    assignee = Colleagues(
        label=gettext_lazy("Assigned to"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    class Meta:
        model = Lead
        fields = ("name", "state", "assignee", "value")
        localized_fields = ("value",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["assignee"]
        had = self.instance.assignee_id
        field.queryset = colleagues(had)

    def said(self) -> str:
        """Say for the history what was changed; a name is not told."""
        words = []
        if "state" in self.changed_data:
            words.append(_("State: %(state)s.") % {"state": self.instance.get_state_display()})
        if "assignee" in self.changed_data:
            name = person(self.instance.assignee) or _("nobody")
            words.append(_("Assigned to: %(name)s.") % {"name": name})
        if "value" in self.changed_data:
            words.append(_("Value: %(value)s.") % {"value": self.instance.value or "–"})
        if "name" in self.changed_data:
            words.append(_("The name was changed."))
        return " ".join(words)


class NoteForm(forms.ModelForm):  # type: ignore[type-arg] # Django's is generic in its stubs alone
    """A note."""

    class Meta:
        model = LeadNote
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 5000})}  # noqa: RUF012 - Django reads it
