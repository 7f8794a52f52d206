"""A page with the numbers that a visitor would see, marked, and nothing leased.

What is looked for, what is decided and how it is printed is the proxy's own code. In the place of a
lease stands a number of the pool, as an example.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calltrack.decision import Decision, Viewer, decide, stranger
from calltrack.decision import Place as Standing
from calltrack.numbers import PhoneNumber, national_text
from calltrack.plan import NumberState, Plan, Site, StockNumber
from calltrack.touch import Touch
from proxy.plan_bindings import bindings_for
from proxy.rewrite import Place, Slot, scan
from wagtail_calltrack.reasons import WHY

WHERE = {
    Place.TEXT: gettext_lazy("text"),
    Place.LINK: gettext_lazy("link"),
    Place.ATTRIBUTE: gettext_lazy("attribute"),
    Place.PLACEHOLDER: gettext_lazy("placeholder"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A place of the page, in words."""

    where: str
    stood: str
    shows: str  # "" for the original
    vestiging: str
    campaign: str  # its key: not everybody may read its name
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The page as the visitor would see it, and its places in their order."""

    html: bytes
    places: Sequence[Found]


def viewer_of(
    plan: Plan, site: Site, touch: Touch, *, campaign: str, may_lease: bool, now: datetime
) -> Viewer:
    """Describe the visitor, or one of a campaign that an editor named."""
    named = tuple(one for one in plan.campaigns if one.key == campaign)
    found = named or stranger(plan, site.key, touch, now=now).campaigns
    return Viewer(found, may_lease=may_lease)


def preview(
    page: bytes, charset: str, plan: Plan, site: Site, viewer: Viewer, path: str
) -> Preview:
    """Show a page to a visitor."""
    if not site.rewrites(path):
        return Preview(page, ())
    examples = _Examples(plan)
    written: list[bytes] = []
    places = []
    for piece in scan(page, bindings_for(plan, site, path), charset=charset):
        if isinstance(piece, bytes):
            written.append(piece)
            continue
        decision = decide(plan, Standing(piece.number, piece.placeholder, piece.vestiging), viewer)
        number = examples.number_for(decision)
        found = _told(plan, piece, decision, number)
        written.append(_marked(piece, number, found.why))
        places.append(found)
    return Preview(b"".join(written), places)


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


def _marked(slot: Slot, number: PhoneNumber | None, why: str) -> bytes:
    """Write a place. Text is marked; in a link or an attribute there is no room for a mark."""
    if number is None:
        return slot.raw
    text = slot.show(number)
    if slot.place in {Place.LINK, Place.ATTRIBUTE}:
        return text
    return b'<mark title="%s">%s</mark>' % (escape(why).encode(), text)


def _told(plan: Plan, slot: Slot, decision: Decision, number: PhoneNumber | None) -> Found:
    vestiging = plan.vestigingen.get(decision.vestiging) if decision.vestiging else None
    stood = slot.raw.decode("utf-8", "replace")
    return Found(
        where=str(WHERE[slot.place]),
        stood=national_text(slot.number) if slot.number is not None else stood.strip()[:100],
        shows=national_text(number) if number is not None else "",
        vestiging=vestiging.name if vestiging else "",
        campaign=decision.campaign or "",
        why=_why(decision, number),
    )


def _why(decision: Decision, number: PhoneNumber | None) -> str:
    if decision.pool is not None:
        pool = {"pool": decision.pool}
        if number is None or number == decision.number:
            return _("the pool «%(pool)s» has no number to give") % pool
        return _("a number of the visitor's own, here one of the pool «%(pool)s»") % pool
    return str(WHY[decision.reason])
