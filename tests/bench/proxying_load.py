"""Who asks: wrk as long as it takes, or our own client where wrk is not installed.

wrk is a program in C that takes little of the cores; ours takes more of them. Both keep their
connections open, and every answer must be a 200.
"""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import ask, request
from tests.bench.report import check, percentile

AT_ONCE = 32
MISSING = "wrk is not installed: our own client asks, and takes more of the cores"
GRACE_SECONDS = 30

_FIGURES = """\
done = function(summary, latency, requests)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.timeout + e.status
  local p50, p99 = latency:percentile(50), latency:percentile(99)
  print(string.format("figures %d %d %d %d %d %d",
    summary.requests, summary.duration, summary.bytes, errors, p50, p99))
end
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to ask for."""

    path: str
    fields: tuple[str, ...] = ()

    def request(self) -> bytes:
        """Write the request."""
        return request(self.path, *self.fields)


@dataclass(frozen=True, slots=True)
class Took:
    """What came of one go."""

    requests: int
    seconds: float
    p50: float
    p99: float


def is_wrk() -> bool:
    """Say whether wrk is here."""
    return shutil.which("wrk") is not None


def load(port: int, asked: Asked, *, seconds: float, body_bytes: int) -> Took:
    """Ask for some time, over many connections at once."""
    if is_wrk():
        return _wrk(port, asked, seconds, body_bytes)
    first = asyncio.run(ask(port, asked.request(), times=AT_ONCE, at_once=AT_ONCE))
    times = max(AT_ONCE, int(seconds * AT_ONCE / first.seconds))
    done = asyncio.run(ask(port, asked.request(), times=times, at_once=AT_ONCE))
    halves = [percentile(done.latencies, share) for share in (0.5, 0.99)]
    return Took(times, done.seconds, *halves)


def _wrk(port: int, asked: Asked, seconds: float, body_bytes: int) -> Took:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "figures.lua"
        script.write_text(_FIGURES, encoding="ascii")
        command = [
            *("wrk", "-t1", f"-c{AT_ONCE}", f"-d{max(1, round(seconds))}s"),
            *("--timeout", f"{GRACE_SECONDS // 2}s", "-s", str(script)),
            *(word for line in ("Host: localhost", *asked.fields) for word in ("-H", line)),
            f"http://127.0.0.1:{port}{asked.path}",
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=seconds + GRACE_SECONDS
        )
    told = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("figures ")]
    check(done.returncode == 0 and bool(told), f"wrk: {done.stderr.strip() or done.stdout}")
    return _read([int(word) for word in told[0]], body_bytes)


def _read(figures: Sequence[int], body_bytes: int) -> Took:
    """Read what our script printed: times are in microseconds."""
    requests, duration, size, errors, p50, p99 = figures
    check(requests > 0, "wrk: not one answer")
    check(errors == 0, f"wrk: {errors} of {requests} answers were errors")
    check(size >= requests * body_bytes, f"wrk: {size} bytes are no {requests} whole answers")
    return Took(requests, duration / 1e6, p50 / 1e6, p99 / 1e6)
