"""Forms whose save is one change of the Plan.

What the Plan's check has against it stands at the field it names, if that is a field of this row,
and above the form otherwise, with the name of the row that it is about.
"""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminAutoHeightTextInput

from wagtail_calltrack.access.forms import OwnRowsForm
from wagtail_calltrack.access.sight import discreet
from wagtail_calltrack.models import plan_change
from wagtail_calltrack.models.fields import LinesField
from wagtail_calltrack.plan_out import PlanRefusedError, Problem
from wagtail_calltrack.refusals import in_words

MOST_SHOWN = 10
"""Problems that a person can take in."""

NEEDS_STATIC = "needs a static number"
"""What the check says of a campaign that has not got all its numbers."""

register_form_field_override(
    LinesField, override={"widget": AdminAutoHeightTextInput(attrs={"rows": 1})}
)


class PlanForm(OwnRowsForm):
    """A row of the Plan, with all that hangs on it."""

    def save(self, commit: bool = True) -> Any:
        """Save all of it together. Errors: PlanRefusedError."""
        with plan_change():
            return super().save(commit)

    def refuse(self, refused: PlanRefusedError) -> None:
        """Take the problems over as errors of the form."""
        for problem in refused.rows[:MOST_SHOWN]:
            self.tell(problem)
        if len(refused.rows) > MOST_SHOWN:
            left = len(refused.rows) - MOST_SHOWN
            self.add_error(NON_FIELD_ERRORS, _("and %(count)s more problems") % {"count": left})

    def tell(self, problem: Problem) -> None:
        """Put a problem at its field, if it is one of this form, else above it."""
        own = problem.row == self.instance and problem.field in self.fields
        self.add_error(problem.field if own else None, self._sentence(problem))

    def _sentence(self, problem: Problem) -> str:
        is_own = problem.row == self.instance
        text = capfirst(for_editors(problem.text)) if is_own else sentence_of(problem)
        return discreet(text, self.for_user)


class OrganisationForm(PlanForm):
    """The firm. Its KvK number is fixed once it is made."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:  # noqa: SLF001 - Django documents it for this
            self.fields["kvk"].disabled = True


def sentence_of(problem: Problem) -> str:
    """Say what a problem is, and of which row."""
    text = for_editors(problem.text)
    if problem.row is None:
        return capfirst(text)
    name = capfirst(str(problem.row._meta.verbose_name))  # noqa: SLF001 - Django's public API
    return f"{name} «{problem.row}»: {text}"


def for_editors(text: str) -> str:
    """Say what to do on the screens, where the check says what to write in a file."""
    problem, found, _in_a_file = text.partition(": a row of [[numbers]]")
    if not found:
        return in_words(text)
    hint = _("Choose a number for each in the campaign, under «Numbers of its own».")
    return f"{in_words(problem)}. {hint}"
