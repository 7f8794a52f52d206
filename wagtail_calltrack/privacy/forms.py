"""Forms: how long what is kept, and whom to look for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail_calltrack.models import PrivacySettings
from wagtail_calltrack.models.organisation import e164
from wagtail_calltrack.privacy.person import Person, person
from wagtail_calltrack.privacy.retention import Bounds, waiting

_LABELS: Mapping[str, Any] = {
    "visitor_days": gettext_lazy("Visitors are kept for %(new)s days instead of %(old)s."),
    "caller_days": gettext_lazy("Callers and leads are kept for %(new)s days instead of %(old)s."),
}


class PrivacyForm(forms.ModelForm):  # type: ignore[type-arg] # Django's class takes none when it runs
    """The settings. What is shortened must be said yes to: it deletes."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    class Meta:
        """What may be set."""

        model = PrivacySettings
        fields = ("visitor_days", "caller_days")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._before = {name: getattr(self.instance, name) for name in _LABELS}

    def sentences(self) -> list[str]:
        """Say what changes."""
        return [
            str(label) % {"new": self.cleaned_data[name], "old": self._before[name]}
            for name, label in _LABELS.items()
            if self.cleaned_data[name] != self._before[name]
        ]

    def shortens(self) -> bool:
        """Say whether anything is kept for a shorter time than before."""
        return any(self.cleaned_data[name] < self._before[name] for name in _LABELS)

    def doomed(self) -> int:
        """Count the rows that would be deleted, or emptied."""
        return waiting(Bounds.of(PrivacySettings(**self._days()), timezone.now()))

    def _days(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in _LABELS}


class PersonForm(forms.Form):
    """Whom to look for, by one of three."""

    caller = forms.CharField(
        label=gettext_lazy("Phone number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Write it as you like: 06 12 34 56 78."),
    )
    visitor = forms.CharField(
        label=gettext_lazy("Visitor's id"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("As it stands in an export, or in the visitor's cookie."),
    )
    lead = forms.IntegerField(
        label=gettext_lazy("Number of the lead"),
        required=False,
        min_value=1,
        max_value=2**62,
        help_text=gettext_lazy("The last part of the address of the lead's page."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_caller(self) -> str:
        """Write the number in its one form."""
        written: str = self.cleaned_data["caller"].strip()
        if not written:
            return ""
        try:
            return e164(written, "caller")
        except ValidationError as error:
            raise ValidationError(error.messages) from error

    def clean(self) -> None:
        """Want one of the three, and one only."""
        super().clean()
        if self.errors:
            return
        given = [name for name in self.fields if self.cleaned_data.get(name)]
        if len(given) != 1:
            raise ValidationError(_("Fill in one of the three."))

    def whom(self) -> dict[str, Any]:
        """Give what is looked for, to ask for it again."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def person_of(whom: Mapping[str, Any]) -> Person:
    """Find who was looked for."""
    return person(
        caller=whom.get("caller", ""), visitor=whom.get("visitor", ""), lead=whom.get("lead")
    )
