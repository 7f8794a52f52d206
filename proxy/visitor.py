"""From a request to a visit: a known session, a new one, or nobody.

What decides, first match wins. `reason` is the word that the log has for it:

==========================================  ============  =========================================
request                                     reason        page
==========================================  ============  =========================================
a host the Plan does not know, or no Plan   -             never scanned
a path the site never rewrites              -             never scanned
another method than GET                     method        never scanned
a crawler                                   crawler       scanned, original numbers, nothing stored
an opt-out (`consent`)                      opted_out     the same, and our cookie is taken away
Global Privacy Control, as the site has it  gpc           static numbers of the source that this
                                                          request tells of; our cookie is taken away
consent not given, or a script heard no     no_consent    the same
a session                                   known         its numbers, more are leased as needed
no session (or an idle one), a navigation   new           a session starts, numbers are leased
neither a session nor a navigation          no_session    scanned, original numbers, nothing stored
==========================================  ============  =========================================

Where the Plan names neither cookie nor header that tells of consent, a script on the page is the
only one that can hear of it: what it heard comes with what it asks (`agreed`), and a yes stands in
our own cookie from then on, for the pages that follow.

Who the visitor is, is derived from nothing but the cookie we signed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from crawleruseragents import is_crawler

from calltrack.cookie import SessionCookie
from calltrack.plan import Consent, Site
from calltrack.sessions import Session
from proxy.consent import refusal
from proxy.gate import RequestFacts
from proxy.sent_cookies import read_cookies

AGENT_LIMIT = 512
"""Letters of a User-Agent that are looked at; the whole list of names is tried on each."""
MOST_COOKIES = 4

# Health checks and tools that the kept list of crawlers leaves out: each probe without a cookie
# would be a visitor of its own, and a balancer that asks every half minute would empty a pool.
_PROBE = re.compile(
    r"(?i)health.?check|health.?probe|^kube-probe|^GoogleHC|^HAProxy|^Varnish|Synthetics"
    r"|Lighthouse|^Java/"
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `session`: the one that goes on; where one starts, the one before."""

    reason: str
    session: Session | None = None
    forgets: bool = False  # our cookie came along, and may not stay
    agrees: bool = False  # as a script heard: our own cookie is to remember it

    @property
    def is_new(self) -> bool:
        """Say whether a session starts."""
        return self.reason == "new"

    @property
    def is_known(self) -> bool:
        """Say whether a session goes on."""
        return self.reason == "known"

    @property
    def sees_static(self) -> bool:
        """Say whether static numbers may be shown, though nothing may be stored."""
        return self.reason in {"gpc", "no_consent"}


def is_prefetch(headers: Mapping[str, str]) -> bool:
    """Say whether a browser fetches a page that it may never show."""
    return "Sec-Purpose" in headers or headers.get("Purpose") == "prefetch"


def is_fragment(headers: Mapping[str, str]) -> bool:
    """Say whether a script puts the answer into a page that is there already."""
    if "HX-Boosted" in headers:  # htmx in a link's place: the whole page
        return False
    return _is_of_script(headers)


def _is_of_script(headers: Mapping[str, str]) -> bool:
    return "HX-Request" in headers or "Turbo-Frame" in headers or "X-Requested-With" in headers


def is_navigation(headers: Mapping[str, str]) -> bool:
    """Say whether a browser is about to show the answer as a page of its own.

    Prefetched pages and fragments are not, nor a frame in another site's page: no cookie comes from
    there, so each look would take a number. Without Sec-Fetch headers (old browsers, plain http) a
    request that accepts text/html is one.
    """
    if is_prefetch(headers):
        return False
    if _is_of_script(headers):
        return False
    mode = headers.get("Sec-Fetch-Mode")
    is_framed = headers.get("Sec-Fetch-Dest", "document") != "document"
    if is_framed and headers.get("Sec-Fetch-Site") == "cross-site":
        return False
    if mode is not None:
        return mode == "navigate"
    accept = headers.get("Accept", "*/*").strip()
    return accept == "*/*" or "text/html" in accept


def is_bot(user_agent: str) -> bool:
    """Say whether a kept list of crawlers and tools, or ours of probes, knows this User-Agent."""
    return _is_listed(user_agent[:AGENT_LIMIT])


@lru_cache(maxsize=2048)
def _is_listed(user_agent: str) -> bool:
    return bool(is_crawler(user_agent) or _PROBE.search(user_agent))  # 100 µs for a usual one


def recognise(
    site: Site,
    request: RequestFacts,
    *,
    cookie: SessionCookie,
    now: datetime,
    agreed: bool | None = None,
) -> Visitor:
    """Tell who asks for a page of this site. `agreed`: what a script on the page heard of it."""
    headers = request.headers
    if request.method != "GET":
        return Visitor("method")
    if is_bot(headers.get("User-Agent", "")):
        return Visitor("crawler")
    last = last_session(site, headers, cookie)
    is_heard = bool(agreed) or _is_remembered(site, last)
    refused = refusal(site, headers, is_trusted=request.is_trusted)
    if refused == "no_consent" and is_heard:
        refused = None
    if agreed is False:
        refused = refused or "no_consent"
    if refused is not None:
        return Visitor(refused, forgets=bool(read_cookies(headers, cookie.name(site.key))))
    agrees = is_heard and is_heard_by_scripts(site)
    if last is not None and not last.has_ended(now):
        return Visitor("known", last, agrees=agrees)
    return Visitor("new", last, agrees=agrees) if is_navigation(headers) else Visitor("no_session")


def is_heard_by_scripts(site: Site) -> bool:
    """Say whether nobody but a script on the page can hear that a visitor agrees."""
    return site.consent is Consent.REQUIRED and site.consent_value is None


def _is_remembered(site: Site, last: Session | None) -> bool:
    return last is not None and last.is_agreed and is_heard_by_scripts(site)


def last_session(site: Site, headers: Mapping[str, str], cookie: SessionCookie) -> Session | None:
    """Read the cookie. A browser may send two, for the host and for its domain: the newest counts.

    It goes on sending the old one for weeks after a Plan has got a cookie domain.
    """
    values = read_cookies(headers, cookie.name(site.key))[:MOST_COOKIES]
    last: Session | None = None
    for value in values:
        session = cookie.read(value)
        if session is None or session.site != site.key:
            continue
        if last is None or session.seen_at > last.seen_at:
            last = session
    return last
