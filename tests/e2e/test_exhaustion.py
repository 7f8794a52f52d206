"""A pool of two numbers and four visitors: what the last two see, by the campaign's policy."""

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from calltrack.events import Kind
from calltrack.plan import Exhaustion
from tests.calltrack.plans import EVERYONE
from tests.e2e.edges import get, status, visitor
from tests.e2e.firm import MAIL_NUMBERS, ORIGINALS, firm_plan, pool_numbers, small_site
from tests.e2e.reading import link_numbers, text_numbers
from tests.e2e.turned import turned_proxy

FIRST, SECOND = (list(pair) for pair in zip(*pool_numbers(2), strict=True))


@pytest.mark.parametrize(
    ("policy", "third", "fourth", "shared"),
    [
        pytest.param(Exhaustion.ORIGINAL, ORIGINALS, ORIGINALS, [], id="the original"),
        pytest.param(Exhaustion.STATIC, MAIL_NUMBERS, MAIL_NUMBERS, [], id="the static number"),
        pytest.param(Exhaustion.SHARE, FIRST, SECOND, FIRST + SECOND, id="a shared number"),
    ],
)
async def test_the_third_and_the_fourth_visitor_see_what_the_policy_says(
    tmp_path: Path, policy: Exhaustion, third: list[str], fourth: list[str], shared: list[str]
) -> None:
    plan = firm_plan(2, campaigns=(replace(EVERYONE, exhaustion=policy),))
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(small_site())
        proxy = await stack.enter_async_context(turned_proxy(site, plan, tmp_path))
        clients = [await stack.enter_async_context(visitor()) for _ in range(4)]
        pages = []
        for client in clients:
            pages.append(await get(client, proxy.url))
            proxy.clock.turn(seconds=10)
        again = [await get(client, proxy.url) for client in clients]
        given = await proxy.events(Kind.LEASE_GIVEN)
        lacked = await proxy.events(Kind.POOL_EXHAUSTED)
        counters = proxy.counters.snapshot()
        leases = (await status(proxy.status_url))["leases"]

    seen = [link_numbers(page) for page in pages]
    assert seen == [FIRST, SECOND, third, fourth]
    assert [link_numbers(page) for page in again] == seen
    assert [text_numbers(page) for page in pages] == seen
    assert [event.data["number"] for event in given if event.data.get("shared")] == shared
    assert len(given) == 4 + len(shared)
    assert [lease["is_shared"] for lease in leases].count(True) == len(shared)
    assert (not lacked) is bool(shared)
    assert ("pool.shared" in counters, "pool.exhausted" in counters) == (
        bool(shared),
        not shared,
    )
