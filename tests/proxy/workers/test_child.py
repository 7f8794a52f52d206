"""One worker as its parent sees it: what it says of itself counts."""

import asyncio
import socket
import sys

from proxy.workers.channel import Channel
from proxy.workers.child import Child


async def test_a_worker_says_itself_how_long_its_end_may_take() -> None:
    ours, theirs = socket.socketpair()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    with theirs:
        child = Child(0, process, await Channel.over(ours))
        child.end_seconds = 45.0
        child.heard({"serves": True})
        before = child.end_seconds
        child.heard({"ready": ["ready: here"], "end_seconds": 315.0})
    await child.ended
    await child.channel.close()

    assert (before, child.end_seconds) == (45.0, 315.0)
    assert (child.is_ready, child.lines) == (True, ["ready: here"])
