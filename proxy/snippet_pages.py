"""Answers what pages ask through the snippet, by the rules that the proxy's own pages have.

An ask becomes a request for its page (`snippet_facts`) and a visit of that page (`page_visit`): the
same sessions, sources, decisions, leases and events. What differs:

- The page is there already. Its view is counted once: not again where this proxy served the page
  itself and counted it then. A session that begins with an ask begins with a view.
- Who asks again (no view) starts a session only with a cookie or token of one that ended, or with a
  yes where the site has to ask: a browser that keeps neither cookie nor token would get another
  number each time. A view always may.
- The source of a session that starts late, after consent, is that of the page the tab landed on.
- What a script heard of consent counts: a yes where the site asks for it, a no everywhere. That
  ends the session and its leases (promises stand), and takes cookie or token away.
- A leave is a word for the reports, never the end of a lease: a browser that goes on to the next
  page says the same as one that leaves for good, and may say it when that page is there already.
- A form belongs to the session that the browser still knows, also after a long look at it.

Errors: none. Where our own code fails the page keeps its originals; that is counted.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from calltrack.events import Event, Kind
from calltrack.numbers import PhoneNumber, Spelling, usual
from calltrack.plan import Consent, Mode, Site
from calltrack.sessions import Session
from proxy.border import Border
from proxy.desk import Desk
from proxy.gate import RequestFacts
from proxy.means import Means
from proxy.page_numbers import Shown
from proxy.page_visit import PageVisit
from proxy.rewrite import Slot, fill, scan
from proxy.snippet_facts import as_light, is_light, is_same_server, page_facts
from proxy.snippet_spans import again_seconds, until_seconds
from proxy.visitor import Visitor, last_session, recognise
from snippet_server.pages import Caller, Lead, PageAnswer, PageAsk, PageUrl, ShownNumber, SiteFacts
from snippet_server.spots import Values, page_of, values_of

TAIL = 6
"""Digits by which a script knows that a text may hold a number that is looked for."""
WRITTEN = 4096
"""Numbers that are kept as people write them."""


def no_host(_host: str) -> bool:
    """Front no site."""
    return False


class SnippetPages:
    """The `Pages` of an edge."""

    def __init__(self, desk: Desk, *, fronts: Callable[[str], bool] = no_host) -> None:
        """Take the desk. `fronts`: whether pages of a host go through this very server."""
        self._desk = desk
        self._fronts = fronts
        self._counters = desk.means.counters
        self._border = Border(desk.means.counters)

    def serves(self, host: str) -> bool:
        """Say whether a site of the Plan in force has this host."""
        return self._desk.serves(host)

    def site(self, host: str, asked_host: str) -> SiteFacts | None:
        """Tell of the site with this host."""
        force = self._desk.means.force
        site = force.plan.site_for(host)
        if site is None:
            return None
        light = is_light(site, host, asked_host)
        rows = force.plan.placeholders if site.mode is not Mode.AUTOMATIC else ()
        return SiteFacts(
            mode=site.mode,
            tails=sorted({number.e164[-TAIL:] for number in force.bindings(site, "/").numbers}),
            attributes=sorted(site.attributes),
            classes=sorted({row.css_class for row in rows if row.css_class}),
            consent=site.consent,
            has_consent_cookie=site.consent_cookie is not None and not light,
            is_light=light,
        )

    async def answer(self, ask: PageAsk, caller: Caller) -> PageAnswer:
        """Say what the page shows: leases are taken or renewed, a view is counted."""
        originals = PageAnswer([None] * len(ask.spots))
        site = self._desk.means.force.plan.site_for(ask.url.host)
        if site is None:
            self._counters.add("ask", "unknown_site")
            return originals
        looked = _Ask(self._desk, self._border, site, ask, caller, fronts=self._fronts)
        return await self._border.attempt_async("ask", looked.answer, originals)

    async def leave(self, url: PageUrl, token: str | None, caller: Caller) -> None:
        """Note that the visitor left the site, if there is a session."""
        await self._border.attempt_async("ask", lambda: self._leave(url, token, caller), None)

    async def lead(self, lead: Lead, caller: Caller) -> bool:
        """Record that a form was sent; False: there is no session that it could belong to."""
        return await self._border.attempt_async(
            "ask", lambda: self._lead(lead, caller), otherwise=False
        )

    async def _leave(self, url: PageUrl, token: str | None, caller: Caller) -> None:
        found = self._known(url, token, caller)
        if found is None or found.has_ended(self._desk.means.now()):
            return
        self._counters.add("ask", "leave")
        await self._desk.leave(found)

    async def _lead(self, lead: Lead, caller: Caller) -> bool:
        found = self._known(lead.url, lead.token, caller)
        self._counters.add("ask", "lead" if found is not None else "lead_alone")
        if found is None:
            return False
        said = {
            "session": found.id,
            "site": found.site,
            "form": lead.form,
            "path": lead.url.target.partition("?")[0],
            "name": lead.name,
            "phone": lead.phone,
            "email": lead.email,
            "reference": lead.reference,
        }
        means = self._desk.means
        data: dict[str, str | int] = {name: value for name, value in said.items() if value}
        await means.record([Event(Kind.FORM_SENT, means.now(), data)])
        return True

    def _known(self, url: PageUrl, token: str | None, caller: Caller) -> Session | None:
        """Give the session that a browser brings along, an idle one too, unless it may not stay."""
        means = self._desk.means
        site = means.force.plan.site_for(url.host)
        if site is None:
            return None
        cookie = None
        if is_light(site, url.host, caller.host):
            cookie, site = _cookie_of(means, site, token), as_light(site)
        facts = page_facts(url, "", caller, is_navigation=True, cookie=cookie)
        return recognise(site, facts, cookie=means.cookie, now=means.now()).session


class _Ask:
    """One ask of one page, answered once."""

    def __init__(
        self,
        desk: Desk,
        border: Border,
        site: Site,
        ask: PageAsk,
        caller: Caller,
        *,
        fronts: Callable[[str], bool],
    ) -> None:
        self._desk = desk
        self._border = border
        self._means = desk.means.for_visit()
        self._site = site
        self._ask = ask
        self._caller = caller
        self._now = self._means.now()
        self._is_light = is_light(site, ask.url.host, caller.host)
        self._cookie = _cookie_of(self._means, site, ask.token) if self._is_light else None
        self._is_fronted = is_same_server(ask.url, caller) and fronts(ask.url.host)

    async def answer(self) -> PageAnswer:
        """Take what the page needs, and tell it."""
        facts, visitor = self._recognise()
        self._means.counters.add("ask", visitor.reason)
        if self._ask.consent is False:
            await self._withdraw(facts)
        if not self._site.rewrites(facts.path):
            return self._left_alone(visitor)
        visit = PageVisit(
            self._means,
            self._desk.confirmations,
            facts,
            self._site,
            visitor,
            self._now,
            landed=None if visitor.is_known else self._landed(),
            is_view=(is_view := self._is_view(visitor)),
        )
        try:
            return await self._answer(visit, is_view=is_view)
        finally:
            visit.over()

    async def _answer(self, visit: PageVisit, *, is_view: bool) -> PageAnswer:
        spots, shown = await self._texts(visit)
        await (visit.finish(200) if is_view else visit.note())
        session = visit.session
        lacking = visit.lacking is not None
        hold = self._site.hold
        return PageAnswer(
            spots,
            [_told(one) for one in shown],
            until_seconds=until_seconds(session, shown, now=self._now),
            again_seconds=again_seconds(session, shown, hold, now=self._now, is_lacking=lacking),
            has_session=session is not None,
            token=self._token(session),
            cookies=() if self._is_light else tuple(visit.cookies()),
        )

    async def _texts(self, visit: PageVisit) -> tuple[Sequence[Values | None], Sequence[Shown]]:
        """Say what each spot shows, and the numbers among it. In doubt: originals."""
        sent = self._ask.spots
        originals: Sequence[Values | None] = [None] * len(sent)
        if not (visit.personal and sent and visit.rewrite is not None):
            return originals, ()
        pieces = scan(page_of(sent), visit.rewrite, charset="utf-8")
        slots = [piece for piece in pieces if isinstance(piece, Slot)]
        show = await visit.numbers(slots)
        filled = self._border.attempt("fill", lambda: values_of(fill(pieces, show), sent), None)
        return (filled, visit.shown(slots)) if filled is not None else (originals, ())

    def _recognise(self) -> tuple[RequestFacts, Visitor]:
        facts, visitor = self._as(is_navigation=self._ask.is_view)
        if visitor.reason == "no_session" and (self._is_agreed or self._last(facts) is not None):
            return self._as(is_navigation=True)
        return facts, visitor

    @property
    def _is_agreed(self) -> bool:
        return self._ask.consent is True and self._site.consent is Consent.REQUIRED

    def _as(self, *, is_navigation: bool) -> tuple[RequestFacts, Visitor]:
        ask, means = self._ask, self._means
        facts = page_facts(
            ask.url,
            ask.referrer,
            self._caller,
            is_navigation=is_navigation,
            cookie=self._cookie,
        )
        site = as_light(self._site) if self._is_light else self._site
        return facts, recognise(site, facts, cookie=means.cookie, now=self._now, agreed=ask.consent)

    def _landed(self) -> RequestFacts | None:
        landing = self._ask.landing
        if landing is None:
            return None
        return page_facts(
            landing.url, landing.referrer, self._caller, is_navigation=True, cookie=self._cookie
        )

    def _is_view(self, visitor: Visitor) -> bool:
        counted_before = self._ask.is_load and self._is_fronted
        return visitor.is_new or (self._ask.is_view and not counted_before)

    def _last(self, facts: RequestFacts) -> Session | None:
        return last_session(self._site, facts.headers, self._means.cookie)

    async def _withdraw(self, facts: RequestFacts) -> None:
        """End the session of a visitor who says no."""
        last = self._last(facts)
        if last is not None and not last.has_ended(self._now):
            self._means.counters.add("ask", "withdrawn")
            await self._desk.end(last)

    def _left_alone(self, visitor: Visitor) -> PageAnswer:
        """Answer for a page that is never rewritten: as the proxy does, it is nobody's view."""
        means, session = self._means, visitor.session if visitor.is_known else None
        if session is not None:
            self._desk.confirmations.see(session, self._site, now=self._now)
        cookies: Sequence[str] = ()
        if visitor.forgets and not self._is_light:
            cookies = means.cookie.forget(self._site, secure=self._ask.url.scheme == "https")
        return PageAnswer(
            [None] * len(self._ask.spots),
            has_session=session is not None,
            again_seconds=again_seconds(session, (), self._site.hold, now=self._now),
            token=self._token(session),
            cookies=tuple(cookies),
        )

    def _token(self, session: Session | None) -> str | None:
        if not self._is_light or session is None:
            return None
        return self._means.cookie.value(session.seen(self._now))


def _cookie_of(means: Means, site: Site, token: str | None) -> str:
    """Write the Cookie that stands for a token; "" for none."""
    return f"{means.cookie.name(site.key)}={token}" if token and ";" not in token else ""


def _told(shown: Shown) -> ShownNumber:
    return ShownNumber(shown.vestiging, shown.number.e164, _national(shown.number))


@lru_cache(maxsize=WRITTEN)
def _national(number: PhoneNumber) -> str:
    return usual(number, Spelling.NATIONAL)
