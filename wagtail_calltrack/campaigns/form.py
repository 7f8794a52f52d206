"""The campaign's form: its rules and its numbers are saved with it, as one change of the Plan."""

from typing import Any

from django.utils.translation import gettext as _

from wagtail_calltrack.campaigns.number_rows import NumbersForm
from wagtail_calltrack.campaigns.order import stand_before_those_for_everybody
from wagtail_calltrack.campaigns.stock import NumberTakenError
from wagtail_calltrack.forms import NEEDS_STATIC, PlanForm
from wagtail_calltrack.models import Campaign, plan_change
from wagtail_calltrack.plan_out import PlanRefusedError, Problem


class CampaignForm(PlanForm):
    """A campaign with its rules and numbers."""

    is_copy = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.limit is not None:
            self.fields["off_site"].disabled = True
            self.fields["off_site"].help_text = _(
                "An off-site campaign belongs to no site: somebody who works for the whole firm "
                "makes it."
            )
        self.numbers = NumbersForm(self.data if self.is_bound else None, self.instance)

    def leave_numbers(self) -> None:
        """Begin without numbers: a copy cannot have those of the other."""
        self.is_copy, self.numbers = True, NumbersForm(None, Campaign())

    def is_valid(self) -> bool:
        """Say whether all of it is good by itself."""
        rows_are_valid = self.numbers.is_valid()
        return super().is_valid() and rows_are_valid

    def save(self, commit: bool = True) -> Any:
        """Save all of it together. Errors: PlanRefusedError."""
        is_new = self.instance._state.adding  # noqa: SLF001 - Django documents it for this
        try:
            with plan_change():
                campaign = super().save(commit)
                self.numbers.save(campaign)
                if is_new:
                    stand_before_those_for_everybody(campaign)
        except NumberTakenError as taken:
            sentence = _("This number is not free any more: choose another one.")
            raise PlanRefusedError([sentence], [Problem(sentence, taken.number)]) from taken
        return campaign

    def tell(self, problem: Problem) -> None:
        """Put what is wrong with a number at its row."""
        if self.numbers.tell(problem):
            return
        if problem.row == self.instance and NEEDS_STATIC in problem.text:
            self.numbers.miss(list(self.cleaned_data["vestigingen"]))
        super().tell(problem)
