"""One page of the site, fetched as a stranger: the one place of the plugin that asks a server.

- The server is the one that the setting names (`upstreams`), whatever the page's address says; the
  environment's proxies are not asked.
- GET, over a connection of its own. No cookie, no password, nothing of the editor is sent.
- No redirect is followed: it is an answer like any other.
- All of it takes `seconds` at most, also from a server that sends a byte now and then.
- At most `most_bytes` of the page are kept, counted unpacked, and unpacked a bit at a time: a small
  answer that unpacks to a large one is left at that size.
- Only a page that the proxy would look at is read at all: HTML with status 200.

Nothing is logged.

Errors: UpstreamUnreachable, UpstreamTimeout, UpstreamBroken.
"""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from socket import SHUT_RDWR, socket
from threading import Timer

from django.utils.http import parse_header_parameters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, SSLError
from urllib3.exceptions import TimeoutError as TooLate
from urllib3.response import BaseHTTPResponse

from calltrack.errors import UpstreamBroken, UpstreamError, UpstreamTimeout, UpstreamUnreachable
from wagtail_calltrack.why.upstreams import Upstream

SECONDS = 5.0
MOST_BYTES = 5_000_000
PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
USER_AGENT = "calltrack-why"

_CONNECT_SECONDS = 2.0
_READ_BYTES = 64 * 1024
_PACKINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_TOO_LATE = "the page takes too long"
_THEIRS = (HTTPError, HTTPException, OSError)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: the host and scheme as visitors have them, path and query as sent."""

    scheme: str
    host: str
    target: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came. `body` is unpacked; None where it was not read: see the module's rules."""

    status: int
    kind: str
    charset: str | None
    location: str
    directives: frozenset[str]  # of Cache-Control
    calltrack: frozenset[str]  # X-Calltrack
    seconds: float
    body: bytes | None = None
    is_too_large: bool = False

    @property
    def is_html(self) -> bool:
        """Say whether it is a page."""
        return self.kind in PAGE_TYPES


def fetch(
    upstream: Upstream, asked: Request, *, seconds: float = SECONDS, most_bytes: int = MOST_BYTES
) -> Answer:
    """Ask for a page."""
    began = time.monotonic()
    deadline = _Deadline(began + seconds)
    connection = _connection(upstream, min(seconds, _CONNECT_SECONDS))
    try:
        connection.connect()
        with deadline.of(connection.sock):
            answer, body = _asked(connection, asked, most_bytes)
    except _THEIRS as error:
        raise _ours(error, is_late=deadline.is_over) from error
    finally:
        connection.close()
    if deadline.is_over:  # what came is what there was until then
        raise UpstreamTimeout(_TOO_LATE)
    return _told(answer, body, most_bytes, time.monotonic() - began)


def _connection(upstream: Upstream, seconds: float) -> HTTPConnection:
    if upstream.scheme == "http":
        return HTTPConnection(upstream.host, upstream.port, timeout=seconds)
    context = ssl.create_default_context()
    return HTTPSConnection(upstream.host, upstream.port, timeout=seconds, ssl_context=context)


class _Deadline:
    """Ends a connection at a moment, whatever is being waited for."""

    def __init__(self, moment: float) -> None:
        self.is_over = False
        self._moment = moment

    @contextmanager
    def of(self, connected: socket) -> Iterator[None]:
        """End this one."""
        left = max(self._moment - time.monotonic(), 0.001)
        connected.settimeout(left)
        timer = Timer(left, self._cut, [connected])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self, connected: socket) -> None:
        self.is_over = True
        with suppress(OSError):  # it has ended by itself
            # The plain socket's: that of TLS is not to be ended while another thread reads.
            socket.shutdown(connected, SHUT_RDWR)


def _asked(
    connection: HTTPConnection, asked: Request, most_bytes: int
) -> tuple[BaseHTTPResponse, bytes | None]:
    headers = {
        "Host": asked.host,
        "X-Forwarded-Proto": asked.scheme,  # else a site that is served by TLS leads to itself
        "User-Agent": USER_AGENT,
        "Accept": "text/html",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request(
        "GET", asked.target, headers=headers, preload_content=False, decode_content=False
    )
    answer = connection.getresponse()
    kind, _parameters = parse_header_parameters(answer.headers.get("Content-Type", ""))
    is_read = answer.status == 200 and kind.lower() in PAGE_TYPES
    return answer, _body(answer, most_bytes) if is_read else None


def _body(answer: BaseHTTPResponse, most_bytes: int) -> bytes:
    """Read the page, and one byte more at least where it is too large."""
    if not _PACKINGS.issuperset(_members(answer.headers.get("Content-Encoding", ""))):
        raise UpstreamBroken("the page is packed in a way that was not asked for")
    parts, size = [], 0
    while size <= most_bytes and (part := answer.read(_READ_BYTES, decode_content=True)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _told(answer: BaseHTTPResponse, body: bytes | None, most_bytes: int, seconds: float) -> Answer:
    kind, parameters = parse_header_parameters(answer.headers.get("Content-Type", ""))
    is_too_large = body is not None and len(body) > most_bytes
    return Answer(
        status=answer.status,
        kind=kind.lower(),
        charset=parameters.get("charset"),
        location=answer.headers.get("Location", ""),
        directives=frozenset(_members(answer.headers.get("Cache-Control", ""))),
        calltrack=frozenset(_members(answer.headers.get("X-Calltrack", ""))),
        seconds=seconds,
        body=None if is_too_large else body,
        is_too_large=is_too_large,
    )


def _members(text: str) -> list[str]:
    return [one.strip().lower() for one in text.split(",")]


def _ours(error: Exception, *, is_late: bool) -> UpstreamError:
    if isinstance(error, ConnectTimeoutError | SSLError | ssl.SSLError):
        return UpstreamUnreachable("no connection to the upstream, or none that is secure")
    if is_late or isinstance(error, TooLate | TimeoutError):
        return UpstreamTimeout(_TOO_LATE)
    return UpstreamBroken("what came is no HTTP, or not the whole of it")
