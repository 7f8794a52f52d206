"""What the two lines to Wagtail share: the token, the client, and what goes wrong with it.

The token goes to the host that was named, and is never logged. A body is read up to a limit. Who
answers with a redirect is not followed unless `may_follow` says so, and never by the client itself.
"""

from pathlib import Path

import aiohttp

from calltrack.link.plan_urls import without_query
from calltrack.link.reasons import TOKEN, one_line
from proxy.tokens import read_token

CONNECT_SECONDS = 2.0
TOKEN_FILE = f"{TOKEN}_FILE"
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_PART_BYTES = 64 * 1024


def open_client(token: str, *, total_seconds: float) -> aiohttp.ClientSession:
    """Open a client that carries the token, if there is one. To be called while a loop runs."""
    fields = {"Accept": "application/json", "User-Agent": "calltrack-proxy"}
    if token:
        fields["Authorization"] = f"Bearer {token}"
    return aiohttp.ClientSession(
        headers=fields,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=total_seconds, connect=CONNECT_SECONDS),
    )


def plan_token(file: Path | None = None) -> str:
    """Give the token for Wagtail; `file` is what the settings name."""
    return read_token(TOKEN, file)


async def bounded(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Read a body; of one that is longer than `most` no more than tells that it is."""
    found = bytearray()
    async for part in answer.content.iter_chunked(_PART_BYTES):
        found += part
        if len(found) > most:
            answer.close()
            break
    return bytes(found)


def elsewhere(to: str) -> str:
    """Name an address that an answer leads to, for ops."""
    return one_line(without_query(to))


def why(error: Exception) -> str:
    """Say in our words what a library says in its own."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"its certificate is not good: {one_line(str(error.certificate_error))}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name is not known"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection: {one_line(error.os_error.strerror or str(error.os_error))}"
    if isinstance(error, aiohttp.ServerTimeoutError):
        return "no connection in time"
    return f"no whole answer came ({type(error).__name__})"
