"""A server of Plans over real sockets, as Wagtail is one, and what goes wrong with those."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from calltrack import planfile
from calltrack.plan import Plan
from tests.calltrack.plans import make_plan

TOKEN = "a-token-of-this-edge"
PATH = "/calltrack/api/plan/"


def text(plan: Plan) -> bytes:
    """Write a Plan as Wagtail does."""
    return json.dumps(planfile.to_mapping(plan)).encode()


class PlanServer:
    """What it answers is set by the test; `statuses` are those of all answers so far."""

    def __init__(self) -> None:
        self.body = text(make_plan())
        self.status = 200
        self.redirect = ""
        self.token = TOKEN
        self.hangs = False
        self.statuses: list[int] = []
        self.tokens: list[str | None] = []
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._answered = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    def give(self, plan: Plan) -> None:
        self.body = text(plan)

    async def start(self) -> None:
        """Open the port; the same one as before, after an end."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def answers(self, count: int) -> None:
        """Wait until so many more requests were answered."""
        goal = len(self.statuses) + count
        async with asyncio.timeout(30), self._answered:
            await self._answered.wait_for(lambda: len(self.statuses) >= goal)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization"))
        if self.hangs:
            await asyncio.Event().wait()
        response = self._response(request)
        self.statuses.append(response.status)
        async with self._answered:
            self._answered.notify_all()
        return response

    def _response(self, request: web.Request) -> web.Response:
        if self.redirect and request.path == PATH:
            return web.Response(status=302, headers={"Location": self.redirect})
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"error": "unknown token"}, status=401)
        if self.status != 200:
            said = {"error": "the Plan is not whole", "problems": ["no consent chosen"]}
            return web.json_response(said, status=self.status)
        etag = f'"{hash(self.body):x}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=self.body, headers={"ETag": etag})


@asynccontextmanager
async def plan_server() -> AsyncIterator[PlanServer]:
    """Serve Plans until the block ends."""
    server = PlanServer()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
