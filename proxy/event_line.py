"""The line on which events go up: one batch a request, packed, bounded in time and bytes.

`send` never raises: what it comes to is a value (`calltrack.link.receipts`). The token goes to the
host that was named. A redirect that repeats the request (307, 308) is followed on that host; one
that a browser would turn into a GET is not: events would be lost on the way, and seem shipped.
"""

import asyncio
import gzip
from functools import partial
from urllib.parse import urljoin

import aiohttp

from calltrack.link.batches import Batch
from calltrack.link.outcomes import Failed
from calltrack.link.plan_urls import may_follow, without_query
from calltrack.link.receipts import LARGEST_BYTES, Receipt, read_receipt
from proxy.beside import beside
from proxy.means import Clock, utc_now
from proxy.wagtail_line import REDIRECTS, bounded, elsewhere, open_client, why

TOTAL_SECONDS = 10.0
MOST_REDIRECTS = 3

_REPEATED = frozenset({307, 308})
_PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
_LEVEL = 4  # JSON of events comes to a tenth; higher ones take longer and save little


class EventLine:
    """An address that takes events."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        total_seconds: float = TOTAL_SECONDS,
        clock: Clock = utc_now,
    ) -> None:
        """Take the address; nothing is sent yet. To be made while a loop runs."""
        self.name = without_query(url)
        self._url = url
        self._total_seconds = total_seconds
        self._clock = clock
        self._client = open_client(token, total_seconds=total_seconds)

    async def send(self, batch: Batch) -> Receipt:
        """Send a batch, once."""
        try:
            packed = await beside(partial(gzip.compress, batch.body, _LEVEL))
            async with asyncio.timeout(self._total_seconds):  # over all redirects
                return await self._post(self._url, batch, packed, MOST_REDIRECTS)
        except TimeoutError:
            return Failed(f"it does not answer in {self._total_seconds:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Failed(why(error))

    async def close(self) -> None:
        """Close the connection."""
        await self._client.close()

    async def _post(self, url: str, batch: Batch, packed: bytes, redirects: int) -> Receipt:
        posting = self._client.post(url, data=packed, headers=_PACKED, allow_redirects=False)
        async with posting as answer:
            if answer.status not in REDIRECTS:
                body = await bounded(answer, LARGEST_BYTES)
                read = partial(
                    read_receipt,
                    answer.status,
                    body,
                    sent=batch.ids,
                    now=self._clock(),
                    retry_after=answer.headers.get("Retry-After", ""),
                )
                return await beside(read)
            to = urljoin(url, answer.headers.get("Location", ""))
        place = elsewhere(to)
        if answer.status not in _REPEATED:
            return Failed(f"it leads to {place} ({answer.status}), where events would be lost")
        if not may_follow(url, to):
            return Failed(f"it leads to {place}, where the token may not go; name that address")
        if not redirects:
            return Failed("it leads from one address to the next")
        return await self._post(to, batch, packed, redirects - 1)
