"""A firm's small site: two branches on every page, a style sheet, and connections that stay open.

It answers under every host name and path, and knows what a browser has already (ETag).
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from aiohttp import web

from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Campaign, CampaignKey, Exhaustion, Method, Plan, Rule, StockNumber
from tests.calltrack.plans import AMSTERDAM, EVERYONE, ROTTERDAM, make_plan

PAGE = (
    b"<!doctype html><html lang=nl><title>Van Dam</title>"
    b"<link rel=stylesheet href=/static/site.css><body>"
    b'<p>Amsterdam: <a href="tel:+31201234567">020 - 123 45 67</a>'
    b'<p>Rotterdam: <a href="tel:+31101234567">(010) 123 45 67</a></html>'
)
HOME = PAGE.partition(b"<p>Rotterdam")[0] + b"</html>"
"""A page that names the head office alone."""
STYLE = b"p { margin: 0 }"
ORIGINALS = ["+31201234567", "+31101234567"]

MAIL = Campaign(
    key=CampaignKey("mail"),
    name="Newsletter",
    method=Method.STATIC,
    exhaustion=Exhaustion.ORIGINAL,
    rules=(Rule(medium=("email",)),),
)
MAIL_NUMBERS = ["+31207654391", "+31107654391"]


@asynccontextmanager
async def small_site(
    page: bytes = PAGE, others: Mapping[str, bytes] = MappingProxyType({})
) -> AsyncIterator[str]:
    """Serve the site: one page, and others by their paths. Gives its address."""

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path.startswith("/static/"):
            return web.Response(body=STYLE, content_type="text/css")
        body = others.get(request.path, page)
        answer = web.Response(body=body, content_type="text/html", charset="utf-8")
        answer.etag = hashlib.sha256(body).hexdigest()[:8]
        if answer.headers["ETag"] in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers={"ETag": answer.headers["ETag"]})
        return answer

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def pool_numbers(size: int) -> tuple[list[str], list[str]]:
    """Give the numbers of the two pools, in the order in which they go out."""
    return (
        [f"+312070{n:05}" for n in range(size)],
        [f"+311070{n:05}" for n in range(size)],
    )


def firm_plan(
    size: int = 4,
    *,
    campaigns: Sequence[Campaign] = (MAIL, EVERYONE),
    rest: timedelta = timedelta(0),
    **changes: Any,
) -> Plan:
    """Build the firm's Plan: pools of a size, and a campaign that has numbers of its own."""
    plan = make_plan()
    leased = (
        StockNumber(PhoneNumber(number), PoolKey(pool))
        for pool, numbers in zip(("amsterdam", "rotterdam"), pool_numbers(size), strict=True)
        for number in numbers
    )
    static = (
        StockNumber(PhoneNumber(number), campaign=campaigns[0].key, vestiging=vestiging)
        for number, vestiging in zip(MAIL_NUMBERS, (AMSTERDAM, ROTTERDAM), strict=True)
    )
    pools = {key: type(pool)(key, rest) for key, pool in plan.pools.items()}
    values = {"numbers": (*leased, *static), "campaigns": tuple(campaigns), "pools": pools}
    return make_plan(**{**values, **changes})
