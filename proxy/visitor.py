"""From a request to a visit: a known session, a new one, or nobody.

What decides, first match wins. `reason` is the word that the log has for it:

==========================================  ============  =========================================
request                                     reason        page
==========================================  ============  =========================================
a host the Plan does not know, or no Plan   -             never scanned
a path the site never rewrites              -             never scanned
another method than GET                     method        never scanned
a crawler                                   crawler       scanned, original numbers, nothing stored
consent not given                           no_consent    scanned, original numbers, nothing stored
a session                                   known         its numbers, more are leased as needed
no session (or an idle one), a navigation   new           a session starts, numbers are leased
neither a session nor a navigation          no_session    scanned, original numbers, nothing stored
==========================================  ============  =========================================

Nothing about the visitor is derived from anything but the cookie we signed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from crawleruseragents import is_crawler

from calltrack.cookie import SessionCookie, cookie_name
from calltrack.plan import Consent, Mode, Plan, Site
from calltrack.sessions import Session, start
from proxy.rewrite import Bindings

Clock = Callable[[], datetime]

AGENT_LIMIT = 512
"""Letters of a User-Agent that are looked at; the whole list of names is tried on each."""
MOST_COOKIES = 4

# Health checks and tools that the kept list of crawlers leaves out: each probe without a cookie
# would be a visitor of its own, and a balancer that asks every half minute would empty a pool.
_PROBE = re.compile(
    r"(?i)health.?check|health.?probe|^kube-probe|^GoogleHC|^HAProxy|^Varnish|Synthetics"
    r"|Lighthouse|^Java/"
)


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. Without a session the page shows the original numbers."""

    reason: str
    session: Session | None = None
    is_new: bool = False


def bindings_for(plan: Plan, site: Site) -> Bindings:
    """Say what the rewriter looks for in a site's pages."""
    automatic = site.mode is not Mode.PLACEHOLDERS
    marked = site.mode is not Mode.AUTOMATIC
    return Bindings(
        numbers=frozenset(plan.by_forwarding_number) if automatic else frozenset(),
        classes={p.css_class: p.key for p in plan.placeholders if p.css_class} if marked else {},
        keys=frozenset(p.key for p in plan.placeholders) if marked else frozenset(),
        region=plan.region,
        attributes=site.attributes,
    )


def is_navigation(headers: Mapping[str, str]) -> bool:
    """Say whether a browser is about to show the answer as a page of its own.

    Prefetched pages and fragments are not, nor a frame in another site's page: no cookie comes from
    there, so each look would take a number. Without Sec-Fetch headers (old browsers, plain http) a
    request that accepts text/html is one.
    """
    if "Sec-Purpose" in headers or headers.get("Purpose") == "prefetch":
        return False
    if any(name in headers for name in ("HX-Request", "Turbo-Frame", "X-Requested-With")):
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


def read_cookies(headers: Mapping[str, str], name: str) -> list[str]:
    """Give the values of all cookies of this name."""
    pairs = (pair.strip().partition("=") for pair in headers.get("Cookie", "").split(";"))
    return [value.strip() for key, _, value in pairs if key == name]


def recognise(
    site: Site, *, method: str, headers: Mapping[str, str], cookie: SessionCookie, now: datetime
) -> Visitor:
    """Tell who asks for a page of this site."""
    if method != "GET":
        return Visitor("method")
    if is_bot(headers.get("User-Agent", "")):
        return Visitor("crawler")
    if site.consent is Consent.REQUIRED:
        return Visitor("no_consent")
    last = _last_session(site, headers, cookie)
    if last is not None and not last.has_ended(now):
        return Visitor("known", last)
    if not is_navigation(headers):
        return Visitor("no_session")
    return Visitor("new", start(site.key, now=now, last=last), is_new=True)


def _last_session(site: Site, headers: Mapping[str, str], cookie: SessionCookie) -> Session | None:
    """Read the cookie. A browser may send two, for the host and for its domain: the newest counts.

    It goes on sending the old one for weeks after a Plan has got a cookie domain.
    """
    values = read_cookies(headers, cookie_name(site.key))[:MOST_COOKIES]
    sessions = (session for value in values if (session := cookie.read(value)) is not None)
    ours = (session for session in sessions if session.site == site.key)
    return max(ours, key=lambda session: session.seen_at, default=None)
