"""A shared cache of the site's pages, as they are before anybody's numbers are in them.

    directives → freshness | storing | variants | validation → wish | entry
    → shelf → memory → asking → cache

- `directives`: Cache-Control, dates and seconds, read the way the RFC says
- `freshness`: how old an answer is, how long it is good, and when it may be used all the same
- `storing`: which requests and answers the cache keeps out of
- `variants`: which request a kept answer answers (Vary)
- `validation`: asking the site whether a page is still good, and telling a visitor that it is
- `wish`: a request, the way the cache looks at it
- `spliced`: a filled page as gzip, of which only the numbers are new
- `entry`: one page that is kept: its head, its bytes, and its places for numbers once found
- `shelf`: all that is kept, by key, bounded in bytes
- `answers`: what comes out, in the shape of an answer of the site
- `fetches`: who is asking for a page just now, so that others wait for it
- `memory`: an answer out of what is kept; `asking`: an answer of the site, to be kept
- `cache`: a request in, an answer out

Nothing here knows visitors: a kept page is the site's own, and is filled for each of them later.

Source: RFC 9111 as a shared cache; RFC 5861 (stale-while-revalidate, stale-if-error).
"""

from proxy.shared_cache.answers import Kept, SiteAnswer
from proxy.shared_cache.cache import CACHE_BYTES, SAFE, SharedCache
from proxy.shared_cache.entry import Ready
from proxy.shared_cache.freshness import Moment, moment_now
from proxy.shared_cache.storing import PAGE_TYPES
from proxy.shared_cache.wish import Wish

__all__ = [
    "CACHE_BYTES",
    "PAGE_TYPES",
    "SAFE",
    "Kept",
    "Moment",
    "Ready",
    "SharedCache",
    "SiteAnswer",
    "Wish",
    "moment_now",
]
