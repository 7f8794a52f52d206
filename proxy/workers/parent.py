"""The parent: binds the ports, starts workers, looks after them, replaces them, ends them.

Rule 1: the ports are the parent's for as long as it lives, so no worker's end loses a connection
that is still in a queue.
Rule 2: one worker comes up, then the rest: what is made once (keys, files) is made once, and what
is wrong is told once. Where one does not come up at the start, that is the end, with its status.
Rule 3: later on a worker that ends has its successor, at once; later and later where they die
young, unless no other is left. One that hangs is given no connections, and in the end is killed;
the one that leads is waited for least: the status page is silent for as long.
Rule 4: a reload is a whole new generation. Only when all of it is up does the old one end, in
order; where it does not come up the old one stays.
Rule 5: an end in order is the workers' work. The parent waits for it, and for no longer than it may
take.
"""

import asyncio
import logging
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from proxy.mistakes import told_as
from proxy.workers.child import Child
from proxy.workers.chorus import Chorus
from proxy.workers.pace import Pace
from proxy.workers.shares import shares
from proxy.workers.signals import Signals
from proxy.workers.snapshots import ENDED, FIGURES, SUMMED, Snapshot, counts_on
from proxy.workers.sockets import Ports

REPORT_SECONDS = 0.5  # how long whoever asks for all reports waits for them
EVERY_SECONDS = 1.0  # so often all report: what one that is killed had counted is not lost
HASTE_SECONDS = 5.0  # how long an end at once may take
LATE_SECONDS = 2.0  # one that leads and reports nothing for so long leads no more
SILENT_SECONDS = 8.0  # a worker that reports nothing for so long hangs: others take its connections
STUCK_SECONDS = 60.0  # and is killed then
NOBODY_SECONDS = 1.0  # so long there may be no worker at all, however young they die

_log = logging.getLogger("calltrack.proxy")


@dataclass(slots=True)
class Generation:
    """Workers that were started together, and the successors of each."""

    children: dict[int, Child] = field(default_factory=dict)
    is_leaving: bool = False


