"""A server that takes events over real sockets, as Wagtail does, and what goes wrong with those."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.proxy.plan_server import TOKEN

PATH = "/calltrack/api/events/"
MOST_BYTES = 2_000_000


class EventReceiver:
    """What it answers is set by the test; what it was sent is kept, answered or not."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.status = 200
        self.body: bytes | None = None  # instead of a receipt
        self.headers: dict[str, str] = {}
        self.redirect = ""  # where PATH leads to, with `redirect_status`
        self.redirect_status = 307
        self.most_events = 1_000
        self.hangs = False  # before it answers; the events are stored
        self.trickles = False  # an answer that never ends
        self.refuses: Callable[[dict[str, Any]], str | None] = lambda _event: None
        self.chokes: Callable[[dict[str, Any]], bool] = lambda _event: False
        self.stored: dict[str, dict[str, Any]] = {}  # by id, in the order they came
        self.batches: list[list[str]] = []  # ids, as they were sent
        self.edges: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.at_once = 0
        self.most_at_once = 0
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._came = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    async def start(self) -> None:
        """Open the port; the same one as before, after an end."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, is_so: Callable[["EventReceiver"], bool]) -> None:
        """Wait until what came is as the test needs it."""
        async with asyncio.timeout(60), self._came:
            await self._came.wait_for(lambda: is_so(self))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            response = await self._respond(request)
        finally:
            self.at_once -= 1
            async with self._came:
                self._came.notify_all()
        return response

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization"))
        assert request.headers["Content-Encoding"] == "gzip"
        sent = json.loads(await request.read())  # unpacked by aiohttp
        self.batches.append([event["id"] for event in sent["events"]])
        self.edges.append(sent["edge"])
        if self.redirect and request.path == PATH:
            return web.Response(status=self.redirect_status, headers={"Location": self.redirect})
        if self.trickles:
            return await self._trickle(request)
        answer = self._response(sent["events"])
        if self.hangs:
            async with self._came:
                self._came.notify_all()
            await asyncio.Event().wait()
        return answer

    def _response(self, events: list[dict[str, Any]]) -> web.Response:
        if self.token and self.tokens[-1] != f"Bearer {self.token}":
            return web.json_response({"error": "unknown token"}, status=401)
        if self.status != 200 or self.body is not None:
            said = self.body if self.body is not None else b'{"error": "not now"}'
            return web.Response(status=self.status, body=said, headers=self.headers)
        if len(events) > self.most_events:
            return web.json_response({"most_events": self.most_events}, status=413)
        if any(map(self.chokes, events)):
            return web.Response(status=500, text="Server Error")
        return web.json_response(self._store(events))

    def _store(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        known, refused = 0, []
        for at, event in enumerate(events):
            if problem := self.refuses(event):
                refused.append({"at": at, "id": event["id"], "problem": problem})
            elif event["id"] in self.stored:
                known += 1
            else:
                self.stored[event["id"]] = event
        stored = len(events) - known - len(refused)
        return {"stored": stored, "known": known, "refused": refused}

    async def _trickle(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b" " * 100)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def event_receiver() -> AsyncIterator[EventReceiver]:
    """Take events until the block ends."""
    receiver = EventReceiver()
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop()
