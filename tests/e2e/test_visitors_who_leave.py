"""A visitor who clicks on before the page has ended: the browser has our cookie all the same."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.events import Kind
from tests.e2e.edges import get, origin, visitor, wait_until
from tests.e2e.firm import HOME, MAIL_NUMBERS, firm_plan, small_site
from tests.e2e.reading import link_numbers
from tests.e2e.turned import turned_proxy

MAIL = "/?utm_source=nieuwsbrief&utm_medium=email"


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"<html><title>Welkom</title>" + b"<p>x" * 20_000, id="no number yet"),
        pytest.param(HOME, id="with a number"),
    ],
)
async def test_the_source_of_a_visit_is_told_though_its_landing_page_was_left_before_its_end(
    tmp_path: Path, first: bytes
) -> None:
    gate, plan = asyncio.Event(), firm_plan()  # nobody opens the gate: the page has no end
    async with AsyncExitStack() as stack:
        slow = await stack.enter_async_context(origin(first, b"</html>", gate=gate))
        quick = await stack.enter_async_context(small_site(HOME))
        landing = await stack.enter_async_context(
            turned_proxy(slow, plan, tmp_path, wait=timedelta(milliseconds=50))
        )
        proxy = await stack.enter_async_context(
            turned_proxy(quick, plan, tmp_path, clock=landing.clock)
        )
        client = await stack.enter_async_context(visitor())
        async with client.get(landing.url + MAIL) as response:
            await response.content.readany()
        seen = link_numbers(await get(client, proxy.url))

        async def is_told() -> bool:
            return bool(await proxy.events(Kind.SESSION_STARTED))

        await wait_until(is_told, "nobody tells of the session's start")
        (started,) = await proxy.events(Kind.SESSION_STARTED)

    assert seen == MAIL_NUMBERS[:1]
    assert started.data["source"] == "nieuwsbrief"
