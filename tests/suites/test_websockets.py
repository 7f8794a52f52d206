"""kosoku, Autobahn's cases for WebSocket: an echo server fares the same alone and through us.

Each case is looked at on its own, with how it ended and how it was closed: a tunnel that changes
nothing changes neither.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType, web

from tests.proxy.conftest import StartProxy

kosoku = pytest.importorskip("kosoku", reason="kosoku has no wheel for this platform")

CASES = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.1.*", "9.2.*", "10.*", "12.1.1")
AT_ONCE = 8
FEWEST = 250
"""More cases than this are run; nearly all pass on the echo server alone."""


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Say everything back."""
    socket = web.WebSocketResponse(max_msg_size=0)
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket


@asynccontextmanager
async def echo_server() -> AsyncIterator[int]:
    """Run it; give its port."""
    app = web.Application()
    app.router.add_get("/", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def fare(port: int) -> dict[str, tuple[str, str]]:
    """Run all cases; say how each ended, and how it was closed."""
    try:
        results = await kosoku.run_fuzzingclient(
            f"ws://127.0.0.1:{port}/", CASES, concurrency=AT_ONCE
        )
    except kosoku.FailureError as failure:
        results = list(failure.results)
    return {one.case_id: (one.behavior.value, one.behavior_close.value) for one in results}


@pytest.mark.slow
@pytest.mark.timeout(300)
# kosoku's case 12 leaves a file of its own open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_websockets_fare_the_same_through_us_as_without_us(start_proxy: StartProxy) -> None:
    async with echo_server() as port:
        alone = await fare(port)
        through = await fare((await start_proxy(port)).port)

    assert len(alone) > FEWEST
    assert [ended for ended, _ in alone.values()].count("OK") > FEWEST * 0.9
    assert {case: seen for case, seen in through.items() if seen != alone[case]} == {}
    assert through.keys() == alone.keys()
