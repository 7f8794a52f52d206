"""Tell the store that a browser has shown itself again, when no page of its own does so.

Any request with our cookie confirms what the session was given with its first page: an image, a
page without numbers. A page that takes numbers confirms by that. For all others the store is told
in the background, once for each session and process: the answer never waits for it, and what goes
wrong is counted and left to the session's next request. Both the sessions that are remembered and
the calls under way are bounded.

What a visitor who left before the page's end did not wait for is written here, too.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from datetime import datetime

from calltrack.events import Event
from calltrack.leases import SessionId
from calltrack.plan import Site
from calltrack.sessions import Session
from proxy.border import Border
from proxy.means import Means

REMEMBERED = 20_000
MOST_TASKS = 32
"""More at once are left to the session's next request, or to another process."""


class Confirmations:
    """The calls in the background."""

    def __init__(self, means: Means) -> None:
        """Nothing is under way."""
        self._means = means
        self._border = Border(means.counters)  # nobody waits for what goes wrong here
        self._done: OrderedDict[SessionId, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def see(self, session: Session, site: Site, *, now: datetime) -> None:
        """Take note of a request with a session's cookie."""
        if session.id in self._done or not session.unconfirmed(site.hold, now=now):
            return
        if len(self._tasks) >= MOST_TASKS:
            self._means.counters.add("store", "confirm_later")
            return
        self.note(session.id)
        self._start(self._confirm(session.id, now))

    def tell(self, events: Sequence[Event]) -> None:
        """Write the events of a visitor who left, and whose request waits for nothing more."""
        record = self._means.record
        self._start(self._border.attempt_async("finish", lambda: record(events), None))

    def note(self, session: SessionId) -> None:
        """Remember that a session is confirmed."""
        self._done[session] = None
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _confirm(self, session: SessionId, now: datetime) -> None:
        is_told = await self._border.attempt_async(
            "confirm", lambda: self._tell(session, now), otherwise=False
        )
        if not is_told:
            self._done.pop(session, None)

    async def _tell(self, session: SessionId, now: datetime) -> bool:
        taken = await self._means.take("confirm", session, (), client=None, now=now)
        if taken is None:
            return False
        await self._means.record(taken.events)
        return True
