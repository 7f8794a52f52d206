"""Known sessions need no store: simulated traffic over four proxies picked at random.

Page views that only confirm what a session was given with its first page are left aside.
"""

import random
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest

from proxy.simulation.traffic import HOST, Act, Habits, Happening, happenings
from tests.calltrack.plans import SITE
from tests.e2e.edges import status
from tests.e2e.firm import HOME, PAGE, firm_plan, small_site
from tests.e2e.turned import Clock, Turned, turned_proxy

HABITS = Habits(visitors_per_hour=60)
LENGTH = timedelta(hours=4)


async def ask(client: aiohttp.ClientSession, proxy: Turned, one: Happening, cookie: str) -> str:
    """Let a visitor's browser ask for something; give its cookie afterwards."""
    assert one.request is not None
    visitor = one.visitor.id
    headers = {
        **one.request.headers,
        "Host": one.request.host,
        "X-Forwarded-For": f"203.{visitor // 250}.{visitor % 250}.7",
        "X-Forwarded-Proto": "https",
        **({"Cookie": cookie} if cookie else {}),
    }
    query = f"?{one.request.query}" if one.request.query else ""
    async with client.get(f"{proxy.url}{one.request.path}{query}", headers=headers) as response:
        assert response.status == 200
        await response.read()
        return response.headers.get("Set-Cookie", cookie).partition(";")[0]


@pytest.mark.parametrize(
    ("pages", "least"),
    [
        pytest.param({}, 0.8, id="the same branches on every page"),
        # The first look at that page costs a question: the session has no number of it yet.
        pytest.param({"/contact/": PAGE}, 0.6, id="a branch more on one page"),
    ],
)
@pytest.mark.slow
async def test_most_page_views_of_known_sessions_need_no_store(
    tmp_path: Path, pages: dict[str, bytes], least: float
) -> None:
    plan = firm_plan(150, sites=(replace(SITE, hosts=(HOST,)),))
    clock, rng = Clock(), random.Random(7)  # noqa: S311 - the same choices each time
    acts: Counter[Act] = Counter()
    cookies: dict[int, str] = {}
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(small_site(HOME if pages else PAGE, pages))
        client = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        )
        proxies = [
            await stack.enter_async_context(
                turned_proxy(
                    site, plan, tmp_path, clock=clock, trusted=[ip_network("127.0.0.1/32")]
                )
            )
            for _ in range(4)
        ]
        for one in happenings(HABITS, start=clock.now, length=LENGTH, seed=1):
            acts[one.act] += 1
            if one.act is not Act.CALL:
                clock.now = one.at
                proxy = rng.choice(proxies)
                visitor = one.visitor.id
                cookies[visitor] = await ask(client, proxy, one, cookies.get(visitor, ""))
        told = [(await status(proxy.status_url))["counters"] for proxy in proxies]

    counted: Counter[str] = sum(map(Counter, told), Counter())
    views, known = counted["view.new"] + counted["view.known"], counted["view.known"]
    confirming, without = counted["view.known_confirming"], counted["view.known_without_store"]
    calls = sum(counted[f"store.take_{kind}"] for kind in ("more", "confirm", "renewal"))
    assert views == acts[Act.PAGE] > 400
    assert min(one["view.known"] for one in told) > 50
    assert known > 200
    assert calls == known - without
    assert counted["pool.exhausted"] + counted["pool.capped"] == 0
    assert without / (known - confirming) >= least
