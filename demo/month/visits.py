"""Who comes when, reads what, and calls. Nothing here knows of numbers or sessions.

Some come back after hours or days, half of them by typing the address. A caller dials the number
seen last: mostly within minutes, sometimes hours later.

Units: moments are aware UTC datetimes with whole seconds; `zone` says what the firm's clock shows.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeVar
from urllib.parse import quote_plus

from demo.month.people import BROWSERS, DAYS, DIRECT, HOURS, PAGES, SOURCES, TOWNS, Source

RETURNING = 0.14
CALLS_AGAIN = 0.12
ABROAD = 0.02
WAITS, GIVES_UP = 0.15, 0.6
"""What people do who find the firm closed: call when it opens, or not at all. The rest call."""
OPENS, CLOSES = 8, 18
AT_ONCE, SOON = 0.78, 0.17
"""How many calls come within minutes of the last page, and within the half hour; the rest later."""

One = TypeVar("One")


@dataclass(slots=True)
class Person:
    """Somebody with a browser and a telephone."""

    id: int
    phone: str
    town: str
    browser: str
    address: str
    source: Source
    left_at: datetime


@dataclass(frozen=True, slots=True)
class View:
    """A page that is asked for."""

    at: datetime
    person: Person
    target: str
    referrer: str


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call to the number that the person saw last."""

    at: datetime
    person: Person


Happening = View | Dialled


def happenings(
    start: datetime, end: datetime, *, per_day: float, zone: tzinfo, seed: int
) -> list[Happening]:
    """Give all that happens between two moments, in order."""
    people = _People(random.Random(f"month {seed}"), start, end, zone)  # noqa: S311 - the same month each time
    found = [one for at in people.arrivals(per_day) for one in people.visit(at)]
    return sorted((one for one in found if one.at < end), key=lambda one: one.at)


class _People:
    def __init__(self, rng: random.Random, start: datetime, end: datetime, zone: tzinfo) -> None:
        self._rng, self._start, self._end, self._zone = rng, start, end, zone
        self._known: list[Person] = []

    def arrivals(self, per_day: float) -> Iterator[datetime]:
        """Give the moments at which visits begin: dice for each hour, by the firm's clock."""
        hour, step = self._start, timedelta(hours=1)
        while hour < self._end:
            local = hour.astimezone(self._zone)
            mean = per_day * DAYS[local.weekday()] * HOURS[local.hour] / sum(HOURS)
            seconds = self._rng.expovariate(mean / 3600) if mean else 3600.0
            while seconds < 3600:
                yield hour + timedelta(seconds=int(seconds))
                seconds += self._rng.expovariate(mean / 3600)
            hour += step

    def visit(self, at: datetime) -> Iterator[Happening]:
        """Let somebody come, read, leave, and perhaps call."""
        person = self._back(at) or self._new(at)
        source = (
            person.source if at == person.left_at else self._rng.choice((DIRECT, person.source))
        )
        moment, referrer = at, source.referrer
        for target in self._targets(person, source):
            yield View(moment, person, target, referrer)
            person.left_at = moment
            referrer = f"http://localhost{target.partition('?')[0]}"
            moment += timedelta(seconds=5 + int(self._rng.expovariate(1 / 50)))
        if self._rng.random() < source.calls:
            yield from self._calls(person)

    def _calls(self, person: Person) -> Iterator[Dialled]:
        chance = self._rng.random()
        if chance < AT_ONCE:
            seconds = self._rng.uniform(20, 300)
        elif chance < AT_ONCE + SOON:
            seconds = self._rng.uniform(300, 1800)
        else:
            seconds = 1800 + self._rng.expovariate(1 / (5 * 3600))
        at = self._in_hours(person.left_at + timedelta(seconds=int(seconds)))
        if at is None:
            return
        yield Dialled(at, person)
        if self._rng.random() < CALLS_AGAIN:
            yield Dialled(at + timedelta(hours=int(self._rng.uniform(2, 90))), person)

    def _in_hours(self, at: datetime) -> datetime | None:
        """Let those who see that the firm is closed wait till it opens, or give up."""
        local = at.astimezone(self._zone)
        if OPENS <= local.hour < CLOSES and local.weekday() < 5:
            return at
        chance = self._rng.random()
        if chance < GIVES_UP:
            return None
        if chance > GIVES_UP + WAITS:
            return at
        morning = local + timedelta(days=local.hour >= OPENS)
        while morning.weekday() > 4:
            morning += timedelta(days=1)
        minutes = self._rng.randrange(5, 110)
        return (
            morning.replace(hour=OPENS, minute=0, second=0) + timedelta(minutes=minutes)
        ).astimezone(UTC)

    def _back(self, at: datetime) -> Person | None:
        """Give somebody who was here before, and has left."""
        if not self._known or self._rng.random() >= RETURNING:
            return None
        back = min(int(self._rng.expovariate(1 / 60)), len(self._known) - 1)
        person = self._known[-1 - back]
        return person if at - person.left_at > timedelta(minutes=40) else None

    def _new(self, at: datetime) -> Person:
        rng, number = self._rng, len(self._known)
        person = Person(
            id=number,
            phone=f"+3160{rng.randrange(10**7):07}",  # no such number is given out
            town=one_of(rng, TOWNS),
            browser=one_of(rng, BROWSERS),
            address=f"198.51.{number % 250}.{rng.randrange(1, 255)}",
            source=rng.choices(SOURCES, [one.weight for one in SOURCES])[0],
            left_at=at,
        )
        self._known.append(person)
        return person

    def _targets(self, person: Person, source: Source) -> Sequence[str]:
        """Give the pages of a visit; the last is mostly that of the town, or a page of numbers."""
        rng = self._rng
        keyword = one_of(rng, source.keywords).format(town=person.town) if source.keywords else ""
        query = source.query.format(
            keyword=quote_plus(keyword), click=f"{rng.getrandbits(80):020x}"
        )
        found = [source.landing + (f"?{query}" if query else "")]
        more = min(int(rng.expovariate(1 / 1.6)), 8)
        found += [one_of(rng, PAGES) for _ in range(more)]
        if more and rng.random() < 0.7:
            found.append(f"/{person.town}/")
        return found


def one_of(rng: random.Random, choices: Sequence[tuple[One, float]]) -> One:
    """Throw the dice over a table of choices and weights."""
    return rng.choices([one for one, _ in choices], [weight for _, weight in choices])[0]
