"""A server in a process of its own, for as long as it is measured, and the time it computes.

It ends with this process, however that ends, and Ctrl-C reaches this process alone (`demo.leash`).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.report import ChildError

ROOT = Path(__file__).resolve().parents[2]
GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Child:
    """A server that is ready."""

    pid: int
    port: int

    def cpu_seconds(self) -> float | None:
        """Say how long it has computed, all threads; None where the system does not tell."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return None
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def started(*command: str) -> Iterator[Child]:
    """Run a module with its arguments; ready once it says `ready: http://HOST:PORT/ …`."""
    with subprocess.Popen(
        [sys.executable, "-m", "demo.leash", *command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        try:
            yield Child(process.pid, _port(process, command[0]))
        finally:
            _stop(process)


def _port(process: subprocess.Popen[str], name: str) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("ready: http://"):
            return int(line.split("/")[2].rpartition(":")[2])
    raise ChildError(f"{name} did not start")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
