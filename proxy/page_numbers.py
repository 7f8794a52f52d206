"""The numbers of one page: what is promised already, and one store call for the rest.

Rules:

- All numbers a page needs are taken in one call, within the store's budget; else the page shows
  what the cookie still promises. Where there is none: the campaign's static number, if its policy
  says so, else the original.
- A lease that needs no renewal is shown without asking the store.
- A page says one thing about a vestiging: the lease that its first place shows, or the lack of one,
  counts for all its places that want a lease, also where the page streams and the store comes or
  goes meanwhile. A placeholder bound to another campaign may show that one's static number.
- Who asks the store anyway has it confirm what the session was given before.
- A visitor's first request names its client network, so that its leases are unconfirmed and capped.
- A number is told as shown with the page's view. A page that asks again, or for what came late,
  tells of no other numbers than those that the session has never seen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from calltrack.decision import Decision, Place, Reason, Viewer, decide
from calltrack.events import Event, Kind
from calltrack.leases import Ask, Client, Taken, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Site
from calltrack.sessions import Held, Session
from proxy.clients import INSIDE
from proxy.means import Means
from proxy.rewrite import Slot


class Shown(NamedTuple):
    """A number that a place shows, and whose it is."""

    vestiging: VestigingKey
    number: PhoneNumber
    campaign: CampaignKey
    is_leased: bool


class Asker(NamedTuple):
    """For whom the store is asked. Without a session nothing is asked or remembered."""

    site: Site
    viewer: Viewer
    now: datetime
    path: str
    is_new: bool = False
    is_view: bool = True  # else the page asks again
    client: Client | None = None  # of a first request


class PageNumbers:
    """What the places of one page show. `session` changes as numbers are taken."""

    def __init__(self, means: Means, asker: Asker, session: Session | None) -> None:
        """Nothing is asked before a place needs it."""
        self._means = means
        self._asker = asker
        self.session = session
        self.lacking: str | None = None  # a number was due and could not be had: why
        self.reason: Reason | None = None  # why one of its places shows the original
        self.calls: list[str] = []  # of the store, by kind
        self._taken: dict[VestigingKey, PhoneNumber] = {}  # with this page
        self._decisions: dict[tuple[str | None, ...], Decision] = {}
        self._leases: dict[VestigingKey, Shown | None] = {}  # None: there is none to be had
        self._told: set[Shown] = set()
        self._seen = () if asker.is_view or session is None else session.held
        self._shown_at = asker.now  # one moment for all that this page shows, by the store's clock

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return self._asker.viewer

    def fresh_numbers(self) -> dict[VestigingKey, PhoneNumber]:
        """Give the leases that this page may show, and that need no renewal before it does."""
        plan, hold, now = self._means.force.plan, self._asker.site.hold, self._asker.now
        held = self.session.held if self.session is not None else ()
        fresh = [h for h in held if h.is_fresh(hold, now=now) and h.may_be_shown(plan, now=now)]
        return {h.vestiging: h.number for h in fresh} | self._taken

    def decide(self, slot: Slot) -> Decision:
        """Say what a place is to show."""
        number = slot.number
        key = number.e164 if number is not None else None, slot.placeholder, slot.vestiging
        decision = self._decisions.get(key)
        if decision is None:
            place = Place(number, slot.placeholder, slot.vestiging)
            decision = decide(self._means.force.plan, place, self._asker.viewer)
            self._decisions[key] = decision
        return decision

    def show(self, slot: Slot) -> PhoneNumber | None:
        """Give the number of a place; None: the original."""
        shown = self._shown(self.decide(slot))
        return shown.number if shown is not None else None

    def shown(self, slot: Slot) -> Shown | None:
        """Give the number of a place, and whose it is; None: the original."""
        return self._shown(self.decide(slot))

    async def settle(self, slots: Sequence[Slot]) -> list[Event]:
        """Take what these places need, at once; give the events of it."""
        decisions = list({id(d): d for d in map(self.decide, slots)}.values())
        wanted: dict[VestigingKey, Decision] = {}
        reason = None
        for decision in decisions:
            if decision.pool is None and decision.number is None:
                reason = reason or decision.reason
            if decision.pool and decision.vestiging and decision.vestiging not in self._leases:
                wanted.setdefault(decision.vestiging, decision)
        self.reason = reason or self.reason
        if self.session is None:
            return []
        events = await self._lease(self.session, wanted) if wanted else []
        return [*events, *self._note_shown(decisions)]

    def _shown(self, decision: Decision) -> Shown | None:
        """Give what a decision comes to."""
        if decision.vestiging is None or decision.campaign is None:
            return None
        lease = self._leases.get(decision.vestiging) if decision.pool else None
        if lease is not None or decision.number is None:
            return lease
        return Shown(decision.vestiging, decision.number, decision.campaign, is_leased=False)

    def _note_shown(self, decisions: Sequence[Decision]) -> list[Event]:
        """Remember what is shown for the first time on this page, and tell it."""
        events = []
        for decision in decisions:
            shown = self._shown(decision)
            if self.session is None or shown is None or shown in self._told:
                continue
            self._told.add(shown)
            now = self._asker.now
            if not shown.is_leased:
                self.session = self.session.with_static(
                    shown.vestiging, shown.number, shown.campaign, now=self._shown_at
                )
            if self._seen and self._was_seen(shown):
                continue
            data = {
                "session": self.session.id,
                "vestiging": shown.vestiging,
                "number": shown.number.e164,
                "campaign": shown.campaign,
                "path": self._asker.path,
            }
            events.append(Event(Kind.NUMBER_SHOWN, now, data))
        return events

    def _was_seen(self, shown: Shown) -> bool:
        return any((h.vestiging, h.number) == (shown.vestiging, shown.number) for h in self._seen)

    async def _lease(
        self, session: Session, wanted: Mapping[VestigingKey, Decision]
    ) -> Sequence[Event]:
        """Find a lease for each vestiging: one promised already, or one from the store."""
        hold, now = self._asker.site.hold, self._asker.now
        promised = self._promised(session, wanted)
        fresh = {key: held for key, held in promised.items() if held.is_fresh(hold, now=now)}
        self._show_held(fresh)
        asked = {key: found for key, found in wanted.items() if key not in fresh}
        if not asked:
            return []
        asks = [self._ask(session, decision) for decision in asked.values()]
        asks += self._confirming(session, asked)
        kind = self._kind(session, asked)
        self.calls.append(kind)
        taken = await self._means.take(kind, session.id, asks, client=self._asker.client, now=now)
        if taken is not None:
            self._note_taken(session, taken, asked)
            return taken.events
        self.lacking = "no_store"
        self._leases |= dict.fromkeys(asked)
        self._show_held({key: held for key, held in promised.items() if key in asked})
        return []

    def _promised(
        self, session: Session, wanted: Mapping[VestigingKey, Decision]
    ) -> dict[VestigingKey, Held]:
        """Give what the cookie promises of these, as far as it may be shown."""
        plan, now = self._means.force.plan, self._asker.now
        found: dict[VestigingKey, Held] = {}
        for key, decision in wanted.items():
            if decision.pool is not None:
                held = session.promised(key, decision.pool, plan, now=now)
                if held is not None:
                    found[key] = held
        return found

    def _show_held(self, found: Mapping[VestigingKey, Held]) -> None:
        self._leases |= {
            key: Shown(key, held.number, held.campaign, is_leased=True)
            for key, held in found.items()
        }

    def _note_taken(
        self, session: Session, taken: Taken, asked: Mapping[VestigingKey, Decision]
    ) -> None:
        campaigns = {key: found.campaign for key, found in asked.items() if found.campaign}
        leases = taken.leases
        self.session = session.with_leases(leases.values(), campaigns, now=self._asker.now)
        self._taken |= {key: lease.number for key, lease in leases.items()}
        self._leases |= dict.fromkeys(asked)
        self._leases |= {
            key: Shown(key, leases[key].number, campaign, is_leased=True)
            for key, campaign in campaigns.items()
            if key in leases
        }
        self._shown_at = max([self._shown_at, *(lease.given_at for lease in leases.values())])
        lacking = asked.keys() - leases.keys()
        capped = len(lacking & taken.capped)
        if lacking:
            self.lacking = "capped" if capped else "exhausted"
        count = self._means.counters.add
        count("pool", "capped", capped)
        count("pool", "exhausted", len(lacking) - capped)
        count("pool", "shared", sum(lease.is_shared for lease in leases.values()))

    def _ask(self, session: Session, decision: Decision) -> Ask:
        force, vestiging, pool = self._means.force, decision.vestiging, decision.pool
        if vestiging is None or pool is None:  # pragma: no cover - such a decision asks for nothing
            raise ValueError("nothing to ask for")
        return Ask(
            vestiging=vestiging,
            pool=pool,
            hold=self._asker.site.hold,
            rest=force.plan.pools[pool].rest,
            before=session.before_for(vestiging),
            share=decision.share,
            cap=force.cap(pool) if self._asker.client != INSIDE else None,
        )

    def _confirming(self, session: Session, asked: Mapping[VestigingKey, Decision]) -> list[Ask]:
        """Ask again for what is unconfirmed and not on this page: the cookie is to know, too."""
        plan, asker = self._means.force.plan, self._asker
        return [
            Ask(held.vestiging, pool, asker.site.hold, plan.pools[pool].rest)
            for held in session.unconfirmed(asker.site.hold, now=asker.now)
            if held.vestiging not in asked and held.may_be_shown(plan, now=asker.now)
            if (pool := plan.pool_of.get(held.number)) is not None
        ]

    def _kind(self, session: Session, asked: Mapping[VestigingKey, Decision]) -> str:
        """Name the call: for a first page, a number more, what is unconfirmed, or a renewal."""
        held = {h.vestiging: h for h in session.held if h.is_lease}
        if self._asker.is_new:
            return "take_new"
        if not asked.keys() <= held.keys():
            return "take_more"
        if all(not held[key].is_confirmed for key in asked):
            return "take_confirm"
        return "take_renewal"
