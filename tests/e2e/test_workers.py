"""Several workers as one edge: visits and calls through each of them are one story, told once."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families as read

from calltrack.numbers import PhoneNumber
from tests.calltrack.plans import AMSTERDAM_NUMBER, CARRIER, make_plan, stock
from tests.e2e.edges import FIREFOX, Edge, edge, origin, status, wait_until, write_plan
from tests.e2e.test_calls import ADDRESS, VARIABLES, options
from tests.e2e.test_events_shipped import until_shipped
from tests.e2e.test_processes import PAGE, links
from tests.proxy.event_receiver import EventReceiver, event_receiver
from tests.proxy.workers.crowd import cpu_seconds, workers_of
from tests.snippet_server.calling import signed, told

VISITORS = 24
NUMBERS = stock("amsterdam", [PhoneNumber(f"+31207{i:06}") for i in range(2 * VISITORS)])
TELEPHONY = {CARRIER.key: CARRIER}

pytestmark = pytest.mark.slow


def window() -> aiohttp.ClientSession:
    """Open a private window that makes a connection for each request: any worker may have it."""
    return aiohttp.ClientSession(
        headers={"User-Agent": FIREFOX, "Accept": "text/html,*/*;q=0.8"},
        connector=aiohttp.TCPConnector(force_close=True),
        cookie_jar=aiohttp.CookieJar(unsafe=True),
    )


async def visit(url: str, pages: int = 3) -> list[list[str]]:
    """See so many pages; give the numbers on each."""
    found = []
    async with window() as client:
        for n in range(pages):
            async with client.get(f"{url}page-{n}") as answer:
                assert answer.status == 200
                found.append(links(await answer.read()))
    return found


async def deliver(url: str, number: str, times: int) -> list[str]:
    """Tell of one call over and over, each time over a connection of its own; give the answers."""
    body = told("offered", call="one call", number=number)
    headers = signed(body, at=datetime.now(UTC))
    said = []
    async with window() as client:
        for _ in range(times):
            async with client.post(f"{url}{ADDRESS}", data=body, headers=headers) as answer:
                assert answer.status == 200
                said.append(json.loads(await answer.text())["connect"])
    return said


async def figures(running: Edge) -> Counter[str]:
    """Read /metrics: each sample that has one label, by its name and that label's value."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{running.status_url}metrics") as answer,
    ):
        families = list(read(await answer.text()))
    return Counter(
        {
            f"{one.name}:{','.join(one.labels.values())}": int(one.value)
            for family in families
            for one in family.samples
            if one.name in {"calltrack_views_total", "calltrack_workers"}
        }
    )


def kinds(receiver: EventReceiver) -> Counter[str]:
    return Counter(event["kind"] for event in receiver.stored.values())


def sent_twice(batches: Sequence[Sequence[str]]) -> list[str]:
    """Give the ids that were sent more than once."""
    return [name for name, count in Counter(chain(*batches)).items() if count > 1]


async def test_what_happens_at_two_workers_is_told_once_and_counted_together(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        receiver = await stack.enter_async_context(event_receiver())
        site = await stack.enter_async_context(origin(*PAGE))
        where = options(tmp_path, site, "--events", receiver.url, "--workers", "2", "--quiet")
        where = (*where, "--store-wait-ms", "30000")
        write_plan(tmp_path / "plan.json", make_plan(numbers=NUMBERS, telephony=TELEPHONY))
        running = await stack.enter_async_context(edge(*where, log=tmp_path / "log", **VARIABLES))
        workers = workers_of(running)
        began = [cpu_seconds(pid) for pid in workers]
        pages = await asyncio.gather(*(visit(running.url) for _ in range(VISITORS)))
        worked = [cpu_seconds(pid) - at for pid, at in zip(workers, began, strict=True)]
        said = await deliver(running.url, pages[0][0][0], times=12)

        async def has_come() -> bool:
            return kinds(receiver)["page.viewed"] >= 3 * VISITORS

        await wait_until(has_come, "the views did not arrive")
        await until_shipped(running)
        counted = await status(running.status_url)
        measured = await figures(running)

    first = [seen[0][0] for seen in pages]
    seen = counted["counters"]
    assert len(workers) == 2
    assert min(worked) > 0
    assert all(seen == [seen[0]] * 3 for seen in pages)  # whichever worker they came to
    assert len(set(first)) == VISITORS  # no number is two visitors'
    assert said == [AMSTERDAM_NUMBER.e164] * 12
    assert kinds(receiver)["page.viewed"] == 3 * VISITORS
    assert kinds(receiver)["session.started"] == VISITORS
    assert kinds(receiver)["call.reported"] == 1
    # One that a busy disk was too slow for, or a webhook that came again, may go up twice by the
    # contract, and is kept once. Two processes that ship would send nearly all of them twice.
    assert len(sent_twice(receiver.batches)) < len(receiver.stored) / 10
    assert sum(count for name, count in seen.items() if name.startswith("view.")) >= 3 * VISITORS
    assert (seen["view.new"], measured["calltrack_views_total:new"]) == (VISITORS, VISITORS)
    assert measured["calltrack_workers:"] == 2
    assert counted["calls"]["accounts"][0]["seen"] == 12
    assert counted["calls"]["under_way"] == 1
