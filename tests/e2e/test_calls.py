"""Calls at the command itself: killed, without Wagtail, without its store, tried out by hand."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
import pytest

from calltrack.link.reasons import TOKEN as VARIABLE
from calltrack.plan import Plan
from tests.calltrack.plans import AMSTERDAM_NUMBER, CARRIER, filled_plan
from tests.e2e.edges import (
    Edge,
    command,
    edge,
    environment,
    get,
    origin,
    start_edge,
    status,
    visitor,
    wait_until,
    write_plan,
)
from tests.e2e.test_processes import PAGE
from tests.proxy.event_receiver import event_receiver
from tests.proxy.plan_server import TOKEN
from tests.redis_servers import running
from tests.snippet_server.calling import SECRET, WEBHOOKS, signed, told

ADDRESS = WEBHOOKS.removeprefix("/")
VARIABLES = {"CALLTRACK_SECRET_MAIN_LINE": SECRET, VARIABLE: TOKEN}


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async with origin(*PAGE) as found:
        yield found


def plan() -> Plan:
    return filled_plan(telephony={CARRIER.key: CARRIER})


def options(folder: Path, site: str, *more: str, store: str = "") -> tuple[str, ...]:
    place = write_plan(folder / "plan.json", plan())
    where = store or f"sqlite:///{folder}/s.db"
    data = ("--data", str(folder), "--store", where, "--public-url", "https://www.example.nl")
    return ("--upstream", site, "--plan", str(place), *data, *more)


async def call(url: str, event: str = "offered", **more: Any) -> tuple[dict[str, Any], float]:
    """Tell of a call; give what came back, and after how many seconds."""
    body, began = told(event, **more), perf_counter()
    headers = signed(body, at=datetime.now(UTC))
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{url}{ADDRESS}", data=body, headers=headers) as answer,
    ):
        assert answer.status in {200, 204}, answer.status
        text = await answer.text()
    return (json.loads(text) if text else {}), perf_counter() - began


def on_disk(folder: Path) -> list[str]:
    """Read the kinds of events out of the outbox, by other means than ours."""
    with closing(sqlite3.connect(f"file:{folder}/outbox.sqlite3?mode=ro", uri=True)) as file:
        return [row[0] for row in file.execute("SELECT kind FROM event ORDER BY position")]


async def test_an_edge_that_is_killed_after_its_answer_has_the_call_on_its_disk(
    tmp_path: Path, site: str
) -> None:
    running_edge = await start_edge(*options(tmp_path, site), log=tmp_path / "log", **VARIABLES)
    await running_edge.wait_until_ready()

    said, _ = await call(running_edge.url)
    await running_edge.kill()

    assert said["connect"] == AMSTERDAM_NUMBER.e164
    assert on_disk(tmp_path) == ["call.reported"]


async def test_without_wagtail_calls_are_connected_and_told_afterwards(
    tmp_path: Path, site: str
) -> None:
    async with event_receiver() as wagtail:
        wagtail.status = 503
        more = ("--events", wagtail.url)
        async with edge(*options(tmp_path, site, *more), log=tmp_path / "log", **VARIABLES) as one:
            answers = await asyncio.gather(*(call(one.url, call=f"call-{n}") for n in range(5)))
            before = on_disk(tmp_path)
            wagtail.status = 200

            await wagtail.until(lambda seen: len(seen.stored) == 5)

        report = wagtail.edges[-1]["report"]["calls"]["accounts"][0]
        assert {said["connect"] for said, _ in answers} == {AMSTERDAM_NUMBER.e164}
        assert max(took for _, took in answers) < 1
        assert before == ["call.reported"] * 5
        assert {event["kind"] for event in wagtail.stored.values()} == {"call.reported"}
        assert (report["account"], report["problem"]) == ("main-line", "")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_without_its_redis_a_call_is_connected_within_a_second(
    tmp_path: Path, site: str, how: signal.Signals
) -> None:
    with running(tmp_path / "redis") as redis:
        more = options(tmp_path, site, store=redis.url)
        async with edge(*more, log=tmp_path / "log", **VARIABLES) as one:
            redis.signal(how)

            said, took = await call(one.url)

            told_now = await status(one.status_url)
            redis.signal(signal.SIGCONT if how is signal.SIGSTOP else how)
    assert said["connect"] == AMSTERDAM_NUMBER.e164
    assert took < 1
    assert told_now["counters"]["call.to_pool"] == 1


async def test_a_store_that_another_process_keeps_from_us_keeps_no_caller(
    tmp_path: Path, site: str
) -> None:
    async with edge(*options(tmp_path, site), log=tmp_path / "log", **VARIABLES) as one:
        with closing(sqlite3.connect(tmp_path / "s.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            said, took = await call(one.url)
            owed = (await status(one.status_url))["calls"]["pins_owed"]
            other.execute("ROLLBACK")
        await call(one.url, "answered")

        async def is_told() -> bool:
            return bool((await status(one.status_url))["calls"]["pins_owed"] == 0)

        await wait_until(is_told, "the store was not told again")
    assert (said["connect"], owed) == (AMSTERDAM_NUMBER.e164, 1)
    assert took < 1


async def test_a_secret_that_comes_later_is_read_on_a_signal(tmp_path: Path, site: str) -> None:
    file = tmp_path / "secret"
    setting = {"CALLTRACK_SECRET_MAIN_LINE_FILE": str(file)}
    async with edge(*options(tmp_path, site), log=tmp_path / "log", **setting) as one:
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{one.url}{ADDRESS}", data=b"{}") as answer,
        ):
            before = answer.status
        page = await text_of(one)
        file.write_text(SECRET)
        one.process.send_signal(signal.SIGHUP)

        async def is_there() -> bool:
            accounts = (await status(one.status_url))["calls"]["accounts"]
            return bool(accounts[0]["problem"] == "")

        await wait_until(is_there, "the secret was not read")
        said, _ = await call(one.url)

    assert before == 503
    assert "CALLTRACK_SECRET_MAIN_LINE_FILE names a file that cannot be read" in page
    assert "MAIN_LINE_FILE names a file that cannot be read" in (tmp_path / "log").read_text()
    assert said["connect"] == AMSTERDAM_NUMBER.e164


async def text_of(one: Edge) -> str:
    async with aiohttp.ClientSession() as client:
        return (await get(client, one.status_url)).decode()


async def tried(url: str, *args: str, **settings: str) -> tuple[int, str, str]:
    """Run `calltrack-proxy call`; give its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *command("call", url, "--secret", "MAIN_LINE", "--ring", "0", "--seconds", "0", *args),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**environment(), **settings},
    )
    out, errors = await process.communicate()
    return process.returncode or 0, out.decode(), errors.decode()


