"""The parent, where the system starts no worker. How it fares with workers: `test_run`."""

import logging

import pytest

from proxy.workers.parent import Parent
from proxy.workers.sockets import Ports, bind


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
