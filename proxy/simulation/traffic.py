"""Visitors as they behave: they come, read a few pages, leave, come back, and some of them call.

A model and no measurement; what it takes of people:

- Visits begin at random, at a steady rate. One in some is of a visitor who was here before, half of
  them minutes ago and half of them hours ago; one in two of those types the address.
- A visit has a length, exponential around its mean, and pages at random moments of it; a third of
  the visits see one page only.
- Most browsers fetch the page's pictures through the same host a moment later; others have blocked
  them, or know them already.
- A caller dials the number seen last: during the visit or minutes after it, within the half hour,
  or hours later.

The same seed gives the same traffic. Nothing here knows of numbers or sessions, so the same
iterator drives the simulator, and a test over HTTP.

Units: moments are aware UTC datetimes with whole seconds, as the cookie knows them.
"""

import heapq
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import NamedTuple

HOST = "www.example.nl"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
BROWSERS = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {_SAFARI}",
    f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {_CHROME} Mobile Safari/537.36",
)
PATHS = ("/", "/diensten/", "/tarieven/", "/over-ons/", "/contact/")
ASSET = "/static/site.css"


@dataclass(frozen=True, slots=True)
class Source:
    """A way by which visitors come: what their first address and Referer say."""

    name: str
    weight: float
    query: str = ""
    referrer: str = ""
    path: str = "/"


DIRECT = Source("direct", 0.20)
SOURCES = (
    Source(
        "search ad",
        0.30,
        "utm_source=google&utm_medium=cpc&utm_campaign=plafonds&gclid=EAIaIQobChMI_{click}",
        "https://www.google.com/",
        "/diensten/",
    ),
    Source("search", 0.30, referrer="https://www.google.com/"),
    Source("mailing", 0.08, "utm_source=nieuwsbrief&utm_medium=email&utm_campaign=voorjaar"),
    Source(
        "social ad",
        0.07,
        "utm_source=facebook&utm_medium=paid_social&fbclid=IwAR{click}",
        "https://m.facebook.com/",
    ),
    Source("another site", 0.05, referrer="https://www.bouwgids.example/plafonds/"),
    DIRECT,
)


