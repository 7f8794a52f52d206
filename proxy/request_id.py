"""The id of a request: in the log, at the site, and on pages of our own.

A trusted peer's own X-Request-Id is kept, so that its log and ours speak of one thing, and goes
back to it; everybody else's is thrown away. A peer that sends two, or something else than a short
plain word, gets a new one, for it stands in our log as it is.

An id that we made goes to the site, and back with error pages. To an answer of the site it is not
added: what is not a page with numbers passes byte for byte. A site that wants its visitors to have
the id sends it back itself.
"""

import random
import re
from collections.abc import Callable

from aiohttp import web

NAME = b"X-Request-Id"
_NAME = "X-Request-Id"

_PLAIN = re.compile(r"[A-Za-z0-9._~:@=+/-]{1,128}")


def said_id(request: web.BaseRequest, is_trusted: Callable[[str], bool]) -> str | None:
    """Give the id that came along, if it may be believed."""
    if _NAME not in request.headers or not is_trusted(request.remote or ""):
        return None
    said = request.headers.getall(_NAME)
    return said[0] if len(said) == 1 and _PLAIN.fullmatch(said[0]) else None


def new_id() -> str:
    """Make an id. It is no secret, and the system is not asked for one at each request."""
    return f"{random.getrandbits(64):016x}"
