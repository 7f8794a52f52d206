"""A request and its answer on their way through the proxy."""

from dataclasses import dataclass

from aiohttp import web

from proxy.access_log import Line
from proxy.downstream import Reply
from proxy.trace import Doing


@dataclass(slots=True)
class Exchange:
    """One request, the answer that is written to it, and what the log will say."""

    request: web.BaseRequest
    reply: Reply
    line: Line
    upgrade: bytes | None = None  # the protocol that the site is asked to switch to
    is_malformed: bool = False  # the request's body turned out to be no HTTP
    doing: Doing | None = None  # what is done with the site's answer, once there is one
