"""`python -m demo` as a process, and what it says."""

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from demo.child import ROOT
from demo.folder import Folder

STOP_SECONDS = 30


class Run:
    """A running demo, and what it said."""

    def __init__(self, process: subprocess.Popen[str], output: IO[str]) -> None:
        self.process = process
        self._output = output
        self.said: list[str] = []

    def read_until(self, pattern: str) -> str:
        """Read on until a line fits; give that line."""
        for line in self._output:
            self.said.append(line.rstrip("\n"))
            if re.fullmatch(pattern, self.said[-1]):
                return self.said[-1]
        raise AssertionError(f"the demo never said {pattern!r}: {self.said}")

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal; read what is said; give the exit status."""
        self.process.send_signal(number)
        self.said += [line.rstrip("\n") for line in self._output]
        return self.process.wait(timeout=STOP_SECONDS)

    @property
    def address(self) -> str:
        """Where the site opens."""
        return next(line.split()[1] for line in self.said if line.startswith("open "))

    @property
    def children(self) -> list[int]:
        """The processes that it started."""
        pid = self.process.pid
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextlib.contextmanager
def running(folder: Folder, *arguments: str) -> Iterator[Run]:
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--var", str(folder.path), "--empty", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    assert process.stdout
    with process.stdout as output:
        try:
            yield Run(process, output)
        finally:
            process.kill()
            process.wait()
