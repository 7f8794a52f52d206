"""The status page, on a port of its own: who holds what, what waits, how the process is doing.

It shows tracking numbers and sessions, so it listens on the loopback unless ops says otherwise, and
it answers only to names that mean this machine: a web page elsewhere cannot have a browser read it
under a name of its own (DNS rebinding). It changes nothing.

/             the page                    /healthz   the process answers
/status.json  the same for a program      /readyz    it serves pages; a lost store is reported
"""

import asyncio
import html
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from calltrack.errors import OutboxError, StoreError
from calltrack.leases import Lease, PoolFill
from calltrack.numbers import Spelling, usual
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.sqlite_outbox import SqliteOutbox
from proxy.counters import Counters
from proxy.means import Clock, utc_now
from proxy.plan_state import PlanState
from proxy.watched_store import WatchedStore

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: GrayText; padding-bottom: .4rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.alarm { border-left: .3rem solid #c33; padding-left: .8rem; }
.scroll { overflow-x: auto; }
"""


@dataclass(frozen=True, slots=True)
class Status:
    """What the status page shows."""

    plan: PlanState | None
    upstream: str
    store: WatchedStore | None
    counters: Counters
    events: "EventStatus | None" = None
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class EventStatus:
    """Where events are: in memory until the disk takes them, on disk until they are shipped."""

    writer: EventWriter
    outbox: SqliteOutbox

    async def counts(self) -> Mapping[str, int]:
        """Count what waits and what was lost. Errors: OutboxError."""
        return {
            **self.in_memory(),
            "on_disk": await self.outbox.backlog(),
            "lost_on_disk": sum((await self.outbox.dropped()).values()),
        }

    def in_memory(self) -> Mapping[str, int]:
        """Count what the disk does not hold."""
        return {"in_memory": self.writer.waiting, "lost_in_memory": self.writer.dropped}


@dataclass(frozen=True, slots=True)
class _Now:
    at: datetime
    leases: Sequence[Lease]
    fills: Sequence[PoolFill]
    store_error: str | None


@dataclass(frozen=True, slots=True)
class _Events:
    counts: Mapping[str, int]
    error: str | None = None


STATUS = web.AppKey("status", Status)
HOSTS = web.AppKey("hosts", frozenset[str])
NO_PLAN = "No Plan: every page passes through. "
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


async def _look(status: Status) -> _Now:
    at = (status.clock or utc_now)()
    if status.store is None:
        return _Now(at, (), (), None)
    now = at if status.clock else None
    try:
        leases = await status.store.held(now=now)
        return _Now(at, leases, await status.store.fill(now=now), status.store.failure)
    except StoreError as error:
        return _Now(at, (), (), str(error))


async def _look_at_events(status: Status) -> _Events:
    if status.events is None:
        return _Events({})
    try:
        return _Events(await status.events.counts())
    except OutboxError as error:
        return _Events(status.events.in_memory(), str(error))


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _readyz(request: web.Request) -> web.Response:
    status = request.app[STATUS]
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
    return web.Response(text=_STYLE, content_type="text/css")


async def _json(request: web.Request) -> web.Response:
    status = request.app[STATUS]
    now, events = await _look(status), await _look_at_events(status)
    return web.json_response(
        {
            "at": now.at.isoformat(),
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
            "counters": status.counters.snapshot(),
        }
    )


async def _page(request: web.Request) -> web.Response:
    status = request.app[STATUS]
    now, events = await _look(status), await _look_at_events(status)
    return web.Response(text=_render(status, now, events), content_type="text/html")


def _render(status: Status, now: _Now, events: _Events) -> str:
    state = status.plan
    title = html.escape(state.plan.organisation.name) if state is not None else "no Plan"
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Call tracking: status</title>",
        "<meta name=viewport content='width=device-width, initial-scale=1'>",
        "<link rel=stylesheet href=/style.css>",
        f"<h1>Call tracking: {title}</h1>",
        f"<p>In front of {html.escape(status.upstream)}. ",
        f"{html.escape(state.told())}. " if state is not None else NO_PLAN,
        f"{now.at:%Y-%m-%d %H:%M:%S} UTC; reload to see it change.",
    ]
    if state is not None and state.problem is not None:
        parts.append("<p class=alarm role=alert>The last good Plan stays in force, see above.")
    if now.store_error:
        parts.append(
            "<p class=alarm role=alert>The store does not answer: "
            f"{html.escape(now.store_error)}. "
            "Pages show the numbers that are promised, else originals."
        )
    if events.error:
        parts.append(
            "<p class=alarm role=alert>The outbox does not answer: "
            f"{html.escape(events.error)}. Pages go on; events wait in memory."
        )
    if not now.store_error:  # what is not known is not said to be nothing
        parts += [_leases(now), _pools(now.fills)]
    parts += [_events(events.counts), _counters(status.counters.snapshot())]
    return "\n".join(parts)


def _leases(now: _Now) -> str:
    rows = [
        [
            usual(lease.number, Spelling.INTERNATIONAL),
            lease.vestiging,
            lease.pool,
            f"{lease.session[:8]}…",
            _clock(lease.given_at),
            _until(lease, now.at),
        ]
        for lease in now.leases
    ]
    return _table(
        "Who holds what",
        "Numbers that are promised, or kept for a browser that has not come back yet. "
        "A session is named by the first letters of its id. Static numbers are held by nobody.",
        ["Number", "Vestiging", "Pool", "Session", "Since", "Promised until"],
        rows,
        empty="Nobody holds a number now.",
    )


def _pools(fills: Sequence[PoolFill]) -> str:
    return _table(
        "Pools",
        "Kept: given to a browser that has not come back within the minute; "
        "taken back when nothing is free. "
        "A resting number waits before it goes out again.",
        ["Pool", "Numbers", "Promised", "Kept", "Resting", "Free"],
        [[f.pool, *map(str, (f.numbers, f.promised, f.kept, f.resting, f.free))] for f in fills],
        empty="The Plan has no pools.",
    )


def _events(counts: Mapping[str, int]) -> str:
    words = {
        "in_memory": "In memory, until the disk takes them",
        "on_disk": "On disk, until they are shipped",
        "lost_in_memory": "Lost since the start of this process: no room in memory",
        "lost_on_disk": "Lost since the file was made: no room on disk",
    }
    return _table(
        "Events",
        "What happened, on its way to Wagtail. Where there is no room, page views go first.",
        ["Where", "Events"],
        [[words[name], str(counts[name])] for name in words if name in counts],
        empty="Nothing is recorded without a Plan.",
    )


def _counters(counters: Mapping[str, int]) -> str:
    return _table(
        "Counted since the start",
        "Of this process; docs/proxy.md says what the words mean.",
        ["What", "Times"],
        [[name, str(count)] for name, count in sorted(counters.items())],
        empty="Nothing yet.",
    )


def _until(lease: Lease, now: datetime) -> str:
    """Say until when a number is promised, and what else keeps it from others."""
    is_pinned = lease.pinned_until is not None and now < lease.pinned_until
    told = [
        _clock(lease.promised_until),
        *([] if lease.is_confirmed else [f"kept until {_clock(lease.kept_until)}"]),
        *(["in a call"] if is_pinned else []),
        *(["shared"] if lease.is_shared else []),
    ]
    return ", ".join(told)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S} UTC"


def _table(
    title: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str
) -> str:
    if not rows:
        return f"<h2>{title}</h2><p>{empty}"
    head = "".join(f"<th scope=col>{name}" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td class=number>{html.escape(cell)}" for cell in row) for row in rows
    )
    return (
        f"<h2>{title}</h2><div class=scroll><table><caption>{caption}</caption>"
        f"<thead><tr>{head}<tbody>{body}</table></div>"
    )
