"""Requests byte for byte, as no client library would send them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.e2e.edges import FIREFOX

Field = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    head: bytes
    body: bytes

    @property
    def cookie(self) -> bytes:
        """The pair that the answer sets, or nothing."""
        found = [x for x in self.head.split(b"\r\n") if x.lower().startswith(b"set-cookie: ")]
        return found[0].partition(b": ")[2].partition(b";")[0] if found else b""


async def send(url: str, target: bytes = b"/", fields: Sequence[Field] = ()) -> Answer:
    """Ask for a page; whatever stands in the target and the fields goes out as it is."""
    where = urlsplit(url)
    lines = [
        b"GET " + target + b" HTTP/1.1",
        b"Host: " + where.netloc.encode(),
        b"User-Agent: " + FIREFOX.encode(),
        b"Accept: text/html",
        b"Connection: close",
        *(name + b": " + value for name, value in fields),
    ]
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(b"\r\n".join([*lines, b"", b""]))
        whole = await reader.read(-1)
    finally:
        writer.close()
    head, _, body = whole.partition(b"\r\n\r\n")
    return Answer(int(head.split(b" ")[1]), head, body)
