"""Changes the Plan over while the proxy serves: looks for a new one, and puts it in force.

Rule 1: the last good Plan stays in force until a better one is whole, checked, kept on the disk,
worked out and known to the store. Then one assignment changes over.
Rule 2: none of that is done while pages wait: it goes on in a thread, for a second or two of a Plan
with ten thousand numbers.
Rule 3: a visit under way keeps the Plan it began with (`Means.for_visit`).
Rule 4: nothing here ends: what goes wrong is a value, noted (`plan_state`), and tried again.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from calltrack import planfile
from calltrack.errors import LinkError, PlanError
from calltrack.link.kept_plan import KeptPlan
from calltrack.link.outcomes import Failed, Found, Outcome, Refused
from calltrack.link.pace import EVERY, wait_after
from calltrack.plan import Plan
from proxy.beside import beside
from proxy.border import Border
from proxy.desk import Desk
from proxy.plan_in_force import PlanInForce
from proxy.plan_sources import PlanSource
from proxy.plan_state import PlanState
from proxy.stock_sync import StockSync
from proxy.warm_up import warm_up

Heed = Callable[[Plan], Awaitable[None]]

_MISTAKE: Outcome = Refused(("a mistake of ours keeps it out; the log says which",))

_log = logging.getLogger("calltrack.proxy")


class ChangeOver:
    """Puts a Plan in force."""

    def __init__(
        self,
        desk: Desk,
        syncing: StockSync,
        *,
        kept: KeptPlan | None = None,
        client_cap: int | None = None,
    ) -> None:
        """Take what knows of the Plan: the desk, and the store by its pools."""
        self._desk = desk
        self._syncing = syncing
        self._kept = kept
        self._client_cap = client_cap

    async def put_in_force(self, found: Found) -> bool:
        """Change over; False: this Plan is in force already. Errors: PlanError."""
        old = self._desk.means.force.plan
        force = await beside(partial(self._work_out, found, old))
        if force is None:
            return False
        await self._syncing.change(found.plan)
        self._desk.means.force = force
        return True

    def _work_out(self, found: Found, old: Plan) -> PlanInForce | None:
        new = found.plan
        planfile.supersedes(new, old)
        _is_same_firm(new, old)
        if new == old:
            return None
        force = PlanInForce(new, client_cap=self._client_cap)
        warm_up(new, force.all_bindings())
        # Before the store hears of it: a start with a Plan older than the store's is refused.
        if self._kept is not None and found.body:  # else another process has kept it
            keep(self._kept, found)
        return force


def keep(kept: KeptPlan, found: Found) -> None:
    """Put a Plan on the disk. Where it takes none, that is told: serving goes on."""
    try:
        kept.write(found.body)
    except LinkError as error:
        _log.warning("the Plan with serial %d is in memory only: %s", found.plan.serial, error)


def _is_same_firm(new: Plan, old: Plan) -> None:
    """Refuse another firm's Plan: cookies and leases are under the number of one."""
    kvk, ours = new.organisation.kvk, old.organisation.kvk
    if kvk != ours:
        problem = f"organisation: kvk «{kvk}» is another firm than «{ours}», which is in force"
        raise PlanError([f"{problem}; to serve another firm start the proxy anew"])


async def _no_heed(_plan: Plan) -> None:
    pass


class PlanWatch:
    """The task that looks for a Plan."""

    def __init__(
        self,
        source: PlanSource,
        change_over: ChangeOver,
        state: PlanState,
        *,
        desk: Desk,
        every: timedelta = EVERY,
        look: asyncio.Event | None = None,
    ) -> None:
        """Take what to look at. `look`: set by whoever does not want to wait.

        `heed` is told the Plan when it changed, and when somebody did not want to wait.
        """
        self.heed: Heed = _no_heed
        self._source = source
        self._change_over = change_over
        self._state = state
        self._means = desk.means
        self._every = every
        self._look = look or asyncio.Event()
        self._border = Border(desk.means.counters)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Go on in the background."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        failures = 0
        while True:
            turn = partial(self._turn, at_once=await self._pause(failures))
            outcome = await self._border.attempt_async("plan", turn, _MISTAKE)
            self._state.note(outcome, now=self._means.now())
            failures = failures + 1 if isinstance(outcome, Failed) else 0

    async def _pause(self, failures: int) -> bool:
        """Wait for the next look; say whether somebody asked for it."""
        chance = random.random()  # noqa: S311 - no secret: when to come back
        wait = wait_after(failures, chance=chance, every=self._every)
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await self._look.wait()
        except TimeoutError:
            return False
        self._look.clear()
        return True

    async def _turn(self, *, at_once: bool) -> Outcome:
        """Look; where there is a Plan put it in force, or say why not."""
        if at_once:
            await self.heed(self._means.force.plan)
        found = await self._source.look(at_once=at_once)
        if not isinstance(found, Found):
            return found
        try:
            if await self._change_over.put_in_force(found):
                self._state.use(found.plan, now=self._means.now())
                await self.heed(found.plan)
        except PlanError as error:
            return Refused(error.problems, found.etag)
        return found
