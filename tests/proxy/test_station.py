"""What a process serves, from which sockets, and in which order it ends."""

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass

import pytest
from aiohttp import web

from proxy.app import App, Signals, make_app
from proxy.counters import Counters
from proxy.station import Station
from proxy.upstream import Upstream
from proxy.workers.sockets import Ports, bind
from tests.proxy.browser import ask, get
from tests.proxy.conftest import StartOrigin
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, answer
from tests.proxy.slow import Slow

LONG = 60.0


@dataclass
class Serving:
    """A station that serves."""

    app: App
    station: Station
    port: int
    signals: Signals
    running: "asyncio.Task[None]"


def ports_here(shares: int = 1) -> Ports:
    return Ports(bind("127.0.0.1", 0, shares=shares), None, bind("127.0.0.1", 0))


async def start_serving(
    origin: Origin, ports: Ports | None = None, *, of_worker: bool = False, drain: float = 0.0
) -> Serving:
    """Serve until a signal comes."""
    ports = ports or ports_here()
    app = make_app(
        upstream=Upstream(f"http://127.0.0.1:{origin.port}"),
        visitors=Guests(),
        counters=Counters(),
    )
    station = Station(app, web.Application(), ports, drain_seconds=drain, grace_seconds=LONG)
    ready: asyncio.Future[Signals] = asyncio.get_running_loop().create_future()
    port = ports.public.address[1]

    async def run() -> None:
        with Signals(of_worker=of_worker) as signals:

            async def begin() -> None:
                await station.take([0], leads=True)
                ready.set_result(signals)

            await station.serve(signals, begin)

    running = asyncio.create_task(run())
    return Serving(app, station, port, await ready, running)


async def is_open(port: int) -> bool:
    with suppress(ConnectionRefusedError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


async def test_a_signal_that_came_before_the_port_was_open_ends_it() -> None:
    ports = ports_here()
    app = make_app(upstream=Upstream("http://127.0.0.1:9"), visitors=Guests(), counters=Counters())
    begun: list[bool] = []

    async def begin() -> None:
        begun.append(True)

    with Signals() as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        await signals.stop.wait()
        await Station(app, web.Application(), ports, grace_seconds=LONG).serve(signals, begin)

    assert begun == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_what_is_under_way_end(
    start_origin: StartOrigin, number: signal.Signals
) -> None:
    slow = Slow()
    serving = await start_serving(await start_origin(Origin(script=slow)))
    asking = asyncio.create_task(ask(serving.port, get()))
    await slow.asked.wait()

    os.kill(os.getpid(), number)
    await serving.app.draining.wait()
    assert not await is_open(serving.port)
    slow.go_on.set()
    got = await asking
    await serving.running

    assert (got.status, got.body, got.is_whole) == (200, b"hello", True)


async def test_a_second_signal_ends_at_once(start_origin: StartOrigin) -> None:
    slow = Slow()
    serving = await start_serving(await start_origin(Origin(script=slow)))
    reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
    writer.write(get())
    await slow.asked.wait()

    os.kill(os.getpid(), signal.SIGTERM)
    await serving.app.draining.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    await serving.running
    slow.go_on.set()

    assert await reader.read() == b""
    writer.close()


async def test_a_second_signal_to_a_worker_is_no_haste(start_origin: StartOrigin) -> None:
    slow = Slow()
    serving = await start_serving(await start_origin(Origin(script=slow)), of_worker=True)
    asking = asyncio.create_task(ask(serving.port, get()))
    await slow.asked.wait()

    os.kill(os.getpid(), signal.SIGTERM)
    await serving.app.draining.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    serving.signals.end(keeps_ports=True)  # its parent says the same
    slow.go_on.set()
    got = await asking
    await serving.running

    assert (got.status, got.body) == (200, b"hello")


async def test_the_port_stays_open_for_as_long_as_ops_said(start_origin: StartOrigin) -> None:
    serving = await start_serving(await start_origin(Origin(answer(b"hello"))), drain=LONG)

    os.kill(os.getpid(), signal.SIGTERM)
    await serving.signals.stop.wait()
    await asyncio.sleep(0)  # the station hears of it, too
    got = await ask(serving.port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    os.kill(os.getpid(), signal.SIGTERM)  # nobody waits that long here
    await serving.running

    assert (got.status, got.body) == (200, b"hello")
    assert got.has(b"connection") == b"close"
    assert not await is_open(serving.port)


async def test_who_leaves_while_others_serve_closes_its_ports_first(
    start_origin: StartOrigin,
) -> None:
    serving = await start_serving(await start_origin(Origin(answer(b"hello"))))
    reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    first = await reader.readuntil(b"hello")

    serving.signals.end(keeps_ports=False)
    await asyncio.sleep(0)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    last = await reader.read()  # to the end of the connection
    serving.signals.haste()
    await serving.running
    writer.close()

    assert first.startswith(b"HTTP/1.1 200 ")
    assert last.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in last.lower()


async def test_a_share_of_a_port_may_be_taken_and_given_back(start_origin: StartOrigin) -> None:
    ports = ports_here(shares=2)
    serving = await start_serving(await start_origin(Origin(answer(b"hello"))), ports)

    await serving.station.take([0, 1], leads=False)
    answers = [await ask(serving.port, get()) for _ in range(20)]
    await serving.station.take([], leads=False)
    waiting = [asyncio.create_task(ask(serving.port, get())) for _ in range(20)]
    await asyncio.wait(waiting, timeout=0.2)
    answered = [one for one in waiting if one.done()]
    await serving.station.take([0, 1], leads=False)  # the queue was not lost
    answers += await asyncio.gather(*waiting)
    serving.signals.haste()
    await serving.running

    assert answered == []
    assert [got.status for got in answers] == [200] * 40
