"""A visitor's session: what the signed cookie carries, and nothing else remembers.

The cookie is the session, so any process on any machine answers a known visitor without asking a
store. A session ends when the visitor has been idle for `IDLE`; one who comes later starts a new
session as the same visitor, and names the numbers held before to get them again while they are
free. A browser that opens all its tabs again asks for several pages with the one old cookie: they
are one new session, for its id follows from the old one's.

The touch that counts is the last one that is not direct: a visitor who comes back by typing the
address still belongs to the advertisement of last week. Another source during a session is a new
touch; what was shown before it stays.

Units: moments are aware UTC datetimes with whole seconds, passed in as `now`.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NewType

from calltrack.attribution import counting
from calltrack.events import Event, Kind
from calltrack.leases import Before, Lease, PoolKey, SessionId, VestigingKey, promise, renewal_due
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Plan, SiteKey
from calltrack.touch import Touch

VisitorId = NewType("VisitorId", str)

IDLE = timedelta(minutes=30)
NOTE = IDLE / 10
"""How long a page view may be unknown to the cookie: it is not written anew with each page."""
MAX_HELD = 16
"""Numbers a session remembers by itself; more are asked of the store."""


@dataclass(frozen=True, slots=True)
class Held:
    """A number the session was shown for a vestiging: leased, or static where nothing is promised.

    `is_confirmed`: the browser had shown itself again when the lease was promised.
    """

    vestiging: VestigingKey
    number: PhoneNumber
    campaign: CampaignKey
    given_at: datetime
    promised_until: datetime | None = None
    is_confirmed: bool = True

    @property
    def is_lease(self) -> bool:
        """Say whether the number was the session's own, and not a campaign's static one."""
        return self.promised_until is not None

    def is_promised(self, now: datetime) -> bool:
        """Say whether the number is a lease, and can go to nobody else."""
        return self.promised_until is not None and now < self.promised_until

    def is_fresh(self, hold: timedelta, *, now: datetime) -> bool:
        """Say whether no store need be asked: the number stays for at least `hold` from now."""
        if self.promised_until is None:
            return False
        return self.is_confirmed and not renewal_due(self.promised_until, hold, now=now)

    def may_be_shown(self, plan: Plan, *, now: datetime) -> bool:
        """Say whether the Plan lets the number be shown: neither disabled nor released since."""
        released_at = plan.released_at.get(self.number)
        is_released = released_at is not None and self.given_at < released_at <= now
        return self.number in plan.shown_numbers and not is_released


@dataclass(frozen=True, slots=True)
class Session:
    """One visit. `before` names the numbers of the visit before it, and that visit's session.

    `held`: static numbers, then leases, each oldest first. `is_agreed`: the visitor's yes was heard
    by a script on the page, and nothing else that a server sees remembers it.
    """

    visitor: VisitorId
    id: SessionId
    site: SiteKey
    started_at: datetime
    seen_at: datetime
    touch: Touch
    held: tuple[Held, ...] = ()
    before: tuple[tuple[VestigingKey, PhoneNumber], ...] = ()
    before_session: SessionId | None = None
    is_agreed: bool = False

    def unconfirmed(self, hold: timedelta, *, now: datetime) -> tuple[Held, ...]:
        """Give the leases that this browser's next request confirms, while they are kept."""
        return tuple(
            h for h in self.held if not h.is_confirmed and now < promise(hold, now=h.given_at)
        )

    def has_ended(self, now: datetime) -> bool:
        """Say whether the visitor was idle for too long to be on the same visit."""
        return now - self.seen_at > IDLE

    def must_be_noted(self, now: datetime) -> bool:
        """Say whether the cookie has to tell that the visitor is still there.

        After a clock was set back, too, so that the session does not last until it caught up.
        """
        return abs(now - self.seen_at) > NOTE

    def seen(self, now: datetime) -> "Session":
        """Take note of a page view, at an earlier moment, too: a clock may have been wrong."""
        return replace(self, seen_at=now)

    def is_new_source(self, touch: Touch) -> bool:
        """Say whether a touch tells of another source than the one that counts."""
        return not touch.is_direct and _source(touch) != _source(self.touch)

    def with_touch(self, touch: Touch) -> "Session":
        """Let another touch count from now on; what was shown before stays."""
        return replace(self, touch=touch)

    def promised(
        self, vestiging: VestigingKey, pool: PoolKey, plan: Plan, *, now: datetime
    ) -> Held | None:
        """Give the number of this pool that is still promised for a vestiging, and may be shown.

        It may have left the pool: then it is kept from others, and another one is to be had.
        """
        for held in self.held:
            if (
                held.vestiging == vestiging
                and held.is_promised(now)
                and plan.pool_of.get(held.number) == pool
                and held.may_be_shown(plan, now=now)
            ):
                return held
        return None

    def before_for(self, vestiging: VestigingKey) -> Before | None:
        """Give the number the visitor had for a vestiging on the visit before."""
        if self.before_session is None:
            return None
        number = dict(self.before).get(vestiging)
        return Before(number, self.before_session) if number is not None else None

    def with_leases(
        self,
        leases: Iterable[Lease],
        campaigns: Mapping[VestigingKey, CampaignKey],
        *,
        now: datetime,
    ) -> "Session":
        """Take note of what the store gave, and of the campaigns that it was asked for.

        Leases of which the campaign is not told are known ones that the store has confirmed.
        """
        before = {h.vestiging: h for h in self.held if h.is_lease}
        new = {}
        for lease in leases:
            campaign = campaigns.get(lease.vestiging)
            if campaign is None and lease.vestiging in before:
                campaign = before[lease.vestiging].campaign
            if campaign is not None:
                new[lease.vestiging] = _held(lease, campaign)
        kept = [h for h in self.held if not h.is_lease or h.vestiging not in new]
        return replace(
            self,
            held=_remembered([*kept, *new.values()]),
            before=tuple(pair for pair in self.before if pair[0] not in new),
            seen_at=now,
        )

    def with_static(
        self, vestiging: VestigingKey, number: PhoneNumber, campaign: CampaignKey, *, now: datetime
    ) -> "Session":
        """Take note of a static number that was shown; the same session where nothing changes."""
        if any(
            (h.vestiging, h.number, h.campaign) == (vestiging, number, campaign) for h in self.held
        ):
            return self
        kept = [
            h for h in self.held if h.is_lease or (h.vestiging, h.campaign) != (vestiging, campaign)
        ]
        held = _remembered([*kept, Held(vestiging, number, campaign, now)])
        return self if held == self.held else replace(self, held=held, seen_at=now)


