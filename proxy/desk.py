"""Where visits begin: a request comes in, and who asks is looked at once.

`Desk` is for a Plan; `PassThrough` is the proxy without one.
"""

from calltrack.errors import StoreError
from calltrack.sessions import Session, left
from proxy.confirmations import Confirmations
from proxy.gate import RequestFacts
from proxy.means import Means
from proxy.page_visit import PageVisit
from proxy.visit import UNTOUCHED, Visit
from proxy.visitor import recognise
from proxy.warm_up import warm_up


class Desk:
    """Begins visits to the sites of a Plan."""

    def __init__(self, means: Means) -> None:
        """Take the means; work out now what the first visitor would have to wait for."""
        self.means = means
        self.confirmations = Confirmations(means)
        warm_up(means.force.plan, means.force.all_bindings())

    def serves(self, host: str) -> bool:
        """Say whether the Plan has a site under this host name."""
        return self.means.force.site_for(host) is not None

    def begin(self, request: RequestFacts) -> Visit:
        """Open a visit for one request."""
        means = self.means.for_visit()
        site = means.force.site_for(request.host)
        if site is None:
            return UNTOUCHED
        now = means.now()
        visitor = recognise(site, request, cookie=means.cookie, now=now)
        if not site.rewrites(request.path):
            if visitor.is_known and visitor.session is not None:
                self.confirmations.see(visitor.session, site, now=now)
            return UNTOUCHED
        return PageVisit(means, self.confirmations, request, site, visitor, now)

    async def leave(self, session: Session) -> None:
        """Note that a visitor left, as far as a browser can tell: for the reports, and no more.

        A page that goes away looks the same to it, whether the visitor leaves or is on the way to
        the next page, which another process may have answered already. So the store hears nothing:
        the leases go on, and whatever is heard of the session later says that it went on.
        """
        await self.means.record([left(session, now=self.means.now())])

    async def end(self, session: Session) -> None:
        """Note that a session is over, for its visitor withdrew: its leases end, promises stand."""
        means, now = self.means, self.means.now()
        events = [left(session, now=now)]
        try:
            means.counters.add("store", "release")
            events += await means.store.release(session.id, now=now if means.clock else None)
        except StoreError:
            means.counters.add("store", "down")
        await means.record(events)

    async def close(self) -> None:
        """Let what is under way in the background end."""
        await self.confirmations.settle()


class PassThrough:
    """The proxy without a Plan: every host is served, nothing is looked for."""

    def serves(self, _host: str) -> bool:
        """Serve every host."""
        return True

    def begin(self, _request: RequestFacts) -> Visit:
        """Leave every page alone."""
        return UNTOUCHED
