"""This process as a worker: what its parent tells it, and what it tells its parent.

A worker ends in order when its parent says so, when a signal does (a service manager tells every
process of a service), and when its parent is gone: nobody would restart it, nor hand its ports on.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from proxy.workers.channel import Channel
from proxy.workers.peers import Heed
from proxy.workers.snapshots import Parts, Snapshot
from proxy.workers.sockets import Ports, adopted

VARIABLE = "_CALLTRACK_WORKER"
"""Names, in a worker's environment, the file of its end of the channel."""

COLLECT_SECONDS = 1.0

Share = Callable[[Sequence[int], bool], Awaitable[None]]


class Orders(Protocol):
    """Who is told to end."""

    def end(self, *, keeps_ports: bool) -> None:
        """End in order. `keeps_ports`: they stay open for as long as ops said."""

    def haste(self) -> None:
        """End at once."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is.

    `settings`: what the parent goes by, and cannot change while it runs. `speaks`: it is the one
    that tells what is odd about all settings.
    """

    number: int
    name: str  # of the proxy, in Via
    ports: Ports
    settings: Mapping[str, str]
    speaks: bool

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Task":
        """Take over what the parent handed on."""
        calls = said["calls"]
        return cls(
            said["number"],
            said["name"],
            Ports(
                adopted(said["public"]),
                adopted(calls) if calls is not None else None,
                adopted(said["admin"]),
            ),
            said["settings"],
            said["speaks"],
        )


def channel_number() -> int | None:
    """Say which file is the channel's end; None: this process is no worker. Asked once."""
    number = os.environ.pop(VARIABLE, None)
    return int(number) if number is not None else None


class Worker(Parts):
    """The `Peers` of a worker. `share` is called with each change of what it is to do."""

    def __init__(self, channel: Channel, task: Task, orders: Orders) -> None:
        """Begin; nothing is this worker's to do yet."""
        super().__init__()
        self.task = task
        self.leads = False
        self.share: Share | None = None
        self._orders = orders
        self._channel = channel
        self._heeding: dict[str, list[Heed]] = {}
        self._asked: dict[int, asyncio.Future[Sequence[Snapshot]]] = {}
        self._asking = 0
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def begin(cls, number: int, orders: Orders) -> "Worker":
        """Hear what this worker is. Errors: ConnectionError where the parent is gone."""
        channel = await Channel.over(socket.socket(fileno=number))
        said = await channel.hear()
        if said is None:
            raise ConnectionResetError("the parent is gone")
        worker = cls(channel, Task.read(said["task"]), orders)
        worker._task = asyncio.get_running_loop().create_task(worker._listen())
        return worker

    async def close(self) -> None:
        """Report for the last time."""
        self._channel.say(parts=self.now())
        await self._channel.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled():
                self._task.result()  # what went wrong while it was told something

    def say_ready(self, lines: Sequence[str], *, end_seconds: float) -> None:
        """Tell the parent that this worker can serve, what is to be printed, and how long its end
        may take at most: a reload may have changed that.
        """
        self._channel.say(ready=list(lines), end_seconds=end_seconds)

    async def collect(self) -> Sequence[Snapshot]:
        """Give the reports of all, this worker's first."""
        own = Snapshot(self.task.number, os.getpid(), self.now())
        self._asking += 1
        answer: asyncio.Future[Sequence[Snapshot]] = asyncio.get_running_loop().create_future()
        self._asked[self._asking] = answer
        self._channel.say(
            parts=own.parts
        )  # what was told once counts on when this worker has ended
        self._channel.say(collect=self._asking)
        await asyncio.wait({answer}, timeout=COLLECT_SECONDS)
        del self._asked[self._asking]
        return [own, *(answer.result() if answer.done() else ())]

    def tell(self, word: str, what: Any) -> None:
        """Tell all others."""
        self._channel.say(news=word, what=what)

    def heed(self, word: str, heed: Heed) -> None:
        """Have what others tell under a word given to `heed`."""
        self._heeding.setdefault(word, []).append(heed)

    def log(self, line: str, of: str, lasts: bool) -> bool:
        """Have the parent write a line of the log, once for all who say the same.

        False: it does not hear, or this is a thread beside: whoever asks is to write it.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return self._channel.say(log=line, of=of, lasts=lasts)

    async def _listen(self) -> None:
        try:
            while (said := await self._channel.hear()) is not None:
                await self._obey(said)
        finally:
            self._orders.end(keeps_ports=False)

    async def _obey(self, said: Mapping[str, Any]) -> None:
        if "take" in said:
            self.leads = said["leads"]
            if self.share is not None:
                await self.share(said["take"], self.leads)
                self._channel.say(serves=True)
        elif "stop" in said:
            self._orders.end(keeps_ports=said["accepts"])
        elif "haste" in said:
            self._orders.haste()
        elif "tell" in said:
            self._channel.say(parts=self.now())
        elif "collected" in said:
            answer = self._asked.get(said["collected"])
            if answer is not None and not answer.done():
                answer.set_result([Snapshot(*one) for one in said["snapshots"]])
        elif "news" in said:
            for heed in self._heeding.get(said["news"], ()):
                heed(said["what"])
