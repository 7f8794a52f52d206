"""The memory that a long page takes beside the page itself, and the time until the first byte.

Each engine has a process of its own: `python -m tests.bench.rewriting_memory ENGINE BYTES`. It
warms up on a short page, then rewrites a long one, and prints how far its peak lies over what it
had before, the page included. A page written whole is kept until the end; in a stream each chunk is
let go as soon as it is written.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from proxy.rewrite import Scanner, fill, strides
from tests.bench import rewriting_engines as engines
from tests.bench.child import ROOT
from tests.bench.finding import Way
from tests.bench.pages import NEW, OLD, make_page
from tests.bench.report import ChildError, progress, table
from tests.bench.rewriting_engines import CHUNK_BYTES

Feed = Callable[[bytes], bytes]
"""Takes a chunk and gives what can be sent on; takes b"" at the end."""

MEGA = 1_000_000

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def run(*, page_bytes: int, times: int) -> None:
    """Measure and print."""
    page = make_page("cms", 3).before
    rows = []
    for name, begin in jobs().items():
        progress(f"rewriter: memory, {name}")
        ms = statistics.median(first_byte(begin, page) for _ in range(times)) * 1000
        rows.append((name, _peak_of(name, page_bytes), f"{ms:.2f}"))
    progress("")
    print(f"Memory for a page of {page_bytes // MEGA} MB, and time until the first byte of cms\n")
    rows.append(("  goal for ours, streaming", "≤ 1", "≤ 0.2"))
    table(("engine", "MB over the page", "first byte ms"), rows, texts=1)


def jobs() -> dict[str, Callable[[], Feed]]:
    """Give what begins a page, by the engine's name."""
    alone = frozenset([OLD])
    build = strides.BUILD
    found = {f"ours, {build}, streaming": _ours, "ours, pure, streaming": _pure}
    if engines.is_there("lolhtml"):
        found["lol_html, streaming"] = _lolhtml
    for name, way in engines.builds(alone).items():
        found[f"ours, {name}, whole"] = _whole(way)
    for engine in engines.peers(alone):
        found[f"{engine.name}, whole"] = _whole(engine.way)
    return found


def first_byte(begin: Callable[[], Feed], page: bytes) -> float:
    """Say how many seconds after the first chunk comes the first byte is there."""
    chunks = list(_chunks(page))
    started = time.perf_counter()
    feed = begin()
    for chunk in chunks:
        if feed(chunk):
            break
    return time.perf_counter() - started


def _chunks(page: bytes) -> Iterator[bytes]:
    yield from (page[at : at + CHUNK_BYTES] for at in range(0, len(page), CHUNK_BYTES))
    yield b""


_BINDINGS = engines.bindings([OLD])


def _ours() -> Feed:
    scanner = Scanner(_BINDINGS)
    return lambda chunk: fill(scanner.feed(chunk) if chunk else scanner.close(), lambda _: NEW)


def _pure() -> Feed:
    feed = _ours()
    pure = engines.in_pure(lambda chunk, _: feed(chunk))
    return lambda chunk: pure(chunk, NEW)


def _lolhtml() -> Feed:
    out = bytearray()
    made = import_module("tests.bench.lolhtml_way").stream([OLD])(out.extend, NEW)

    def feed(chunk: bytes) -> bytes:
        if chunk:
            made.write(chunk)
        else:
            made.end()
        written = bytes(out)
        out.clear()
        return written

    return feed


def _whole(way: Way) -> Callable[[], Feed]:
    def begin() -> Feed:
        held: list[bytes] = []

        def feed(chunk: bytes) -> bytes:
            if chunk:
                held.append(chunk)
                return b""
            return way(held[0] if len(held) == 1 else b"".join(held), NEW)

        return feed

    return begin


# In the process of its own


def _peak_of(name: str, page_bytes: int) -> str:
    """Measure an engine's peak in a process of its own; a dash where the system does not tell."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.rewriting_memory", name, str(page_bytes)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ChildError(f"the memory of {name} was not measured: {done.stderr.strip()[-200:]}")
    return done.stdout.strip()


def peak(name: str, page_bytes: int) -> str:
    """Rewrite a long page, and give the megabytes that the peak lies over it."""
    begin = jobs()[name]
    page = _long_page(page_bytes)
    for _ in map(begin(), _chunks(make_page("shop", 3).before)):
        pass
    if not _RESET.exists():
        return "–"
    _RESET.write_text("5")  # the peak is counted from here on
    before = _kilobytes("VmRSS")
    written = 0
    feed = begin()
    if name.endswith("streaming"):
        for chunk in _chunks(page):
            written += len(feed(chunk))
    else:
        feed(page)
        written = len(feed(b""))
    if written < len(page) * 0.9:
        raise ChildError(f"{written:,} bytes written of {len(page):,}")
    return f"{(_kilobytes('VmHWM') - before) / 1000:.1f}"


def _long_page(size: int) -> bytes:
    page = make_page("shop", 3).before
    start, end = page.index(b"<main>"), page.index(b"</main>")
    return page[:start] + page[start:end] * (size // (end - start)) + page[end:]


def _kilobytes(field: str) -> int:
    status = _STATUS.read_text(encoding="ascii", errors="replace")
    return int(status.partition(f"{field}:")[2].split()[0])


if __name__ == "__main__":
    print(peak(sys.argv[1], int(sys.argv[2])))
