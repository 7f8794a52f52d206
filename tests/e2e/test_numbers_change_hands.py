"""A pool that is too small for its visitors: when a number goes from one to the next.

Simulated traffic over four proxies picked at random. Browsers keep pages and ask whether these are
still good, so that what a visitor sees may be a page of minutes ago.
"""

import random
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest

from calltrack.leases import UNCONFIRMED
from proxy.simulation.traffic import HOST, Act, Habits, Happening, happenings
from tests.calltrack.plans import SITE
from tests.e2e.edges import shown
from tests.e2e.firm import HOME, firm_plan, pool_numbers, small_site
from tests.e2e.turned import Clock, Turned, turned_proxy

SIZE = 14
NUMBERS = pool_numbers(SIZE)[0]
HABITS = Habits(visitors_per_hour=60, returning=0.3)


@dataclass
class Browser:
    """A visitor's browser: its cookie, the pages it keeps, and the number before its eyes."""

    id: int
    cookie: str = ""
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # with their validators
    number: str = ""
    requests: int = 0

    async def ask(self, client: aiohttp.ClientSession, proxy: Turned, one: Happening) -> str:
        """Ask for something; say what came: a page, "kept" for one that is still good, or ""."""
        assert one.request is not None
        etag, page = self.pages.get(one.request.path, ("", b""))
        headers = {
            **one.request.headers,
            "Host": one.request.host,
            "X-Forwarded-For": f"203.{self.id // 250}.{self.id % 250}.7",
            **({"Cookie": self.cookie} if self.cookie else {}),
            **({"If-None-Match": etag} if etag else {}),
        }
        query = f"?{one.request.query}" if one.request.query else ""
        async with client.get(f"{proxy.url}{one.request.path}{query}", headers=headers) as answer:
            came = await answer.read()
        self.cookie = answer.headers.get("Set-Cookie", self.cookie).partition(";")[0]
        self.requests += 1
        if one.act is Act.ASSET:
            return ""
        assert answer.status == (304 if etag and not came else 200)
        page = came or page
        assert page.endswith(b"</html>")
        self.pages[one.request.path] = (answer.headers.get("ETag", ""), page)
        self.number = next(iter(shown(page, NUMBERS)), "")
        return "page" if came else "kept"


@dataclass
class Seen:
    """Who saw a number last, and when: a browser that came once is promised it for a minute."""

    browser: Browser
    at: datetime

    def may_go(self, now: datetime) -> bool:
        promised = SITE.hold if self.browser.requests > 1 else UNCONFIRMED
        return now >= self.at + promised


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_number_goes_to_another_only_when_its_promise_is_over(
    tmp_path: Path, seed: int
) -> None:
    plan = firm_plan(SIZE, sites=(replace(SITE, hosts=(HOST,)),))
    clock, rng = Clock(), random.Random(seed)  # noqa: S311 - the same choices each time
    browsers: dict[int, Browser] = {}
    last: dict[str, Seen] = {}
    counted: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(small_site(HOME))
        client = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        )
        trusted = [ip_network("127.0.0.1/32")]
        proxies = [
            await stack.enter_async_context(
                turned_proxy(site, plan, tmp_path, clock=clock, trusted=trusted)
            )
            for _ in range(4)
        ]
        for one in happenings(HABITS, start=clock.now, length=timedelta(hours=2), seed=seed):
            if one.act is Act.CALL:
                continue
            clock.now = one.at
            proxy = rng.choice(proxies)
            browser = browsers.setdefault(one.visitor.id, Browser(one.visitor.id))
            counted[await browser.ask(client, proxy, one)] += 1
            await proxy.desk.close()  # what goes on in the background has ended
            if one.act is Act.PAGE and browser.number:
                before = last.get(browser.number)
                if before is not None and before.browser is not browser:
                    assert before.may_go(one.at)
                    counted["changed hands"] += 1
                last[browser.number] = Seen(browser, one.at)
            elif one.act is Act.PAGE:
                counted["original"] += 1
            if browser.number and last[browser.number].browser is browser:
                last[browser.number].at = max(last[browser.number].at, one.at)

    assert min(counted[what] for what in ("page", "kept", "changed hands", "original")) > 10
