"""Starting, and ending in order."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from calltrack.errors import ListenError
from proxy.app import App, Signals, make_app, serve
from proxy.counters import Counters
from proxy.upstream import Upstream
from tests.proxy.browser import ask, get, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Asked, Origin, answer


def an_app(origin: Origin) -> App:
    return make_app(
        upstream=Upstream(f"http://127.0.0.1:{origin.port}"),
        visitors=Guests(),
        counters=Counters(),
    )


async def start_serving(app: App) -> tuple[int, "asyncio.Task[None]"]:
    """Serve until a signal comes; give the port, and what ends when serving does."""
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        with Signals() as signals:
            await serve(
                app, "127.0.0.1", 0, signals, when_ready=lambda _host, port: ready.set_result(port)
            )

    running = asyncio.create_task(run())
    return await ready, running


class Slow:
    """A site that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(
        self, _asked: Asked, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.set()
        await self.go_on.wait()
        writer.write(answer(b"hello"))


async def test_a_port_that_is_taken_is_named(start_origin: StartOrigin) -> None:
    origin = await start_origin(Origin(answer()))

    with pytest.raises(ListenError, match=f"port {origin.port} of 127.0.0.1 is taken"):
        await an_app(origin).start("127.0.0.1", origin.port)


async def test_an_address_that_is_not_ours_is_named(start_origin: StartOrigin) -> None:
    origin = await start_origin(Origin(answer()))

    with pytest.raises(ListenError, match=r"cannot listen on 192\.0\.2\.1:"):
        await an_app(origin).start("192.0.2.1", 0)


async def test_a_signal_that_came_before_the_port_was_open_ends_it(
    start_origin: StartOrigin,
) -> None:
    app = an_app(await start_origin(Origin(answer())))
    ready: list[int] = []

    with Signals() as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        await signals.stop.wait()
        await serve(app, "127.0.0.1", 0, signals, when_ready=lambda _host, port: ready.append(port))

    assert ready == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_what_is_under_way_end(
    start_origin: StartOrigin, number: signal.Signals
) -> None:
    slow = Slow()
    app = an_app(await start_origin(Origin(script=slow)))
    port, running = await start_serving(app)
    asking = asyncio.create_task(ask(port, get()))
    await slow.asked.wait()

    os.kill(os.getpid(), number)
    await app.draining.wait()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    slow.go_on.set()
    got = await asking
    await running

    assert (got.status, got.body, got.is_whole) == (200, b"hello", True)


async def test_a_second_signal_ends_at_once(start_origin: StartOrigin) -> None:
    slow = Slow()
    app = an_app(await start_origin(Origin(script=slow)))
    port, running = await start_serving(app)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(get())
    await slow.asked.wait()

    os.kill(os.getpid(), signal.SIGTERM)
    await app.draining.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    await running
    slow.go_on.set()

    assert await reader.read() == b""
    writer.close()


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