class Act(StrEnum):
    """What a visitor does."""

    PAGE = "page"
    ASSET = "asset"
    CALL = "call"


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser and a telephone."""

    id: int
    source: Source
    browser: str
    leaves_at: float = 0.0  # seconds since the start


@dataclass(frozen=True, slots=True)
class Request:
    """What the browser asks for."""

    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    host: str = HOST
    is_internal: bool = False  # a link on a page of the site led here


class Happening(NamedTuple):
    """One thing that a visitor does. A call has no request."""

    at: datetime
    visitor: Visitor
    act: Act
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """How visitors behave; shares are of visits."""

    visitors_per_hour: float
    visit: timedelta = timedelta(minutes=3)
    returning: float = 0.08
    back_soon: timedelta = timedelta(minutes=20)  # on average, one half
    back_late: timedelta = timedelta(hours=8)  # the other half
    pages_after_first: float = 2.0  # on average
    assets: float = 0.6  # browsers that ask for more than the page
    calls_at_once: float = 0.05  # within minutes of the last page
    calls_soon: float = 0.025  # within the half hour
    calls_late: float = 0.025  # hours later
    late: timedelta = timedelta(hours=6)  # on average


def happenings(
    habits: Habits, *, start: datetime, length: timedelta, seed: int
) -> Iterator[Happening]:
    """Give what everybody does in a stretch of time, in order."""
    return _Traffic(habits, seed).run(start, length.total_seconds())


class _Traffic:
    def __init__(self, habits: Habits, seed: int) -> None:
        self._habits = habits
        self._rng = random.Random(f"surfers {seed}")  # noqa: S311 - the same traffic each time
        self._visitors: list[Visitor] = []
        self._order = count()  # what happens in one second happens in this order
        self._waiting: list[tuple[float, int, Visitor, Act, Request | None]] = []

    def run(self, start: datetime, seconds: float) -> Iterator[Happening]:
        if self._habits.visitors_per_hour <= 0:
            return
        arrival = self._next_arrival(0)
        while arrival < seconds or self._waiting:
            if self._waiting and self._waiting[0][0] <= arrival:
                at, _, visitor, act, request = heapq.heappop(self._waiting)
                if at >= seconds:
                    return
                yield Happening(start + timedelta(seconds=int(at)), visitor, act, request)
            else:
                self._visit(arrival)
                arrival = self._next_arrival(arrival)

    def _next_arrival(self, at: float) -> float:
        return at + self._rng.expovariate(self._habits.visitors_per_hour / 3600)

    def _visit(self, at: float) -> None:
        """Let a visit begin, and say all that will be done in it."""
        visitor = self._returning(at)
        source = self._source_of(visitor)
        if visitor is None:
            visitor = Visitor(len(self._visitors), source, self._rng.choice(BROWSERS))
            self._visitors.append(visitor)
        last = self._browse(at, visitor, source)
        self._call(last, visitor)

    def _returning(self, at: float) -> Visitor | None:
        """Give somebody who was here before, and has left."""
        habits = self._habits
        if self._rng.random() >= habits.returning:
            return None
        mean = self._rng.choice((habits.back_soon, habits.back_late)) / timedelta(hours=1)
        hours_ago = self._rng.expovariate(1 / mean)
        position = len(self._visitors) - 1 - int(hours_ago * habits.visitors_per_hour)
        if position < 0 or self._visitors[position].leaves_at >= at:
            return None
        return self._visitors[position]

    def _source_of(self, visitor: Visitor | None) -> Source:
        if visitor is not None:
            return self._rng.choice((DIRECT, visitor.source))
        return self._rng.choices(SOURCES, [source.weight for source in SOURCES])[0]

    def _browse(self, at: float, visitor: Visitor, source: Source) -> float:
        """Plan the pages of a visit; give the moment of its last."""
        mean = self._habits.visit.total_seconds()
        length = self._rng.expovariate(1 / mean) if mean else 0.0
        visitor.leaves_at = at + length
        self._ask(at, visitor, self._landing(visitor, source))
        if self._rng.random() < self._habits.assets:
            self._plan(at + 1, visitor, Act.ASSET, self._asset(visitor))
        last, before = at, source.path
        while mean and self._habits.pages_after_first:
            moment = last + self._rng.expovariate(self._habits.pages_after_first / mean)
            if moment > visitor.leaves_at:
                break
            path = self._rng.choice(PATHS)
            self._ask(moment, visitor, self._next_page(visitor, path, before))
            last, before = moment, path
        return last

    def _call(self, last_page: float, visitor: Visitor) -> None:
        habits, chance = self._habits, self._rng.random()
        if chance < habits.calls_at_once:
            after = self._rng.uniform(20, 300)
        elif chance < habits.calls_at_once + habits.calls_soon:
            after = self._rng.uniform(300, 1800)
        elif chance < habits.calls_at_once + habits.calls_soon + habits.calls_late:
            after = 1800 + self._rng.expovariate(1 / habits.late.total_seconds())
        else:
            return
        self._plan(last_page + after, visitor, Act.CALL, None)

    def _ask(self, at: float, visitor: Visitor, request: Request) -> None:
        self._plan(at, visitor, Act.PAGE, request)

    def _plan(self, at: float, visitor: Visitor, act: Act, request: Request | None) -> None:
        heapq.heappush(self._waiting, (at, next(self._order), visitor, act, request))

    def _landing(self, visitor: Visitor, source: Source) -> Request:
        query = source.query.format(click=f"{self._rng.getrandbits(64):016x}")
        return Request(source.path, query, self._headers(visitor, source.referrer))

    def _next_page(self, visitor: Visitor, path: str, before: str) -> Request:
        headers = self._headers(visitor, f"https://{HOST}{before}")
        return Request(path, "", headers, is_internal=True)

    def _asset(self, visitor: Visitor) -> Request:
        return Request(ASSET, "", {"User-Agent": visitor.browser, "Accept": "text/css,*/*;q=0.1"})

    def _headers(self, visitor: Visitor, referrer: str) -> dict[str, str]:
        headers = {"User-Agent": visitor.browser, "Accept": "text/html"}
        return headers | ({"Referer": referrer} if referrer else {})
