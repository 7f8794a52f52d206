"""The log of an edge of several processes: what all of them find out is told once."""

import json
import logging
from pathlib import Path

import pytest

from tests.calltrack.plans import make_plan
from tests.e2e.edges import wait_until, write_plan
from tests.proxy.workers.crowd import crowd, kill, several, workers_of

pytestmark = pytest.mark.slow


async def test_what_all_workers_find_out_is_told_once(tmp_path: Path) -> None:
    log, store = tmp_path / "log", ("--store", f"sqlite:///{tmp_path}/l.db")
    plan = write_plan(tmp_path / "plan.json", make_plan(serial=2))

    async def has_told(what: str) -> None:
        async def is_told() -> bool:
            return what in log.read_text()

        await wait_until(is_told, f"nobody tells that {what}")

    async with several(tmp_path, "--plan", str(plan), *store, count=3) as running:
        plan.write_text('{"serial": 3}')
        await has_told("is refused, for:")
        write_plan(plan, make_plan(serial=4))
        await has_told("the Plan with serial 4 is in force, after 2")
        code = await running.stop()

    lines = [line.partition(" ")[2].partition(" ")[2] for line in log.read_text().splitlines()]
    assert code == 0
    assert len(lines) == len(set(lines))
    assert any("organisation" in line for line in lines)  # with its problems


async def test_every_line_has_the_form_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with several(tmp_path, "--log-format", "json", count=2) as running:
        async with crowd(running.url) as people:
            await people.until(20)
        before = workers_of(running)
        kill(before[0])

        async def has_successor() -> bool:
            now = workers_of(running)
            return before[0] not in now and len(now) == 2

        await wait_until(has_successor, "nobody took its place")

    levels = [json.loads(line)["level"] for line in log.read_text().splitlines()]
    assert logging.getLevelName(logging.WARNING).lower() in levels
