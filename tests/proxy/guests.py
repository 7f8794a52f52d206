"""Visitors for the proxy's tests: a real, small keeper of guests, without plan, store or clock.

A guest is known by a cookie; a browser that navigates becomes one. Each gets the next number of the
list, for every place on every page; when the list is used up, the original stays.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from calltrack.numbers import PhoneNumber
from proxy.gate import RequestFacts
from proxy.rewrite import Bindings, Slot
from proxy.sent_cookies import read_cookies
from proxy.visit import Show
from proxy.visitor import is_navigation

ORIGINAL = PhoneNumber("+31850199999")
NUMBERS = tuple(PhoneNumber(f"+3120123456{n}") for n in range(3))
COOKIE = "calltrack-guest"


@dataclass
class Guests:
    """All guests. `asked`, `taken` and `finished` tell what happened."""

    numbers: Sequence[PhoneNumber] = NUMBERS
    hosts: frozenset[str] | None = None
    never: str = "/admin"
    rewrite: Bindings | None = field(
        default_factory=lambda: Bindings(numbers=frozenset({ORIGINAL}))
    )
    held: dict[str, PhoneNumber] = field(default_factory=dict)
    finished: list[tuple[str, int]] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)  # how many slots each call was for
    asked: list[RequestFacts] = field(default_factory=list)
    over: int = 0
    on_begin: Callable[[RequestFacts], None] = lambda _request: None
    on_numbers: Callable[[], None] = lambda: None
    may_finish: asyncio.Event | None = None  # until it is set, `finish` waits

    def serves(self, host: str) -> bool:
        return self.hosts is None or host in self.hosts

    def begin(self, request: RequestFacts) -> "Guest":
        self.asked.append(request)
        self.on_begin(request)
        return Guest(self, request)

    def number_for(self, name: str) -> PhoneNumber | None:
        if name not in self.held and len(self.held) < len(self.numbers):
            self.held[name] = self.numbers[len(self.held)]
        return self.held.get(name)


class Guest:
    """One request of a guest."""

    def __init__(self, guests: Guests, request: RequestFacts) -> None:
        self._guests = guests
        self._path = request.path
        known = next(iter(read_cookies(request.headers, COOKIE)), None)
        is_bot = "bot" in request.headers.get("User-Agent", "")
        is_new = known is None and is_navigation(request.headers) and request.method == "GET"
        self._name = known or f"g{len(guests.held) + 1}"
        self.rewrite = None if request.path.startswith(guests.never) else guests.rewrite
        self.personal = not is_bot and request.method == "GET" and (is_new or known is not None)
        self.changes_session = is_new and self.personal
        self._is_new = self.changes_session
        self.why_original = "bot" if is_bot else "empty" if self.personal else "nobody"

    @property
    def etag_suffix(self) -> str | None:
        if not self.personal:
            return "0"
        held = self._guests.held.get(self._name)
        return held.e164[1:] if held else None

    async def numbers(self, slots: Sequence[Slot]) -> Show:
        self._guests.taken.append(len(slots))
        self._guests.on_numbers()
        number = self._guests.number_for(self._name)
        return lambda _slot: number

    def foresee(self, _slots: Sequence[Slot]) -> str | None:
        return None if self._guests.numbers else "empty"

    def cookies(self) -> list[str]:
        return [f"{COOKIE}={self._name}; Path=/; HttpOnly"] if self._is_new else []

    async def finish(self, status: int) -> None:
        if self._guests.may_finish is not None:
            await self._guests.may_finish.wait()
        self._guests.finished.append((self._path, status))

    def over(self) -> None:
        self._guests.over += 1
