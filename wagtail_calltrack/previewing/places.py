"""What a place of a page shows to a visitor, and why: as it would be, with nothing leased.

What is decided is the proxy's own code. In the place of a lease stands a number of the pool, as an
example.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from calltrack.decision import Decision, Viewer, decide
from calltrack.decision import Place as Standing
from calltrack.numbers import PhoneNumber
from calltrack.plan import NumberState, Plan, StockNumber
from proxy.rewrite import Slot
from wagtail_calltrack.reasons import WHY


@dataclass(frozen=True, slots=True)
class Shown:
    """What a place shows."""

    number: PhoneNumber | None  # None: the original
    vestiging: str
    campaign: str  # its key: not everybody may read its name
    why: str


class Showing:
    """A page for one visitor: all its places are asked of one of these."""

    def __init__(self, plan: Plan, viewer: Viewer) -> None:
        self._plan = plan
        self._viewer = viewer
        self._examples = _Examples(plan)

    def at(self, slot: Slot) -> Shown:
        """Say what a place shows."""
        standing = Standing(slot.number, slot.placeholder, slot.vestiging)
        decision = decide(self._plan, standing, self._viewer)
        number = self._examples.number_for(decision)
        vestiging = self._plan.vestigingen.get(decision.vestiging) if decision.vestiging else None
        return Shown(
            number=number,
            vestiging=vestiging.name if vestiging else "",
            campaign=decision.campaign or "",
            why=_why(decision, number),
        )


class _Examples:
    """Numbers that stand for leases: another one for each vestiging, as on a real page."""

    def __init__(self, plan: Plan) -> None:
        self._free = {
            pool: [row.number for row in plan.numbers if row.pool == pool and _is_active(row)]
            for pool in plan.pools
        }
        self._given: dict[tuple[str, str | None], PhoneNumber | None] = {}

    def number_for(self, decision: Decision) -> PhoneNumber | None:
        """Give what a decision comes to; None: the original."""
        if decision.pool is None:
            return decision.number
        key = decision.pool, decision.vestiging
        if key not in self._given:
            free = self._free[decision.pool]
            self._given[key] = free.pop(0) if free else None
        return self._given[key] or decision.number


def _is_active(row: StockNumber) -> bool:
    return row.state is NumberState.ACTIVE


def _why(decision: Decision, number: PhoneNumber | None) -> str:
    if decision.pool is not None:
        pool = {"pool": decision.pool}
        if number is None or number == decision.number:
            return _("the pool «%(pool)s» has no number to give") % pool
        return _("a number of the visitor's own, here one of the pool «%(pool)s»") % pool
    return str(WHY[decision.reason])
