"""One worker as its parent sees it: a process of its own, and the channel to it.

It is the same command started anew, with the sockets handed on as open files: not a fork. A fork
would take along half of a process: locks that a thread held (the stores' threads, the loggers'), an
event loop's files, open SQLite connections, which must not cross a fork. And a fresh interpreter
reads the settings anew, so that a reload is nothing but a start.

A worker is in a process group of its own: Ctrl-C in a terminal is for its parent, which tells it.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from proxy.workers.channel import Channel
from proxy.workers.snapshots import Snapshot
from proxy.workers.worker import VARIABLE


def this_command() -> list[str]:
    """Give the command line that started this process, to be started again."""
    return [sys.executable, *sys.orig_argv[1:]]


class Child:
    """A worker."""

    def __init__(self, number: int, process: asyncio.subprocess.Process, channel: Channel) -> None:
        """Take what was started."""
        self.number = number
        self.pid = process.pid
        self.channel = channel
        self.is_ready = False
        self.lines: Sequence[str] = ()
        self.end_seconds = 0.0  # the longest that its end may take
        self.parts: Mapping[str, Any] = {}
        self.ready = asyncio.Event()
        self.serves = asyncio.Event()
        self.ended = asyncio.get_running_loop().create_task(process.wait())
        self._process = process
        self._started_at = self._heard_at = time.monotonic()
        self._reported = asyncio.Event()

    def __str__(self) -> str:
        """Name it for ops."""
        return f"worker {self.number} (process {self.pid})"

    @classmethod
    async def start(
        cls, command: Sequence[str], task: Mapping[str, Any], files: Sequence[int]
    ) -> "Child":
        """Start a worker. `files`: the sockets that it is handed.

        Errors: OSError where the system starts no process.
        """
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=[*files, theirs.fileno()],
                process_group=0,
                env={**os.environ, VARIABLE: str(theirs.fileno())},
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        channel = await Channel.over(ours)
        channel.say(task=task)
        return cls(task["number"], process, channel)

    @property
    def is_live(self) -> bool:
        """Say whether it goes on."""
        return not self.ended.done()

    @property
    def lived(self) -> timedelta:
        """Say for how long it has lived."""
        return timedelta(seconds=time.monotonic() - self._started_at)

    @property
    def silent_seconds(self) -> float:
        """Say for how long it has not reported, though it was asked."""
        return time.monotonic() - self._heard_at

    @property
    def snapshot(self) -> Snapshot:
        """Give what it reported last."""
        return Snapshot(self.number, self.pid, self.parts)

    async def until(self, event: asyncio.Event) -> int | None:
        """Wait until it is `ready`, or `serves`. Gives its exit status where it ended before."""
        waiting = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait({waiting, self.ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        return None if event.is_set() else self.ended.result()

    def heard(self, said: Mapping[str, Any]) -> None:
        """Take note of what it said of itself."""
        if "ready" in said:
            self.lines, self.end_seconds, self.is_ready = said["ready"], said["end_seconds"], True
            self._heard_at = time.monotonic()
            self.ready.set()
        elif "serves" in said:
            self.serves.set()
        elif "parts" in said:
            self.parts = said["parts"]
            self._heard_at = time.monotonic()
            self._reported.set()

    async def report(self) -> None:
        """Have it report, and wait until it has. To be bounded by whoever waits."""
        self._reported.clear()
        self.channel.say(tell=True)
        await self._reported.wait()

    def kill(self) -> None:
        """End it at once."""
        if self.is_live:
            self._process.kill()
