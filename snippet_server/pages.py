"""What pages ask of the edge through the snippet, and what it answers: values, and who answers.

`snippet_server` reads and checks what a browser sends, and hands these values to a `Pages`, which
the server that mounts it implements. Nothing here does I/O.

The server that mounts the routes puts a `Caller` under `CALLER` into the request before it is
answered: only that server knows which proxies in front it believes. Where nobody did, the
connection's own facts count.

Units: what ends in `_seconds` is whole seconds from now. Texts are as the browser sent them,
bounded, without lone surrogates; an address is one that a browser writes.
Errors: none. A `Pages` answers as well as it can, as the proxy does for a page: what it cannot
give is left as it is, and counted. What it raises all the same is a mistake of ours, and 500.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web
from multidict import CIMultiDictProxy

from snippet_server.spots import Spot, Values


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as far as the server in front knows: a browser on a visitor's device."""

    client: str  # the visitor's address: the peer's, or what a trusted proxy in front says
    scheme: str  # http or https, as the browser sees it
    host: str  # the name that this server was asked under: lower case, without port
    headers: CIMultiDictProxy[str]  # of the ask itself: its Cookie and User-Agent are the visitor's
    is_trusted: bool = False  # a trusted proxy sent it: its own fields count, as a consent header


CALLER = web.RequestKey("calltrack.caller", Caller)
"""Where in a request its `Caller` stands."""


@dataclass(frozen=True, slots=True)
class PageUrl:
    """The address of a page, without its fragment."""

    scheme: str  # http or https
    authority: str  # host, in lower case, and port where the address has one: www.example.nl:8000
    host: str  # the name alone, without a final dot
    target: str  # path and query as the browser wrote them: ASCII, begins with a slash

    @property
    def text(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def origin(self) -> str:
        """What the browser names in `Origin` for this page."""
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class Landing:
    """What a tab saw first, where nothing could be stored yet: a source is read from it."""

    url: PageUrl  # of the same origin as the page
    referrer: str  # as in `PageAsk`


@dataclass(frozen=True, slots=True)
class PageAsk:
    """A page asks for the texts of its spots."""

    url: PageUrl  # its origin is that of the `Origin` header, and a site of the Plan has its host
    referrer: str  # document.referrer, of an app too (android-app://...); "" where there is none
    landing: Landing | None
    is_view: bool  # a load or an SPA navigation; else a heartbeat, or late content
    is_load: bool  # the first ask after a load, `is_view` or not: a proxy of ours has counted it
    consent: bool | None  # what the page's consent tool said; None: nothing was heard
    token: str | None  # light mode: what the last answer's `token` was
    spots: Sequence[Spot]  # at most 200


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number that the answer shows, for scripts of the site."""

    vestiging: str  # its key in the Plan
    number: str  # E.164: +31201234567
    text: str  # as people of its country write it: 020 123 4567


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What the page shows, and how long it may."""

    spots: Sequence[Values | None]  # one for each of the ask's; None: leave it as it is
    numbers: Sequence[ShownNumber] = ()
    until_seconds: int | None = None  # so long may the texts be shown; None: as long as it likes
    again_seconds: int = 60  # when to ask again while the page is visible
    has_session: bool = False  # the script may keep answers
    token: str | None = None  # light mode: what the page brings along next time
    cookies: tuple[str, ...] = ()  # values of Set-Cookie; none in light mode


@dataclass(frozen=True, slots=True)
class Lead:
    """A form that a visitor sent. One of name, phone, email and reference at least is not "".

    A reference is what the site calls the form by: an order, a booking.
    """

    url: PageUrl  # where it was sent from
    token: str | None
    form: str  # what the site calls the form; where it says nothing, the path of its page
    name: str = ""
    phone: str = ""
    email: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the snippet must know of a site. There is no visitor in it: anybody may keep it."""

    mode: str  # of `calltrack.plan.Mode`
    tails: Sequence[str]  # the last digits, up to 6, of each number that is looked for
    attributes: Sequence[str]  # that are looked into: aria-label, title
    classes: Sequence[str]  # of placeholders
    consent: str  # of `calltrack.plan.Consent`
    has_consent_cookie: bool  # the site's consent tool tells the server by a cookie
    is_light: bool  # a cookie of the host that was asked would be a third party's


class Pages(Protocol):
    """Answers what the pages of the Plan's sites ask."""

    def serves(self, host: str) -> bool:
        """Say whether a site of the Plan in force has this host: lower case, no port."""

    def site(self, host: str, asked_host: str) -> SiteFacts | None:
        """Tell of the site with this host. `asked_host`: where this server was asked.

        None: no site has it.
        """

    async def answer(self, ask: PageAsk, caller: Caller) -> PageAnswer:
        """Say what the page shows: leases are taken or renewed, a view is counted."""

    async def leave(self, url: PageUrl, token: str | None, caller: Caller) -> None:
        """Note that the visitor left the site, if there is a session; told twice it does no harm.

        `token` as in `PageAsk`.
        """

    async def lead(self, lead: Lead, caller: Caller) -> bool:
        """Record that a form was sent, for the session that the caller has; False: it has none."""
