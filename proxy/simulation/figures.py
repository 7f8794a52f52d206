"""What is counted while visitors come and go, and what it means.

- **exhausted**: a visit whose first page shows the original number, for the pool had none free.
- **release**: the moment a number's promise is over (while unconfirmed: its keep), and nobody has
  shown up again. It counts when the next to get the number is another visitor, or nobody has yet; a
  visitor who takes the own number again makes no release of it. A number taken back before that
  moment counts as leased again within no time. So that late releases have had their chance, a
  window counts those only that lie at least its length before the end.
- **a call** is matched the moment it comes, by the number's lease events alone
  (`calltrack.matching`): right or wrong; ambiguous where several visitors are candidates; a misdial
  where nobody is. `within_hold`: at most the hold after the caller's last page; `later`: all
  others. What is not right and yet has a confidence of 1 is counted once more, as unmarked: that is
  to be none.

Of each number only the latest leases are remembered; what grows with a run is a row for each
visitor, session and release.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from calltrack.events import Event, Kind
from calltrack.history import holdings
from calltrack.leases import SessionId
from calltrack.matching import match
from calltrack.numbers import PhoneNumber

WINDOWS = (5, 15, 30, 60)
REMEMBERED = 8
"""Leases of a number that its history begins with: as many as may be candidates, and some more."""

OUTCOMES = ("right", "wrong", "ambiguous", "misdial")
SPANS = ("within_hold", "later")


@dataclass(slots=True)
class _Number:
    """One number's latest leases, and who has it until when."""

    history: deque[list[Event]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    visitor: int | None = None
    kept_until: datetime | None = None

    @property
    def events(self) -> list[Event]:
        return [event for lease in self.history for event in lease]


@dataclass(slots=True)
class Figures:
    """Counts what a run brings. Call `close` at its end, then read it."""

    visits: int = 0
    visitors: int = 0
    pages: int = 0
    store_calls: int = 0
    exhausted: int = 0
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)  # span and outcome
    calls_without_number: int = 0
    unmarked: int = 0
    _releases: list[tuple[datetime, timedelta | None]] = field(default_factory=list)
    _ended_at: datetime | None = None
    _numbers: dict[str, _Number] = field(default_factory=dict)
    _visitor_of: dict[str, int] = field(default_factory=dict)

    def note_session(self, session: SessionId, visitor: int) -> None:
        """Take note of whose session this is."""
        self.visitors = max(self.visitors, visitor + 1)
        self._visitor_of[session] = visitor

    def note_page(self, *, is_first: bool, has_number: bool) -> None:
        """Count a page, and a visit with its first one."""
        self.pages += 1
        if is_first:
            self.visits += 1
            self.exhausted += not has_number

    def note_events(self, events: Iterable[Event]) -> None:
        """Take note of what one call of the store changed."""
        self.store_calls += 1
        for event in events:
            if event.kind is Kind.POOL_EXHAUSTED:
                continue
            number = self._numbers.setdefault(str(event.data["number"]), _Number())
            if event.kind is Kind.LEASE_GIVEN or not number.history:
                self._give(number, event)
            number.history[-1].append(event)
            if "promised_until" in event.data:
                number.kept_until = _kept_until(event)

    def note_call(
        self, at: datetime, visitor: int, number: PhoneNumber | None, within_hold: bool
    ) -> None:
        """Match a call to the number that the visitor saw last; the caller withholds theirs."""
        if number is None:
            self.calls_without_number += 1
            return
        history = holdings(self._numbers[number.e164].events, number)
        found = match(number, "", at, history)
        outcome = _outcome({self._visitor_of[one.session] for one in found.candidates}, visitor)
        self.calls["within_hold" if within_hold else "later", outcome] += 1
        self.unmarked += outcome != "right" and found.confidence == 1

    def close(self, at: datetime) -> None:
        """End the run: what is released and not leased again counts, too."""
        self._ended_at = at
        for number in self._numbers.values():
            if number.kept_until is not None and number.kept_until <= at:
                self._releases.append((number.kept_until, None))
                number.kept_until = None

    def released_within(self, window: timedelta) -> float | None:
        """Give the share of releases whose number was leased again so soon; None: no releases."""
        if self._ended_at is None:
            raise ValueError("close the figures first")
        latest = self._ended_at - window
        gaps = [gap for released_at, gap in self._releases if released_at <= latest]
        again = sum(gap is not None and gap <= window for gap in gaps)
        return again / len(gaps) if gaps else None

    @property
    def releases(self) -> int:
        """Count all releases."""
        return len(self._releases)

    def as_json(self) -> dict[str, Any]:
        """Write the figures for programs."""
        return {
            "visits": self.visits,
            "visitors": self.visitors,
            "pages": self.pages,
            "store_calls": self.store_calls,
            "exhausted_share": self.exhausted / self.visits if self.visits else 0.0,
            "releases": self.releases,
            "released_within_minutes": {
                str(window): self.released_within(timedelta(minutes=window)) for window in WINDOWS
            },
            "calls": {
                span: {outcome: self.calls[span, outcome] for outcome in OUTCOMES} for span in SPANS
            },
            "calls_unmarked": self.unmarked,
            "calls_without_number": self.calls_without_number,
        }

    def _give(self, number: _Number, event: Event) -> None:
        """Begin a lease; the one before it was released, unless the same visitor goes on."""
        visitor = self._visitor_of[str(event.data["session"])]
        if number.kept_until is not None and number.visitor != visitor:
            gap = max(event.at - number.kept_until, timedelta(0))
            self._releases.append((min(number.kept_until, event.at), gap))
        number.visitor = visitor
        number.history.append([])


def _kept_until(event: Event) -> datetime:
    kept = event.data.get("kept_until", event.data["promised_until"])
    return datetime.fromisoformat(str(kept))


def _outcome(candidates: Collection[int], caller: int) -> str:
    if not candidates:
        return "misdial"
    if len(candidates) > 1:
        return "ambiguous"
    return "right" if caller in candidates else "wrong"
