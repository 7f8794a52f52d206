"""The id of a request: in the log, on error pages, at the site, and with the visitor.

A trusted peer's own X-Request-Id is kept, so that its log and ours speak of one thing; everybody
else's is thrown away. A peer that sends two, or something else than a short plain word, gets a new
one, for it stands in our log as it is.
"""

import re
import secrets
from collections.abc import Callable

from aiohttp import web

NAME = b"X-Request-Id"
_NAME = "X-Request-Id"

_PLAIN = re.compile(r"[A-Za-z0-9._~:@=+/-]{1,128}")


def request_id(request: web.BaseRequest, is_trusted: Callable[[str], bool]) -> str:
    """Give the id: the one that came along, where its peer is trusted, else a new one."""
    if _NAME in request.headers and is_trusted(request.remote or ""):
        said = request.headers.getall(_NAME)
        if len(said) == 1 and _PLAIN.fullmatch(said[0]):
            return said[0]
    return secrets.token_hex(8)
