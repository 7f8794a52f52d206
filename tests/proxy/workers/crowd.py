"""A crowd that asks an edge of several workers for pages, and keeps what went wrong."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.edges import Edge, edge, origin, wait_until

PAGE = b"<!doctype html><title>a page</title><p>" + b"words " * 400
HEADER = b"GET / HTTP/1.1\r\nHost: a.test\r\nUser-Agent: crowd\r\n\r\n"


@dataclass
class Crowd:
    """Visitors who ask over and over; each closes its connection when an answer says so."""

    url: str
    good: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    is_over: bool = False
    _reached: asyncio.Event = field(default_factory=asyncio.Event)
    _wanted: int = 0

    async def until(self, more: int) -> None:
        """Wait until so many more pages have come."""
        self._wanted = self.good + more
        self._reached.clear()
        async with asyncio.timeout(60):
            await self._reached.wait()

    async def visit(self) -> None:
        """Ask until the crowd goes home."""
        where = urlsplit(self.url)
        while not self.is_over:
            try:
                reader, writer = await asyncio.open_connection(where.hostname, where.port)
            except OSError as error:
                self.wrong[f"connect: {type(error).__name__}"] += 1
                await asyncio.sleep(0.01)  # it would try thousands of times
                continue
            try:
                await self._ask_on(reader, writer)
            except (OSError, asyncio.IncompleteReadError) as error:
                self.wrong[type(error).__name__] += 1
            finally:
                writer.close()

    async def _ask_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Ask over one connection, some times."""
        for _ in range(20):
            if self.is_over:
                return
            writer.write(HEADER)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            body = await read_body(reader, head)
            if not head.startswith(b"http/1.1 200 ") or body != PAGE:
                self.wrong[head.split(b"\r\n")[0].decode()] += 1
            else:
                self.good += 1
                if self.good >= self._wanted:
                    self._reached.set()
            if b"connection: close" in head:
                return


async def read_body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """Read a body by its length, or in chunks."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return await reader.readexactly(int(value))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


@asynccontextmanager
async def crowd(url: str, *, size: int = 8) -> AsyncIterator[Crowd]:
    """Have visitors ask until the block ends."""
    found = Crowd(url)
    visiting = [asyncio.create_task(found.visit()) for _ in range(size)]
    try:
        yield found
    finally:
        found.is_over = True
        _, late = await asyncio.wait(visiting, timeout=30)
        for one in late:
            found.wrong["hangs"] += 1
            one.cancel()


@asynccontextmanager
async def several(folder: Path, *args: str, count: int = 2, **settings: str) -> AsyncIterator[Edge]:
    """Run an edge of several workers in front of a page."""
    options = ("--workers", str(count), "--quiet", *args)
    async with (
        origin(PAGE) as site,
        edge("--upstream", site, *options, log=folder / "log", **settings) as running,
    ):
        yield running


def workers_of(running: Edge) -> list[int]:
    """Give the process ids of the workers, in the order they were started."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(stat[1]) == running.process.pid and stat[0] != "Z":
                found.append(int(entry.name))
    return sorted(found)


def cpu_seconds(pid: int) -> float:
    """Give the time that a process has computed for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def files_of(pid: int) -> int:
    """Count the files that a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def is_alive(pid: int) -> bool:
    """Say whether a process goes on."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return stat[0] != "Z"


async def wait_for_other_workers(running: Edge, before: list[int], count: int = 2) -> list[int]:
    """Wait until all workers are others; give them."""

    async def are_other() -> bool:
        now = workers_of(running)
        return len(now) == count and not set(now) & set(before)

    await wait_until(are_other, "no other workers serve")
    return workers_of(running)


def kill(pid: int) -> None:
    """End a process as a power cut would."""
    os.kill(pid, signal.SIGKILL)
