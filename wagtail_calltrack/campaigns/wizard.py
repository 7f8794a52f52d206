"""The short form for an off-site campaign: a flyer, the radio, a profile elsewhere.

A number is proposed for each vestiging; the editor may choose another. Which one it becomes is
settled while the Plan is held, so that two editors at once never get the same.
"""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.log_actions import log

from calltrack.plan import Exhaustion, Method
from wagtail_calltrack.campaigns import stock
from wagtail_calltrack.forms import sentence_of
from wagtail_calltrack.models import Campaign, TrackingNumber, Vestiging, plan_change
from wagtail_calltrack.models.fields import PlanValue
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.plan_out import PlanRefusedError

LONGEST_KEY = 50


class NoFreeNumberError(Exception):
    """The stock is empty."""


class VestigingField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in types only
    """A vestiging, with the number that is proposed for it."""

    proposals: dict[int, TrackingNumber]

    def label_from_instance(self, obj: Any) -> str:
        """Name both."""
        number = at_home(self.proposals[obj.pk].number)
        return _("%(vestiging)s (proposed: %(number)s)") % {"vestiging": obj, "number": number}


class OffSiteForm(forms.Form):
    """What is asked of an editor."""

    name = forms.CharField(
        label=pgettext_lazy("campaign", "Name"),
        max_length=200,
        validators=[PlanValue("NAME")],
        help_text=gettext_lazy("As reports call it: Flyer spring 2027, Radio Rijnmond."),
    )
    vestiging = VestigingField(
        label=gettext_lazy("Vestiging"),
        queryset=Vestiging.objects.all(),
        empty_label=None,
        help_text=gettext_lazy("Who answers the calls."),
    )
    number = forms.ChoiceField(
        label=pgettext_lazy("phone", "Number"),
        required=False,
        help_text=gettext_lazy(
            "The proposed one is of the vestiging's own area, if there is one, and has been idle "
            "longest: fewer people still ring it for something else."
        ),
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("Starts at"), required=False, widget=AdminDateTimeInput
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Ends at"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=gettext_lazy("Both may stay empty."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For yourselves: the edition, the printer, where it hangs."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["vestiging"]
        assert isinstance(field, VestigingField)  # noqa: S101 - it stands above
        if self.free:
            field.proposals = {row.pk: self._proposal(row) for row in Vestiging.objects.all()}
        choices = [(str(row.pk), at_home(row.number)) for row in self.free]
        number = self.fields["number"]
        assert isinstance(number, forms.ChoiceField)  # noqa: S101 - it stands above
        number.choices = [("", _("The proposed one")), *choices]
        number.error_messages["invalid_choice"] = _TAKEN

    @cached_property
    def free(self) -> list[TrackingNumber]:
        """The free numbers."""
        return stock.free_numbers()

    def _proposal(self, vestiging: Vestiging) -> TrackingNumber:
        return stock.best(self.free, vestiging)

    def clean(self) -> Any:
        """Refuse a window that ends before it starts."""
        said = super().clean() or {}
        starts_at, ends_at = said.get("starts_at"), said.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("It ends before it starts: write a later moment."))
        return said

    def make(self) -> Campaign | None:
        """Make the campaign, with its number; None, and errors, where that cannot be.

        Errors: NoFreeNumberError.
        """
        try:
            with plan_change():
                return self._make()
        except stock.NumberTakenError:
            self.add_error("number", _TAKEN)
        except PlanRefusedError as refused:
            for problem in refused.rows:
                self.add_error(None, capfirst(sentence_of(problem)))
        return None

    def _make(self) -> Campaign:
        said = self.cleaned_data
        free = stock.free_numbers()  # as it is now that nobody else changes it
        if not free:
            raise NoFreeNumberError
        chosen = said["number"] or str(stock.best(free, said["vestiging"]).pk)
        campaign = Campaign.objects.create(
            key=_new_key(said["name"]),
            name=said["name"],
            note=said["note"],
            method=Method.STATIC.value,
            exhaustion=Exhaustion.ORIGINAL.value,
            off_site=True,
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
        )
        campaign.vestigingen.set([said["vestiging"]])
        stock.take(int(chosen), campaign, said["vestiging"])
        log(campaign, "wagtail.create", content_changed=True)
        return campaign


_TAKEN = gettext_lazy("Somebody else took this number just now: choose another one.")


def _new_key(name: str) -> str:
    """Make a key of a name, which nobody else has."""
    start = slugify(name)[:LONGEST_KEY] or "campaign"
    taken = set(Campaign.objects.filter(key__startswith=start).values_list("key", flat=True))
    keys = (start, *(f"{start}-{at}" for at in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)
