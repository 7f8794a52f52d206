"""One request of one visitor: what its page may show, what that changes, and what is told of it.

A lease event is on disk before the page leaves. If the disk takes none, the page leaves anyway: the
event waits in memory, and is counted as late.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calltrack import decision
from calltrack.decision import Viewer
from calltrack.events import BATCHED, Event, EventId, Kind
from calltrack.leases import Client
from calltrack.plan import Site
from calltrack.sessions import Session, start
from calltrack.sources import Arrival
from proxy.confirmations import Confirmations
from proxy.gate import RequestFacts
from proxy.means import Means
from proxy.page_numbers import Asker, PageNumbers, Shown
from proxy.rewrite import Bindings, Slot
from proxy.visit import Show
from proxy.visitor import Visitor, is_fragment, is_navigation, is_prefetch


@dataclass(frozen=True, slots=True)
class Opening:
    """The session of a request as it begins, and what that changes."""

    session: Session | None = None
    kind: Kind | None = None  # of the event that tells of its source
    arrival: Arrival | None = None


def open_session(
    means: Means, request: RequestFacts, site: Site, visitor: Visitor, now: datetime
) -> Opening:
    """Start a session, or go on with one. A source is heard of with a page of one's own only."""
    found = _opening(means, request, site, visitor, now)
    if visitor.agrees and found.session is not None and not found.session.is_agreed:
        return replace(found, session=replace(found.session, is_agreed=True))
    return found


def _opening(
    means: Means, request: RequestFacts, site: Site, visitor: Visitor, now: datetime
) -> Opening:
    if not (visitor.is_new or visitor.is_known):
        return Opening()
    if visitor.is_known and not _may_bring_source(request):
        return Opening(visitor.session)
    arrival = means.arrival(request, site, now=now)
    if visitor.is_new:
        session = start(site.key, arrival.touch, now=now, last=visitor.session)
        return Opening(session, Kind.SESSION_STARTED, arrival)
    known = visitor.session
    # What only the page before tells (`is_late`) was heard of when that page was asked for.
    if known is None or arrival.is_late or not known.is_new_source(arrival.touch):
        return Opening(known)
    return Opening(known.with_touch(arrival.touch), Kind.TOUCH_ADDED, arrival)


def _may_bring_source(request: RequestFacts) -> bool:
    """Leave out fragments, and the usual: a click from page to page, or from nowhere."""
    linked = request.headers.get("Referer", "")
    tells = request.query or (
        linked and not linked.startswith(f"{request.scheme}://{request.authority}/")
    )
    return bool(tells) and is_navigation(request.headers)


