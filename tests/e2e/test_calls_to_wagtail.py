"""Calls while Wagtail is away: callers are connected, and Wagtail has all of it afterwards."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from calltrack.link.reasons import TOKEN as VARIABLE
from demo import ports
from tests.calltrack.plans import AMSTERDAM_NUMBER
from tests.e2e.edges import Edge, edge, origin, wait_until
from tests.e2e.test_calls import call
from tests.e2e.test_events_to_wagtail import PAGE, options, until_shipped, until_waiting, view
from tests.e2e.wagtail_process import wagtail_process
from tests.snippet_server.calling import SECRET

PHASES = ("offered", "ringing", "answered", "ended")
CALLERS = ("+31612345671", "+31612345672", "+31612345673")
WHOSE = """SELECT c.caller, c.number, c.status, c.step, c.is_settled, c.lead_id IS NOT NULL,
    o.landing_path FROM wagtail_calltrack_call c
    JOIN wagtail_calltrack_callcredit d ON d.call_id = c.id AND d.model = 'last'
    JOIN wagtail_calltrack_origin o ON o.id = d.origin_id
    ORDER BY c.caller"""
TOLD = "SELECT caller, phase FROM wagtail_calltrack_callevent ORDER BY caller, at"


async def whole_call(running: Edge, number: str, caller: str) -> tuple[str, float]:
    """Call a number; give where the edge connects the caller, and how long it took to say so."""
    connected, took = "", 0.0
    for phase in PHASES:
        ended = {"status": "answered"} if phase == "ended" else {}
        said, seconds = await call(
            running.url, phase, call=f"call of {caller}", number=number, caller=caller, **ended
        )
        if phase == "offered":
            connected, took = said["connect"], seconds
    return connected, took


@pytest.mark.wagtail
@pytest.mark.slow
async def test_calls_while_wagtail_is_killed_are_connected_and_whose_they_were_is_known_afterwards(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(PAGE))
        (port,) = ports.choose([0])
        wagtail = await stack.enter_async_context(wagtail_process(tmp_path / "wagtail", port))
        secrets = {VARIABLE: wagtail.token, "CALLTRACK_SECRET_MAIN_LINE": SECRET}
        where = (*options(site, wagtail, tmp_path), "--public-url", "https://www.example.nl")
        running = await stack.enter_async_context(edge(*where, log=tmp_path / "log", **secrets))
        numbers = await view(running, "before", "more")
        await until_shipped(running)

        await wagtail.kill()
        numbers += await view(running, "during", "more")
        told = await asyncio.gather(
            *(whole_call(running, *one) for one in zip(numbers, CALLERS, strict=False))
        )
        await until_waiting(running, 2 * len(PHASES))
        await wagtail.start()
        numbers += await view(running, "after", "more")
        told.append(await whole_call(running, numbers[-1], CALLERS[-1]))
        await until_shipped(running)

        async def is_known() -> bool:
            rows = wagtail.rows(WHOSE)
            return len(rows) == len(CALLERS) and all(row[3:6] == ("live", 1, 1) for row in rows)

        await wait_until(is_known, "Wagtail never knew whose the calls were")

    assert [connected for connected, _ in told] == [AMSTERDAM_NUMBER.e164] * len(CALLERS)
    assert max(took for _, took in told) < 1
    assert wagtail.rows(WHOSE) == [
        (caller, number, "answered", "live", 1, 1, landing)
        for caller, number, landing in zip(
            CALLERS, numbers, ("/before", "/during", "/after"), strict=True
        )
    ]
    assert wagtail.rows(TOLD) == [(caller, phase) for caller in CALLERS for phase in PHASES]
