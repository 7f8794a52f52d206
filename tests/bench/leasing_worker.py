"""One of the processes that take at once: for each line it reads, it takes, and says what it got.

    python -m tests.bench.leasing_worker     # lines of JSON in, lines of JSON out

One take follows another; the next process's come in between. A turn names the way and the sessions,
and without sessions it only makes the connection.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import TypedDict

from calltrack.leases import SessionId
from tests.bench.leasing_places import Way, ask_for, open_way

POOL = "amsterdam"
ASKS = [ask_for(POOL)]


class Turn(TypedDict):
    """What to do."""

    way: str
    url: str
    space: str
    sessions: Sequence[str]


class Answer(TypedDict):
    """What was done: each session's number ("" for none), and how long it took, in s."""

    numbers: list[str]
    latencies: list[float]
    started_at: float
    ended_at: float


async def main() -> None:
    """Take until nobody tells any more."""
    ways: dict[tuple[str, str], Way] = {}
    print("ready", flush=True)
    while line := sys.stdin.readline():
        turn: Turn = json.loads(line)
        name = turn["url"], turn["way"]
        if name not in ways:
            ways[name] = open_way(turn["way"], turn["url"], turn["space"])
            await ways[name].holders()  # connects
        print(json.dumps(await take_all(ways[name], turn["sessions"])), flush=True)
    for way in ways.values():
        await way.close()


async def take_all(way: Way, sessions: Sequence[str]) -> Answer:
    """Take for one session after the other."""
    numbers, latencies = [], []
    started_at = time.time()
    for session in sessions:
        sent_at = time.perf_counter()
        found = await way.take(SessionId(session), ASKS)
        latencies.append(time.perf_counter() - sent_at)
        numbers.append("".join(found))
    return {
        "numbers": numbers,
        "latencies": latencies,
        "started_at": started_at,
        "ended_at": time.time(),
    }


if __name__ == "__main__":
    asyncio.run(main())
