"""Starting, and ending in order."""

import asyncio
import os
import subprocess
import sys

import pytest

from calltrack.errors import ListenError
from proxy.app import App, make_app
from proxy.counters import Counters
from proxy.upstream import Upstream
from tests.proxy.browser import get, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, answer
from tests.proxy.slow import Slow


def an_app(origin: Origin) -> App:
    return make_app(
        upstream=Upstream(f"http://127.0.0.1:{origin.port}"),
        visitors=Guests(),
        counters=Counters(),
    )


async def test_a_port_that_is_taken_is_named(start_origin: StartOrigin) -> None:
    origin = await start_origin(Origin(answer()))

    with pytest.raises(ListenError, match=f"port {origin.port} of 127.0.0.1 is taken"):
        await an_app(origin).start("127.0.0.1", origin.port)


async def test_an_address_that_is_not_ours_is_named(start_origin: StartOrigin) -> None:
    origin = await start_origin(Origin(answer()))

    with pytest.raises(ListenError, match=r"cannot listen on 192\.0\.2\.1:"):
        await an_app(origin).start("192.0.2.1", 0)


async def test_what_outlasts_the_grace_is_cut(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    slow = Slow()
    origin = await start_origin(Origin(script=slow))
    proxy = await start_proxy(origin)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(get())
    await slow.asked.wait()

    await proxy.app.stop(grace_seconds=0.05)
    slow.go_on.set()

    assert await reader.read() == b""
    writer.close()


async def test_idle_connections_do_not_hold_the_end_up(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(answer(b"hello")))
    proxy = await start_proxy(origin)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert take_apart(await reader.readuntil(b"hello")).status == 200

    await proxy.app.stop(grace_seconds=60)

    assert await reader.read() == b""
    writer.close()


def test_the_parser_in_python_is_refused_with_one_line() -> None:
    code = (
        "from calltrack.errors import ConfigError\n"
        "from proxy.app import check_parser\n"
        "try:\n    check_parser()\nexcept ConfigError as error:\n    print(error)\n"
    )
    said = {
        value: subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "AIOHTTP_NO_EXTENSIONS": value},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for value in ("1", "")
    }

    assert said["1"].startswith("aiohttp runs without its C parser")
    assert said["1"].count("\n") == 1
    assert said[""] == ""
