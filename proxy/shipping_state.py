"""How it stands with the events on their way to Wagtail: where they go, and what became of them.

What goes wrong is told once in the log, when the next try fails as well; and so is that it goes
well again. A refused event is told by its kind and the problem alone, once for each.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from calltrack.events import Event
from calltrack.link.reasons import without_ids
from calltrack.link.receipts import Settled

MOST_TOLD = 50
"""Kinds of refusals that are told in the log; more say no more."""

_log = logging.getLogger("calltrack.proxy")


@dataclass(slots=True)
class ShippingState:
    """Where events go, and what this process has shipped. `to` is None where nothing is shipped."""

    to: str | None
    is_ours: bool = False  # this process ships for all of its machine
    shipped: int = 0
    refused: int = 0
    settled_at: datetime | None = None
    failure: str | None = None
    failures: int = 0  # in a row
    _is_told: bool = False
    _told_refusals: set[tuple[str, str]] = field(default_factory=set)

    def told(self) -> str:
        """Say in one line where events go, and how it stands with that."""
        if self.to is None:
            return "They stay on this disk: no address is named where they go"
        told = [f"They go to {self.to}"]
        if not self.is_ours:
            told.append("another process of this machine ships them, or none yet")
        if self.settled_at is not None:
            told.append(f"it answered last at {self.settled_at:%Y-%m-%d %H:%M:%S} UTC")
        if self.is_ours:
            told.append(f"{self.shipped} were shipped by this process, {self.refused} refused")
        return "; ".join(told)

    def facts(self) -> Mapping[str, str | int | bool | None]:
        """Say the same to a program."""
        return {
            "to": self.to,
            "is_ours": self.is_ours,
            "shipped": self.shipped,
            "refused": self.refused,
            "settled_at": self.settled_at.isoformat() if self.settled_at is not None else None,
            "problem": self.failure,
        }

    def note_ours(self) -> None:
        """Take note that this process ships from now on."""
        if not self.is_ours:
            self.is_ours = True
            _log.info("events go to %s from here on, by this process", self.to)

    def note_not_ours(self, problem: str | None) -> None:
        """Take note that another process ships; or why nobody may know who does."""
        if problem is None:
            self.failure, self.failures = None, 0
        else:
            self.note_failure(problem)

    def note_settled(self, events: Sequence[Event], receipt: Settled, *, now: datetime) -> None:
        """Take note that a batch was settled."""
        self.settled_at = now
        self.shipped += len(events) - len(receipt.refused)
        self.refused += len(receipt.refused)
        for event in events:
            if event.id in receipt.refused:
                self._tell_refused(event, receipt.refused[event.id])
        if self._is_told:
            _log.warning("events go to %s again", self.to)
        self.failure, self.failures, self._is_told = None, 0, False

    def note_failure(self, reason: str) -> None:
        """Take note that nothing could be shipped, and why."""
        self.failures += 1
        if self.failures > 1 and (reason != self.failure or not self._is_told):
            _log.warning("events wait on the disk; %s: %s", self.to, reason)
            self._is_told = True
        self.failure = reason

    def _tell_refused(self, event: Event, problem: str) -> None:
        told = (event.kind.value, without_ids(problem))
        if told not in self._told_refusals and len(self._told_refusals) < MOST_TOLD:
            self._told_refusals.add(told)
            _log.warning("%s: an event is refused for ever: %s: %s", self.to, *told)
