"""The routes under the prefix, as an aiohttp application that a server of ours is given.

`calls/ACCOUNT/` and every path below it takes the webhooks of an account, by GET and by POST. What
stands at no route is 404, in a word: nobody is told what else there might be.

A body has at most 64 KB and comes within three seconds; an account that does not exist, or is not
set up, is told so before any of it is read. What is being read takes a bounded room in memory: it
is bytes that are counted, not requests, so that hundreds who send next to nothing, slowly, keep no
carrier out.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from calltrack.telephony.webhook import Answer, Webhook
from snippet_server.call_desk import CallDesk
from snippet_server.pages import Pages

LARGEST_BYTES = 64 * 1024
ROOM_BYTES = 64 * 1024 * 1024
BODY_SECONDS = 3.0


@dataclass(slots=True)
class Room:
    """The memory that bodies under way take."""

    taken_bytes: int = 0


CALLS = web.AppKey("calls", CallDesk)
ROOM = web.AppKey("room", Room)
PAGES: web.AppKey[Pages] = web.AppKey("pages")

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(calls: CallDesk, pages: Pages | None = None, *, prefix: str) -> web.Application:
    """Build the application. `prefix` begins and ends with a slash; without a Plan, no `pages`."""
    app = web.Application(middlewares=[_plain])
    app[CALLS] = calls
    if pages is not None:
        app[PAGES] = pages
    app[ROOM] = Room()
    webhooks = app.router.add_resource(prefix + r"calls/{account:[A-Za-z0-9._-]+}{tail:(?:/.*)?}")
    for method in ("GET", "POST"):
        webhooks.add_route(method, _take_webhook)
    return app


@web.middleware
async def _plain(request: web.Request, handler: Next) -> web.StreamResponse:
    """Answer in a word what aiohttp would answer in sentences."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _said(error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _take_webhook(request: web.Request) -> web.StreamResponse:
    calls = request.app[CALLS]
    account = calls.account(request.match_info["account"])
    if account is None:
        return _said(404)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return _said(415)  # no carrier packs what it sends, and a signature is over what is sent
    refusal = await calls.refusal(account)
    if refusal is not None:
        return _response(refusal)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _body(request, request.app[ROOM])
    except TimeoutError:
        return _said(408)
    return _response(await calls.answer(_webhook(request, calls, body), account))


async def _body(request: web.Request, room: Room) -> bytes:
    """Read a body. Errors: HTTPException for one that is too long, or has no room."""
    body = bytearray()
    try:
        async for part in request.content.iter_any():
            body += part
            room.taken_bytes += len(part)
            if len(body) > LARGEST_BYTES:
                raise web.HTTPRequestEntityTooLarge(LARGEST_BYTES, len(body))
            if room.taken_bytes > ROOM_BYTES:
                raise web.HTTPServiceUnavailable
    finally:
        room.taken_bytes -= len(body)
    return bytes(body)


def _webhook(request: web.Request, calls: CallDesk, body: bytes) -> Webhook:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known}, {value}"
    return Webhook(
        method=request.method,
        url=calls.means.origin + _target(request),
        tail=request.match_info["tail"].strip("/"),
        headers=headers,
        body=body,
    )


def _target(request: web.Request) -> str:
    """Give path and query as they were sent; of an absolute target without what stands before."""
    text = request.raw_path
    if text.startswith("/"):
        return text
    _, _, after = text.partition("://")
    return "/" + after.partition("/")[2]


def _response(answer: Answer) -> web.Response:
    headers = dict(answer.headers)
    if answer.content_type:
        headers["Content-Type"] = answer.content_type
    if answer.status >= 400 and not answer.body:
        return _said(answer.status)
    return web.Response(status=answer.status, body=answer.body, headers=headers)


def _said(status: int) -> web.Response:
    return web.Response(status=status, text=f"{status}\n", headers=_retry(status))


def _retry(status: int) -> dict[str, Any]:
    return {"Retry-After": "5"} if status == 503 else {}
