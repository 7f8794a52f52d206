"""Many processes take at once, each thousands of times, and nobody holds what another holds.

All processes take by one way, then by the next, in turns of many rounds; all takes of a way come
out of one pool, which ours leaves empty. Peers, and our renewals, take a fifth as often: some would
need minutes. At the end every answer of every process is looked at, and beside it whom the store
knows for a holder.
"""

import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from calltrack.leases import PoolKey, Stock
from tests.bench.child import ROOT
from tests.bench.leasing_places import OURS, Place, open_way, some_numbers
from tests.bench.leasing_worker import POOL, Answer, Turn
from tests.bench.report import (
    ChildError,
    check,
    median_ratio,
    percentile,
    progress,
    table,
)

LATE_SECONDS = 0.05  # as long as a page waits for its numbers
NEW, RENEWAL = "new session", "renewal"
SPACE = "crowd"
PEERS_SHARE = 5

Worker = subprocess.Popen[str]


@dataclass(slots=True)
class Crowd:
    """What all processes did by one way, over all rounds."""

    place: Place
    way: str
    kind: str = NEW
    numbers: dict[str, str] = field(default_factory=dict)  # by session
    seconds: list[float] = field(default_factory=list)  # for one take, round by round
    latencies: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Say what stands in the table."""
        return f"{self.way}, {self.kind}" if self.way == OURS else self.way

    def add(self, sessions: Sequence[Sequence[str]], answers: Sequence[Answer]) -> None:
        """Take note of a round; it lasted from the first start to the last end."""
        for names, answer in zip(sessions, answers, strict=True):
            self.numbers |= zip(names, answer["numbers"], strict=True)
            self.latencies += answer["latencies"]
        last, first = max(a["ended_at"] for a in answers), min(a["started_at"] for a in answers)
        self.seconds.append((last - first) / sum(map(len, sessions)))


def run(places: Sequence[Place], *, quick: bool) -> None:
    """Measure and print."""
    processes, rounds, takes = (2, 2, 10) if quick else (8, 5, 1_000)
    asyncio.run(_fill(places, processes * rounds * takes))
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker()) for _ in range(processes)]
        crowds = measure(places, workers, rounds=rounds, takes=takes)
    asyncio.run(_check_all(crowds))
    new = [crowd for crowd in crowds if crowd.kind == NEW]
    plain = {crowd.place.name: crowd for crowd in new if crowd.way == crowd.place.plain}
    print(
        f"Leases: {processes} processes at once, {rounds * takes:,} takes each, 0 double holders\n"
    )
    table(HEAD, [_row(crowd, plain[crowd.place.name]) for crowd in crowds], texts=2)


async def _fill(places: Sequence[Place], count: int) -> None:
    stock = Stock({PoolKey(POOL): some_numbers(0, count)}, serial=1)
    for place in places:
        for name in place.ways:
            way = open_way(name, place.url, SPACE)
            await way.fill(stock)
            await way.close()


def measure(
    places: Sequence[Place], workers: Sequence[Worker], *, rounds: int, takes: int
) -> list[Crowd]:
    """Let all take by each way in turns; ours renews, too, for the same sessions."""
    crowds = [Crowd(place, way) for place in places for way in place.ways]
    renewals = {place.name: Crowd(place, OURS, RENEWAL) for place in places}
    for crowd in crowds:
        _turn(workers, crowd, [[]] * len(workers))
    for at in range(rounds):
        for crowd in crowds:
            progress(f"leases: round {at + 1} of {rounds}, {crowd.place.name}, {crowd.way}")
            times = takes if crowd.way == OURS else takes // PEERS_SHARE
            sessions = [[f"{w}-{at}-{i}" for i in range(times)] for w in range(len(workers))]
            crowd.add(sessions, _turn(workers, crowd, sessions))
            if crowd.way == OURS:
                renewal = renewals[crowd.place.name]
                again = [names[: takes // PEERS_SHARE] for names in sessions]
                renewal.add(again, _turn(workers, renewal, again))
    progress("")
    return [c for crowd in crowds for c in _with_renewal(crowd, renewals)]


def _with_renewal(crowd: Crowd, renewals: dict[str, Crowd]) -> list[Crowd]:
    return [crowd, renewals[crowd.place.name]] if crowd.way == OURS else [crowd]


def _turn(
    workers: Sequence[Worker], crowd: Crowd, sessions: Sequence[Sequence[str]]
) -> list[Answer]:
    for worker, names in zip(workers, sessions, strict=True):
        turn: Turn = {
            "way": crowd.way,
            "url": crowd.place.url,
            "space": SPACE,
            "sessions": names,
        }
        assert worker.stdin is not None
        worker.stdin.write(f"{json.dumps(turn)}\n")
        worker.stdin.flush()
    return [json.loads(_hear(worker)) for worker in workers]


async def _check_all(crowds: Sequence[Crowd]) -> None:
    for crowd in crowds:
        if crowd.way != crowd.place.floor and crowd.kind == NEW:
            way = open_way(crowd.way, crowd.place.url, SPACE)
            look(crowd, await way.holders())
            await way.close()
    for new, renewal in pairwise(crowds):
        if renewal.kind == RENEWAL:
            same = renewal.numbers.items() <= new.numbers.items()
            check(same, f"{new.place.name}: a renewal gave another number")


def look(crowd: Crowd, holders: Mapping[str, str] | None) -> None:
    """Every session has a number, no two the same, and the store says the same."""
    where = f"{crowd.place.name}, {crowd.name}"
    given = list(crowd.numbers.values())
    check(len(given) == len(crowd.latencies) and all(given), f"{where}: a session got no number")
    twice = len(given) - len(set(given))
    check(not twice, f"{where}: {twice} numbers have two holders")
    told = {number: session for session, number in crowd.numbers.items()}
    check(holders in (None, told), f"{where}: the store knows other holders")


HEAD = (
    *("store", "take", "takes/s", "× plain", "p50 ms", "p99 ms", "worst ms"),
    "over 50 ms",
)


def _row(crowd: Crowd, plain: Crowd) -> tuple[str, ...]:
    late = sum(latency > LATE_SECONDS for latency in crowd.latencies) / len(crowd.latencies)
    return (
        crowd.place.name,
        crowd.name,
        f"{1 / statistics.median(crowd.seconds):,.0f}",
        f"{median_ratio(crowd.seconds, plain.seconds):.2f}",
        *(f"{percentile(crowd.latencies, share) * 1000:.2f}" for share in (0.5, 0.99, 1)),
        f"{late:.2%}",
    )


# -- the processes


@contextmanager
def _worker() -> Iterator[Worker]:
    """Start a process that is ready to take. Without its standard input it ends by itself."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.leasing_worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        try:
            check(_hear(process) == "ready\n", "a process that takes did not start")
            yield process
        finally:
            process.kill()


def _hear(process: Worker) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise ChildError("a process that takes has ended early")
    return line
