"""Numbers in a call go to nobody else: they are pinned in the store while it lasts.

Rule 1: nobody waits for the store longer than a moment. What it has not done by then it does beside
the answer to the carrier.
Rule 2: per number one thing is asked at a time, and only what is wanted now counts: a pin that is
still under way when the call ends is followed by its end, never overtaken by it.
Rule 3: what fails is counted, kept, and tried again after two seconds. A pin ends by itself after
the longest that a call may last.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from calltrack.errors import StoreError
from calltrack.events import Event, Kind
from calltrack.leases import LeaseStore, VestigingKey
from calltrack.numbers import PhoneNumber
from snippet_server.calls_under_way import LONGEST

MOST_WANTED = 1_000
WAIT = timedelta(milliseconds=200)
AGAIN = timedelta(seconds=2)

T = TypeVar("T")


class Counting(Protocol):
    """Where it is counted how often something happened."""

    def add(self, kind: str, reason: str, count: int = 1) -> None:
        """Count one event, or several."""


class Border(Protocol):
    """The one place where an error of our own is caught."""

    def attempt(self, reason: str, action: Callable[[], T], otherwise: T) -> T:
        """Do it; where that fails, note the reason and give `otherwise`."""

    async def attempt_async(
        self, reason: str, action: Callable[[], Awaitable[T]], otherwise: T
    ) -> T:
        """Await it; where that fails, note the reason and give `otherwise`."""


@dataclass(frozen=True, slots=True)
class _Want:
    """What the store is to do: pin; or unpin, and promise the number for this long."""

    hold: timedelta | None = None


class Pins:
    """Pins under way, and those that the store has not heard of."""

    def __init__(
        self,
        store: LeaseStore,
        record: Callable[[Sequence[Event]], Awaitable[None]],
        counters: Counting,
        border: Border,
        *,
        clock: Callable[[], datetime] | None = None,
        wait: timedelta = WAIT,
    ) -> None:
        """Take an open store. `record` writes what it tells to the outbox, and never raises."""
        self._store = store
        self._record = record
        self._counters = counters
        self._border = border
        self._clock = clock
        self._wait = wait
        self._timer: asyncio.TimerHandle | None = None
        self._wanted: dict[PhoneNumber, _Want] = {}
        self._working: dict[PhoneNumber, asyncio.Task[VestigingKey | None]] = {}

    @property
    def owed(self) -> int:
        """Count the numbers of which the store has not heard what it is to do."""
        return len(self._wanted)

    async def holder(self, number: PhoneNumber) -> VestigingKey | None:
        """Pin a number; say for which vestiging it is held. None: nobody, or not known in time."""
        self.pin(number)
        task = self._working.get(number)
        if task is None:
            return None
        await asyncio.wait({task}, timeout=self._wait.total_seconds())
        if task.done():
            return task.result()
        self._counters.add("store", "slow")
        return None

    def pin(self, number: PhoneNumber) -> None:
        """Keep a number for the call that goes on."""
        self._want(number, _Want())

    def unpin(self, number: PhoneNumber, hold: timedelta) -> None:
        """Promise a number to its holder for the hold, now that the call is over."""
        self._want(number, _Want(hold))

    def forget(self, number: PhoneNumber) -> None:
        """Pin a number no more that is not pinned yet: another process heard the call's end."""
        if self._wanted.get(number) == _Want():
            del self._wanted[number]

    def retry(self) -> None:
        """Ask the store again for what it has not done."""
        self._stop_timer()
        for number in list(self._wanted):
            self._start(number)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._working:
            await asyncio.wait(list(self._working.values()))

    async def close(self) -> None:
        """Ask once more for what the store has not done, and no more after that."""
        self.retry()
        await self.settle()
        self._stop_timer()

    def _want(self, number: PhoneNumber, want: _Want) -> None:
        self._wanted.pop(number, None)
        self._wanted[number] = want
        while len(self._wanted) > MOST_WANTED:
            del self._wanted[next(iter(self._wanted))]
            self._counters.add("call", "pin_given_up")
        self._start(number)

    def _start(self, number: PhoneNumber) -> None:
        known = self._working.get(number)
        if known is not None and not known.done():
            return  # it goes on with what is wanted then
        work = self._border.attempt_async("pin", lambda: self._work(number), None)
        task = asyncio.ensure_future(work)
        self._working[number] = task
        task.add_done_callback(partial(self._end, number))

    def _end(self, number: PhoneNumber, task: "asyncio.Task[VestigingKey | None]") -> None:
        if self._working.get(number) is task:
            del self._working[number]

    async def _work(self, number: PhoneNumber) -> VestigingKey | None:
        """Have the store do what is wanted, until nothing is; say for whom the number is held."""
        holder = None
        while (want := self._wanted.get(number)) is not None:
            try:
                events = await self._ask(number, want)
            except StoreError:
                self._counters.add("store", "down")
                self._ask_again()
                return None
            if self._wanted.get(number) is want:
                del self._wanted[number]
            holder = _holder(events) or holder
            await self._record(events)
        return holder

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ask_again(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(AGAIN.total_seconds(), self.retry)

    async def _ask(self, number: PhoneNumber, want: _Want) -> Sequence[Event]:
        now = self._clock() if self._clock is not None else None
        if want.hold is None:
            self._counters.add("store", "pin")
            return await self._store.pin(number, LONGEST, now=now)
        self._counters.add("store", "unpin")
        return await self._store.unpin(number, want.hold, now=now)


def _holder(events: Sequence[Event]) -> VestigingKey | None:
    """Read for whom a number is held out of what the store tells of its pin."""
    for event in events:
        if event.kind is Kind.LEASE_PINNED:
            return VestigingKey(str(event.data["vestiging"]))
    return None
