"""Which requests the cache keeps out of, and which answers it does not keep.

The site decides, in words: a page is kept where its own head says for how long shared caches may
(`s-maxage`, `max-age`, `Expires`), or that it is `public` and can be asked for again. A page
without such a word is not kept, and never one with a cookie, or one for a visitor who is logged in
by `Authorization`, whatever its head says. What is said to some caches in words of their own
(`Surrogate-Control`, `CDN-Cache-Control`) can forbid what Cache-Control allows, and allows nothing.

The reasons are words that are counted. Pure.
Source: RFC 9111 §3, §3.3, §3.5, §7.3.
"""

from collections.abc import Mapping

from proxy import codecs
from proxy.headers import Fields, first, is_switched_off, may_transform, media_type, members
from proxy.shared_cache.directives import directives, targeted
from proxy.shared_cache.freshness import freshness

PAGE_TYPES = frozenset({b"text/html", b"application/xhtml+xml"})
MOST_VARIES = 16
"""Names in a Vary that are followed; with more, an answer is for one request only."""

_FORBIDDING = frozenset({b"no-store", b"private", b"no-cache"})
_NOT_SHOWN = frozenset(
    {b"audio", b"font", b"image", b"manifest", b"script", b"style", b"track", b"video", b"worker"}
)
# Fields that the proxy writes: what the site heard in them is not in the visitor's request.
_WRITTEN_BY_US = frozenset(
    {
        *(b"*", b"via", b"forwarded", b"x-forwarded-for", b"x-forwarded-port", b"x-real-ip"),
        b"x-request-id",
    }
)


def why_passed(request: Mapping[bytes, bytes]) -> str | None:
    """Say why a request goes past the cache; None: it may be answered from it."""
    if b"authorization" in request:
        return "authorization"
    if b"range" in request:
        return "range"
    accepted = request.get(b"accept", b"*/*")
    is_page = any(kind in accepted for kind in (b"html", b"*/*", b"text/*"))
    is_page = is_page and b"turbo-stream" not in accepted
    is_shown = request.get(b"sec-fetch-dest", b"") not in _NOT_SHOWN
    return None if is_page and is_shown else "asset"


def why_not_kept(status: int, head: Fields) -> str | None:
    """Say why an answer is not kept; None: it may be. The head has a Date."""
    has_length = first(head, b"content-length") is not None
    checks = (
        ("status", status == 200),
        ("kind", media_type(head)[0] in PAGE_TYPES),
        ("untouched", may_touch(head)),
        ("cookie", first(head, b"set-cookie") is None),
        ("coding", codecs.codings(head) is not None),
        # Else its end is that of the connection, and what is missing would not be seen.
        ("length", has_length or bool(members(head, b"transfer-encoding"))),
    )
    return next((why for why, is_met in checks if not is_met), None) or _why_not_allowed(head)


def may_touch(head: Fields) -> bool:
    """Say whether the site lets its page be looked into."""
    return not is_switched_off(head) and may_transform(head)


def why_not_kept_on(head: Fields) -> str | None:
    """Say why a page that the site has confirmed is kept no longer."""
    return "cookie" if first(head, b"set-cookie") is not None else _why_not_allowed(head)


def _why_not_allowed(head: Fields) -> str | None:
    said = directives(head)
    for name, why in ((b"no-store", "no_store"), (b"private", "private")):
        if name in said:
            return why
    if any(_FORBIDDING & told.keys() for told in targeted(head)):
        return "targeted"
    varies = set(members(head, b"vary"))
    if varies & _WRITTEN_BY_US or len(varies) > MOST_VARIES:
        return "vary"
    found = freshness(head)
    if found.lifetime > 0:
        return None
    is_named = b"public" in said or b"s-maxage" in said
    can_be_asked = first(head, b"etag") is not None or first(head, b"last-modified") is not None
    return None if is_named and can_be_asked else "unsaid"
