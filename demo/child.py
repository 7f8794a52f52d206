"""One process of the demo: started on a leash, watched, and stopped whatever it does."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 5.0
_TAIL_BYTES = 4096
_TAIL_LINES = 12


@dataclass(frozen=True, slots=True)
class Child:
    """A running process and its log."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def status(self) -> int | None:
        """Give the exit status; None while it runs."""
        return self.process.poll()

    def last_lines(self) -> str:
        """Give the end of its log, indented."""
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n".join(f"    {line}" for line in lines) or "    (nothing)"

    def stop(self) -> None:
        """Ask it to stop; insist after a grace. Its own children go too."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and what it started."""
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return  # It is gone; some systems say so by refusing.


def start(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    keep_open: int | None = None,
) -> Child:
    """Start a module with its arguments, leashed to this process.

    It gets a process group of its own: Ctrl-C in the terminal reaches the runner alone, which then
    stops the others in order. `keep_open` is a descriptor that it holds for as long as it lives.
    """
    if log.exists():
        log.replace(log.with_name(f"{log.name}.old"))
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "demo.leash", *command],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            pass_fds=() if keep_open is None else (keep_open,),
        )
    return Child(name, log, process)


def stop_all(children: Sequence[Child]) -> None:
    """Stop them, the last one first: what it needs still runs then."""
    for child in reversed(children):
        child.stop()
