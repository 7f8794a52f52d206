"""How it stands with the Plan: which one is in force, since when, and what its source last said.

What goes wrong is told once in the log, not every 2 s; and so is that it goes well again.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from calltrack.link.outcomes import Failed, Found, Outcome, Refused
from calltrack.plan import Plan

MOST_TOLD = 20

_log = logging.getLogger("calltrack.proxy")


@dataclass(slots=True)
class PlanState:
    """The Plan in force, and its source."""

    plan: Plan
    source: str
    since: datetime  # when it came in force here
    answered_at: datetime | None = None  # when the source last gave anything
    failure: str | None = None  # why it gives nothing
    refused: Sequence[str] = ()  # what is wrong with what it gave last

    @property
    def problem(self) -> str | None:
        """Say in one line what is wrong, if anything is."""
        return self.failure or "; ".join(self.refused[:MOST_TOLD]) or None

    def serial(self) -> str:
        """Name the Plan in force in a word."""
        return str(self.plan.serial)

    def told(self) -> str:
        """Say in one line which Plan is in force, and how it stands with its source."""
        told = [f"Plan with serial {self.plan.serial}, in force since {_written(self.since)}"]
        if self.answered_at is not None:
            word = "answered" if "://" in self.source else "was looked at"
            told.append(f"{self.source} {word} last at {_written(self.answered_at)}")
        if self.problem is not None:
            told.append(f"{self.source}: {self.problem.removeprefix(f'{self.source}: ')}")
        return "; ".join(told)

    def facts(self) -> Mapping[str, str | int | None]:
        """Say the same to a program."""
        return {
            "serial": self.plan.serial,
            "since": self.since.isoformat(),
            "source": self.source,
            "answered_at": self.answered_at.isoformat() if self.answered_at is not None else None,
            "problem": self.problem,
        }

    def use(self, plan: Plan, *, now: datetime) -> None:
        """Take note that another Plan is in force."""
        old, self.plan, self.since = self.plan.serial, plan, now
        _log.info("the Plan with serial %d is in force, after %d", plan.serial, old)

    def note(self, outcome: Outcome, *, now: datetime) -> None:
        """Take note of what a look came to."""
        if isinstance(outcome, Failed):
            self._note_failure(outcome.reason)
            return
        self.answered_at = now
        if self.failure is not None:
            self.failure = None
            _log.info("the Plan's source answers again: %s", self.source)
        if isinstance(outcome, Refused):
            self._note_refused(outcome.problems)
        elif isinstance(outcome, Found):  # what stays the same may still be what was refused
            self.refused = ()

    def _note_failure(self, reason: str) -> None:
        if reason != self.failure:
            self._warn("%s: %s", self.source, reason)
        self.failure = reason

    def _note_refused(self, problems: Sequence[str]) -> None:
        if problems != self.refused:
            self._warn("the Plan of %s is refused, for:", self.source)
            for problem in problems[:MOST_TOLD]:
                _log.warning("  %s", problem)
            if len(problems) > MOST_TOLD:
                _log.warning("  and %d more", len(problems) - MOST_TOLD)
        self.refused = problems

    def _warn(self, what: str, *values: str) -> None:
        _log.warning(f"the Plan with serial %d stays in force; {what}", self.plan.serial, *values)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
