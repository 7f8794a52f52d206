"""The routes under the prefix, as an aiohttp application that a server of ours is given.

`calls/ACCOUNT/` and every path below it takes the webhooks of an account, by GET and by POST. What
stands at no route is 404, in a word: nobody is told what else there might be.

A body has at most 256 KB and comes within three seconds; an account that does not exist, or is not
set up, is told so before any of it is read. At most so many are read at once as memory has room
for.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from calltrack.telephony.webhook import Answer, Webhook
from snippet_server.call_desk import CallDesk

LARGEST_BYTES = 256 * 1024
BODY_SECONDS = 3.0
MOST_AT_ONCE = 256

CALLS = web.AppKey("calls", CallDesk)
ROOM = web.AppKey("room", asyncio.Semaphore)

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(calls: CallDesk, *, prefix: str) -> web.Application:
    """Build the application. `prefix` begins and ends with a slash."""
    app = web.Application(middlewares=[_plain], client_max_size=LARGEST_BYTES)
    app[CALLS] = calls
    app[ROOM] = asyncio.Semaphore(MOST_AT_ONCE)
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
    room = request.app[ROOM]
    if room.locked():
        return _said(503)
    async with room:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return _said(408)
        return _response(await calls.answer(_webhook(request, calls, body), account))


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
