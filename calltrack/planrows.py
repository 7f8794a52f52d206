"""Reading and writing the rows of a Plan, by tables that say which fields each has.

The tables are the schema (`calltrack.plantables`): the loader, the writer, the JSON Schema and the
tables in docs/plan.md come all from them.

Rule 1: a row that is wrong is still read as far as it goes, so that one look finds all problems.
Rule 2: a field that is null counts as left out.
Rule 3: every problem names its row, as "vestigingen[2] «rotterdam»"; rows count from 1. A row
inside a row is named after it: "campaigns[2] «ads»: rules[1]".
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calltrack.planvalues import Kind, RefusedError, shown


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row."""

    name: str
    kind: "Kind | Table"  # a table: a list of such rows
    doc: str
    required: bool = False
    attribute: str = ""  # of the dataclass, where it has another name


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of row."""

    name: str
    build: Callable[..., Any]
    fields: tuple[Field, ...]
    empty: str = ""  # why a row that says nothing is refused; "": it is not

    @property
    def words(self) -> str:
        """Say how a list of such rows is headed."""
        return f"rows headed `[[{self.name}]]`"


@dataclass(slots=True)
class Row:
    """One row as read: what was good in it."""

    label: str
    table: Table
    fields: dict[str, Any] = field(default_factory=dict)
    is_good: bool = True

    def value(self) -> Any:
        """Make the row's dataclass."""
        names = {f.name: f.attribute or f.name for f in self.table.fields}
        return self.table.build(**{names[name]: value for name, value in self.fields.items()})


def read_row(
    table: Table, data: object, label: str, problems: list[str], *, others: Sequence[str] = ()
) -> Row:
    """Read one row, adding a sentence to `problems` for all that is wrong with it.

    Fields named in `others` are somebody else's.
    """
    before = len(problems)
    row = Row(label, table)
    if not isinstance(data, Mapping):
        problems.append(f"{label}: must be a table of fields")
        return Row(label, table, is_good=False)
    known = [*(f.name for f in table.fields), *others]
    problems += [_unknown(label, name, known) for name in data if name not in known]
    for one in table.fields:
        value = data.get(one.name)
        if value is not None:
            _read_field(row, one, value, problems)
        elif one.required:
            problems.append(f"{label}: {one.name} is missing: {one.kind.words.replace('`', '')}")
    row.is_good = len(problems) == before
    if table.empty and row.is_good and not row.fields:
        problems.append(f"{label}: {table.empty}")
        row.is_good = False
    return row


def _read_field(row: Row, one: Field, value: object, problems: list[str]) -> None:
    if isinstance(one.kind, Table):
        inside = read_rows(one.kind, value, problems, within=f"{row.label}: ")
        row.fields[one.name] = tuple(each.value() for each in inside if each.is_good)
        return
    try:
        row.fields[one.name] = one.kind.read(value)
    except RefusedError as error:
        words = (one.name, shown(value), str(error))
        problems.append(f"{row.label}: {' '.join(word for word in words if word)}")


def read_rows(table: Table, data: object, problems: list[str], *, within: str = "") -> list[Row]:
    """Read a list of rows; `within` names the row they stand in."""
    name = table.name.rpartition(".")[2]
    if not isinstance(data, list):
        problems.append(f"{within}{name}: must be a list of rows, each headed [[{table.name}]]")
        return []
    return [
        read_row(table, one, f"{within}{name}[{at}]{_title(table, one)}", problems)
        for at, one in enumerate(data, 1)
    ]


def write_row(table: Table, value: Any) -> dict[str, object]:
    """Write a row as JSON knows it; what is None, or an empty list, is left out."""
    written: dict[str, object] = {}
    for one in table.fields:
        found = getattr(value, one.attribute or one.name)
        if isinstance(one.kind, Table) and found:
            written[one.name] = [write_row(one.kind, each) for each in found]
        elif not isinstance(one.kind, Table) and found not in (None, ()):
            written[one.name] = one.kind.write(found)
    return written


def closest(word: str, known: Sequence[str]) -> str:
    """Say which of the known words may have been meant: "; did you mean hosts?", or nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _unknown(label: str, name: object, known: Sequence[str]) -> str:
    hint = closest(str(name)[:100], known) or f"; there are {', '.join(known)}"
    return f"{label}: {shown(name)} is no field here{hint}"


def _title(table: Table, data: object) -> str:
    name = table.fields[0].name
    title = data.get(name) if isinstance(data, Mapping) else None
    return f" {shown(title)}" if isinstance(title, str) and title else ""