class PageVisit:
    """A `Visit` of a visitor to a site of the Plan."""

    def __init__(  # noqa: PLR0913 - one call, and each of the last by its name
        self,
        means: Means,
        confirmations: Confirmations,
        request: RequestFacts,
        site: Site,
        visitor: Visitor,
        now: datetime,
        *,
        landed: RequestFacts | None = None,
        is_view: bool = True,
    ) -> None:
        """Take the facts; nothing is looked up or stored before a page needs it.

        `landed`: the page that the visitor came to, where it is another one. `is_view`: a page is
        seen for the first time; else one that is seen already asks again.
        """
        self._means = means
        self._confirmations = confirmations
        self._request = request
        self._site = site
        self._visitor = visitor
        self._now = now
        self._landed = landed or request
        self._is_view = is_view
        self._opening = open_session(means, self._landed, site, visitor, now)
        self._is_source_told = self._opening.kind is None
        self._has_cookie = False  # one was written for the browser
        self._untold: list[Event] = []  # of what was shown
        self._page: PageNumbers | None = None
        may_see_static = visitor.sees_static and bool(means.force.plan.by_campaign)
        self.personal = self._opening.session is not None or may_see_static
        self.rewrite: Bindings | None = means.force.bindings(site, request.path)
        is_changed = self._opening.session is not visitor.session
        self.changes_session = visitor.forgets or is_changed
        self.why_original = visitor.reason

    @property
    def etag_suffix(self) -> str | None:
        """Name the state that the page's bytes depend on beside the origin's page.

        A number whose renewal is due is left out, and so is one that this browser's next page
        confirms: that page must come whole, to be renewed with it.
        None: the page lacks a number that the next view may get, so it has no validator.
        """
        page, force = self._numbers, self._means.force
        if page.lacking:
            return None
        # Without a session a campaign shows its static number where a session leases one.
        has_session = page.session is not None
        parts = [force.fingerprint, self._site.key, str(self.personal), str(has_session)]
        parts += [campaign.key for campaign in page.viewer.campaigns]
        if page.session is not None:
            parts += [f"{held.vestiging}:{held.campaign}" for held in page.session.held]
            numbers = page.fresh_numbers()
            parts += sorted([f"{key}={number.e164}" for key, number in numbers.items()])
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    async def numbers(self, slots: Sequence[Slot]) -> Show:
        """Take all numbers that these slots need, at once; say what each slot shows."""
        page = self._numbers
        events = await page.settle(slots)
        may_wait = BATCHED.issuperset(event.kind for event in events) and self._is_source_told
        if may_wait and not self._untold:  # they are told with the view
            self._untold = events
        else:
            await self._record(events)
        if self._opening.session is not None:
            self.why_original = page.lacking or page.reason or self.why_original
        return page.show

    def foresee(self, slots: Sequence[Slot]) -> str | None:
        """Say, and ask nobody, why all these places would show originals; None: they would not."""
        decisions = [self._numbers.decide(slot) for slot in slots]
        if any(found.pool is not None or found.number is not None for found in decisions):
            return None
        return decisions[0].reason if decisions else self.why_original

    def cookies(self) -> Sequence[str]:
        """Give them where the session is new, changed, over, or was not seen lately."""
        is_secure = self._request.scheme == "https"
        if self._visitor.forgets:
            return self._means.cookie.forget(self._site, secure=is_secure)
        session = self.session
        if session is None:
            return []
        is_changed = self.changes_session or session is not self._opening.session
        if not is_changed and not session.must_be_noted(self._now):
            return []
        self._has_cookie = True
        return [self._means.cookie.header(session.seen(self._now), self._site, secure=is_secure)]

    async def finish(self, status: int) -> None:
        """Record that a page was viewed: no redirect, no fragment, none fetched ahead."""
        session = self._opening.session
        if session is None:
            return
        is_redirect = 300 <= status < 400 and status != 304
        headers = self._request.headers
        if is_redirect or is_prefetch(headers) or is_fragment(headers):
            await self._record([])
            return
        data: dict[str, str | int] = {
            "session": session.id,
            "site": self._site.key,
            "path": self._request.path,
            "status": status,
        }
        self._count_view()
        await self._record([Event(Kind.PAGE_VIEWED, self._now, data)])

    async def note(self) -> None:
        """Record the session's start or new source, where no view is to be counted."""
        await self._record([])

    @property
    def session(self) -> Session | None:
        """The session as it stands, with all that this page took."""
        return self._page.session if self._page else self._opening.session

    @property
    def lacking(self) -> str | None:
        """Why a number that was due could not be had; None: all were."""
        return self._page.lacking if self._page else None

    def shown(self, slots: Sequence[Slot]) -> Sequence[Shown]:
        """Give what these places show, once each, after `numbers`."""
        return list(dict.fromkeys(filter(None, map(self._numbers.shown, slots))))

    def over(self) -> None:
        """Let the store know that this browser shows itself again, if no page of it did.

        Who left before the page's end may have the cookie all the same: the source is told.
        """
        untold = [*(self._source_event() if self._has_cookie else ()), *self._untold]
        if untold:
            self._confirmations.tell(untold)
        if not self._visitor.is_known or self._opening.session is None:
            return
        page = self._page
        if page is None or not page.calls:
            self._confirmations.see(self._opening.session, self._site, now=self._now)
        elif page.lacking != "no_store":  # the next request tries again
            self._confirmations.note(self._opening.session.id)

    @property
    def _numbers(self) -> PageNumbers:
        if self._page is None:
            asker = Asker(
                self._site,
                self._viewer(),
                self._now,
                self._request.path,
                is_new=self._visitor.is_new,
                client=self._client(),
                is_view=self._is_view,
            )
            self._page = PageNumbers(self._means, asker, self._opening.session)
        return self._page

    def _viewer(self) -> Viewer:
        plan = self._means.force.plan
        if self._opening.session is not None:
            return decision.known(plan, self._opening.session, now=self._now)
        if not self._visitor.sees_static:
            return Viewer(())
        touch = self._means.arrival(self._landed, self._site, now=self._now).touch
        return decision.stranger(plan, self._site.key, touch, now=self._now)

    def _client(self) -> Client | None:
        """Name the network of a browser that brings no cookie of ours along."""
        if not self._visitor.is_new or self._visitor.session is not None:
            return None
        return self._means.clients.name(self._request.client)

    def _count_view(self) -> None:
        count, calls = self._means.counters.add, self._page.calls if self._page else []
        if self._visitor.is_new:
            count("view", "new")
            return
        count("view", "known")
        count("view", "known_without_store", not calls)
        count("view", "known_confirming", bool(calls) and set(calls) == {"take_confirm"})

    async def _record(self, events: Sequence[Event]) -> None:
        """Write events to the outbox, the session's start or new source before its first ones."""
        untold, self._untold = self._untold, []
        await self._means.record([*self._source_event(), *untold, *events])

    def _source_event(self) -> list[Event]:
        opening = self._opening
        if self._is_source_told or not (opening.session and opening.arrival and opening.kind):
            return []
        self._is_source_told = True
        session = opening.session
        data: dict[str, str | int] = {
            "visitor": session.visitor,
            "session": session.id,
            "site": self._site.key,
            **opening.arrival.told(),
        }
        if opening.kind is Kind.TOUCH_ADDED:
            return [Event(Kind.TOUCH_ADDED, self._now, data)]
        # Tabs that open at once start one session: its start has one id, and is kept once.
        start_id = hashlib.sha256(f"start {session.id}".encode()).hexdigest()[:32]
        return [Event(Kind.SESSION_STARTED, session.started_at, data, EventId(start_id))]
