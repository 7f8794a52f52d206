"""The routes of the snippet: its scripts, what a site is like, and what pages ask.

====================  =======  =====================================================================
path                  methods  answer
====================  =======  =====================================================================
snippet.js            GET      the newest script, kept for ten minutes
snippet-1.0.0.js      GET      a released script, kept for good
site?host=            GET      `SiteFacts`, kept for a minute
page                  POST     `PageAnswer`
leave                 POST     204
lead                  POST     204; 409 where there is no session
====================  =======  =====================================================================

GET is HEAD, too. Of the last four OPTIONS is answered as browsers need it. A refusal is JSON with a
sentence for whoever builds the site. Nothing that came in is in an error, and nothing is logged.

Asking twice does no harm: what a page asks is its state, not a change. The same leases are renewed,
the event of a session's start has one id, a visitor who left has left. A replayed `view` is one
more page view, and a replayed `lead` one more form, which the inbox gathers with the first.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from snippet_server import bodies
from snippet_server.asks import read_lead, read_leave, read_page
from snippet_server.assets import NEWEST, Scripts
from snippet_server.crossing import allow, origin_of, preflight
from snippet_server.json_bodies import AskError, read_object
from snippet_server.origins import read_host
from snippet_server.pages import CALLER, Caller, PageAnswer, Pages, PageUrl, SiteFacts
from snippet_server.rates import Rates

TYPES = frozenset({"text/plain", "application/json"})

_STALE = "stale-while-revalidate=86400"
_NEWEST_KEPT = f"public, max-age=600, {_STALE}"
_RELEASED_KEPT = "public, max-age=31536000, immutable"
_SITE_KEPT = f"public, max-age=60, {_STALE}"

_FOREIGN = "Origin: must be http or https, of a host that the Plan has a site for"
_SENTENCES = {
    408: "the body did not come in time: send all of it at once",
    413: f"the body is longer than {bodies.LARGEST_BYTES} bytes: ask for fewer spots at once",
    415: "Content-Type: must be text/plain or application/json, in UTF-8, and nothing packed",
    503: "too much is being sent at once: come again",
}

Handler = Callable[[web.Request], Awaitable[web.Response]]
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SnippetRoutes:
    """Answers what is asked through the snippet."""

    pages: Pages
    room: bodies.Room
    asks: Rates
    leads: Rates

    def add_to(self, app: web.Application, prefix: str) -> None:
        """Add the routes of what pages ask."""
        self._add(app, f"{prefix}site", self._site, "GET", "HEAD")
        self._add(app, f"{prefix}page", self._taking(self._page, self.asks), "POST")
        self._add(app, f"{prefix}leave", self._taking(self._leave, self.asks), "POST")
        self._add(app, f"{prefix}lead", self._taking(self._lead, self.leads), "POST")

    def _add(self, app: web.Application, path: str, handler: Handler, *methods: str) -> None:
        async def options(request: web.Request) -> web.Response:
            origin = origin_of(request, self.pages)
            return preflight(origin, methods) if origin is not None else _foreign()

        async def other(request: web.Request) -> web.Response:
            response = _refused(405, f"the method must be {' or '.join(methods)}")
            response.headers["Allow"] = ", ".join((*methods, "OPTIONS"))
            return allow(response, origin_of(request, self.pages))

        resource = app.router.add_resource(path)
        for method in methods:
            resource.add_route(method, handler)
        resource.add_route("OPTIONS", options)
        resource.add_route("*", other)

    def _taking(
        self, answer: Callable[[Body, PageUrl, Caller], Awaitable[web.Response]], rates: Rates
    ) -> Handler:
        """Make a handler of what takes a body."""

        async def handler(request: web.Request) -> web.Response:
            origin = origin_of(request, self.pages)
            if origin is None:
                return _foreign()
            caller = _caller(request)
            if wait := rates.wait_seconds(caller.client):
                return allow(_too_many(wait), origin)
            try:
                body = read_object(await self._body(request))
                response = await answer(body, origin, caller)
            except AskError as error:
                response = _refused(error.status, str(error))
            except web.HTTPException as error:
                response = _refused(error.status, _SENTENCES[error.status])
            return allow(response, origin)

        return handler

    async def _body(self, request: web.Request) -> bytes:
        bodies.refuse_packed(request)
        charset = (request.charset or "utf-8").lower()
        if request.content_type not in TYPES or charset not in {"utf-8", "utf8"}:
            raise web.HTTPUnsupportedMediaType
        return await bodies.read_body(request, self.room)

    async def _page(self, body: Body, origin: PageUrl, caller: Caller) -> web.Response:
        answer = await self.pages.answer(read_page(body, origin), caller)
        response = _json(_told(answer))
        for cookie in answer.cookies:
            response.headers.add("Set-Cookie", cookie)
        return response

    async def _leave(self, body: Body, origin: PageUrl, caller: Caller) -> web.Response:
        url, token = read_leave(body, origin)
        await self.pages.leave(url, token, caller)
        return web.Response(status=204)

    async def _lead(self, body: Body, origin: PageUrl, caller: Caller) -> web.Response:
        if await self.pages.lead(read_lead(body, origin), caller):
            return web.Response(status=204)
        raise AskError("there is no session that the form could belong to", status=409)

    async def _site(self, request: web.Request) -> web.Response:
        origin = origin_of(request, self.pages)
        if origin is None and "Origin" in request.headers:
            return _foreign()
        caller = _caller(request)
        if wait := self.asks.wait_seconds(caller.client):
            return allow(_too_many(wait), origin)
        said = request.query.getall("host", [])
        host = read_host(said[0]) if len(said) == 1 else None
        if host is None:
            return allow(_refused(400, "host: must be there once, as location.hostname"), origin)
        if origin is not None and origin.host != host:
            return allow(_refused(403, "host: must be the host of the page that asks"), origin)
        facts = self.pages.site(host, caller.host)
        if facts is None:
            return allow(_refused(404, "host: the Plan has no site for it"), origin)
        return allow(_kept(request, facts), origin)


def add_scripts(app: web.Application, scripts: Scripts, prefix: str) -> None:
    """Add the routes of the scripts: they are the same for everybody, Plan or none."""

    async def handler(request: web.Request) -> web.Response:
        return _script(request, scripts)

    resource = app.router.add_resource(prefix + r"{name:snippet[0-9.-]*\.js}")
    for method in ("GET", "HEAD"):
        resource.add_route(method, handler)


def _script(request: web.Request, scripts: Scripts) -> web.Response:
    name = request.match_info["name"]
    script = scripts.find(name)
    if script is None:
        raise web.HTTPNotFound
    packed = script.packed(", ".join(request.headers.getall("Accept-Encoding", [])))
    headers = {
        "Cache-Control": _NEWEST_KEPT if name == NEWEST else _RELEASED_KEPT,
        "ETag": packed.etag,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if _has(request, packed.etag):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = "text/javascript; charset=utf-8"
    if packed.coding:
        headers["Content-Encoding"] = packed.coding
    return web.Response(body=packed.body, headers=headers)


def _kept(request: web.Request, facts: SiteFacts) -> web.Response:
    response = _json(
        {
            "mode": facts.mode,
            "tails": list(facts.tails),
            "attributes": list(facts.attributes),
            "classes": list(facts.classes),
            "consent": facts.consent,
            "consent_cookie": facts.has_consent_cookie,
            "light": facts.is_light,
        }
    )
    body = response.body if isinstance(response.body, bytes) else b""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if _has(request, etag):
        response = web.Response(status=304)
    response.headers["Cache-Control"] = _SITE_KEPT
    response.headers["ETag"] = etag
    return response


def _has(request: web.Request, etag: str) -> bool:
    """Say whether the browser has this already (RFC 9110 §13.1.2: compared weakly)."""
    told = request.headers.getall("If-None-Match", [])
    known = [one.strip().removeprefix("W/") for text in told for one in text.split(",")]
    return etag in known or "*" in known


def _caller(request: web.Request) -> Caller:
    """Say who asks: as the server in front has it, or else as the connection has it."""
    if CALLER in request:
        return request[CALLER]
    name = request.host if request.host.endswith("]") else request.host.partition(":")[0]
    return Caller(
        client=request.remote or "",
        scheme=request.scheme,
        host=read_host(name) or "",
        headers=request.headers,
    )


def _told(answer: PageAnswer) -> dict[str, object]:
    found: dict[str, object] = {
        "spots": list(answer.spots),
        "numbers": [
            {"vestiging": one.vestiging, "number": one.number, "text": one.text}
            for one in answer.numbers
        ],
        "until": answer.until_seconds,
        "again": answer.again_seconds,
        "session": answer.has_session,
    }
    return found if answer.token is None else {**found, "token": answer.token}


def _json(value: object, status: int = 200) -> web.Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return web.Response(status=status, body=text.encode(), content_type="application/json")


def _refused(status: int, sentence: str) -> web.Response:
    response = _json({"error": sentence}, status)
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _foreign() -> web.Response:
    return allow(_refused(403, _FOREIGN), None)


def _too_many(wait_seconds: int) -> web.Response:
    response = _refused(429, f"too many asks from one network: wait {wait_seconds} seconds")
    response.headers["Retry-After"] = str(wait_seconds)
    return response