class Parent:
    """Runs workers until it is told to stop."""

    def __init__(  # noqa: PLR0913 - one call, and each by its name
        self,
        command: Sequence[str],
        ports: Ports,
        *,
        count: int,
        name: str,
        settings: Mapping[str, str],
        end_seconds: float,
        when_ready: Callable[[Sequence[str]], None],
    ) -> None:
        """Take what a worker is started with.

        `end_seconds`: the longest that the end of one may take that has not said so itself yet.
        """
        self._command = command
        self._ports = ports
        self._count = count
        self._name = name
        self._settings = settings
        self._end_seconds = end_seconds
        self._when_ready = when_ready
        self._stop = asyncio.Event()
        self._haste = asyncio.Event()
        self._reload = asyncio.Event()
        self._generation = Generation()
        self._children: set[Child] = set()
        self._ended: dict[str, Counter[str]] = {part: Counter() for part in SUMMED}
        self._silent: set[Child] = set()  # they hang
        self._late: set[Child] = set()  # they may
        self._leads = 0  # the number of the worker that does
        self._chorus = Chorus()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._attending: set[asyncio.Task[Any]] = set()

    async def run(self) -> int:
        """Give the exit status: 0, or that of a worker that did not come up at the start."""
        with Signals(self._stop, self._haste, self._reload):
            try:
                status: int | None
                status = await self._until_stopped_or(self._bring_up(self._generation))
                if status is not None:
                    return status
                if not self._stop.is_set():
                    self._when_ready(self._generation.children[0].lines)
                    self._later(self._look_after())
                    await self._until_stopped_or(self._reload_when_asked())
                return await self._end()
            finally:
                for task in self._tasks - self._attending:
                    task.cancel()
                for child in self._children:
                    child.kill()
                if self._attending:  # what they said last is yet to be told
                    await asyncio.wait(self._attending, timeout=HASTE_SECONDS)
                for task in self._attending:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await asyncio.gather(*(child.ended for child in self._children))

    async def _until_stopped_or(self, work: Any) -> Any:
        """Do the work until it is done, or a signal says stop; then give None."""
        working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for task in (working, stopped):
            if not task.done():
                task.cancel()
        await asyncio.wait({working, stopped})
        return None if working.cancelled() else working.result()

    async def _bring_up(self, generation: Generation) -> int | None:
        """Start a generation. Gives the exit status of one that did not come up; None: all did."""
        status = await self._start_all(generation)
        if status is not None:
            return self._not_up(status)
        old, self._generation = self._generation, generation
        self._deal()
        children = list(generation.children.values())
        found = [await child.until(child.serves) for child in children]
        if old is generation:
            status = next((one for one in found if one is not None), None)
        else:
            self._let_go(old)
        for child in children:
            self._later(self._keep(generation, child))
        return status if status is None else self._not_up(status)

    async def _start_all(self, generation: Generation) -> int | None:
        try:
            first = await self._start(generation, 0)
            status = await first.until(first.ready)
            if status is not None:
                return status
            rest = [await self._start(generation, number) for number in range(1, self._count)]
        except OSError as error:
            _tell_of_no_start(error)
            return 1
        found = [await child.until(child.ready) for child in rest]
        return next((one for one in found if one is not None), None)

    def _not_up(self, status: int) -> int:
        """Give the exit status for a worker that did not come up; most have said why."""
        if status > 0:
            return status
        _log.error("a worker ended before it could serve: %s", _how(status))
        return 1

    async def _start(self, generation: Generation, number: int) -> Child:
        """Start a worker, and listen to it."""
        ports = self._ports
        files = [n for bound in ports.all() for share in bound.numbers for n in share]
        task = {
            "number": number,
            "name": self._name,
            "public": ports.public.numbers,
            "calls": ports.calls.numbers if ports.calls is not None else None,
            "admin": ports.admin.numbers,
            "settings": self._settings,
            "speaks": number == 0 and not generation.children,
        }
        child = await Child.start(self._command, task, files)
        child.end_seconds = self._end_seconds
        generation.children[number] = child
        self._children.add(child)
        attending = self._later(self._attend(child))
        self._attending.add(attending)
        attending.add_done_callback(self._attending.discard)
        return child

    async def _attend(self, child: Child) -> None:
        """Hear what a worker says, until it is gone."""
        while (said := await child.channel.hear()) is not None:
            if "collect" in said:
                self._later(self._collect(child, said["collect"]))
            elif "news" in said:
                for other in self._children - {child}:
                    other.channel.say(news=said["news"], what=said["what"])
            elif "log" in said:
                self._write(child, said["log"], of=said["of"], lasts=said["lasts"])
            else:
                child.heard(said)
        await child.ended
        self._children.discard(child)
        for part, counted in self._ended.items():
            counted.update(counts_on(child.parts.get(part, {})))
        await child.channel.close()

    def _write(self, child: Child, line: str, *, of: str, lasts: bool) -> None:
        """Write a line of a worker's log, where no other has just said the same."""
        at = asyncio.get_running_loop().time()
        if self._chorus.is_news(of, by=child.pid, at=at, lasts=lasts):
            print(line, file=sys.stderr, flush=True)

    async def _collect(self, asker: Child, number: int) -> None:
        """Give a worker the reports of all others."""
        others = sorted(self._children - {asker}, key=lambda child: child.number)
        await self._report(others)
        found = [other.snapshot for other in others if other.is_ready]
        found.append(Snapshot(ENDED, os.getpid(), self._ended))
        told = [(one.worker, one.pid, one.parts) for one in found]
        asker.channel.say(collected=number, snapshots=told)

    async def _report(self, children: Sequence[Child]) -> None:
        reports = [asyncio.ensure_future(child.report()) for child in children if child.is_ready]
        if reports:
            _, late = await asyncio.wait(reports, timeout=REPORT_SECONDS)
            for one in late:
                one.cancel()

    async def _look_after(self) -> None:
        """Hear now and then what all have counted, and whether they go on."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self._report(list(self._children))
            if self._stop.is_set():
                return  # who ends does not report in time any more
            ready = [one for one in self._generation.children.values() if one.is_ready]
            self._late = {one for one in ready if one.silent_seconds > LATE_SECONDS}
            silent = {one for one in self._late if one.silent_seconds > SILENT_SECONDS}
            for child in silent - self._silent:
                _log.warning("%s hangs; others take its connections", child)
            is_same, self._silent = silent == self._silent, silent
            if not is_same or self._leader(self._ready()) != self._leads:
                self._deal()
            self._kill([one for one in silent if one.silent_seconds > STUCK_SECONDS])

    def _ready(self) -> list[int]:
        """Give the numbers of the workers that take connections."""
        found = self._generation.children.items()
        ready = [number for number, child in found if child.is_live and child.is_ready]
        children = self._generation.children
        return [number for number in ready if children[number] not in self._silent] or ready

    def _leader(self, ready: Sequence[int]) -> int:
        """Say who leads: the one that does, as long as it answers."""
        children = self._generation.children
        prompt = [number for number in ready if children[number] not in self._late] or ready
        return self._leads if self._leads in prompt else min(prompt, default=self._leads)

    def _deal(self) -> None:
        """Tell each worker what is its to do now."""
        ready, children = self._ready(), self._generation.children
        leader = self._leader(ready)
        if leader != self._leads:
            _log.info("worker %d leads now: it serves the status page", leader)
        self._leads = leader
        for number, taken in shares(len(self._ports.public.shares), ready).items():
            children[number].channel.say(take=taken, leads=number == leader)

    async def _keep(self, generation: Generation, child: Child) -> None:
        """Give a worker its successors."""
        pace = Pace()
        while True:
            status = await child.ended
            if self._has_no_successors(generation):
                return
            wait = pace.wait_after(child.lived)
            then = f" in {wait.total_seconds():g} s" if wait else ""
            _log.warning("%s ended: %s; another one starts%s", child, _how(status), then)
            self._deal()
            await self._wait(generation, wait.total_seconds())
            if self._has_no_successors(generation):
                return
            self._ended[FIGURES]["worker_restarts"] += 1
            try:
                child = await self._start(generation, child.number)
            except OSError as error:
                _tell_of_no_start(error)  # the pace goes on with the one that ended
                continue
            if self._has_no_successors(generation):  # meanwhile: nobody else would tell it
                child.kill()
                return
            if await child.until(child.ready) is None:
                self._deal()

    async def _wait(self, generation: Generation, seconds: float) -> None:
        """Wait before a successor starts; hardly at all where no other one serves, or is about to.

        Of several that wait, one at a time then starts.
        """
        until = asyncio.get_running_loop().time() + seconds
        while (left := until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(left, NOBODY_SECONDS))
            if not any(child.is_live for child in generation.children.values()):
                return

    def _has_no_successors(self, generation: Generation) -> bool:
        return generation.is_leaving or self._stop.is_set()

    async def _reload_when_asked(self) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            _log.info("new workers start, by the settings as they are now")
            generation, self._chorus = Generation(), Chorus()  # they say anew what is odd
            if await self._bring_up(generation) is None:
                _log.info("the new workers serve; the old ones end what is under way")
                continue
            _log.error("the reload failed: the old workers stay, by the old settings")
            generation.is_leaving = True
            for child in generation.children.values():
                child.kill()

    def _let_go(self, generation: Generation) -> None:
        """Have a generation end in order, now that another one serves."""
        generation.is_leaving = True
        for child in generation.children.values():
            child.channel.say(take=[], leads=False)
            child.channel.say(stop=True, accepts=False)
            self._later(self._end_in_time(child))

    async def _end_in_time(self, child: Child) -> None:
        await asyncio.wait({child.ended}, timeout=child.end_seconds)
        self._kill([child])

    async def _end(self) -> int:
        """End all workers in order; at once where a second signal says so."""
        for bound in self._ports.all():
            bound.close()
        self._generation.is_leaving = True
        for child in self._children:
            child.channel.say(stop=True, accepts=True)
        ended = [child.ended for child in self._children]
        if not ended:
            return 0
        waiting = asyncio.ensure_future(asyncio.wait(ended))
        hasty = asyncio.ensure_future(self._haste.wait())
        longest = max(child.end_seconds for child in self._children)
        await asyncio.wait({waiting, hasty}, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        if hasty.done() and not waiting.done():
            for child in self._children:
                child.channel.say(haste=True)
            await asyncio.wait({waiting}, timeout=HASTE_SECONDS)
        hasty.cancel()
        late = [child for child in self._children if child.is_live]
        self._kill(late)
        await waiting
        return 1 if late else 0

    def _kill(self, children: Sequence[Child]) -> None:
        for child in children:
            if child.is_live:
                _log.error("%s does not answer: killed", child)
                child.kill()

    def _later(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(told_as("a mistake of ours in the parent of the workers"))
        return task


def _how(status: int) -> str:
    """Say how a process ended."""
    if status >= 0:
        return f"with exit status {status}"
    try:
        return f"by {signal.Signals(-status).name}"
    except ValueError:
        return f"by signal {-status}"


def _tell_of_no_start(error: OSError) -> None:
    """Say that the system starts no process: no memory, no files, no right to."""
    _log.error("no worker can be started: %s", error.strerror or error)