def start(site: SiteKey, touch: Touch, *, now: datetime, last: Session | None = None) -> Session:
    """Begin a session; `last` is the same visitor's session before, if the cookie still told."""
    fresh = Session(
        visitor=last.visitor if last else VisitorId(secrets.token_urlsafe(12)),
        id=_id_after(last, now) if last else SessionId(secrets.token_urlsafe(12)),
        site=site,
        started_at=now,
        seen_at=now,
        touch=counting(last.touch if last else None, touch),
        is_agreed=last is not None and last.is_agreed,
    )
    if last is None:
        return fresh
    numbers = tuple((h.vestiging, h.number) for h in last.held if h.is_lease)
    if not numbers:
        return replace(fresh, before=last.before, before_session=last.before_session)
    return replace(fresh, before=numbers, before_session=last.id)


def left(session: Session, *, now: datetime) -> Event:
    """Tell that the visitor left, as far as the browser knew; a page after it goes on as before."""
    return Event(Kind.SESSION_LEFT, now, {"session": session.id, "site": session.site})


def _held(lease: Lease, campaign: CampaignKey) -> Held:
    return Held(
        lease.vestiging,
        lease.number,
        campaign,
        lease.given_at,
        lease.promised_until,
        lease.is_confirmed,
    )


def _remembered(held: Iterable[Held]) -> tuple[Held, ...]:
    """Keep at most MAX_HELD: the latest leases, and beside them the first static numbers.

    A lease that is forgotten costs a question to the store. Of the static numbers of a long page
    the same ones stay, so that the cookie is not written anew with each view.
    """
    static: list[Held] = []
    leases: list[Held] = []
    for one in held:
        (leases if one.is_lease else static).append(one)
    leases = leases[-MAX_HELD:]
    return (*static[: MAX_HELD - len(leases)], *leases)


def _source(touch: Touch) -> tuple[object, ...]:
    """Give what makes a source another one: neither the moment nor the page nor the device."""
    return (
        touch.channel,
        touch.source,
        touch.medium,
        touch.campaign,
        touch.term,
        touch.content,
        touch.click_ids,
    )


def _id_after(last: Session, now: datetime) -> SessionId:
    """Name the session that comes after another; much later, with the same cookie, another one."""
    idle_spans = max(0, (now - last.seen_at) // IDLE)  # a clock may be set back
    digest = hashlib.sha256(f"{last.id} {idle_spans}".encode()).digest()
    return SessionId(base64.urlsafe_b64encode(digest[:12]).decode())
