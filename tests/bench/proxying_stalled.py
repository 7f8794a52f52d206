"""What visitors cost who ask for much and read nothing, while somebody else downloads 2 GB.

Each case has a proxy of its own, so that nothing that an earlier one needed is counted. A visitor
who stalls has a small buffer and never reads; the download is read to its end, and its size is
checked.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.bench.child import Child
from tests.bench.load import request
from tests.bench.processes import memory
from tests.bench.proxying_engines import SITE, Engines, ours, with_plan
from tests.bench.proxying_page import page
from tests.bench.report import check, progress, table

FILE, PAGE = "/files/large", "/files/large.html"
CLIENTS, FILE_BYTES = 500, 2 << 30
QUICK_CLIENTS, QUICK_FILE_BYTES = 50, 64 << 20
PAGES = 100  # 6 MB in one page
SMALL_BYTES = 4096
READ_BYTES = 1 << 20
LOOKS, BETWEEN_SECONDS = 50, 0.2
STILL_BYTES = 256 * 1024

HEAD = (
    "stalled on",
    "clients",
    "worker MB",
    "with them MB",
    "a client KB",
    "most MB",
    "download MB/s",
)


@dataclass(frozen=True, slots=True)
class _Case:
    what: str
    before: int
    stalled: int
    most: int
    clients: int
    speed: float

    @property
    def each(self) -> float:
        return (self.most - self.before) / self.clients

    def row(self) -> tuple[str, ...]:
        """Write the case."""
        sizes = [f"{size / 1e6:.0f}" for size in (self.before, self.stalled)]
        each, most = f"{self.each / 1e3:.0f}", f"{self.most / 1e6:.0f}"
        return (self.what, str(self.clients), *sizes, each, most, f"{self.speed / 1e6:,.0f}")


def measure(on: Engines, *, quick: bool) -> float | None:
    """Measure and print; give a client's bytes at worst. The site must be nginx."""
    clients, size = (QUICK_CLIENTS, QUICK_FILE_BYTES) if quick else (CLIENTS, FILE_BYTES)
    root = on.folder / "root" / "files"
    if not root.exists():
        return None
    with (root / "large").open("wb") as file:
        file.truncate(size)
    (root / "large.html").write_bytes(page() * PAGES)
    url = f"http://127.0.0.1:{on.found[SITE].port}"
    plans: Sequence[tuple[str, str, tuple[str, ...]]] = (
        ("a file, passed on", FILE, ()),
        ("a page, rewritten", PAGE, with_plan(on.folder)),
    )
    cases = []
    for what, path, options in plans:
        progress(f"proxy: {clients} clients that read nothing of {what}")
        with ours(url, *options) as proxy:
            cases.append(_case(proxy, what, path, clients, size))
    progress("")
    print(f"Visitors who read nothing, and a download of {size >> 20:,} MB at once\n")
    table(HEAD, [case.row() for case in cases], texts=1)
    return max(case.each for case in cases)


def _case(proxy: Child, what: str, path: str, clients: int, size: int) -> _Case:
    _download(proxy.port, size // 16)  # warm: what a worker needs once is no client's
    before = memory(proxy.pid).now
    with _stalling(proxy.port, path, clients):
        _settled(proxy.pid)
        stalled = memory(proxy.pid).now
        took = _download(proxy.port, size)
        most = max(memory(proxy.pid).most, stalled)
    return _Case(what, before, stalled, most, clients, size / took)


@contextmanager
def _stalling(port: int, path: str, clients: int) -> Iterator[None]:
    """Have clients that ask, and read no more than that an answer begins."""
    asked = request(path, "User-Agent: Mozilla/5.0 Firefox/140.0", "Accept: text/html,*/*;q=0.8")
    with ExitStack() as stack:
        opened = []
        for _ in range(clients):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BYTES)
            client.settimeout(30)
            client.connect(("127.0.0.1", port))
            client.sendall(asked)
            opened.append(client)
        for client in opened:
            check(client.recv(12, socket.MSG_PEEK).startswith(b"HTTP/1.1 200"), "a client: no 200")
        yield


def _settled(pid: int) -> None:
    """Wait until a process needs no more memory than it did a moment ago."""
    last = 0
    for _ in range(LOOKS):
        now = memory(pid).now
        if abs(now - last) < STILL_BYTES:
            return
        last = now
        time.sleep(BETWEEN_SECONDS)


def _download(port: int, size: int) -> float:
    """Read so much of the file; give the seconds. All of it: its end is looked at, too."""
    buffer = bytearray(READ_BYTES)
    started, got = time.perf_counter(), 0
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(request(FILE, f"Range: bytes=0-{size - 1}", "Connection: close"))
        while count := client.recv_into(buffer):
            got += count
    check(got >= size, f"a download of {size} bytes: {got} came")
    return time.perf_counter() - started
