"""How old an answer is, how long it is good, and when it may be used all the same.

Only what the site says makes a page fresh: nothing is guessed from Last-Modified. A page that is
not fresh is used without asking in two cases only, and neither counts where the site says
`must-revalidate`, `proxy-revalidate` or `no-cache`:

- `stale-while-revalidate`: for so long after, while the site is asked behind the visitor's back;
- `stale-if-error`: for so long after, where the site does not answer, or with a 5xx.

(`s-maxage` alone would forbid both, as `proxy-revalidate` does. A site that says it together with
one of them means shared caches with both.)

Units: seconds. A clock may be set while pages are kept: what it says since 1970 counts for the
site's dates alone, and how long a page has been here is counted by one that nobody sets. Pure, but
for `moment_now`.
Source: RFC 9111 §4.2, §5.2; RFC 5861.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from proxy.headers import Fields, first, members
from proxy.shared_cache.directives import (
    MOST_SECONDS,
    Directives,
    directives,
    moment,
    read,
    seconds,
    span,
    targeted,
)


class Moment(NamedTuple):
    """A moment, by two clocks."""

    since_1970: float
    steady: float


def moment_now() -> Moment:
    """Look at both clocks. The steady one goes on while the machine sleeps, where it can."""
    return Moment(time.time(), time.clock_gettime(_STEADY))


_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Use(Enum):
    """What a kept page is good for."""

    FRESH = auto()
    WHILE_ASKING = auto()  # as it is, and the site is asked behind it
    ASK = auto()  # the site is asked first


@dataclass(frozen=True, slots=True)
class Freshness:
    """What an answer's head says of its time."""

    lifetime: int
    while_asking: int  # for so long after its lifetime
    if_error: int

    def use(self, age: float, wanted: "Wanted") -> Use:
        """Say what a page of this age is good for, to who wants that."""
        if wanted.asks_site:
            return Use.ASK
        lifetime = self.lifetime
        if wanted.most_age is not None and age > wanted.most_age:
            return Use.ASK
        if age + wanted.least_left < lifetime:
            return Use.FRESH
        if wanted.is_strict or age >= lifetime + self.while_asking:
            return Use.ASK
        return Use.WHILE_ASKING

    def may_stand_in(self, age: float) -> bool:
        """Say whether it may be shown where the site fails."""
        return age < self.lifetime + self.if_error


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request says of the answer's time."""

    asks_site: bool = False  # no-cache, and no-store: who says that wants nothing of a cache
    most_age: int | None = None
    least_left: int = 0
    may_keep: bool = True
    only_kept: bool = False

    @property
    def is_strict(self) -> bool:
        """Say whether the visitor wants less than what the site allows."""
        return self.most_age is not None or self.least_left > 0


_NOTHING_SAID = Wanted()


def freshness(head: Fields) -> Freshness:
    """Read an answer's head. It has a Date."""
    said = directives(head)
    strict = {b"must-revalidate", b"proxy-revalidate", b"no-cache"} & said.keys()
    return Freshness(
        lifetime=0 if b"no-cache" in said else _lifetime(head, said),
        while_asking=0 if strict else seconds(said, b"stale-while-revalidate") or 0,
        if_error=0 if strict else seconds(said, b"stale-if-error") or 0,
    )


def _lifetime(head: Fields, said: Directives) -> int:
    """Take the shortest: what is said to some caches alone makes nothing fresh for longer."""
    spans = [seconds(one, b"max-age") for one in targeted(head)]
    return min([_lifetime_for_all(head, said), *(told for told in spans if told is not None)])


def _lifetime_for_all(head: Fields, said: Directives) -> int:
    for name in (b"s-maxage", b"max-age"):
        told = seconds(said, name)
        if told is not None:
            return told
    expires, date = moment(first(head, b"expires")), moment(first(head, b"date"))
    return max(0, int(expires - date)) if expires is not None and date is not None else 0


def age_on_arrival(head: Fields, *, asked_at: Moment, came_at: Moment) -> float:
    """Say how old an answer was when it came: by its Date, or by its Age and the way it took."""
    date = moment(first(head, b"date"))
    apparent = max(0.0, came_at.since_1970 - date) if date is not None else 0.0
    return max(apparent, _told(members(head, b"age")) + came_at.steady - asked_at.steady)


def _told(ages: list[bytes]) -> int:
    """Read Age. One that cannot be read, or says two things, makes nothing fresh."""
    if not ages:
        return 0
    age = span(ages[0]) if len(ages) == 1 else None
    return MOST_SECONDS if age is None else age


def wanted(request: Mapping[bytes, bytes]) -> Wanted:
    """Read a request's fields. `Pragma: no-cache` counts where Cache-Control says nothing."""
    said = read(request.get(b"cache-control", b""))
    if not said:
        is_old_word = b"no-cache" in request.get(b"pragma", b"").lower()
        return Wanted(asks_site=True) if is_old_word else _NOTHING_SAID
    return Wanted(
        asks_site=b"no-cache" in said or b"no-store" in said,
        most_age=seconds(said, b"max-age"),
        least_left=seconds(said, b"min-fresh") or 0,
        may_keep=b"no-store" not in said,
        only_kept=b"only-if-cached" in said,
    )
