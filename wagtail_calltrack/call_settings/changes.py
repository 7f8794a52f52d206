"""What changed in a row, in a sentence for the history: from what to what.

Callers' numbers are counted, and never told: the sentence is kept, and read by many.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.template.defaultfilters import yesno
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail_calltrack.models.fields import LinesField

NOTHING = "–"


def change_told(before: Model | None, after: Model | None, names: Sequence[str]) -> str:
    """Say it; "" where none of the fields named is another. None is a row that is not there."""
    row = after or before
    assert row is not None  # noqa: S101 - one of them there is
    if before and after:
        pairs = [(name, _value(before, name), _value(after, name)) for name in names]
        different = [
            f"{_label(row, name)}: {was} → {now}"
            for name, was, now in pairs
            if _stored(before, name) != _stored(after, name)
        ]
        return f"{_title(after)}: {'; '.join(different)}." if different else ""
    given = "; ".join(
        f"{_label(row, name)}: {value}" for name in names if (value := _value(row, name)) != NOTHING
    )
    sentence = _("Added: %(row)s (%(given)s).") if after else _("Deleted: %(row)s (%(given)s).")
    return sentence % {"row": _title(row), "given": given}


def _title(row: Model) -> str:
    """Name a row, after its kind; a table's only row has one name for both."""
    kind = capfirst(str(row._meta.verbose_name))  # noqa: SLF001 - Django's public API
    return kind if str(row) == kind else f"{kind} «{row}»"


def _label(row: Model, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr] # noqa: SLF001 - as above; a column has one


def _stored(row: Model, name: str) -> Any:
    """Give a value as the database has it, whether it comes from there, a form or a default."""
    field: Any = row._meta.get_field(name)  # noqa: SLF001 - as above
    return field.get_prep_value(getattr(row, field.attname))


def _value(row: Model, name: str) -> str:
    value: Any = getattr(row, name)
    field = row._meta.get_field(name)  # noqa: SLF001 - as above
    if isinstance(field, LinesField):
        count = len(_stored(row, name).splitlines())
        return ngettext("%(count)s number", "%(count)s numbers", count) % {"count": count}
    if isinstance(value, bool):
        return str(yesno(value))
    if value in (None, ""):
        return NOTHING
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else value)
