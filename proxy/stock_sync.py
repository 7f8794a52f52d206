"""Keep a store's pools those of the Plan, also where the store is away when the proxy starts.

A server that cannot be reached keeps nobody from their pages: the proxy starts, shows what is
promised, else originals, and goes on trying. It also asks again now and then, and soon after a page
could get no numbers, for a server that lost what it knew knows no pools either; where nothing has
changed that is cheap.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from calltrack.errors import PlanError, StoreError
from calltrack.leases import LeaseStore
from calltrack.plan import Plan
from proxy.mistakes import told_as

FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(seconds=30)
EVERY = timedelta(seconds=60)

_log = logging.getLogger("calltrack.proxy")


async def sync(store: LeaseStore, plan: Plan) -> None:
    """Tell the store which numbers the pools hold. Errors: PlanError for a Plan that is too old."""
    if not await store.sync(plan.stock()):
        problem = (
            f"serial: {plan.serial} is lower than that of the Plan this store has worked with; "
            "a serial only grows, so that an old Plan cannot come back by mistake"
        )
        raise PlanError([problem])


class StockSync:
    """The task that keeps a server's pools."""

    def __init__(
        self,
        store: LeaseStore,
        plan: Plan,
        *,
        first_retry: timedelta = FIRST_RETRY,
        every: timedelta = EVERY,
        is_failing: asyncio.Event | None = None,
    ) -> None:
        """Take an open store. `is_failing`: set while pages get no numbers from it."""
        self._store = store
        self._plan = plan
        self._first_retry = first_retry
        self._every = every
        self._is_failing = is_failing or asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.is_done = asyncio.Event()  # the store has the pools of this Plan

    async def start(self) -> None:
        """Try once, and go on in the background. Errors: PlanError."""
        with suppress(StoreError):  # told by the store's watch
            await sync(self._store, self._plan)
            self.is_done.set()
        self._go_on()

    async def change(self, plan: Plan) -> None:
        """Give the store another Plan's pools. Errors: PlanError: it keeps those it has."""
        await self.close()
        old, self._plan = self._plan, plan
        self.is_done.clear()
        try:
            await self.start()
        except PlanError:
            self._plan = old
            self._go_on()
            raise

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _go_on(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(
            told_as("the store is not told of the Plan any more, until a restart")
        )

    async def _run(self) -> None:
        retry = self._first_retry
        while True:
            if self.is_done.is_set():
                await self._until_needed()
            await asyncio.sleep(retry.total_seconds())
            try:
                await sync(self._store, self._plan)
                self.is_done.set()
                retry = self._first_retry
            except StoreError:
                self.is_done.clear()
                retry = min(retry * 2, LAST_RETRY)
            except PlanError as error:  # another edge has a later Plan by now: its pools count
                _log.warning("the lease store keeps its pools: %s", error)
                return

    async def _until_needed(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every.total_seconds()):
                await self._is_failing.wait()
