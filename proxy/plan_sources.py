"""Where the Plan comes from: an address that is asked, or a file that somebody changes.

`look` never raises: what it comes to is a value (`calltrack.link.outcomes`).

Of a URL: one request at a time, bounded in time and bytes. The token goes to the host that was
named, and is never logged. Of a file: a change is read when two looks in a row have seen the same
of it, for a file that is being written may be whole before it is all there.
"""

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

import aiohttp

from calltrack import planfile
from calltrack.errors import ConfigError, PlanError
from calltrack.link.answers import TOKEN, one_line, read_answer
from calltrack.link.outcomes import Failed, Found, Outcome, Refused, Same
from calltrack.link.plan_urls import may_follow, without_query
from proxy.beside import beside

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 10.0
MOST_REDIRECTS = 3
TOKEN_FILE = f"{TOKEN}_FILE"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PART_BYTES = 64 * 1024


class PlanSource(Protocol):
    """Where a Plan comes from."""

    @property
    def name(self) -> str:
        """Name it for ops."""
        ...

    async def look(self, *, at_once: bool = False) -> Outcome:
        """Look for a Plan. `at_once`: ops say that there is one."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


class PlanUrl:
    """An address that is asked for a Plan, with the ETag of the last answer."""

    def __init__(self, url: str, *, token: str = "", total_seconds: float = TOTAL_SECONDS) -> None:
        """Take the address; nothing is asked yet. To be made while a loop runs."""
        self.name = without_query(url)
        self._url = url
        self._etag = ""
        self._total_seconds = total_seconds
        fields = {"Accept": "application/json", "User-Agent": "calltrack-proxy"}
        if token:
            fields["Authorization"] = f"Bearer {token}"
        self._client = aiohttp.ClientSession(
            headers=fields,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=total_seconds, connect=CONNECT_SECONDS),
        )

    async def look(self, *, at_once: bool = False) -> Outcome:  # noqa: ARG002 - each look asks
        """Ask once."""
        try:
            async with asyncio.timeout(self._total_seconds):  # over all redirects
                outcome = await self._ask(self._url, MOST_REDIRECTS)
        except TimeoutError:
            return Failed(f"it does not answer in {self._total_seconds:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Failed(_why(error))
        if isinstance(outcome, Found | Refused):
            self._etag = outcome.etag
        return outcome

    async def close(self) -> None:
        """Close the connection."""
        await self._client.close()

    async def _ask(self, url: str, redirects: int) -> Outcome:
        asked = self._etag
        fields = {"If-None-Match": asked} if asked else {}
        async with self._client.get(url, headers=fields, allow_redirects=False) as answer:
            if answer.status not in _REDIRECTS:
                body = await _bounded(answer)
                etag = answer.headers.get("ETag", "")
                read = partial(read_answer, answer.status, body, etag=etag, asked=asked)
                return await beside(read)
            to = urljoin(url, answer.headers.get("Location", ""))
        if not redirects:
            return Failed("it leads from one address to the next")
        if not may_follow(url, to):
            elsewhere = one_line(without_query(to))
            return Failed(f"it leads to {elsewhere}, where the token may not go; name that address")
        return await self._ask(to, redirects - 1)


class PlanFile:
    """A file. What it holds at the start is read once more by the first looks."""

    def __init__(self, path: Path) -> None:
        """Take its name; nothing is read yet."""
        self.name = str(path)
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._read: tuple[int, ...] | None = None

    async def look(self, *, at_once: bool = False) -> Outcome:
        """Read the file if it has changed."""
        return await beside(partial(self._look, at_once=at_once))

    async def close(self) -> None:
        """Nothing is open."""

    def _look(self, *, at_once: bool) -> Outcome:
        try:
            found = self._path.stat()
        except OSError as error:
            return Failed(f"it cannot be read: {error.strerror}")
        mark = (found.st_mtime_ns, found.st_size, found.st_ino)
        is_settled, self._seen = mark == self._seen, mark
        if mark == self._read or not (is_settled or at_once):
            return Same()
        self._read = mark
        try:
            return Found(planfile.load(self._path))
        except PlanError as error:
            return Refused(error.problems)


def plan_token() -> str:
    """Give the token for the address: from the environment, or from a file that it names."""
    setting, token = TOKEN, os.environ.get(TOKEN, "")
    if named := os.environ.get(TOKEN_FILE):
        setting = TOKEN_FILE
        try:
            token = Path(named).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{TOKEN_FILE}: {named} cannot be read") from error
    token = token.strip()
    if named and not token:
        raise ConfigError(f"{TOKEN_FILE}: {named} holds no token")
    if not (token.isascii() and all("!" <= letter <= "~" for letter in token)):
        raise ConfigError(f"{setting}: a token is one word of ASCII letters, digits and signs")
    return token


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    """Read a body, and one byte too many at most of one that is too large."""
    found = bytearray()
    async for part in answer.content.iter_chunked(_PART_BYTES):
        found += part
        if len(found) > planfile.LARGEST_BYTES:
            answer.close()
            break
    return bytes(found)


def _why(error: Exception) -> str:
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
