"""The status page, on a port of its own: who holds what, what waits, how the process is doing.

It shows tracking numbers and sessions, so it listens on the loopback unless ops says otherwise, and
it answers only to names that mean this machine: a web page elsewhere cannot have a browser read it
under a name of its own (DNS rebinding). It changes nothing.

/             the page                    /healthz   the process answers
/status.json  the same for a program      /readyz    it serves pages, and goes on to; a lost
                                                     store is reported
"""

import asyncio
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from calltrack.errors import OutboxError, StoreError
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.sqlite_outbox import SqliteOutbox
from proxy.counters import Counters
from proxy.means import Clock, utc_now
from proxy.plan_state import PlanState
from proxy.release import release, rewriter
from proxy.shipping_state import ShippingState
from proxy.standing import never
from proxy.status_page import STYLE, Events, Now, render
from proxy.watched_store import WatchedStore
from snippet_server.call_desk import CallDesk

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What the status page shows."""

    plan: PlanState | None
    upstream: str
    store: WatchedStore | None
    counters: Counters
    events: "EventStatus | None" = None
    clock: Clock | None = None
    calls: CallDesk | None = None
    is_draining: Callable[[], bool] = never


@dataclass(frozen=True, slots=True)
class EventStatus:
    """Where events are: in memory until the disk takes them, on disk until they are shipped."""

    writer: EventWriter
    outbox: SqliteOutbox
    shipping: ShippingState | None = None

    async def counts(self) -> Mapping[str, int]:
        """Count what waits, what was lost and what was refused. Errors: OutboxError."""
        standing = await self.outbox.standing()
        return {
            **self.in_memory(),
            "on_disk": standing.backlog,
            "lost_on_disk": sum(standing.dropped.values()),
            "refused": standing.refused,
        }

    def in_memory(self) -> Mapping[str, int]:
        """Count what the disk does not hold."""
        return {"in_memory": self.writer.waiting, "lost_in_memory": self.writer.dropped}


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


async def _look(status: Status) -> Now:
    at = (status.clock or utc_now)()
    if status.store is None:
        return Now(at, (), (), None)
    now = at if status.clock else None
    try:
        leases = await status.store.held(now=now)
        return Now(at, leases, await status.store.fill(now=now), status.store.failure)
    except StoreError as error:
        return Now(at, (), (), str(error))


async def _look_at_events(status: Status) -> Events:
    if status.events is None:
        return Events({})
    shipping = status.events.shipping
    try:
        return Events(await status.events.counts(), shipping=shipping)
    except OutboxError as error:
        return Events(status.events.in_memory(), str(error), shipping)


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
            error = (await _look(status)).store_error
    except TimeoutError:
        error = "it does not answer"
    lost = f", without its store: {error}" if error else ""
    plan = f"{status.plan.told()}\n" if status.plan is not None else ""
    return web.Response(text=f"ready{lost}\n{plan}")


async def _style(_request: web.Request) -> web.Response:
    return web.Response(text=STYLE, content_type="text/css")


async def _json(request: web.Request) -> web.Response:
    status = request.app[STATUS]
    now, events = await _look(status), await _look_at_events(status)
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
            "calls": status.calls.facts() if status.calls is not None else None,
            "counters": status.counters.snapshot(),
        }
    )


async def _page(request: web.Request) -> web.Response:
    status = request.app[STATUS]
    now, events = await _look(status), await _look_at_events(status)
    calls = status.calls.look_at() if status.calls is not None else None
    text = render(status.plan, status.upstream, now, events, status.counters.snapshot(), calls)
    return web.Response(text=text, content_type="text/html")
