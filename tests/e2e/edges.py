"""The real command as a process, origins to stand before, and visitors with their own cookies."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from calltrack import planfile
from calltrack.plan import Plan

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
START_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]


class Edge:
    """A `calltrack-proxy run` process. `said` holds what it printed until it was ready."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.url = ""
        self.status_url = ""
        self.said: list[str] = []

    async def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            async for line in self.process.stdout:
                self.said.append(line.decode().rstrip())
                words = self.said[-1].split()
                if self.said[-1].startswith("status page at"):
                    self.status_url = words[-1]
                if words[0] == "ready:":
                    self.url = words[1]
                    return
        raise AssertionError(f"the proxy did not start: {self.said}")

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        """Ask it to stop; give its exit status."""
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(START_SECONDS):
            return await self.process.wait()


@asynccontextmanager
async def edge(*args: str, log: Path, **settings: str) -> AsyncIterator[Edge]:
    """Run the proxy until the block ends. `settings` are variables of its environment."""
    running = await start_edge(*args, log=log, **settings)
    try:
        await running.wait_until_ready()
        yield running
    finally:
        await running.stop()


async def start_edge(*args: str, log: Path, **settings: str) -> Edge:
    """Start the proxy on free ports; its log goes to a file. One process, unless `args` say."""
    alone = () if "--workers" in args else ("--workers", "1")
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *command("run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *alone, *args),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env={**environment(), **settings},
        )
    return Edge(process)


def command(*args: str) -> list[str]:
    """Write the command line of calltrack-proxy."""
    return [sys.executable, "-m", "calltrack", *args]


def environment() -> dict[str, str]:
    """Give our environment without keys, so that each store makes its own."""
    return {key: value for key, value in os.environ.items() if not key.startswith("CALLTRACK_")}


def write_plan(path: Path, plan: Plan) -> Path:
    """Write a Plan as a file that the command reads."""
    path.write_text(json.dumps(planfile.to_mapping(plan)), encoding="utf-8")
    return path


def visitor(**headers: str) -> aiohttp.ClientSession:
    """Open a private window: a browser's headers and a cookie jar of its own.

    Whatever host it asks for is this machine.
    """
    names = {"User-Agent": FIREFOX, "Accept": "text/html,*/*;q=0.8"}
    return aiohttp.ClientSession(
        headers={**names, **headers},
        connector=aiohttp.TCPConnector(resolver=_Here()),
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # the sites of tests are addresses
        auto_decompress=True,
    )


class _Here(AbstractResolver):
    """Says of every name that it is this machine's."""

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - asked of every resolver
    ) -> list[ResolveResult]:
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self) -> None:
        """Nothing is open."""


async def status(status_url: str) -> dict[str, Any]:
    """Read what the status page tells programs."""
    async with aiohttp.ClientSession() as client, client.get(f"{status_url}status.json") as answer:
        assert answer.status == 200, answer.status
        told: dict[str, Any] = await answer.json()
        return told


async def wait_until(is_so: Callable[[], Awaitable[bool]], complaint: str) -> None:
    """Ask again and again: nobody tells when it is so."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await is_so():  # noqa: ASYNC110 - another process: no Event comes from there
                await asyncio.sleep(0.05)  # between two looks, with a deadline
    except TimeoutError:
        raise AssertionError(complaint) from None


async def get(client: aiohttp.ClientSession, url: str, **options: Any) -> bytes:
    """Fetch a page whole."""
    async with client.get(url, **options) as response:
        assert response.status == 200, response.status
        return await response.read()


@asynccontextmanager
async def origin(*parts: bytes, gate: asyncio.Event | None = None) -> AsyncIterator[str]:
    """Serve one page, chunked, for every path. `gate` opens between its first part and the rest."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            )
            for at, part in enumerate(parts):
                if at and gate is not None:
                    await gate.wait()
                writer.write(b"%x\r\n%s\r\n" % (len(part), part))
                await writer.drain()
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the proxy went away: that is what some tests do to it
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        if gate is not None:
            gate.set()
        server.close()
        await server.wait_closed()


def shown(page: bytes, numbers: Sequence[str]) -> set[str]:
    """Say which of these numbers' links stand in a page."""
    return {number for number in numbers if f'"tel:{number}"'.encode() in page}
