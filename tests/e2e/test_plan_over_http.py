"""The command with a Plan from an address: changed under visitors, lost, refused, come back."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from calltrack.link.reasons import TOKEN as VARIABLE
from calltrack.numbers import PhoneNumber
from calltrack.plan import Exhaustion, Method, Plan, StockNumber
from tests.calltrack.plans import (
    AMSTERDAM,
    EVERYONE,
    ROTTERDAM,
    ROTTERDAM_NUMBER,
    filled_plan,
    stock,
)
from tests.e2e.edges import Edge, edge, get, origin, start_edge, status, visitor, wait_until
from tests.e2e.test_processes import PAGE, links
from tests.proxy.plan_server import TOKEN, PlanServer, plan_server, text

VISITORS = 50
SHARING = replace(EVERYONE, exhaustion=Exhaustion.SHARE)  # no page is without a number
STATIC = {AMSTERDAM: PhoneNumber("+31208880001"), ROTTERDAM: PhoneNumber("+31108880001")}
POOLED = {
    "amsterdam": tuple(PhoneNumber(f"+31207{n:06}") for n in range(200)),
    "rotterdam": tuple(PhoneNumber(f"+31107{n:06}") for n in range(200)),
}


def own_numbers(serial: int) -> Plan:
    """Every visitor sees numbers of their own."""
    rows = [row for pool, numbers in POOLED.items() for row in stock(pool, numbers)]
    rows += [StockNumber(one, campaign=EVERYONE.key, vestiging=at) for at, one in STATIC.items()]
    return filled_plan(serial=serial, numbers=tuple(rows), campaigns=(SHARING,))


def static_numbers(serial: int) -> Plan:
    """Every visitor sees the same two numbers."""
    everyone = replace(SHARING, method=Method.STATIC)
    return replace(own_numbers(serial), campaigns=(everyone,))


def without_rotterdam(serial: int) -> Plan:
    """Rotterdam has another number by now: the one on the page is nobody's."""
    plan = own_numbers(serial)
    moved = replace(plan.vestigingen[ROTTERDAM], forwarding_number=PhoneNumber("+31107777777"))
    return replace(plan, vestigingen={**plan.vestigingen, ROTTERDAM: moved})


@pytest.fixture
async def server() -> AsyncIterator[PlanServer]:
    async with plan_server() as found:
        found.give(own_numbers(1))
        yield found


def options(place: str, site: str, folder: Path) -> tuple[str, ...]:
    patient = ("--store-wait-ms", "30000")  # no page is to miss its numbers by chance
    where = ("--upstream", site, "--plan", place, "--store", f"sqlite:///{folder}/s.db")
    return (*where, "--events", "none", *patient)


async def until_serial(running: Edge, serial: int) -> None:
    """Have it look at once, and wait until a Plan is in force."""

    async def is_so() -> bool:
        running.process.send_signal(signal.SIGHUP)
        return await _has_serial(running, serial)

    await wait_until(is_so, f"the Plan with serial {serial} did not come in force")


async def until_problem(running: Edge, words: str) -> None:
    async def is_so() -> bool:
        running.process.send_signal(signal.SIGHUP)
        return words in ((await status(running.status_url))["plan"]["problem"] or "")

    await wait_until(is_so, f"no problem was told with «{words}»")


def kind(page: bytes) -> str:
    """Say which Plan a page is of; nothing else may stand on one."""
    amsterdam, rotterdam = links(page)
    if [amsterdam, rotterdam] == [number.e164 for number in STATIC.values()]:
        return "static"
    assert amsterdam in {number.e164 for number in POOLED["amsterdam"]}, (amsterdam, rotterdam)
    assert rotterdam in {number.e164 for number in POOLED["rotterdam"]}, (amsterdam, rotterdam)
    return "own"


@pytest.mark.slow
async def test_a_change_while_50_visitors_read_breaks_and_mixes_no_page(
    tmp_path: Path, server: PlanServer
) -> None:
    gate = asyncio.Event()
    log = tmp_path / "log"
    async with AsyncExitStack() as stack:
        slow = await stack.enter_async_context(origin(*PAGE, gate=gate))
        running = await stack.enter_async_context(
            edge(*options(server.url, slow, tmp_path), log=log, **{VARIABLE: TOKEN})
        )
        clients = [await stack.enter_async_context(visitor()) for _ in range(VISITORS)]
        answers = [await stack.enter_async_context(one.get(running.url)) for one in clients]
        begun = [await answer.content.readuntil(b"</a>") for answer in answers]

        server.give(without_rotterdam(2))
        await until_serial(running, 2)
        gate.set()
        pages = [half + await one.read() for half, one in zip(begun, answers, strict=True)]
        after = await asyncio.gather(*(get(one, running.url) for one in clients))
        told = await status(running.status_url)

    assert {answer.status for answer in answers} == {200}
    assert [kind(page) for page in pages] == ["own"] * VISITORS
    assert len({number for page in pages for number in links(page)}) == 2 * VISITORS
    assert [links(page)[1] for page in after] == [ROTTERDAM_NUMBER.e164] * VISITORS
    assert [links(page)[0] for page in after] == [links(page)[0] for page in pages]
    assert not [name for name in told["counters"] if name.startswith("failure")]


