"""Raw requests, and answers taken apart without help: what is on the wire is what is compared."""

import asyncio
from dataclasses import dataclass

from proxy.headers import Fields, first, values

NAVIGATION = (b"Sec-Fetch-Mode: navigate", b"Accept: text/html,*/*;q=0.8")


@dataclass
class Got:
    """An answer. `is_whole` tells that its framing says that nothing is missing."""

    status: int
    reason: bytes
    fields: Fields
    body: bytes
    is_whole: bool
    raw: bytes

    def has(self, name: bytes) -> bytes | None:
        return first(self.fields, name)

    def all(self, name: bytes) -> list[bytes]:
        return values(self.fields, name)


def get(
    target: bytes = b"/", *lines: bytes, method: bytes = b"GET", host: bytes = b"site.test"
) -> bytes:
    """Write a request that ends its connection."""
    head = [method + b" " + target + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *lines]
    return b"\r\n".join(head) + b"\r\n\r\n"


async def ask(port: int, request: bytes) -> Got:
    """Send bytes, read the answer to the connection's end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        raw = await reader.read()
    finally:
        writer.close()
    return take_apart(raw, method=request.split(b" ")[0])


def take_apart(raw: bytes, *, method: bytes = b"GET") -> Got:
    """Read one answer."""
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        raise ConnectionResetError(f"no answer: {raw!r}")
    line, *lines = head.split(b"\r\n")
    _, status, *reason = line.split(b" ", 2)
    pairs = (entry.partition(b": ") for entry in lines)
    fields = [(name, value) for name, _, value in pairs]
    got = Got(int(status), b"".join(reason), fields, body, True, raw)
    if method == b"HEAD" or got.status in {204, 304}:
        return got
    if first(fields, b"transfer-encoding") == b"chunked":
        got.body, got.is_whole = _unchunked(body)
    elif (length := first(fields, b"content-length")) is not None:
        got.is_whole = len(body) == int(length)
    return got


def _unchunked(data: bytes) -> tuple[bytes, bool]:
    body = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size or b"-1", 16)
        if length < 0:
            break
        if length == 0:
            return body, data == b"\r\n"
        body += data[:length]
        data = data[length + 2 :]
    return body, False
