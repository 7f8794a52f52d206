"""Where the Plan comes from: an address that is asked, or a file that somebody changes.

`look` never raises: what it comes to is a value (`calltrack.link.outcomes`).

Of a URL: one request at a time, bounded in time and bytes. The token goes to the host that was
named, and is never logged. Of a file: a change is read when two looks in a row have seen the same
of it, for a file that is being written may be whole before it is all there.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

import aiohttp

from calltrack import planfile
from calltrack.errors import PlanError
from calltrack.link.answers import read_answer
from calltrack.link.outcomes import Failed, Found, Outcome, Refused, Same
from calltrack.link.plan_urls import may_follow, without_query
from proxy.beside import beside
from proxy.wagtail_line import REDIRECTS, bounded, elsewhere, open_client, why

TOTAL_SECONDS = 10.0
MOST_REDIRECTS = 3


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
        self._client = open_client(token, total_seconds=total_seconds)

    async def look(self, *, at_once: bool = False) -> Outcome:  # noqa: ARG002 - each look asks
        """Ask once."""
        try:
            async with asyncio.timeout(self._total_seconds):  # over all redirects
                outcome = await self._ask(self._url, MOST_REDIRECTS)
        except TimeoutError:
            return Failed(f"it does not answer in {self._total_seconds:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Failed(why(error))
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
            if answer.status not in REDIRECTS:
                body = await bounded(answer, planfile.LARGEST_BYTES)
                etag = answer.headers.get("ETag", "")
                read = partial(read_answer, answer.status, body, etag=etag, asked=asked)
                return await beside(read)
            to = urljoin(url, answer.headers.get("Location", ""))
        if not redirects:
            return Failed("it leads from one address to the next")
        if not may_follow(url, to):
            place = elsewhere(to)
            return Failed(f"it leads to {place}, where the token may not go; name that address")
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
