"""What an import would do, row by row: a value that is shown, and compared before it is done."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

NONE = "–"
"""How an empty field is shown."""


class Kind(StrEnum):
    """What happens with a row."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Change:
    """A field that gets another value."""

    label: str
    before: str  # "" where there was no row
    after: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, and in which column; "" for the row as a whole."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens with one row of the file."""

    row: int
    title: str
    kind: Kind
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    instance: Any = field(default=None, compare=False)

    def refused(self, faults: Iterable[Fault]) -> "Outcome":
        """Give the same row with what is wrong with it."""
        return replace(self, kind=Kind.ERROR, faults=(*self.faults, *faults), changes=())


@dataclass(frozen=True, slots=True)
class Preview:
    """What happens with all of them."""

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  # of no single row
    leaves_out: bool = False  # rows that are wrong, and does the others

    @property
    def counts(self) -> Mapping[Kind, int]:
        """Count the rows by what happens with them."""
        found = Counter(one.kind for one in self.outcomes)
        return {kind: found[kind] for kind in Kind}

    @property
    def is_right(self) -> bool:
        """Tell whether it could be written: all of it, or all but what is left out."""
        return not self.problems and (self.leaves_out or not self.counts[Kind.ERROR])

    @property
    def left_out(self) -> int:
        """Count the rows that are wrong, where the others are written without them."""
        return self.counts[Kind.ERROR] if self.leaves_out else 0

    @property
    def writes(self) -> tuple[Outcome, ...]:
        """Give the rows that change something."""
        return tuple(one for one in self.outcomes if one.kind in {Kind.ADD, Kind.CHANGE})

    @property
    def digest(self) -> str:
        """Name exactly this outcome."""
        told = [
            [one.row, one.title, one.kind, [[c.label, c.before, c.after] for c in one.changes]]
            for one in self.outcomes
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()
