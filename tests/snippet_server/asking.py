"""A server of the snippet with two sites, and somebody who answers pages and remembers each ask."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from calltrack.networks import network_of
from snippet_server.app import make_app
from snippet_server.assets import Scripts, gathered
from snippet_server.call_desk import CallDesk
from snippet_server.pages import (
    CALLER,
    Caller,
    Lead,
    PageAnswer,
    PageAsk,
    PageUrl,
    ShownNumber,
    SiteFacts,
)
from snippet_server.rates import Rates

P = "/_calltrack/"
HOST = "www.example.nl"
SITE = f"https://{HOST}"
PAGE = f"{SITE}/contact/?utm_source=google"
SPOT = ["l", "tel:+31201234567"]
NUMBER = "+31850199990"
VISITOR = "203.0.113.7"
VISITORS_ADDRESS = "X-Test-Client"
SCRIPTS = gathered(
    {
        "snippet-1.2.0.js": b"one();" * 50,
        "snippet-1.10.0.js": b"two();" * 50,
        "released.json": b"{}",
    }
)

Client = TestClient[web.Request, web.Application]


@dataclass
class Answering:
    """Answers every ask with one number; remembers what it was asked."""

    asks: list[tuple[PageAsk, Caller]] = field(default_factory=list)
    left: list[tuple[PageUrl, str | None]] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    hosts: set[str] = field(default_factory=lambda: {HOST, "shop.example.nl"})
    has_session: bool = True
    token: str | None = None
    cookies: tuple[str, ...] = ("calltrack=abc; HttpOnly", "calltrack-x=; Max-Age=0")

    def serves(self, host: str) -> bool:
        return host in self.hosts

    def site(self, host: str, asked_host: str) -> SiteFacts | None:
        if not self.serves(host):
            return None
        return SiteFacts(
            mode="both",
            tails=("234567",),
            attributes=("aria-label", "title"),
            classes=("number",),
            consent="required",
            has_consent_cookie=True,
            is_light=asked_host != host,
        )

    async def answer(self, ask: PageAsk, caller: Caller) -> PageAnswer:
        self.asks.append((ask, caller))
        return PageAnswer(
            spots=[[f"tel:{NUMBER}"] for _ in ask.spots],
            numbers=[ShownNumber("amsterdam", NUMBER, "085 019 99 90")],
            until_seconds=900,
            again_seconds=60,
            has_session=self.has_session,
            token=self.token,
            cookies=self.cookies,
        )

    async def leave(self, url: PageUrl, token: str | None, _caller: Caller) -> None:
        self.left.append((url, token))

    async def lead(self, lead: Lead, _caller: Caller) -> bool:
        self.leads.append(lead)
        return self.has_session


@web.middleware
async def _in_front(request: web.Request, handler: Any) -> web.StreamResponse:
    """Stand in for the server that mounts the routes, and knows the visitor's address."""
    address = request.headers.get(VISITORS_ADDRESS)
    if address is not None:
        assert network_of(address) is not None
        request[CALLER] = Caller(address, "https", HOST, request.headers)
    answered: web.StreamResponse = await handler(request)
    return answered


def served(
    calls: CallDesk,
    pages: Answering | None,
    *,
    scripts: Scripts = SCRIPTS,
    asks: Rates | None = None,
    leads: Rates | None = None,
) -> Client:
    """Give a client of a server on a port of its own, not open yet."""
    app = make_app(calls, pages, prefix=P, scripts=scripts, asks=asks, leads=leads)
    app.middlewares.insert(0, _in_front)
    return TestClient(TestServer(app))


def ask(**more: Any) -> dict[str, Any]:
    """Give the body of an ask; a field of None with a name in it stays."""
    return {"url": PAGE, "view": True, "spots": [SPOT], **more}


def head(origin: str | None = SITE, **more: str) -> dict[str, str]:
    """Give the head of an ask, as the script's fetch sends it."""
    said = {"Content-Type": "text/plain;charset=UTF-8", **more}
    return said if origin is None else {**said, "Origin": origin}


async def post(
    client: Client, path: str, body: Any, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Post JSON, or bytes as they are; give the status and what was said."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with client.post(P + path, data=data, headers=headers or head()) as answer:
        text = await answer.text()
    return answer.status, json.loads(text) if text else None
