"""Fields that hold what a Plan holds, checked by the very readers that an edge uses.

A list is kept as a text with one entry a line: editors paste such lists, and every database,
export and history shows them as they are. In Python it is a tuple.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.deconstruct import deconstructible

from calltrack import planvalues
from calltrack.planvalues import Kind, RefusedError, shown
from wagtail_calltrack.refusals import in_words

Choices = Sequence[tuple[str, Any]]

if TYPE_CHECKING:
    TextField = models.TextField[Any, Any]
else:
    TextField = models.TextField  # Django's own are not generic, only their types are


@deconstructible
class PlanValue:
    """Refuse what cannot stand in a Plan. `kind` names one of calltrack.planvalues."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, value: object) -> None:
        """Check one value, or each of a list's."""
        kind: Kind = getattr(planvalues, self.kind)
        for one in value if isinstance(value, tuple) else (value,):
            try:
                kind.read(one)
            except RefusedError as error:
                told = f"{shown(one)} {in_words(str(error))}"
                raise ValidationError(told, code="refused") from error

    def __eq__(self, other: object) -> bool:
        """Tell whether another checks the same; migrations ask."""
        return isinstance(other, PlanValue) and other.kind == self.kind

    def __hash__(self) -> int:
        """Go with __eq__."""
        return hash(self.kind)


class LinesFormField(forms.CharField):
    """A text area with one entry a line."""

    widget = forms.Textarea

    def to_python(self, value: object) -> Any:
        """Give the entries, in their order."""
        return _entries(value)

    def prepare_value(self, value: object) -> object:
        """Show the entries below one another."""
        return "\n".join(value) if isinstance(value, tuple | list) else value

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare entries: the browser's line ends are no change."""
        return _entries(initial) != _entries(data)


class WordsFormField(forms.TypedMultipleChoiceField):
    """Some of a few words, each with a box to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        options.pop("max_length", None)  # of a TextField's form field
        super().__init__(coerce=str, **options)

    def clean(self, value: Any) -> Any:
        """Give the words ticked, in their order."""
        return tuple(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as lists do."""
        return super().has_changed(list(initial or ()), list(data or ()))


class LinesField(TextField):
    """A list of texts, one a line. With `words` it is some of these words."""

    if TYPE_CHECKING:  # what django-stubs reads; TextField's would be str
        _pyi_private_set_type: Any
        _pyi_private_get_type: tuple[str, ...]  # type: ignore[assignment] # of TextField: str

    def __init__(self, *args: Any, words: Choices = (), **options: Any) -> None:
        self.words = words
        super().__init__(*args, **options)

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        """Give the model a way to show it, as Django does for choices."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, f"get_{name}_display", lambda row: self.shown(getattr(row, name)))

    def shown(self, entries: tuple[str, ...]) -> str:
        """Write the entries on one line, words as people read them."""
        words = dict(self.words)
        return ", ".join(str(words.get(one, one)) for one in _entries(entries))

    def from_db_value(self, value: object, *_database: object) -> tuple[str, ...]:
        """Give the entries."""
        return _entries(value)

    def to_python(self, value: object) -> Any:
        """Give the entries."""
        return _entries(value)

    def get_prep_value(self, value: Any) -> Any:
        """Write the entries."""
        return "\n".join(_entries(value))

    def value_to_string(self, obj: models.Model) -> str:
        """Write the entries for a fixture."""
        return "\n".join(_entries(self.value_from_object(obj)))

    def formfield(self, **options: Any) -> Any:
        """Give the form's field: a text area, or boxes to tick."""
        default: dict[str, Callable[..., forms.Field]] = {"form_class": LinesFormField}
        if self.words:
            options = {**options, "widget": forms.CheckboxSelectMultiple, "choices": self.words}
            default = {"form_class": WordsFormField}
        return super().formfield(**{**options, **default})


def _entries(value: object) -> tuple[str, ...]:
    lines = value.splitlines() if isinstance(value, str) else value or ()
    assert isinstance(lines, list | tuple)  # noqa: S101 - what forms, databases and code give
    return tuple(line.strip() for line in lines if line.strip())
