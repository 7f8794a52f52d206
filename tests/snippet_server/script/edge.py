"""A small server for the script alone: it serves pages, records what is asked, and answers.

What stands in a spot is decided by the rewriter, as the product does it (`snippet_server.spots`);
which number a place shows is simple here: every place shows `number`, so long as it is not None.
It runs on a thread of its own, as Playwright keeps a loop running on the test's.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from calltrack.numbers import PhoneNumber, national_text
from proxy.rewrite import Bindings, fill, scan
from snippet_server.spots import page_of, read_spots, values_of
from tests.outside import free_port, wait_until
from tests.proxy.rewrite.oracle import OURS, SHOWN
from tests.snippet_server.script.building import newest

PREFIX = "/_calltrack/"
CLASSES = ("qooqie-number-placeholder", "qooqie-priority-number-placeholder")
HEADERS = {
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Allow-Credentials": "true",
}
TAG = f'<script src="{PREFIX}snippet.js" async></script>'
SYNC_TAG = f'<script src="{PREFIX}snippet.js"></script>'

Answer = dict[str, Any]


class Edge:
    """Pages by their path, and what the next asks are answered."""

    def __init__(self) -> None:
        """Answer everybody with one number, at once."""
        self.port = free_port()
        self.pages: dict[str, str] = {}
        self.policy: dict[str, str] = {}  # headers of pages
        self.asks: list[dict[str, Any]] = []
        self.served: list[str] = []  # paths of pages
        self.leaves: list[dict[str, Any]] = []
        self.leads: list[dict[str, Any]] = []
        self.leavers: list[tuple[str, str]] = []  # origins, and by what mode they told
        self.at_once = 0  # asks that are under way
        self.most_at_once = 0
        self.number: PhoneNumber | None = SHOWN
        self.facts: Answer = {
            "mode": "both",
            "tails": [OURS.e164[-6:]],
            "attributes": ["aria-label", "title"],
            "classes": list(CLASSES),
            "consent": "not_required",
            "consent_cookie": False,
            "light": False,
        }
        self.answer: Answer = {"until": 3600, "again": 600, "session": True}
        self.raw: web.Response | None = None  # answers a page's ask instead
        self.is_open = threading.Event()  # while it is not set, asks wait
        self.is_open.set()
        self.decide: Callable[[dict[str, Any]], PhoneNumber | None] = lambda _: self.number
        self._loop = asyncio.new_event_loop()

    @property
    def origin(self) -> str:
        """Where the site stands."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def other(self) -> str:
        """Give the same server by another name: another site to a browser."""
        return f"http://localhost:{self.port}"

    def page(self, body: str, path: str = "/", *, head: str = "", tag: str = TAG) -> str:
        """Serve a page; give its address."""
        self.pages[path] = (
            "<!doctype html><html lang=nl><head><meta charset=utf-8>"
            f"<title>085 0199999</title>{tag}{head}</head><body>{body}</body></html>"
        )
        return self.origin + path

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        """Come back when something was asked."""
        wait_until(is_so, "the browser did not ask")

    async def start(self) -> web.AppRunner:
        """Listen."""
        app = web.Application()
        app.router.add_get(PREFIX + "snippet.js", self._script)
        app.router.add_get(PREFIX + "site", self._site)
        app.router.add_post(PREFIX + "page", self._page)
        app.router.add_post(PREFIX + "leave", self._leave)
        app.router.add_post(PREFIX + "lead", self._lead)
        app.router.add_get("/{path:.*}", self._served)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        return runner

    async def _served(self, request: web.Request) -> web.Response:
        text = self.pages.get(request.path)
        self.served.append(request.path)
        if text is None:
            return web.Response(status=204)
        return web.Response(text=text, content_type="text/html", headers=self.policy)

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(
            text=newest().read_text(encoding="utf-8"),
            content_type="text/javascript",
            headers={"access-control-allow-origin": "*"},
        )

    async def _site(self, request: web.Request) -> web.Response:
        assert request.query["host"] in {"127.0.0.1", "localhost"}
        return web.json_response(self.facts, headers={"Access-Control-Allow-Origin": "*"})

    async def _page(self, request: web.Request) -> web.Response:
        ask = json.loads(await request.text())
        ask["cookie"] = request.cookies.get("visitor")
        self.asks.append(ask)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            while not self.is_open.is_set():  # noqa: ASYNC110 - the test's thread sets it
                await asyncio.sleep(0.01)
        finally:
            self.at_once -= 1
        headers = {**HEADERS, "Access-Control-Allow-Origin": request.headers["Origin"]}
        if self.raw is not None:
            return web.Response(body=self.raw.body, status=self.raw.status, headers=headers)
        response = web.json_response(self._answered(ask), headers=headers)
        if self.answer.get("session"):
            response.set_cookie("visitor", ask["cookie"] or str(len(self.asks)), httponly=True)
        return response

    def _answered(self, ask: dict[str, Any]) -> Answer:
        number = self.decide(ask)
        bindings = Bindings(
            numbers=frozenset({OURS}),
            classes=dict.fromkeys(self.facts["classes"], "main"),
            keys=frozenset({"service"}),
            attributes=frozenset(self.facts["attributes"]),
        )
        spots = read_spots(ask["spots"])
        filled = fill(scan(page_of(spots), bindings, charset="utf-8"), lambda _: number)
        numbers = (
            []
            if number is None
            else [{"vestiging": "main", "number": number.e164, "text": national_text(number)}]
        )
        return {"spots": values_of(filled, spots), "numbers": numbers, **self.answer}

    async def _leave(self, request: web.Request) -> web.Response:
        said = request.headers
        self.leavers.append((said["Origin"], said["Sec-Fetch-Mode"]))
        self.leaves.append(json.loads(await request.text()))
        headers = {**HEADERS, "Access-Control-Allow-Origin": request.headers["Origin"]}
        return web.Response(status=204, headers=headers)

    async def _lead(self, request: web.Request) -> web.Response:
        self.leads.append(json.loads(await request.text()))
        return web.Response(
            status=204 if self.answer.get("session") else 409,
            headers={**HEADERS, "Access-Control-Allow-Origin": request.headers["Origin"]},
        )


@contextmanager
def serving(edge: Edge) -> Iterator[Edge]:
    """Serve until the block is left."""
    loop = edge._loop
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(edge.start(), loop).result()
    try:
        yield edge
    finally:
        edge.is_open.set()
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
