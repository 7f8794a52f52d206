"""One line of a file, read cell by cell: values, and all that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from wagtail_calltrack.importing.cells import CellError, text_of
from wagtail_calltrack.importing.columns import Column, Reading
from wagtail_calltrack.importing.preview import Fault, Kind, Outcome
from wagtail_calltrack.importing.texts import Line

Value = TypeVar("Value")

MOST_DOUBTS = 3
"""Examples of what could be read in two ways that a person needs."""


class LineReader:
    """A line. What can not be read is None, and stands in `faults`."""

    def __init__(self, line: Line, reading: Reading, columns: Sequence[Column]) -> None:
        self.row = line.row
        self.faults: list[Fault] = []
        self.doubts: list[str] = []
        self._columns = columns
        self._cells: Mapping[str, str] = {}
        problem = reading.problem(line)
        if problem:
            self.faults.append(Fault("", problem))
        else:
            self._cells = reading.cells(line)

    def has(self, name: str) -> bool:
        """Tell whether the file has the column."""
        return name in self._cells

    def text(self, name: str) -> str:
        """Give a cell as it stands."""
        return text_of(self._cells.get(name, ""))

    def read(self, name: str, kind: Callable[[str], Value]) -> Value | None:
        """Read a cell; an empty one is None."""
        if not self.text(name):
            return None
        try:
            return kind(self._cells[name])
        except CellError as error:
            self.faults.append(Fault(self._label(name), str(error)))
        return None

    def need(self, name: str, kind: Callable[[str], Value]) -> Value | None:
        """Read a cell that must not be empty."""
        if not self.text(name) and self._cells:
            self.faults.append(Fault(self._label(name), _("is empty")))
        return self.read(name, kind)

    def doubt(self, name: str, kind: Callable[[str], str]) -> None:
        """Note how a cell is read that could be read in two ways."""
        told = kind(self._cells.get(name, ""))
        if told:
            self.doubts.append(_("Row %(row)s: %(told)s.") % {"row": self.row, "told": told})

    def _label(self, name: str) -> str:
        return next(column.title for column in self._columns if column.name == name)

    def error(self, title: str) -> Outcome:
        """Give the outcome of a line with something wrong."""
        return Outcome(self.row, title, Kind.ERROR, faults=tuple(self.faults))


def short_text(most: int) -> Callable[[str], str]:
    """Read a text of at most so many characters, on one line."""

    def read(cell: str) -> str:
        text = " ".join(text_of(cell).split())
        if len(text) > most:
            raise CellError(
                _("«%(text)s…» is longer than %(most)s characters")
                % {"text": text[:30], "most": most}
            )
        return text

    return read


def told_doubts(doubts: Sequence[str]) -> tuple[str, ...]:
    """Give some of the doubts, and how many more there are."""
    left = len(doubts) - MOST_DOUBTS
    if left <= 0:
        return tuple(doubts)
    return (*doubts[:MOST_DOUBTS], _("%(count)s more rows are read so.") % {"count": left})
