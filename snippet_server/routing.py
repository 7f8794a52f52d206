"""Which vestiging a call is connected to, by the number that was called. Pure.

First match wins; there is always one, for a caller must not hear an error:

1. a static number: the vestiging whose calls it takes, else the first that its campaign covers
2. a number of a pool: the vestiging of who holds it, or held it last (the store knows)
3. the first vestiging, in the order of the Plan, that takes its numbers from that pool; else the
   first that is covered by a campaign with that pool
4. a vestiging's own number
5. any other number: the first vestiging of the Plan

A number that is disabled, shown to nobody any more, is still called.
"""

from dataclasses import dataclass
from enum import StrEnum

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Plan, StockNumber, Vestiging


class Why(StrEnum):
    """How a vestiging was found; counted."""

    STATIC = "static"
    HOLDER = "holder"
    POOL = "pool"  # the store did not say who holds the number
    OWN = "own"
    UNKNOWN = "unknown"  # the number is in no row of the Plan


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a call goes, and why."""

    vestiging: Vestiging
    why: Why


class Routing:
    """A Plan with what is looked up for a call. The Plan has a vestiging."""

    def __init__(self, plan: Plan) -> None:
        """Work it out once for a Plan."""
        self.plan = plan
        self._rows = {row.number: row for row in plan.numbers}
        self._first = next(iter(plan.vestigingen.values()))

    def is_leased(self, number: PhoneNumber) -> bool:
        """Say whether somebody may hold this number."""
        row = self._rows.get(number)
        return row is not None and row.campaign is None

    def goal(self, number: PhoneNumber | None, holder: VestigingKey | None = None) -> Goal:
        """Say where a call to this number goes. `holder`: for whom it was leased, if known."""
        row = self._rows.get(number) if number is not None else None
        if row is None:
            own = self.plan.by_forwarding_number.get(number) if number is not None else None
            if own is not None:
                return Goal(self.plan.vestigingen[own], Why.OWN)
            return Goal(self._first, Why.UNKNOWN)
        if row.campaign is not None:
            return Goal(self._of_static(row, row.campaign), Why.STATIC)
        if holder is not None and holder in self.plan.vestigingen:
            return Goal(self.plan.vestigingen[holder], Why.HOLDER)
        return Goal(self._of_pool(row.pool) if row.pool is not None else self._first, Why.POOL)

    def _of_static(self, row: StockNumber, key: CampaignKey) -> Vestiging:
        if row.vestiging is not None:
            return self.plan.vestigingen[row.vestiging]
        campaign = next(one for one in self.plan.campaigns if one.key == key)
        covered = (v for v in self.plan.vestigingen.values() if campaign.covers(v.key))
        return next(covered, self._first)

    def _of_pool(self, pool: PoolKey) -> Vestiging:
        vestigingen = self.plan.vestigingen.values()
        own = (v for v in vestigingen if v.pool == pool)
        campaigns = [c for c in self.plan.campaigns if c.pool == pool]
        covered = (v for v in vestigingen if any(c.covers(v.key) for c in campaigns))
        return next(own, None) or next(covered, self._first)
