"""The real command, watched: figures of several workers, and a dry run that leaves no trace."""

import json
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families as read

from tests.calltrack.plans import make_plan
from tests.e2e.edges import FIREFOX, Edge, edge, get, origin, status, wait_until, write_plan
from tests.proxy.visits import PAGE
from tests.proxy.workers.crowd import kill, several, workers_of

pytestmark = pytest.mark.slow
TOKEN = "tell-me-why-tell-me"


async def figure(running: Edge, name: str, **labels: str) -> float:
    async with aiohttp.ClientSession() as client:
        text = (await get(client, f"{running.status_url}metrics")).decode()
    return sum(
        sample.value
        for family in read(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


async def test_no_figure_falls_when_a_worker_dies(tmp_path: Path) -> None:
    async with several(tmp_path) as running:
        for _ in range(12):
            async with aiohttp.ClientSession() as client:
                await get(client, running.url)
        before = await figure(running, "calltrack_requests_total", status="2xx")
        kill(workers_of(running)[0])

        async def has_successor() -> bool:
            return await figure(running, "calltrack_workers") == 2

        await wait_until(has_successor, "nobody took its place")
        after = await figure(running, "calltrack_requests_total", status="2xx")
        restarts = await figure(running, "calltrack_worker_restarts_total")

    assert before == after == 12
    assert restarts == 1


async def test_a_dry_run_leaves_no_trace_and_tells_what_it_saw(tmp_path: Path) -> None:
    plan, data = write_plan(tmp_path / "plan.json", make_plan()), tmp_path / "live"
    async with (
        origin(PAGE) as site,
        edge(
            *("--upstream", site, "--plan", str(plan), "--data", str(data), "--dry-run"),
            *("--store", f"sqlite:///{data}/leases.sqlite3", "--log-format", "json"),
            log=tmp_path / "log",
            CALLTRACK_ADMIN_TOKEN=TOKEN,
        ) as running,
        aiohttp.ClientSession(headers={"User-Agent": FIREFOX, "Host": "localhost"}) as client,
    ):
        url = f"{running.url}contact"
        async with client.get(url, headers={"X-Calltrack-Trace": TOKEN}) as answer:
            body, traced = await answer.read(), answer.headers["X-Calltrack-Trace"]
            cookies = answer.headers.getall("Set-Cookie", [])
        (seen,) = (await status(running.status_url))["dry_run"]

    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    (line,) = [found for found in lines if found["log"] == "calltrack.access"]
    assert (body, cookies) == (PAGE, [])
    assert traced.startswith("decision=dry;")
    assert (seen["path"], seen["outcome"], seen["replaced"]) == ("/contact", "personal", 3)
    assert (line["outcome"], line["decision"]) == ("dry", "personal")
    assert not data.exists()
    assert any(said.startswith("dry run: ") for said in running.said)
