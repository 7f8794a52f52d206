"""The columns that a file may have: by several names, in any order and any case.

A heading that is not known is named, and its cells are not read. One that is missing, or comes
twice, refuses the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from wagtail_calltrack.importing.cells import text_of
from wagtail_calltrack.importing.texts import FileRefusedError, Line, Table


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `label` is also a name of it, in the language of whoever imports."""

    name: str
    label: Any  # a text, translated when it is shown
    also: tuple[str, ...] = ()  # other names, in English and Dutch
    is_required: bool = False
    meaning: Any = ""
    examples: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Give the label as a heading."""
        return str(capfirst(str(self.label)))

    def is_called(self, heading: str) -> bool:
        """Tell whether a heading means this column."""
        names = (self.name, str(self.label), *self.also)
        return _plain(heading) in {_plain(name) for name in names}


@dataclass(frozen=True, slots=True)
class Reading:
    """Which cell of a line is which column's."""

    width: int
    places: Mapping[str, int]
    notes: tuple[str, ...] = field(default=())

    def cells(self, line: Line) -> dict[str, str]:
        """Give a line's cells by their columns' names."""
        return {name: line.cells[place] for name, place in self.places.items()}

    def problem(self, line: Line) -> str:
        """Say what is wrong with a line's width; "" if nothing is."""
        surplus = line.cells[self.width :]
        if len(line.cells) >= self.width and not any(cell.strip() for cell in surplus):
            return ""
        return _(
            "the row has %(cells)s cells, and the heading has %(width)s: look for a missing or "
            "a surplus delimiter"
        ) % {"cells": len(line.cells), "width": self.width}


def match(table: Table, columns: Sequence[Column]) -> Reading:
    """Find the columns. Errors: FileRefusedError."""
    places: dict[str, int] = {}
    strange: list[str] = []
    for place, heading in enumerate(table.headings):
        column = next((one for one in columns if one.is_called(heading)), None)
        if column is None:
            strange += [heading.strip()] if heading.strip() else []
        elif column.name in places:
            raise FileRefusedError(
                _("The column «%(column)s» comes twice.") % {"column": heading.strip()}
            )
        else:
            places[column.name] = place
    missing = [one.title for one in columns if one.is_required and one.name not in places]
    if missing:
        raise FileRefusedError(
            _("The column «%(columns)s» is missing. The file has: %(found)s")
            % {"columns": "», «".join(missing), "found": _listed(table.headings)}
        )
    notes = (_strange(strange, columns),) if strange else ()
    return Reading(_width(table.headings), places, notes)


def is_known(heading: str, columns: Sequence[Column]) -> bool:
    """Tell whether a heading means any of the columns."""
    return any(one.is_called(heading) for one in columns)


def _strange(headings: Sequence[str], columns: Sequence[Column]) -> str:
    sentence = _("Columns that are not known, and not read: %(columns)s.") % {
        "columns": _listed(headings)
    }
    titles = [one.title for one in columns]
    meant = {
        heading: close[0]
        for heading in headings
        if (close := get_close_matches(heading.capitalize(), titles, n=1, cutoff=0.75))
    }
    for heading, title in meant.items():
        sentence += " " + _("Is «%(heading)s» meant to be «%(title)s»?") % {
            "heading": heading,
            "title": title,
        }
    return sentence


def _width(headings: Sequence[str]) -> int:
    """Count the headings, without the empty ones that a spreadsheet program adds at the end."""
    return max(place for place, heading in enumerate(headings, 1) if heading.strip())


def _listed(headings: Sequence[str]) -> str:
    return ", ".join(f"«{heading.strip()}»" for heading in headings[:20] if heading.strip())


def _plain(heading: str) -> str:
    """Leave out what people vary: case, hyphens, underscores, a colon."""
    text = text_of(heading).casefold().replace("_", " ").replace("-", " ").strip(" :*")
    return " ".join(text.split())
