"""What a page asks through the snippet, as a request for that page: so the proxy's own rules apply.

Where the visitor is on which page stands in the ask; who the visitor is, in the head it came with.
What that head says of the ask itself (that a script sent it, and what it takes) is no fact of the
page, and is left out.

A cookie is the session's where the page and the host that is asked share one: it is the same host,
or both are under the cookie's domain. Else it would be a third party's, which browsers do not keep:
then no cookie is read or set, the consent tool's neither, and the page brings along what stands for
the session's, a token (light mode).
"""

from dataclasses import replace

from multidict import CIMultiDict, CIMultiDictProxy

from calltrack.plan import Site
from proxy.gate import RequestFacts
from snippet_server.pages import Caller, PageUrl

_OF_THE_ASK = frozenset(
    {
        *("accept", "content-encoding", "content-length", "content-type", "origin", "referer"),
        *("hx-boosted", "hx-request", "purpose", "sec-purpose", "turbo-frame", "x-requested-with"),
        *("sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user"),
    }
)


def page_facts(
    url: PageUrl, referrer: str, caller: Caller, *, is_navigation: bool, cookie: str | None = None
) -> RequestFacts:
    """Give the request that a browser would send for the page. `cookie`: instead of its own ones.

    Only a navigation may start a session.
    """
    said = CIMultiDict(
        (name, value)
        for name, value in caller.headers.items()
        if name.lower() not in _OF_THE_ASK and (cookie is None or name.lower() != "cookie")
    )
    said["Accept"] = "text/html"
    said["Sec-Fetch-Mode"] = "navigate" if is_navigation else "cors"
    if referrer:
        said["Referer"] = referrer
    if cookie:
        said["Cookie"] = cookie
    return RequestFacts(
        method="GET",
        scheme=url.scheme,
        authority=url.authority,
        host=url.host,
        target=url.target,
        peer=caller.client,
        client=caller.client,
        is_trusted=caller.is_trusted,
        headers=CIMultiDictProxy(said),
        fields=[(name.encode(), value.encode(errors="replace")) for name, value in said.items()],
    )


def is_light(site: Site, page_host: str, asked_host: str) -> bool:
    """Say whether a cookie of the host that is asked would be a third party's on the page."""
    if page_host == asked_host:
        return False
    domain = (site.cookie_domain or "").lower().strip(".")
    return not (domain and all(_is_under(host, domain) for host in (page_host, asked_host)))


def is_same_server(url: PageUrl, caller: Caller) -> bool:
    """Say whether the page came from the scheme, host and port that are asked now.

    A browser knows, whatever port a proxy in front leaves out; of one that does not say it, the
    host alone counts.
    """
    said = caller.headers.get("Sec-Fetch-Site", "same-origin")
    return said == "same-origin" and caller.host == url.host


def _is_under(host: str, domain: str) -> bool:
    return f".{host}".endswith(f".{domain}")


def as_light(site: Site) -> Site:
    """Give a site as its light mode knows it: of consent only a script on the page can hear."""
    return replace(site, consent_cookie=None, consent_header=None, consent_value=None)
