"""In front of an outbox: what may wait is written in batches, what matters at once.

- Page views and their like (`BATCHED`) wait up to `wait`, or until there are `BATCH` of them, and
  go to the disk in one transaction.
- Everything else is on disk when `append` returns. It waits for the disk at most `limit`, or
  as long as the caller says who asks for more: a call is worth a quarter of a second.
- What the disk did not take stays in memory, and is tried again with every batch. Meanwhile
  `append` raises at once: a page must not wait for a disk that is known to fail.
- Memory is bounded, too: above `room` events those that are missed least go first (`LOSS_ORDER`).
  Each is counted in `dropped`.
- The log tells once that the disk fails, and once that it has been well for a while: a disk that is
  busy now and then would fill it.

An event may be written twice (a caller gave up, the disk went on); its id makes it one.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice

from calltrack.errors import OutboxError
from calltrack.events import BATCHED, LOSS_ORDER, Event, EventId, Outbox

WAIT = timedelta(seconds=1)
LIMIT = timedelta(milliseconds=50)
AGAIN = timedelta(milliseconds=20)
LAST = timedelta(seconds=2)
"""At the end the disk is asked for so long: where many processes end at once, they take turns."""

CALM = timedelta(seconds=30)
"""So long without a failure: then it is over."""

ROOM = 10_000
BATCH = 1_000
"""Events written in one transaction: more would keep an urgent one waiting too long."""

_RANK = {kind: rank for rank, kind in enumerate(LOSS_ORDER)}

_log = logging.getLogger(__name__)


class EventWriter:
    """An `Outbox` that batches. It owns the outbox behind it: closing this closes that."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        wait: timedelta = WAIT,
        limit: timedelta = LIMIT,
        room: int = ROOM,
        last: timedelta = LAST,
        calm: timedelta = CALM,
    ) -> None:
        """Stand before an open outbox; the first event starts the task that writes batches."""
        self.written = 0
        self.dropped = 0
        self.failures = 0
        self._outbox = outbox
        self._wait = wait
        self._limit = limit
        self._room = room
        self._last = last
        self._calm = calm
        self._waiting: dict[EventId, Event] = {}
        self._has_events = asyncio.Event()
        self._has_batch = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._failure: OutboxError | None = None
        self._is_told = False  # that the disk fails; not yet that it is over
        self._dropped_before = 0  # that was told
        self._calming: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """Count the events that are not on disk yet."""
        return len(self._waiting)

    @property
    def is_failing(self) -> bool:
        """Say whether the disk took nothing the last time."""
        return self._failure is not None

    async def append(self, events: Sequence[Event], *, limit: timedelta | None = None) -> None:
        """Take the events. Those that matter are on disk when this returns.

        With a `limit` the disk is asked for all that time, also one that failed the last time.
        Errors: OutboxError when they are not; they are kept, and tried again.
        """
        if self._is_closed:
            raise OutboxError("the event writer is closed")
        self._keep(events)
        urgent = [event for event in events if event.kind not in BATCHED]
        if not urgent:
            return
        if self._failure is not None and limit is None:
            raise OutboxError("events wait in memory for the disk") from self._failure
        try:
            async with asyncio.timeout((limit or self._limit).total_seconds()):
                await (self._write(urgent) if limit is None else self._insist(urgent))
        except TimeoutError as error:
            slow = OutboxError("the disk takes too long")
            self._note_failure(slow)
            raise slow from error

    async def flush(self) -> None:
        """Write everything that waits now. Errors: OutboxError; the rest goes on waiting.

        What comes meanwhile waits for its own turn: else a busy edge would write all the time.
        """
        async with self._flushing:
            left = len(self._waiting)
            while left > 0 and self._waiting:
                batch = list(islice(self._waiting.values(), min(BATCH, left)))
                left -= len(batch)
                await self._write(batch)

    async def pending(self, *, limit: int) -> Sequence[Event]:
        """Give the oldest events on disk."""
        return await self._outbox.pending(limit=limit)

    async def shipped(self, ids: Sequence[EventId]) -> None:
        """Forget the events that the receiver has confirmed."""
        await self._outbox.shipped(ids)

    async def close(self) -> None:
        """Write what waits, say what could not be written, and close the outbox behind."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        try:
            await self._flush_at_last()
        except OutboxError as error:
            self.dropped += len(self._waiting)
            _log.error(
                "%d events are lost: they could not be written before the end: %s",
                len(self._waiting),
                error,
            )
        finally:
            self._tell_it_is_over()
            await self._outbox.close()

    async def _flush_at_last(self) -> None:
        """Write everything; where the disk does not take it, ask again up to the last."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._last.total_seconds()
        while True:
            try:
                return await self.flush()
            except OutboxError:
                if clock() >= until:
                    raise
                await asyncio.sleep(AGAIN.total_seconds())

    async def _run(self) -> None:
        while True:
            await self._has_events.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait.total_seconds()):
                    await self._has_batch.wait()
            self._has_events.clear()
            self._has_batch.clear()
            try:
                await self.flush()
            except OutboxError:
                self._has_events.set()  # told by _note_failure; the next turn tries again
                await asyncio.sleep(self._wait.total_seconds())

    async def _write(self, events: Sequence[Event]) -> None:
        try:
            await self._outbox.append(events)
        except OutboxError as error:
            self._note_failure(error)
            raise
        for event in events:
            if self._waiting.pop(event.id, None) is not None:
                self.written += 1
        self._note_success()

    async def _insist(self, events: Sequence[Event]) -> None:
        """Write; where another process has the disk, try again until the time is over."""
        while True:
            try:
                await self._write(events)
            except OutboxError:
                await asyncio.sleep(AGAIN.total_seconds())
            else:
                return

    def _keep(self, events: Sequence[Event]) -> None:
        """Hold the events in memory until they are on disk, dropping what there is no room for."""
        if not events:
            return
        for event in events:
            self._waiting[event.id] = event
        self._has_events.set()
        if len(self._waiting) >= BATCH:
            self._has_batch.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        surplus = len(self._waiting) - self._room
        if surplus <= 0:
            return
        surplus += self._room // 100  # not again with the next event
        losable = [event for event in self._waiting.values() if event.kind in _RANK]
        losable.sort(key=lambda event: _RANK[event.kind])
        for event in losable[:surplus]:
            del self._waiting[event.id]
            self.dropped += 1

    def _note_failure(self, error: OutboxError) -> None:
        self.failures += 1
        self._failure = error
        self._end_calm()
        if not self._is_told:
            self._is_told = True
            self._dropped_before = self.dropped
            _log.warning("events wait in memory, the disk does not take them: %s", error)

    def _note_success(self) -> None:
        self._failure = None
        if self._is_told and self._calming is None and not self._is_closed:
            loop = asyncio.get_running_loop()
            self._calming = loop.call_later(self._calm.total_seconds(), self._tell_it_is_over)

    def _end_calm(self) -> None:
        if self._calming is not None:
            self._calming.cancel()
            self._calming = None

    def _tell_it_is_over(self) -> None:
        self._end_calm()
        if self._is_told and self._failure is None:
            self._is_told = False
            lost = self.dropped - self._dropped_before
            _log.warning("events go to the disk again; %d were lost meanwhile", lost)
