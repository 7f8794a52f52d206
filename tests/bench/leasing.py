"""Takes on one SQLite file: by one process, and by four that share it.

Each take is a new session that asks for one number out of a pool of thousands; then each session
asks again, which renews. One take follows another in a process, as the store's one thread has it.

    python -m tests.bench.leasing FILE TIMES    # one of the processes: takes at each line it reads
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from calltrack.leases import Ask, PoolKey, SessionId, Stock, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.stores.sqlite_leases import SqliteLeaseStore, open_lease_store
from tests.bench.child import ROOT
from tests.bench.report import ChildError, check, percentile, progress, table

PROCESSES = (1, 4)
KINDS = ("new session", "renewal")
PATIENCE = timedelta(seconds=30)  # for a lock: the store is measured, not its limit
KEY, POOL = VestigingKey("amsterdam"), PoolKey("amsterdam")
ASK = Ask(KEY, POOL, hold=timedelta(minutes=30), rest=timedelta(0))
STOCK = tuple(PhoneNumber(f"+31207{i:06}") for i in range(5_000))


Result = dict[str, Any]  # as it comes from a process: numbers, latencies, started_at, ended_at


@dataclass(slots=True)
class Turn:
    """What so many processes did, over all rounds."""

    processes: int
    kind: str
    per_second: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


def run(*, quick: bool) -> None:
    """Measure and print."""
    rounds, takes = (1, 40) if quick else (3, 2_000)
    turns = {count: [Turn(count, kind) for kind in KINDS] for count in PROCESSES}
    for at in range(rounds):
        for count in PROCESSES:
            progress(f"leases: round {at + 1} of {rounds}, {count} processes")
            results = _round(count, takes // count)
            _check(*results, takes=takes)
            for turn, result in zip(turns[count], results, strict=True):
                _add(turn, result)
    progress("")
    print("Leases on one SQLite file\n")
    head = ("take", "processes", "takes/s", "p50 ms", "p99 ms", "worst ms")
    table(head, [_row(turn) for count in PROCESSES for turn in turns[count]], texts=1)


def _round(count: int, times: int) -> list[list[Result]]:
    """Let so many processes take at once, on a new file; give what each says, kind by kind."""
    with TemporaryDirectory(prefix="calltrack-bench-") as folder, ExitStack() as stack:
        path = Path(folder) / "leases.sqlite3"
        asyncio.run(_fill(path))
        workers = [stack.enter_context(_worker(path, times)) for _ in range(count)]
        results = []
        for _ in KINDS:
            for worker in workers:
                _tell(worker, "go")
            results.append([json.loads(_hear(worker)) for worker in workers])
        return results


@contextmanager
def _worker(path: Path, times: int) -> Iterator[subprocess.Popen[str]]:
    """Start a process that is ready to take. Without its standard input it ends by itself."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.leasing", str(path), str(times)],
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


def _tell(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise ChildError("a process that takes has ended early")
    return line


async def _fill(path: Path) -> None:
    store = open_lease_store(path)
    await store.sync(Stock({POOL: STOCK}, serial=1))
    await store.close()


def _check(new: Sequence[Result], renewed: Sequence[Result], *, takes: int) -> None:
    """Every session has a number, no two the same, and renewed that very one."""
    numbers = [number for result in new for number in result["numbers"]]
    check(len(numbers) == takes, "leases: a session got no number")
    check(len(set(numbers)) == takes, "leases: a number is held twice")
    again = [number for result in renewed for number in result["numbers"]]
    check(again == numbers, "leases: a session did not keep its number")


def _add(turn: Turn, results: Sequence[Result]) -> None:
    """Count from the first start to the last end."""
    seconds = max(r["ended_at"] for r in results) - min(r["started_at"] for r in results)
    latencies = [latency for result in results for latency in result["latencies"]]
    turn.per_second.append(len(latencies) / seconds)
    turn.latencies += latencies


def _row(turn: Turn) -> tuple[str, ...]:
    return (
        turn.kind,
        str(turn.processes),
        f"{statistics.median(turn.per_second):,.0f}",
        *(f"{percentile(turn.latencies, share) * 1000:.2f}" for share in (0.5, 0.99, 1)),
    )


# -- one of the processes


async def take(path: Path, times: int) -> None:
    """Take for so many new sessions at the first line, for the same again at the second."""
    store = open_lease_store(path, busy=PATIENCE)
    sessions = [SessionId(f"{os.getpid()}-{i}") for i in range(times)]
    await store.held()
    print("ready", flush=True)
    while sys.stdin.readline():
        print(json.dumps(await _take_all(store, sessions)), flush=True)
    await store.close()


async def _take_all(store: SqliteLeaseStore, sessions: Sequence[SessionId]) -> Result:
    numbers, latencies = [], []
    started_at = time.time()
    for session in sessions:
        sent_at = time.perf_counter()
        taken = await store.take(session, [ASK])
        latencies.append(time.perf_counter() - sent_at)
        numbers += [lease.number.e164 for lease in taken.leases.values()]
    return {
        "numbers": numbers,
        "latencies": latencies,
        "started_at": started_at,
        "ended_at": time.time(),
    }


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]), int(sys.argv[2])))
