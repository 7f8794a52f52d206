"""The command ships what it wrote: killed, several on one machine, and a receiver that fails it."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from calltrack.link.reasons import TOKEN as VARIABLE
from tests.calltrack.plans import filled_plan
from tests.e2e.edges import (
    Edge,
    edge,
    get,
    origin,
    start_edge,
    status,
    visitor,
    wait_until,
    write_plan,
)
from tests.e2e.test_processes import PAGE
from tests.proxy.event_receiver import EventReceiver, event_receiver
from tests.proxy.plan_server import TOKEN

SECRET = {VARIABLE: TOKEN}


@pytest.fixture
async def receiver() -> AsyncIterator[EventReceiver]:
    async with event_receiver() as found:
        yield found


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async with origin(*PAGE) as found:
        yield found


def options(folder: Path, site: str, url: str) -> tuple[str, ...]:
    plan = str(write_plan(folder / "plan.json", filled_plan()))
    where = ("--upstream", site, "--plan", plan, "--store", f"sqlite:///{folder}/s.db")
    return (*where, "--events", url, "--name", "proxy one", "--store-wait-ms", "30000")


def on_disk(folder: Path) -> list[dict[str, Any]]:
    """Read the outbox by other means than ours, in the order in which it was written."""
    with closing(sqlite3.connect(f"file:{folder}/outbox.sqlite3?mode=ro", uri=True)) as file:
        rows = file.execute("SELECT id, kind, data FROM event ORDER BY position").fetchall()
    return [{"id": row, "kind": kind, "data": json.loads(data)} for row, kind, data in rows]


async def until_shipped(running: Edge, count: int = 0) -> None:
    """Wait until nothing waits any more, in memory or on disk."""

    async def is_so() -> bool:
        told = await status(running.status_url)
        events = told["events"]
        has_shipped = told["shipping"]["shipped"] >= count
        return has_shipped and not events["in_memory"] and not events["on_disk"]

    await wait_until(is_so, "the events were not shipped")


async def until_written(running: Edge, count: int) -> None:
    async def is_so() -> bool:
        events = (await status(running.status_url))["events"]
        return bool(events["on_disk"] >= count and not events["in_memory"])

    await wait_until(is_so, "the events were not written")


async def visit(urls: Sequence[str], pages: int = 2) -> None:
    """Be one visitor who sees so many pages, of each process in turn."""
    async with visitor() as client:
        for n in range(pages):
            await get(client, f"{urls[n % len(urls)]}page-{n}")


async def test_exactly_what_was_written_arrives_in_its_order_and_once(
    tmp_path: Path, receiver: EventReceiver, site: str
) -> None:
    receiver.status = 503
    async with edge(*options(tmp_path, site, receiver.url), log=tmp_path / "log", **SECRET) as one:
        for _ in range(5):
            await visit([one.url], pages=3)
        await until_written(one, 15)
        written = on_disk(tmp_path)
        problem = (await status(one.status_url))["shipping"]["problem"]
        tried = len(receiver.batches)
        receiver.status = 200
        await until_shipped(one, len(written))
        told = await status(one.status_url)

    arrived = [{k: event[k] for k in ("id", "kind", "data")} for event in receiver.stored.values()]
    assert arrived == written
    assert [event["kind"] for event in arrived].count("page.viewed") == 15
    assert problem == "it answers 503: not now"
    assert sum(map(len, receiver.batches[tried:])) == len(written)
    assert (told["shipping"]["shipped"], told["shipping"]["problem"]) == (len(written), None)
    assert receiver.edges[-1]["name"] == "proxy one"
    assert receiver.edges[-1]["id"] == (tmp_path / "edge.id").read_text().strip()
    assert [pool["key"] for pool in receiver.edges[-1]["report"]["pools"]] == [
        "amsterdam",
        "rotterdam",
    ]


async def test_killed_between_the_receipt_and_the_disk_it_sends_again_and_all_is_known(
    tmp_path: Path, receiver: EventReceiver, site: str
) -> None:
    arguments = options(tmp_path, site, receiver.url)
    first = await start_edge(*arguments, log=tmp_path / "log", **SECRET)
    await first.wait_until_ready()
    await receiver.until(lambda found: bool(found.batches))
    receiver.hangs = True
    await visit([first.url])
    await receiver.until(lambda found: bool(found.stored))

    await first.kill()
    stored = dict(receiver.stored)
    waiting = [event["id"] for event in on_disk(tmp_path)]
    receiver.hangs = False
    receiver.batches.clear()
    async with edge(*arguments, log=tmp_path / "log", **SECRET) as second:
        await until_shipped(second)

    assert set(stored) <= set(waiting)
    assert [one for sent in receiver.batches for one in sent] == waiting
    assert list(receiver.stored) == waiting


@pytest.mark.slow
async def test_of_two_processes_on_one_outbox_one_ships_all_and_killed_the_other_does(
    tmp_path: Path, receiver: EventReceiver, site: str
) -> None:
    arguments = options(tmp_path, site, receiver.url)
    async with AsyncExitStack() as stack:
        first = await start_edge(*arguments, log=tmp_path / "log", **SECRET)
        stack.push_async_callback(first.stop)
        await first.wait_until_ready()
        await receiver.until(lambda found: bool(found.edges))
        second = await stack.enter_async_context(edge(*arguments, log=tmp_path / "log", **SECRET))
        await asyncio.gather(*(visit([first.url, second.url], pages=4) for _ in range(5)))
        await until_shipped(second)  # nothing waits in its memory
        await until_shipped(first, 20)
        before = [one for sent in receiver.batches for one in sent]
        holders = [(await status(one.status_url))["shipping"]["is_ours"] for one in (first, second)]
        await first.kill()
        await visit([second.url], pages=3)
        await until_shipped(second, 3)
        told = await status(second.status_url)

    sent = [one for batch in receiver.batches for one in batch]
    assert holders == [True, False]
    assert sorted(before) == sorted(set(before))
    assert sorted(sent) == sorted(set(sent))
    assert set(sent) == set(receiver.stored)
    assert [e["kind"] for e in receiver.stored.values()].count("page.viewed") == 23
    assert told["shipping"]["is_ours"] is True
    assert {one["id"] for one in receiver.edges} == {(tmp_path / "edge.id").read_text().strip()}


@pytest.mark.parametrize("trouble", ["hangs", "trickles"])
@pytest.mark.slow
async def test_a_receiver_that_never_ends_its_answer_keeps_no_visitor_and_no_end_waiting(
    tmp_path: Path, receiver: EventReceiver, site: str, trouble: str
) -> None:
    setattr(receiver, trouble, True)
    async with edge(*options(tmp_path, site, receiver.url), log=tmp_path / "log", **SECRET) as one:
        await receiver.until(lambda found: bool(found.batches))

        async with asyncio.timeout(30):
            await visit([one.url], pages=10)
            await until_written(one, 10)
            code = await one.stop()

    views = [event for event in on_disk(tmp_path) if event["kind"] == "page.viewed"]
    assert code == 0
    assert len(views) == 10


async def test_what_waits_when_it_is_told_to_stop_is_shipped_first(
    tmp_path: Path, receiver: EventReceiver, site: str
) -> None:
    async with edge(*options(tmp_path, site, receiver.url), log=tmp_path / "log", **SECRET) as one:
        await receiver.until(lambda found: bool(found.batches))
        await visit([one.url], pages=5)
        code = await one.stop()

    assert code == 0
    assert [e["kind"] for e in receiver.stored.values()].count("page.viewed") == 5
    assert on_disk(tmp_path) == []


async def test_with_a_plan_file_alone_events_stay_on_this_disk(
    tmp_path: Path, receiver: EventReceiver, site: str
) -> None:
    arguments = options(tmp_path, site, "none")
    async with edge(*arguments, log=tmp_path / "log", **SECRET) as one:
        await visit([one.url])
        await until_written(one, 2)
        told = (await status(one.status_url))["shipping"]

    assert (told["to"], told["shipped"], told["problem"]) == (None, 0, None)
    assert not (tmp_path / "shipping.lock").exists()
