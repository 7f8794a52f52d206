"""Other processes on the lease store of a test, ready to begin all at once."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[3]


class Other:
    """Another process on the store, ready to begin."""

    def __init__(self, command: str, store: Path | str, name: str, count: int) -> None:
        module = "tests.calltrack.stores.process"
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, command, str(store), name, str(count)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self._stdout.readline() == "ready\n"

    def begin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def lines(self) -> Iterator[tuple[str, dict[str, int]]]:
        """Read what it was given, as it tells it."""
        for line in self._stdout:
            session, numbers = json.loads(line)
            yield session, numbers

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def _stdout(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout


@contextmanager
def others(
    command: str,
    store: Path | str,
    *,
    processes: int,
    count: int,
    name: str = "process",
    at_once: bool = True,
) -> Iterator[list[Other]]:
    """Start processes that all begin at once, or when told; they are gone at the end."""
    with ExitStack() as ends:
        started = []
        for n in range(processes):
            other = Other(command, store, f"{name}{n}", count)
            ends.enter_context(other.process)
            ends.callback(other.process.kill)
            started.append(other)
        for other in started:
            other.wait_until_ready()
        for other in started if at_once else ():
            other.begin()
        yield started
