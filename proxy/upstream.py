"""Asks the site. Every error of the client library becomes ours here, and nowhere else.

Nothing is invented on the way (no User-Agent, no Accept, no Content-Type) and nothing kept (no
cookies, no redirects, no decoding). No connection is used twice: what a confused site sends after
its answer could otherwise be taken for the next visitor's page (RFC 9112 §9.2).

Errors: UpstreamUnreachable, UpstreamBroken, UpstreamTimeout.
"""

import re
import time
from asyncio import Future
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import chain

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from calltrack.errors import (
    ConfigError,
    UpstreamBroken,
    UpstreamError,
    UpstreamTimeout,
    UpstreamUnreachable,
)
from proxy.gate import is_authority
from proxy.headers import Fields, members

READ_BYTES = 64 * 1024
HEAD_LIMIT_BYTES = 64 * 1024  # one line of an answer's head: a long CSP, many cookies
HEAD_LIMIT_FIELDS = 256

# RuntimeError: what aiohttp says to a read on a connection that is gone.
_THEIRS = (aiohttp.ClientError, TimeoutError, OSError, RuntimeError)
_LINE_END = re.compile(rb"[\r\n\0]")
_NOT_INVENTED = frozenset({"Accept", "Accept-Encoding", "Content-Type", "User-Agent"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to the site. A body without a Content-Length goes in chunks."""

    method: str
    target: str  # path and query, sent byte for byte
    fields: Fields
    body: AsyncIterator[bytes] | None = None


class Upstream:
    """The site behind the proxy: one fixed address, whatever a request says."""

    def __init__(
        self,
        url: str,
        *,
        host: str | None = None,
        connect_seconds: float = 5.0,
        read_seconds: float = 60.0,
    ) -> None:
        """Take the site's address and, where it must hear another name than the visitor's, `host`.

        `read_seconds` is the longest silence; a download may take as long as it likes.
        """
        self.base = _base(url)
        self.host = host
        names = [f"{scheme}://{host}" for scheme in ("http", "https")] if host else []
        self.inner_bases = tuple(name.encode() for name in (self.base, *names))
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=connect_seconds, sock_read=read_seconds
        )
        self._client: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make ready to ask."""
        if self._client is not None:
            return
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=_NOT_INVENTED,
            timeout=self._timeout,
            read_bufsize=READ_BYTES,
            max_line_size=HEAD_LIMIT_BYTES,
            max_field_size=HEAD_LIMIT_BYTES,
            max_headers=HEAD_LIMIT_FIELDS,
        )
        # aiohttp asks twice by itself when a connection breaks, and has no public switch for it:
        # the body would be gone the second time.
        self._client._retry_connection = False  # noqa: SLF001

    async def close(self) -> None:
        """Close what is open."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def send(self, ask: Ask) -> "Answer":
        """Send a request; give the answer as soon as its head is here."""
        if self._client is None:
            raise RuntimeError("Upstream.open() comes first")
        sent_at = time.perf_counter()
        try:
            response = await self._client.request(
                ask.method,
                URL(self.base + ask.target, encoded=True),
                headers=_multidict(ask.fields),
                data=ask.body,
                allow_redirects=False,
            )
        except _THEIRS as error:
            raise ours(error) from error
        answer = Answer(response, waited_seconds=time.perf_counter() - sent_at)
        problem = _problem(answer)
        if problem is not None:
            answer.close()
            raise UpstreamBroken(problem)
        return answer


class Answer:
    """The site's answer: its head, and a body that is read as it comes."""

    def __init__(self, response: aiohttp.ClientResponse, *, waited_seconds: float) -> None:
        """Take a response whose head has been read."""
        self._response = response
        self.status = response.status
        self.reason = (response.reason or "").encode("utf-8", "surrogateescape")
        self.fields: Fields = list(response.raw_headers)
        self.waited_seconds = waited_seconds
        self._watch()

    async def read(self) -> bytes:
        """Wait for the next bytes of the body, READ_BYTES at most; b"" at its end."""
        try:
            return await self._response.content.read(READ_BYTES)
        except _THEIRS as error:
            raise ours(error) from error

    def read_ready(self) -> bytes:
        """Give the bytes that are here already, without waiting; b"" where there are none."""
        try:
            return self._response.content.read_nowait(READ_BYTES)
        except _THEIRS as error:
            raise ours(error) from error

    def _watch(self) -> None:
        """See to it that a connection that ends in the middle of the body ends the waiting for it.

        aiohttp does not, where what it reads turns out to be no HTTP: it would wait for ever.
        """
        connection = self._response.connection
        protocol = connection.protocol if connection is not None else None
        if protocol is None:  # the body has come whole, with the head
            return
        closed = protocol.closed
        if closed is None:
            self._break_off(None)
        else:
            closed.add_done_callback(self._break_off)

    def _break_off(self, closed: Future[None] | None) -> None:
        if closed is not None and not closed.cancelled():
            closed.exception()  # looked at, or asyncio says that nobody did
        content = self._response.content
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError("the connection ended"))

    @property
    def is_over(self) -> bool:
        """Say whether the whole body has been read."""
        return self._response.content.at_eof()

    def close(self) -> None:
        """Let go of the connection, at once, whatever is still to come."""
        self._response.close()


def _problem(answer: "Answer") -> str | None:
    """Say why an answer must not go on to a visitor: aiohttp reads heads leniently."""
    if answer.status == 101:
        return "the site switched protocols unasked"
    parts = chain([answer.reason], *answer.fields)
    if any(_LINE_END.search(part) for part in parts):
        return "the site's answer has a line end inside a line of its head"
    if members(answer.fields, b"transfer-encoding") not in ([], [b"chunked"]):
        return "the site's answer is in a transfer coding that was not asked for"
    return None


def ours(error: Exception) -> UpstreamError:
    """Say in our words what went wrong."""
    if isinstance(error, TimeoutError):
        return UpstreamTimeout("the site takes too long")
    if isinstance(error, aiohttp.ClientConnectorError):
        return UpstreamUnreachable(f"no connection to the site: {error.os_error}")
    return UpstreamBroken(f"the site's answer is broken: {type(error).__name__}")


def _base(url: str) -> str:
    base = url.removesuffix("/")
    scheme, _, authority = base.partition("://")
    if scheme not in {"http", "https"} or not is_authority(authority):
        raise ConfigError(
            f"upstream: «{url}» is no address of a site, "
            "as http://127.0.0.1:8001 (no path, no login)"
        )
    return base


def _multidict(fields: Fields) -> CIMultiDict[str]:
    """Put fields into aiohttp's shape, each repeated name in its first spelling.

    aiohttp takes `x-A` and `X-a` for two settings of one thing, and drops the first.
    """
    spelling: dict[bytes, str] = {}
    result: CIMultiDict[str] = CIMultiDict()
    for name, value in fields:
        key = spelling.setdefault(name.lower(), name.decode("ascii"))
        result.add(key, value.decode("utf-8", "surrogateescape"))
    return result