async def test_a_call_is_tried_out_and_is_the_visitors_whose_number_is_called(
    tmp_path: Path, site: str
) -> None:
    more = ("--calls", "127.0.0.1:0")
    async with edge(*options(tmp_path, site, *more), log=tmp_path / "log", **VARIABLES) as one:
        async with visitor() as client:
            for _ in range(2):
                await get(client, one.url)
        number = (await status(one.status_url))["leases"][0]["number"]
        door = next(line.split()[-1] for line in one.said if "port for carriers" in line)
        args = ("--to", number, "--from", "06-12345678")

        done = await tried(f"{door}{ADDRESS}", *args, **VARIABLES)
        other = {"CALLTRACK_SECRET_MAIN_LINE": "whsec_YW5vdGhlciBzZWNyZXQ="}
        refused = await tried(f"{one.url}{ADDRESS}", *args, **other)
        unset = await tried(f"{one.url}{ADDRESS}", *args)
        page = await text_of(one)

    steps = [line.split(":")[0] for line in done[1].splitlines()]
    kinds = on_disk(tmp_path)
    assert (done[0], steps) == (0, ["offered", "ringing", "answered", "ended"])
    assert [kind for kind in kinds if kind.startswith(("call.", "lease.p", "lease.u"))] == [
        "lease.pinned",
        *["call.reported"] * 4,
        "lease.unpinned",
    ]
    assert (refused[0], "answers 403" in refused[2]) == (1, True)
    assert (unset[0], "CALLTRACK_SECRET_MAIN_LINE is not set" in unset[2]) == (2, True)
    assert "1 forged" in page
    assert any("https://www.example.nl/_calltrack/calls/main-line/" in line for line in one.said)
    assert "612345678" not in page + (tmp_path / "log").read_text()
