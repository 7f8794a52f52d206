"""slowhttptest: whoever holds connections and says or takes next to nothing loses them in time.

Slow heads (slowloris), slow bodies, slow reading, and ranges by the hundred. Its own probe asks as
an ordinary visitor does, and is answered all the while. Limits are short here; what they are by
themselves stands in docs/proxy.md.
"""

import asyncio
import csv
from pathlib import Path

import pytest

from proxy.deadlines import Limits
from tests.outside import program
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Asked, Origin, answer

CONNECTIONS = 50
LIMITS = Limits(
    head_seconds=2.0,
    idle_seconds=2.0,
    body_silence_seconds=2.0,
    stall_seconds=2.0,
)
LASTS_SECONDS = 30
"""The attack's own end: who is still connected then was not closed by us."""
LARGE = answer(b"x" * 20_000_000, b"Content-Type: application/octet-stream")
SMALL = answer(b"x" * 1000)


def say(asked: Asked) -> bytes:
    """Answer HEAD with a head."""
    found = LARGE if asked.target == b"/large" else SMALL
    return found.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if asked.line[:4] == b"HEAD" else found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "attack"),
    [
        pytest.param("/", ("-H", "-i", "1", "-x", "10"), id="slow heads"),
        pytest.param("/", ("-B", "-i", "1", "-x", "10", "-s", "8192"), id="slow bodies"),
        pytest.param("/large", ("-X", "-n", "1", "-z", "512", "-y", "512"), id="slow reading"),
        pytest.param("/large", ("-R", "-b", "500"), id="hundreds of ranges"),
    ],
)
async def test_slow_clients_lose_their_connections(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    tmp_path: Path,
    path: str,
    attack: tuple[str, ...],
) -> None:
    tool = program("slowhttptest", "slowhttptest")
    proxy = await start_proxy(await start_origin(Origin(say)), limits=LIMITS)
    numbers = ("-c", str(CONNECTIONS), "-r", "200", "-l", str(LASTS_SECONDS), "-p", "5")
    report = ("-g", "-o", str(tmp_path / "report"))

    process = await asyncio.create_subprocess_exec(
        *(tool, *attack, *numbers, *report, "-u", f"http://127.0.0.1:{proxy.port}{path}"),
        stdout=asyncio.subprocess.PIPE,
    )
    said = (await process.communicate())[0].decode(errors="replace")

    with (tmp_path / "report.csv").open(encoding="ascii") as file:
        seconds = list(csv.DictReader(file))
    assert "No open connections left" in said
    assert all(int(at["Service Available"]) > 0 for at in seconds)
