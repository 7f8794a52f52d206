"""What a proxy adds to the time of an answer while it is half as busy as it can be.

Requests go out at an even rate over a few connections. The same is asked of the site itself in the
same round: what is added is the difference, for the middle and for the slowest hundredth. Where a
proxy can do more than our own client, it is asked at MOST_RATE: else the client's time would show.
"""

import asyncio
import statistics
import time
from dataclasses import dataclass, field

from tests.bench.load import LIMIT_BYTES, Load, read_answer
from tests.bench.report import percentile

CONNECTIONS = 16
MOST_RATE = 1500.0  # requests a second: a quarter of a core


@dataclass(slots=True)
class Added:
    """What answers took, through a proxy and without it, round by round."""

    through: list[list[float]] = field(default_factory=list)
    direct: list[list[float]] = field(default_factory=list)

    def seconds(self, share: float) -> float:
        """Say what the proxy added for the request at this share of all: median of the rounds."""
        rounds = zip(self.through, self.direct, strict=True)
        return statistics.median(
            percentile(through, share) - percentile(direct, share) for through, direct in rounds
        )


async def at_rate(port: int, asked: bytes, *, rate: float, seconds: float) -> list[float]:
    """Ask so many times a second; give what each answer took, from the moment it was asked for."""
    started = time.perf_counter()
    period = CONNECTIONS / rate
    times = max(1, round(seconds / period))
    took: list[float] = []

    async def work(first: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LIMIT_BYTES)
        try:
            for at in range(times):
                early = started + first + at * period - time.perf_counter()
                if early > 0:
                    await asyncio.sleep(early)  # the rate is what is asked for
                sent_at = time.perf_counter()
                writer.write(asked)
                await read_answer(reader, Load())
                took.append(time.perf_counter() - sent_at)
        finally:
            writer.close()

    async with asyncio.TaskGroup() as tasks:
        for at in range(CONNECTIONS):
            tasks.create_task(work(at / rate))
    return took
