"""How the firm answers its phones, and what its advertisements cost.

By day most calls are answered after a few rings; in the evening nobody is there. Who was missed
calls again, or is called back. Now and then somebody calls every number there is to sell something.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from calltrack.calls import CallId, CallReport, CallStatus, Direction, Phase

ACCOUNT, PROVIDER = "demo", "generic"
OPENS, CLOSES = 8, 18
MISSED_BY_DAY = 0.11
SELLER = "+31600000099"

SPEND: Sequence[tuple[str, str, float]] = (
    ("google-ads", "plafond stucen", 212.40),
    ("google-ads", "wat kost stucwerk", 118.75),
    ("google-ads", "", 463.10),
    ("newsletter", "", 35.00),
    ("instagram", "", 60.00),
)
"""Campaign, keyword, euros a week."""

ONCE: Sequence[tuple[str, float]] = (("flyer", 480.00), ("radio", 1250.00))
"""Off-site campaigns: what they cost altogether."""

OFF_SITE: Sequence[tuple[str, str, float]] = (
    ("flyer", "rotterdam", 1.1),
    ("radio", "eindhoven", 0.7),
)
"""Whose static number is called how often a day, from the paper and the radio."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A call as it comes in."""

    at: datetime
    caller: str
    number: str
    vestiging: str
    forwarded_to: str
    direction: Direction = Direction.IN


class Phones:
    """The firm's phones: each call becomes what a carrier tells of it."""

    def __init__(self, zone: tzinfo, *, seed: int, end: datetime) -> None:
        """Begin with nobody on the line; what would happen after the end does not."""
        self._rng = random.Random(f"phones {seed}")  # noqa: S311 - the same month each time
        self._zone, self._end = zone, end
        self._count = 0

    def take(self, ring: Ring) -> Iterator[CallReport]:
        """Answer a call or not; who was missed is mostly called back in the morning."""
        if ring.at >= self._end:
            return
        if self._is_open(ring.at) and self._rng.random() >= MISSED_BY_DAY:
            yield from self._answered(ring)
            return
        yield from self._missed(ring)
        if ring.caller and self._rng.random() < 0.6:
            back = replace(ring, at=self._next_morning(ring.at), direction=Direction.OUT)
            if back.at < self._end:
                yield from self._answered(back)

    def sellers(
        self, day: datetime, numbers: Sequence[tuple[str, str, str]]
    ) -> Iterator[CallReport]:
        """Let somebody try to sell something, or hang up at once without a number."""
        if self._rng.random() < 0.35:
            number, vestiging, to = self._rng.choice(numbers)
            caller = self._rng.choice((SELLER, SELLER, ""))
            at = day + timedelta(seconds=self._rng.randrange(9 * 3600, 16 * 3600))
            if at < self._end:
                yield from self._answered(Ring(at, caller, number, vestiging, to), talk=4)

    def stranger(self) -> str:
        """Give the number of somebody who never saw the site."""
        return f"+3160{self._rng.randrange(10**7):07}"

    def times(self, per_day: float, since: timedelta) -> int:
        """Say how often a flyer or a spot is answered on a day: less as it is forgotten."""
        mean = per_day * 2.2 * 0.93 ** (since / timedelta(days=1))
        return sum(self._rng.random() < mean / 4 for _ in range(4))

    def moment(self, day: datetime) -> datetime:
        """Give a moment of the working day."""
        return day + timedelta(seconds=self._rng.randrange(OPENS * 3600, (CLOSES + 1) * 3600))

    def _answered(self, ring: Ring, talk: int | None = None) -> Iterator[CallReport]:
        rings = self._rng.randrange(3, 19)
        seconds = talk or max(6, int(self._rng.lognormvariate(4.9, 0.95)))
        answered = ring.at + timedelta(seconds=rings)
        ended = answered + timedelta(seconds=seconds)
        call = self._call(ring)
        yield call
        yield replace(
            call, phase=Phase.ANSWERED, at=answered, answered_at=answered, ring_seconds=rings
        )
        yield replace(
            call,
            phase=Phase.ENDED,
            at=ended,
            ended_at=ended,
            answered_at=answered,
            status=CallStatus.ANSWERED,
            talk_seconds=seconds,
            ring_seconds=rings,
        )

    def _missed(self, ring: Ring) -> Iterator[CallReport]:
        call = self._call(ring)
        ended = ring.at + timedelta(seconds=30)
        status = self._rng.choice((CallStatus.MISSED, CallStatus.MISSED, CallStatus.BUSY))
        yield call
        yield replace(
            call, phase=Phase.ENDED, at=ended, ended_at=ended, status=status, ring_seconds=30
        )

    def _call(self, ring: Ring) -> CallReport:
        self._count += 1
        return CallReport(
            account=ACCOUNT,
            provider=PROVIDER,
            call=CallId(f"month-{self._count:05}"),
            phase=Phase.OFFERED,
            at=ring.at,
            number=ring.number,
            caller=ring.caller,
            direction=ring.direction,
            vestiging=ring.vestiging,
            forwarded_to=ring.forwarded_to,
            started_at=ring.at,
        )

    def _is_open(self, at: datetime) -> bool:
        local = at.astimezone(self._zone)
        return (OPENS <= local.hour < CLOSES and local.weekday() < 5) or (
            local.weekday() == 5 and 9 <= local.hour < 13
        )

    def _next_morning(self, at: datetime) -> datetime:
        if self._is_open(at):
            return at + timedelta(minutes=self._rng.randrange(4, 55))
        local = at.astimezone(self._zone)
        morning = local + timedelta(days=local.hour >= OPENS)
        while morning.weekday() > 4:
            morning += timedelta(days=1)
        return morning.replace(hour=OPENS, minute=self._rng.randrange(5, 55)).astimezone(UTC)


def weeks(start: date, end: date) -> Iterator[tuple[date, date, float]]:
    """Give the weeks between two days, and how much of a week each is."""
    first = start
    while first <= end:
        last = min(first + timedelta(days=6 - first.weekday()), end)
        yield first, last, ((last - first).days + 1) / 7
        first = last + timedelta(days=1)
