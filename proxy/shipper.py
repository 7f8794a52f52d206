"""The task that ships: takes the oldest events from the outbox, sends them, and forgets them.

Rule 1: an event is forgotten when a whole receipt says what became of it, and not before. What was
sent and not forgotten when the process ends is sent again; the receiver knows it by its id.
Rule 2: one process of a machine ships, for all on the same outbox. The others look again.
Rule 3: one batch is under way at a time, and what takes long is done beside the pages.
Rule 4: nothing here ends: what goes wrong is a value, noted (`shipping_state`), and tried again,
less and less often. One event that the receiver cannot take does not keep the others waiting.
"""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from calltrack.errors import OutboxError
from calltrack.events import Event, EventId
from calltrack.link.batches import WHOLE, Batch, Size, is_too_large, make_batch
from calltrack.link.pace import LONGEST, wait_after
from calltrack.link.receipts import Choked, Receipt, Settled, TooLarge
from calltrack.stores.sqlite_outbox import SqliteOutbox
from proxy.beside import beside
from proxy.border import Border
from proxy.event_line import EventLine
from proxy.means import Clock, utc_now
from proxy.shipping_lock import ShippingLock
from proxy.shipping_state import ShippingState

CHOKED_TIMES = 8
"""How often one event alone may be more than the receiver gets through with: some two minutes."""

_AT_ONCE = timedelta(0)
_MISTAKE = "a mistake of ours; the log says which"

Tell = Callable[[], Awaitable[Mapping[str, Any]]]
"""Gives the edge's part of a batch."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often what is done."""

    poll: timedelta = timedelta(milliseconds=500)  # while nothing waits
    sign: timedelta = timedelta(seconds=10)  # of life, where no event is sent meanwhile
    report: timedelta = timedelta(seconds=5)  # how old the edge's part of a batch may be
    retry: timedelta = timedelta(seconds=1)  # doubled with each failure
    look_again: timedelta = timedelta(seconds=3)  # whether another process still ships
    last: timedelta = timedelta(milliseconds=1500)  # for what waits at the end


async def nothing() -> None:
    """Have nothing in memory that is to be brought to the disk."""


@dataclass(slots=True)
class Shipper:
    """Ships until it is closed; line and lock are closed with it.

    `flush` brings to the disk, at the end, what waits in memory.
    """

    line: EventLine
    outbox: SqliteOutbox
    tell: Tell
    state: ShippingState
    lock: ShippingLock
    border: Border
    flush: Callable[[], Awaitable[None]] = nothing
    rhythm: Rhythm = Rhythm()
    clock: Clock = utc_now
    _size: Size = WHOLE
    _edge: Mapping[str, Any] = field(default_factory=dict)
    _told_at: float = -math.inf  # when the edge's part was looked up
    _sent_at: float = -math.inf
    _choked: tuple[EventId | None, int] = (None, 0)  # the event, and how often
    _settled: tuple[Batch, Settled] | None = None  # and not forgotten yet
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go on in the background."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Stop; where all is well, ship what there is first, for a second or two."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        # Where another process ships, and has ended before us, what is left is ours to ship.
        if self.lock.take() and not self.state.failures:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.rhythm.last.total_seconds()):
                    await self.border.attempt_async("events", self._last_turn, None)
        self.lock.release()
        await self.line.close()

    async def _run(self) -> None:
        while True:
            wait = await self.border.attempt_async("events", self._turn, None)
            if wait is None:
                self.state.note_failure(_MISTAKE)
                wait = LONGEST
            await asyncio.sleep(wait.total_seconds())

    async def _last_turn(self) -> None:
        with suppress(OutboxError):
            await self.flush()
        await self._turn()

    async def _turn(self) -> timedelta:
        """Send a batch, if there is one to send; say how long to wait for the next turn."""
        if not self.lock.take():
            self.state.note_not_ours(self.lock.problem)
            return self.rhythm.look_again
        self.state.note_ours()
        try:
            await self._let_go()
            events = await self.outbox.pending(limit=self._size.events)
            if not events and not self._is_sign_due():
                return self.rhythm.poll
            batch = await self._batch(events)
            is_all = len(batch.events) == len(events) < self._size.events
            wait = await self._settle(batch, await self._post(batch))
        except OutboxError as error:
            return self._wait_after(str(error))
        if wait is not None:
            return wait
        return self.rhythm.poll if is_all else _AT_ONCE

    def _is_sign_due(self) -> bool:
        return time.monotonic() - self._sent_at >= self.rhythm.sign.total_seconds()

    async def _batch(self, events: Sequence[Event]) -> Batch:
        now = time.monotonic()
        if now - self._told_at >= self.rhythm.report.total_seconds():
            self._edge, self._told_at = await self.tell(), now
        return await beside(partial(make_batch, self._edge, events, self._size))

    async def _post(self, batch: Batch) -> Receipt:
        self._sent_at = time.monotonic()
        return await self.line.send(batch)

    async def _settle(self, batch: Batch, receipt: Receipt) -> timedelta | None:
        """Do what an answer asks for. Gives how long to wait then; None: it went well."""
        if isinstance(receipt, Settled):
            await self._forget(batch, receipt)
            return None
        count = len(batch.events)
        if isinstance(receipt, TooLarge):
            bytes_, events = receipt.most_bytes, receipt.most_events
            self._size = self._size.smaller(count, most_events=events, most_bytes=bytes_)
        elif count:
            self._size = self._size.smaller(count)
        if isinstance(receipt, TooLarge | Choked) and count > 1:
            return _AT_ONCE
        if count == 1 and await self._is_beyond(batch.events[0], receipt):
            await self._forget(batch, Settled(refused={batch.ids[0]: receipt.reason}))
            return None
        return self._wait_after(receipt.reason, getattr(receipt, "after", None))

    async def _forget(self, batch: Batch, receipt: Settled) -> None:
        """Take note of what is settled, and let go of it. Errors: OutboxError."""
        self.state.note_settled(batch.events, receipt, now=self.clock())
        self._size = self._size.larger()
        self._settled = batch, receipt
        await self._let_go()

    async def _let_go(self) -> None:
        """Forget the last batch that was settled. Where the disk is busy, this is tried again."""
        if self._settled is None:
            return
        batch, receipt = self._settled
        await self.outbox.refuse(receipt.refused)
        await self.outbox.shipped([one for one in batch.ids if one not in receipt.refused])
        self._settled = None

    async def _is_beyond(self, event: Event, receipt: Receipt) -> bool:
        """Say whether the receiver will never take this event, which was sent alone."""
        if isinstance(receipt, TooLarge):
            return is_too_large(event)
        if not isinstance(receipt, Choked):
            return False
        choked, times = self._choked
        self._choked = (event.id, times + 1 if choked == event.id else 1)
        if self._choked[1] < CHOKED_TIMES:
            return False
        # It may be that it takes nothing at all now. Then this event is no worse than others.
        return isinstance(await self._post(await self._batch([])), Settled)

    def _wait_after(self, reason: str, after: timedelta | None = None) -> timedelta:
        """Take note of a failure, and say how long to wait."""
        self.state.note_failure(reason)
        if after is not None:
            return after
        chance = random.random()  # noqa: S311 - no secret: when to come back
        return wait_after(self.state.failures, chance=chance, every=self.rhythm.retry)
