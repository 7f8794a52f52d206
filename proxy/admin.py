"""The status page, on a port of its own: who holds what, what waits, how the process is doing.

It shows tracking numbers and sessions, so it listens on the loopback unless ops says otherwise, and
it answers only to names that mean this machine: a web page elsewhere cannot have a browser read it
under a name of its own (DNS rebinding). It changes nothing.

/             the page                    /healthz   the process answers
/status.json  the same for a program      /readyz    it serves pages, and goes on to; a lost
/metrics      figures for monitoring                 store is reported
"""

import asyncio
import ipaddress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiohttp import web

from proxy.release import release, rewriter
from proxy.standing import (
    EventStatus,
    Status,
    calls_of_all,
    counted,
    dry_pages,
    figures,
    look,
    look_at_events,
)
from proxy.status_page import STYLE, render

__all__ = ["EventStatus", "Status", "make_admin_app"]

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


STATUS = web.AppKey("status", Status)
HOSTS = web.AppKey("hosts", frozenset[str])
READY_WITHIN = web.AppKey("ready_within", timedelta)


def make_admin_app(
    status: Status,
    *,
    hosts: frozenset[str] = frozenset(),
    ready_within: timedelta = timedelta(milliseconds=500),
) -> web.Application:
    """Build the admin application. `hosts` are names it answers to beside the loopback's."""
    app = web.Application(middlewares=[_only_known_hosts])
    app[STATUS] = status
    app[HOSTS] = hosts
    app[READY_WITHIN] = ready_within
    app.router.add_get("/", _page)
    app.router.add_get("/style.css", _style)
    app.router.add_get("/status.json", _json)
    app.router.add_get("/metrics", _metrics)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    return app


@web.middleware
async def _only_known_hosts(request: web.Request, handler: Any) -> web.StreamResponse:
    if not _is_known(request.host, request.app[HOSTS]):
        raise web.HTTPMisdirectedRequest(text="This port answers to its machine's name only.\n")
    response: web.StreamResponse = await handler(request)
    response.headers.update(_HEADERS)
    return response


def _is_known(host: str, hosts: frozenset[str]) -> bool:
    """Say whether a Host names this machine: the loopback, an address, or a name ops gave."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.strip("[]").lower()
    if name == "localhost" or name in hosts:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True  # an address is no name that somebody else's DNS could point here


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _readyz(request: web.Request) -> web.Response:
    status = request.app[STATUS]
    if status.is_draining():
        return web.Response(status=503, text="draining\n")
    # A lost store stops nobody: pages go on with the numbers that are promised, else originals.
    # Nor may one that hangs: whoever asks here waits a second, and then sends no more visitors.
    try:
        async with asyncio.timeout(request.app[READY_WITHIN].total_seconds()):
            error = (await look(status)).store_error
    except TimeoutError:
        error = "it does not answer"
    lost = f", without its store: {error}" if error else ""
    plan = f"{status.plan.told()}\n" if status.plan is not None else ""
    return web.Response(text=f"ready{lost}\n{plan}")


async def _metrics(request: web.Request) -> web.Response:
    from proxy.exposition import exposition  # noqa: PLC0415 - 1 MB, in one worker of all

    found = await figures(request.app[STATUS], within=request.app[READY_WITHIN])
    text, kind = exposition(found, accept=request.headers.get("Accept", ""))
    return web.Response(body=text, headers={"Content-Type": kind})


async def _style(_request: web.Request) -> web.Response:
    return web.Response(text=STYLE, content_type="text/css")


async def _json(request: web.Request) -> web.Response:
    status = request.app[STATUS]
    now, events = await look(status), await look_at_events(status)
    return web.json_response(
        {
            "at": now.at.isoformat(),
            "release": release(),
            "rewriter": rewriter(),
            "upstream": status.upstream,
            "plan": status.plan.facts() if status.plan is not None else None,
            "store_error": now.store_error,
            "pools": [
                {
                    "pool": fill.pool,
                    "numbers": fill.numbers,
                    "promised": fill.promised,
                    "kept": fill.kept,
                    "resting": fill.resting,
                    "free": fill.free,
                }
                for fill in now.fills
            ],
            "leases": [
                {
                    "number": lease.number.e164,
                    "pool": lease.pool,
                    "vestiging": lease.vestiging,
                    "session": lease.session,
                    "given_at": lease.given_at.isoformat(),
                    "promised_until": lease.promised_until.isoformat(),
                    "kept_until": lease.kept_until.isoformat(),
                    "is_shared": lease.is_shared,
                }
                for lease in now.leases
            ],
            "events": events.counts,
            "outbox_error": events.error,
            "shipping": events.shipping.facts() if events.shipping is not None else None,
            "calls": await calls_of_all(status),
            "counters": await counted(status),
            "dry_run": await dry_pages(status),
        }
    )


async def _page(request: web.Request) -> web.Response:
    status = request.app[STATUS]
    now, events = await look(status), await look_at_events(status)
    calls = await calls_of_all(status)
    now = replace(now, dry_run=await dry_pages(status))
    text = render(status.plan, status.upstream, now, events, await counted(status), calls)
    return web.Response(text=text, content_type="text/html")