async def test_pages_without_end_and_a_plan_that_changes_ten_times(
    tmp_path: Path, server: PlanServer
) -> None:
    """New visitors all the while: each sees a page of one Plan, and both are seen."""
    seen: list[str] = []
    is_over = asyncio.Event()

    async def read_on(url: str) -> None:
        while not is_over.is_set():
            async with visitor() as client:
                seen.append(kind(await get(client, url)))

    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(*PAGE))
        running = await stack.enter_async_context(
            edge(*options(server.url, site, tmp_path), log=tmp_path / "log", **{VARIABLE: TOKEN})
        )
        readers = [asyncio.ensure_future(read_on(running.url)) for _ in range(5)]
        for serial in range(2, 12):
            server.give((static_numbers if serial % 2 == 0 else own_numbers)(serial))
            await until_serial(running, serial)
        is_over.set()
        await asyncio.gather(*readers)

    assert {"own", "static"} <= set(seen)


async def test_killed_and_back_the_server_is_not_missed(tmp_path: Path, server: PlanServer) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(*PAGE))
        client = await stack.enter_async_context(visitor())
        running = await stack.enter_async_context(
            edge(*options(server.url, site, tmp_path), log=tmp_path / "log", **{VARIABLE: TOKEN})
        )
        await server.stop()
        await until_problem(running, "no connection")
        away = kind(await get(client, running.url))
        server.body = b"{}"
        await server.start()
        await until_problem(running, "organisation")
        server.give(static_numbers(2))
        await until_serial(running, 2)
        told = await status(running.status_url)
    log = (tmp_path / "log").read_text()

    assert away == "own"
    assert told["plan"]["problem"] is None
    assert log.count("no connection") == 1
    assert TOKEN not in log


async def test_a_start_without_the_server_takes_the_plan_that_was_kept(
    tmp_path: Path, server: PlanServer
) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(*PAGE))
        arguments = options(server.url, site, tmp_path)
        async with edge(*arguments, log=tmp_path / "log", **{VARIABLE: TOKEN}) as running:
            server.give(static_numbers(5))
            await until_serial(running, 5)
        await server.stop()
        running = await stack.enter_async_context(
            edge(*arguments, log=tmp_path / "log", **{VARIABLE: TOKEN})
        )
        client = await stack.enter_async_context(visitor())
        page = await get(client, running.url)
        told = await status(running.status_url)

    assert kind(page) == "static"
    assert told["plan"]["serial"] == 5
    assert "no connection" in told["plan"]["problem"]
    assert (
        f"kept in {tmp_path}/plan.json, which was written 0 min ago"
        in (tmp_path / "log").read_text()
    )


@pytest.mark.parametrize(
    ("spoil", "status_code", "said"),
    [
        pytest.param({"token": "another"}, 1, "the token is not accepted (401)", id="the token"),
        pytest.param({"status": 503}, 1, "not whole: no consent chosen", id="no Plan yet"),
        pytest.param({"body": b'{"serial": 1}'}, 2, "organisation", id="a bad Plan"),
        pytest.param({"body": b"<html>"}, 1, "a web page came", id="a log-in page"),
    ],
)
async def test_with_neither_answer_nor_kept_plan_it_ends_with_the_reason(
    tmp_path: Path, server: PlanServer, spoil: dict[str, object], status_code: int, said: str
) -> None:
    for name, value in spoil.items():
        setattr(server, name, value)

    running = await start_edge(
        *options(server.url, "http://127.0.0.1:9", tmp_path),
        log=tmp_path / "log",
        **{VARIABLE: TOKEN},
    )
    async with asyncio.timeout(60):
        code = await running.process.wait()
    lines = (tmp_path / "log").read_text().splitlines()

    assert code == status_code
    assert any(said in line for line in lines)
    assert all(line.startswith("calltrack-proxy: ") and server.url in line for line in lines)
    assert len(lines) == 1 or status_code == 2


async def test_a_plan_file_changed_by_hand_comes_in_force(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(text(own_numbers(1)))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(*PAGE))
        client = await stack.enter_async_context(visitor())
        running = await stack.enter_async_context(
            edge(*options(str(path), site, tmp_path), log=tmp_path / "log")
        )
        path.write_bytes(text(static_numbers(2)))
        await wait_until(  # no signal: it looks by itself
            lambda: _has_serial(running, 2), "the file was not read again"
        )
        page = await get(client, running.url)

    assert kind(page) == "static"


async def _has_serial(running: Edge, serial: int) -> bool:
    return bool((await status(running.status_url))["plan"]["serial"] == serial)
