"""The routes under the prefix, as an aiohttp application that a server of ours is given.

`calls/ACCOUNT/` and every path below it takes the webhooks of an account, by GET and by POST. The
snippet has its script, and four routes for what pages ask (`snippet_routes`). What stands at no
route is 404, in a word: nobody is told what else there might be.

Bodies are bounded as `bodies` has it; an account that does not exist, or is not set up, is told so
before any of it is read.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from calltrack.telephony.webhook import Answer, Webhook
from snippet_server import assets
from snippet_server.bodies import Room, read_body, refuse_packed
from snippet_server.call_desk import CallDesk
from snippet_server.pages import Pages
from snippet_server.rates import ASKS, LEADS, Rates
from snippet_server.snippet_routes import SnippetRoutes, add_scripts

CALLS = web.AppKey("calls", CallDesk)
ROOM = web.AppKey("room", Room)

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    calls: CallDesk,
    pages: Pages | None = None,
    *,
    prefix: str,
    scripts: assets.Scripts | None = None,
    asks: Rates | None = None,
    leads: Rates | None = None,
) -> web.Application:
    """Build the application. `prefix` begins and ends with a slash.

    Without `pages` nothing answers what pages ask; the scripts are there all the same.
    """
    app = web.Application(middlewares=[_plain])
    app[CALLS] = calls
    app[ROOM] = room = Room()
    webhooks = app.router.add_resource(prefix + r"calls/{account:[A-Za-z0-9._-]+}{tail:(?:/.*)?}")
    for method in ("GET", "POST"):
        webhooks.add_route(method, _take_webhook)
    scripts = scripts if scripts is not None else assets.load()
    add_scripts(app, scripts, prefix)
    if pages is not None:
        asks = asks if asks is not None else Rates(ASKS)
        leads = leads if leads is not None else Rates(LEADS)
        SnippetRoutes(pages, room, asks, leads).add_to(app, prefix)
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
    refuse_packed(request)  # no carrier packs what it sends, and a signature is over what is sent
    refusal = await calls.refusal(account)
    if refusal is not None:
        return _response(refusal)
    body = await read_body(request, request.app[ROOM])
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
