"""Who may ask from another origin, and what a browser is told of it (CORS).

Rule 1: the origin is looked at before the body is read, and before anything is counted. It is one
of a site of the Plan, exactly as browsers write it, or the ask is refused: 403, without a word of
CORS, so that no other page reads even that.
Rule 2: every answer to a site of the Plan may be read by it, refusals too: whoever builds the site
sees what is wrong. Answers differ by origin, and say so in `Vary`.
Rule 3: a browser that asks its own origin for `site` sends none, and needs none.

A public page may ask a server in a private network only if its visitor agrees (Local Network
Access). The headers by which servers used to agree (`Access-Control-Allow-Private-Network`) have
gone with the specification that had them, and are not sent: the server belongs where visitors are.

Sources: the Fetch standard, CORS protocol; RFC 9110 §12.5.5 (Vary); Local Network Access (WICG).
"""

from collections.abc import Sequence

from aiohttp import web

from snippet_server.origins import read_origin
from snippet_server.pages import Pages, PageUrl

PREFLIGHT_SECONDS = 600


def origin_of(request: web.BaseRequest, pages: Pages) -> PageUrl | None:
    """Give the origin that asks; None where it is no site's of the Plan, or is not said."""
    said = request.headers.getall("Origin", [])
    found = read_origin(said[0]) if len(said) == 1 else None
    return found if found is not None and pages.serves(found.host) else None


def allow(response: web.Response, origin: PageUrl | None) -> web.Response:
    """Let the origin read an answer."""
    response.headers["Vary"] = "Origin"
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin.origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def preflight(origin: PageUrl, methods: Sequence[str]) -> web.Response:
    """Answer a browser that asks before it asks."""
    response = allow(web.Response(status=204), origin)
    response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
