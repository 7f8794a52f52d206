"""Where the Plan comes from where several workers serve one edge: one asks, the others follow.

The worker that leads asks the address, keeps the Plan on the disk, puts it in force, and tells the
others, who read what is kept. Where the disk took nothing, and what is kept is older than what they
were told of, each asks for itself.

`look` never raises: what it comes to is a value (`calltrack.link.outcomes`).
"""

import asyncio
from dataclasses import replace
from typing import Any

from calltrack.link.kept_plan import KeptPlan
from calltrack.link.outcomes import Found, Outcome, Same
from calltrack.plan import Plan
from proxy.plan_sources import PlanFile, PlanSource
from proxy.plan_start import Beginning
from proxy.plan_watch import Heed
from proxy.workers.peers import Peers

NEWS = "plan"


class FollowedPlan:
    """The `PlanSource` of one worker among others."""

    def __init__(self, asked: PlanSource, kept: KeptPlan, peers: Peers, *, serial: int) -> None:
        """Take the address, and where the last good Plan is kept. `serial`: the one in force."""
        self.name = asked.name
        self._asked = asked
        self._kept = PlanFile(kept.path)
        self._peers = peers
        self._told = 0
        self._in_force = serial
        peers.heed(NEWS, self._note)

    async def look(self, *, at_once: bool = False) -> Outcome:
        """Ask, or see whether another one asked."""
        if self._peers.leads:
            return await self._asked.look(at_once=at_once)
        found = await self._kept.look(at_once=at_once)
        if isinstance(found, Found) and found.plan.serial >= max(self._in_force, self._told):
            self._in_force = found.plan.serial
            return found
        if self._in_force < self._told:
            return await self._asked.look(at_once=at_once)
        return Same()  # what cannot be read, and what is older, is no news: who leads tells of it

    def _note(self, serial: Any) -> None:
        self._told = max(self._told, serial)

    async def close(self) -> None:
        """Let go of the address."""
        await self._asked.close()


def followed(begun: Beginning, peers: Peers) -> Beginning:
    """Begin as one worker among others, with a Plan from an address."""
    if begun.kept is None:
        return begun
    serial = begun.state.plan.serial
    return replace(begun, source=FollowedPlan(begun.source, begun.kept, peers, serial=serial))


def told_to_all(heed: Heed, peers: Peers, look: asyncio.Event) -> Heed:
    """Have the others look as soon as a Plan is in force at the one that leads."""

    async def heed_and_tell(plan: Plan) -> None:
        await heed(plan)
        if peers.leads:
            peers.tell(NEWS, plan.serial)

    peers.heed(NEWS, lambda _serial: look.set())
    return heed_and_tell
