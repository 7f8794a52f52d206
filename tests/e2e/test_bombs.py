"""A page of 10 GB in 10 MB: the proxy spends no memory on it, and goes on serving."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.calltrack.plans import make_plan
from tests.e2e.edges import edge, write_plan
from tests.e2e.wire import send

MB = 1024 * 1024
PART = b"\0" * (10 * MB)
PARTS = 1_000
GROWS_AT_MOST_KB = 48 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
GOOD = HEAD.replace(b"Content-Encoding: gzip\r\n", b"") + b"Content-Length: 2\r\n\r\nok"


def one_member() -> list[bytes]:
    """Give one stream: blocks that stand alone can be said again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(PART) + packer.flush(zlib.Z_FULL_FLUSH)
    return [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", *[block] * PARTS]


def many_members() -> list[bytes]:
    """Give many whole streams, one behind the other."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return [packer.compress(PART) + packer.flush()] * PARTS


@asynccontextmanager
async def site(bomb: list[bytes]) -> AsyncIterator[str]:
    """Serve the bomb, and a small page under /good."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await reader.readuntil(b"\r\n\r\n")
            if asked.startswith(b"GET /good"):
                writer.write(GOOD)
                return
            writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % sum(map(len, bomb)))
            for part in bomb:
                writer.write(part)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the proxy has enough of it
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def peak_kb(pid: int) -> int:
    """Give the most memory that a process has had."""
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "bomb",
    [pytest.param(one_member, id="one stream"), pytest.param(many_members, id="many streams")],
)
async def test_a_page_of_10_gb_takes_no_memory(
    tmp_path: Path, bomb: Callable[[], list[bytes]]
) -> None:
    parts = bomb()
    plan = write_plan(tmp_path / "plan.json", make_plan())
    store = ("--store", f"sqlite:///{tmp_path}/l.db", "--plan", str(plan))
    async with (
        site(parts) as address,
        edge("--upstream", address, *store, log=tmp_path / "log") as running,
    ):
        before = await send(running.url, b"/good")
        held_kb = peak_kb(running.process.pid)
        got = [await send(running.url, b"/", [(b"Accept-Encoding", b"gzip")]) for _ in range(3)]
        grown_kb = peak_kb(running.process.pid) - held_kb
        after = await send(running.url, b"/good")

    print(f"{sum(map(len, parts)) / MB:.1f} MB for 10 GB; grew by {grown_kb / 1024:.1f} MB")
    assert sum(map(len, parts)) < 12 * MB
    assert grown_kb < GROWS_AT_MOST_KB
    assert all(len(one.body) < sum(map(len, parts)) for one in got)
    assert (before.status, before.body, after.body) == (200, b"ok", b"ok")
