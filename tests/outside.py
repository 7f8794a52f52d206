"""Programs of others that tests start: found, or the test is over; are they there yet?

Where a program is missing a test is skipped with one line, and fails where CI is set.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from tests.redis_servers import free_port, wait_until

__all__ = ["cache_folder", "connects", "free_port", "missing", "program", "running", "wait_until"]

GRACE_SECONDS = 5


def program(name: str, package: str) -> str:
    """Give a program's path; where there is none, this test is over."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        missing(f"{name} is not installed; on Debian: apt install {package}")
    return found


def missing(why: str) -> NoReturn:
    """Skip, or fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def connects(port: int) -> bool:
    """Say whether somebody listens."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(
    command: Sequence[str], port: int, *, folder: Path, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a folder, and come back when it listens. `settings`: its environment."""
    said = folder / f"{Path(command[0]).name}.log"
    with (
        said.open("ab") as log,
        subprocess.Popen(
            command, cwd=folder, env={**os.environ, **settings}, stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_until(lambda: connects(port) or process.poll() is not None, f"{command[0]}: late")
            assert process.poll() is None, said.read_text(encoding="utf-8", errors="replace")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def cache_folder() -> Path:
    """Say where what was fetched once is kept."""
    chosen = os.environ.get("CALLTRACK_TEST_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "calltrack-tests"
    places = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(places) if places else Path.home() / ".cache") / "calltrack-tests"
