"""The parent, where no worker starts, or none lives for long; how it fares else: `test_run`."""

import asyncio
import logging
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from proxy.workers import pace
from proxy.workers import parent as parent_module
from proxy.workers.parent import Parent
from proxy.workers.sockets import Ports, bind
from tests.e2e.edges import wait_until

DIES = """
import json, os, socket
with open(os.environ["STARTS"], "a") as file:
    file.write("x")
lines = socket.socket(fileno=int(os.environ["_CALLTRACK_WORKER"])).makefile("rw")

def say(**words):
    print(json.dumps(words), file=lines, flush=True)

say(ready=[], end_seconds=30)
while "take" not in json.loads(lines.readline()):
    pass
say(serves=True)
"""
"""A worker that ends as soon as it serves."""


async def test_where_no_process_can_be_started_that_is_one_line_and_status_1(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ports = Ports(bind("127.0.0.1", 0), None, bind("127.0.0.1", 0))
    parent = Parent(
        ["/nowhere/python"],
        ports,
        count=2,
        name="a-proxy",
        settings={},
        end_seconds=1,
        when_ready=lambda _lines: None,
    )
    try:
        with caplog.at_level(logging.INFO, logger="calltrack.proxy"):
            status = await parent.run()
    finally:
        ports.close()

    assert status == 1
    assert caplog.messages == ["no worker can be started: No such file or directory"]


async def test_where_no_worker_is_left_the_next_is_not_waited_for_however_young_they_die(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = tmp_path / "starts"
    monkeypatch.setenv("STARTS", str(starts))
    monkeypatch.setattr(pace, "FIRST", timedelta(hours=1))
    monkeypatch.setattr(pace, "LONGEST", timedelta(hours=1))
    monkeypatch.setattr(parent_module, "NOBODY_SECONDS", 0.01)
    ports = Ports(bind("127.0.0.1", 0), None, bind("127.0.0.1", 0))
    parent = Parent(
        [sys.executable, "-c", DIES],
        ports,
        count=1,
        name="a-proxy",
        settings={},
        end_seconds=30,
        when_ready=lambda _lines: None,
    )

    async def has_started_often() -> bool:
        return starts.exists() and len(starts.read_text()) >= 4

    running = asyncio.create_task(parent.run())
    try:
        await wait_until(has_started_often, "the next worker is waited for")
        signal.raise_signal(signal.SIGTERM)
        status = await running
    finally:
        ports.close()

    assert status == 0
