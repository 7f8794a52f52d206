"""Raw bytes to the proxy, and a site that keeps every byte that reaches it.

A table's row is a request, byte for byte, and what becomes of it: refused with a status, and then
nothing at all has reached the site; or passed on, and then exactly what the row says has.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from proxy.deadlines import Limits
from proxy.headers import Fields
from tests.proxy.browser import Got, take_apart
from tests.proxy.conftest import StartProxy

NAME = "us"  # the proxy's, in Via
HOST = b"Host: site.test\r\n"
END = b"\r\n"
GOOD = b"GET /behind HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n"
OURS = frozenset(
    {
        *(b"via", b"connection", b"x-request-id"),
        *(b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port"),
    }
)
# What does not come to its end is ended soon.
SOON = Limits(head_seconds=0.4, idle_seconds=0.4, body_silence_seconds=0.4, linger_seconds=0.1)
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass
class Recorder:
    """A site that answers everything alike. `heard` has what each connection brought."""

    heard: list[bytearray] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got = bytearray()
        self.heard.append(got)
        try:
            while not _is_whole(bytes(got)) and (data := await reader.read(65_536)):
                got += data
            writer.write(_OK)
            await writer.drain()
            got += await reader.read()  # whatever comes behind it
        except ConnectionError:
            pass
        finally:
            writer.close()


@dataclass(frozen=True)
class Heard:
    """What reached the site, apart from the fields that the proxy adds."""

    line: bytes
    fields: Fields
    body: bytes


@asynccontextmanager
async def recording() -> AsyncIterator[tuple[Recorder, int]]:
    """Run a recorder; give it and its port."""
    recorder = Recorder()
    server = await asyncio.start_server(recorder.serve, "127.0.0.1", 0)
    try:
        yield recorder, server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def said_to(port: int, sent: bytes) -> bytes:
    """Send bytes; give all that comes back until the proxy ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = bytearray()
    try:
        writer.write(sent)
        while data := await reader.read(65_536):
            said += data
    except ConnectionResetError:  # it did not want to read all of it
        pass
    finally:
        writer.close()
    return bytes(said)


async def tried(start_proxy: StartProxy, sent: bytes) -> tuple[Got, list[bytes]]:
    """Send bytes through a proxy of its own; give its one answer, and what the site has heard."""
    async with recording() as (recorder, site):
        proxy = await start_proxy(site, name=NAME, limits=SOON)
        got = take_apart(await said_to(proxy.port, sent), method=sent.split(b" ")[0])
        await proxy.app.stop()
    return got, [bytes(one) for one in recorder.heard]


async def assert_refused(start_proxy: StartProxy, sent: bytes, status: int) -> None:
    """See that this is refused, that nothing behind it is answered, and that no site hears it."""
    for whole in (sent, sent + GOOD):
        got, heard = await tried(start_proxy, whole)
        assert (got.status, got.has(b"connection")) == (status, b"close")
        assert got.is_whole, "something stands behind the answer"
        assert heard == []


def take_heard(raw: bytes) -> Heard:
    """Read what a site has heard."""
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    pairs = [entry.partition(b": ") for entry in lines]
    return Heard(
        line, [(name, value) for name, _, value in pairs if name.lower() not in OURS], body
    )


def _is_whole(raw: bytes) -> bool:
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    lines = [line.lower() for line in head.split(b"\r\n")]
    if b"transfer-encoding: chunked" in lines:
        return body.endswith(b"0\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in lines if line.startswith(b"content-length:")]
    return not lengths or len(body) >= int(lengths[0])
