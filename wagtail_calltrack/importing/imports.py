"""A preview of what a file would do, and its carrying out, if that is still what it would do.

Rule 1: a preview leaves nothing behind. What the Plan's check has against it is found by writing
all of it and taking it back, in one transaction.
Rule 2: what is carried out is worked out anew, holding the lock that every change of the Plan
takes. If that is not, to the letter, what was previewed, nothing is written.
Rule 3: all of the rows, or none.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from wagtail_calltrack.forms import sentence_of
from wagtail_calltrack.importing.columns import Column, Reading, is_known, match
from wagtail_calltrack.importing.preview import Fault, Kind, Outcome, Preview
from wagtail_calltrack.importing.texts import USUAL, Limits, Line, Table, read_file
from wagtail_calltrack.plan_out import PlanRefusedError
from wagtail_calltrack.records import IMPORTED, index_many, log_many


@dataclass(frozen=True, slots=True)
class Result:
    """What came of carrying it out."""

    preview: Preview
    is_done: bool


class Import(ABC):
    """An import of one kind of rows."""

    model: ClassVar[type[models.Model]]
    columns: ClassVar[Sequence[Column]]
    by_command: ClassVar[Limits] = USUAL
    """How large a file the command takes."""
    locked: Callable[[], AbstractContextManager[Any]]

    @abstractmethod
    def outcomes(self, lines: Sequence[Line], reading: Reading) -> Preview:
        """Say what would happen with each line. Looks only."""

    @abstractmethod
    def save(self, rows: Sequence[Any]) -> None:
        """Write new rows, and those that are changed."""

    @abstractmethod
    def identity(self, row: Any) -> Hashable:
        """Give what tells a row from others in the file."""

    def examples(self) -> list[list[str]]:
        """Give rows to begin with."""
        columns = (column.examples for column in self.columns)
        return [list(row) for row in zip(*columns, strict=True)]

    @property
    def remarks(self) -> Sequence[str]:
        """Say what else is to be known beside the columns."""
        return ()

    def afterword(self) -> str:
        """Say what is left to do when it is carried out."""
        return ""

    def table(self, data: bytes, limits: Limits = USUAL) -> Table:
        """Read a file. Errors: FileRefusedError."""
        table = read_file(data, lambda heading: is_known(heading, self.columns), limits)
        match(table, self.columns)
        return table

    def preview(self, table: Table) -> Preview:
        """Say what would happen. Errors: FileRefusedError."""
        found = self._outcomes(table)
        if not found.is_right or not found.writes:
            return found
        try:
            with transaction.atomic():
                with self.locked():
                    self.save([one.instance for one in found.writes])
                transaction.set_rollback(True)
        except PlanRefusedError as refused:
            return self._refused(found, refused)
        return found

    def carry_out(self, table: Table, digest: str) -> Result:
        """Do what was previewed, if it is still what would happen. Errors: FileRefusedError."""
        try:
            with self.locked():
                found = self._outcomes(table)
                if found.digest != digest or not found.is_right:
                    return Result(found, is_done=False)
                rows = [one.instance for one in found.writes]
                if rows:
                    self.save(rows)
                    self._record(found)
        except PlanRefusedError as refused:
            return Result(self._refused(found, refused), is_done=False)
        return Result(found, is_done=True)

    def _record(self, preview: Preview) -> None:
        rows = [one.instance for one in preview.writes]
        by_words = defaultdict(list)
        for one in preview.writes:
            by_words[_said(one)].append(one.instance)
        for said, alike in by_words.items():
            log_many(alike, IMPORTED, said)
        index_many(rows)

    def _outcomes(self, table: Table) -> Preview:
        reading = match(table, self.columns)
        found = self.outcomes(table.lines, reading)
        outcomes = self._without_twins(found.outcomes)
        return replace(found, outcomes=outcomes, notes=(*reading.notes, *found.notes))

    def _without_twins(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """Refuse rows that say something of the same twice."""
        rows: dict[Hashable, list[int]] = defaultdict(list)
        for one in outcomes:
            if one.instance is not None:
                rows[self.identity(one.instance)].append(one.row)
        return tuple(self._untwinned(one, rows) for one in outcomes)

    def _untwinned(self, one: Outcome, rows: dict[Hashable, list[int]]) -> Outcome:
        if one.instance is None:
            return one
        others = [row for row in rows[self.identity(one.instance)] if row != one.row]
        if not others:
            return one
        text = _("the same stands in row %(rows)s, too: keep one of them") % {
            "rows": ", ".join(map(str, others[:5]))
        }
        return one.refused([Fault("", text)])

    def _refused(self, found: Preview, refused: PlanRefusedError) -> Preview:
        """Put what the Plan's check says beside the rows that it is about."""
        faults: dict[Hashable, list[Fault]] = defaultdict(list)
        problems = []
        ours = {self.identity(one.instance) for one in found.writes}
        labels = {column.name: column.title for column in self.columns}
        for problem in refused.rows:
            row = problem.row
            if isinstance(row, self.model) and self.identity(row) in ours:
                column = labels.get(problem.field, "")
                faults[self.identity(row)].append(Fault(column, problem.text))
            else:
                problems.append(sentence_of(problem))
        outcomes = tuple(
            one.refused(faults[self.identity(one.instance)])
            if one.instance is not None and self.identity(one.instance) in faults
            else one
            for one in found.outcomes
        )
        return replace(found, outcomes=outcomes, problems=tuple(problems))


def _said(outcome: Outcome) -> str:
    """Say in the history what happened with a row."""
    changes: Iterable[str] = (
        f"{one.label}: {one.before} → {one.after}" if one.before else f"{one.label}: {one.after}"
        for one in outcome.changes
    )
    start = _("Imported, new") if outcome.kind is Kind.ADD else _("Imported")
    return ". ".join((start, "; ".join(changes))) if outcome.changes else start
