"""What happened, in order of time: single events folded into visits, and all of it into days.

What one session did without anything else happening between is one visit. When a call, a form or a
note comes between, the visit goes on after it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any


class What(StrEnum):
    """What happened. Of events of one moment the first here comes first."""

    TOUCH = "touch"
    PAGE = "page"
    SHOWN = "shown"
    FORM = "form"
    CALL = "call"
    NOTE = "note"
    LOG = "log"


_ORDER = {what: place for place, what in enumerate(What)}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. `row` is what a screen reads; `session` belongs to what a visitor did."""

    at: datetime
    what: What
    row: Any
    session: str = ""


@dataclass(slots=True)
class Visit:
    """What a session did, until something else happened."""

    session: str
    at: datetime
    goes_on: bool
    touches: list[Any] = field(default_factory=list)
    pages: list[Any] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)
    what: str = "visit"


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and what happened on it."""

    day: date
    entries: Sequence[Any]


def fold(happenings: Iterable[Happening]) -> Iterator["Visit | Happening"]:
    """Put events in order, and fold what a session did into visits."""
    known: set[str] = set()
    ordered = sorted(happenings, key=lambda one: (one.at, _ORDER[one.what]))
    for session, group in groupby(ordered, key=lambda one: one.session):
        if not session:
            yield from group
            continue
        done = list(group)
        visit = Visit(session, done[0].at, session in known)
        known.add(session)
        places = {What.TOUCH: visit.touches, What.PAGE: visit.pages, What.SHOWN: visit.shown}
        for one in done:
            places[one.what].append(one.row)
        yield visit


def by_day(entries: Iterable[Any], local: Callable[[datetime], datetime]) -> Sequence[Day]:
    """Gather entries, which stand in order, by the days of the site's clock."""
    return [
        Day(day, list(group))
        for day, group in groupby(entries, key=lambda one: local(one.at).date())
    ]
