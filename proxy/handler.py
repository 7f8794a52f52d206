"""One request from start to end: gate → visit → site → page, or straight through.

What is under our own prefix is answered here and goes no further (`mounted`).

Every way out is here: an answer, a refusal, an error page, a cut connection, a visitor who left.
"""

import asyncio
import time

from aiohttp import web

from calltrack.errors import UpstreamError, UpstreamTimeout, UpstreamUnreachable
from proxy.access_log import Line
from proxy.connection import BodyTooSlow
from proxy.downstream import Reply, Sent
from proxy.errors_page import error_page
from proxy.exchange import Exchange
from proxy.fetching import Fetching
from proxy.gate import Gate, Refusal, RequestFacts
from proxy.mounted import Mounted
from proxy.page import Tools
from proxy.request_id import NAME as ID_FIELD
from proxy.request_id import new_id, said_id
from proxy.tunnel import Tunnels, asks_to_switch, wanted_protocol
from proxy.upstreams import Upstreams
from proxy.visit import UNTOUCHED, Visit, Visitors
from snippet_server.pages import CALLER, Caller

_GONE = 499  # nginx's number for a visitor who left; only ever logged


class Handler:
    """Answers requests."""

    def __init__(  # noqa: PLR0913 - one call, and each by its name
        self,
        *,
        upstream: Upstreams,
        visitors: Visitors,
        gate: Gate,
        tools: Tools,
        mounted: Mounted,
        most_tunnels: int,
        for_carriers: bool = False,
    ) -> None:
        """Take finished objects. `for_carriers`: nobody else is answered here."""
        self.tunnels = Tunnels(most_tunnels)
        self.make_request = mounted.make_request
        self._mounted = mounted
        self._has_site = upstream.has_any
        self._for_carriers = for_carriers
        self._fetching = Fetching(upstream, tools, self.tunnels, name=gate.name)
        self._visitors = visitors
        self._gate = gate
        self._tools = tools
        self.is_draining = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def wait_until_idle(self) -> None:
        """Wait until no request is under way."""
        await self._idle.wait()

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whatever happens, and log one line."""
        exchange = self._begin(request)
        reply, line = exchange.reply, exchange.line
        status = _GONE
        try:
            sent = await self._tools.border.attempt_async(
                "request",
                lambda: self._answer(exchange),
                None,
                not_ours=(ConnectionError,),
            )
            if sent is None:
                sent = await self._fail(exchange, 502, "failure")
            status = reply.status or status
        except ConnectionError:  # all others are the site's, and have become ours
            sent = reply.cut()
        except asyncio.CancelledError:
            if request.transport is not None:
                line.outcome, status = "stopped", 503
            raise
        finally:
            if reply.is_complete and reply.status:  # whoever leaves now has all of it
                status = reply.status
            elif status == _GONE:
                line.outcome = getattr(request.protocol, "why_gone", "visitor_left")
            self._end(exchange, status)
        return sent

    def _begin(self, request: web.BaseRequest) -> Exchange:
        reply = Reply(request, keep_alive=not self.is_draining)
        line = Line(time.perf_counter(), method=request.method, path=self._path_of(request))
        exchange = Exchange(request, reply, line)
        said = said_id(request, self._gate.trusted.has)
        line.request_id = said or new_id()
        if said is not None:
            reply.ours = [(ID_FIELD, said.encode())]
        trace = self._tools.trace
        if trace.is_asked(request.headers):
            reply.mark = lambda fields: trace.marked(fields, line, exchange.doing)
        self._under_way += 1
        self._tools.metrics.in_flight += 1
        self._idle.clear()
        return exchange

    def _end(self, exchange: Exchange, status: int) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._idle.set()
        line, sent_bytes, now = exchange.line, exchange.reply.sent_bytes, time.perf_counter()
        line.first_byte_at = exchange.reply.started_at
        self._tools.counters.add("answer", f"{status // 100}xx" if status != _GONE else "left")
        self._tools.metrics.note(line, sent_bytes=sent_bytes, now=now)
        line.write(status=status, sent_bytes=sent_bytes, now=now)

    async def _answer(self, exchange: Exchange) -> Sent:
        seen = self._gate.examine(exchange.request)
        if isinstance(seen, Refusal):
            return await self._refuse(exchange, seen)
        if "Transfer-Encoding" in seen.headers:
            # aiohttp's parser counts a trailer among the fields of the next request: there is none.
            exchange.reply.close_after()
        if seen.target == "*":
            return await self._answer_ourselves(exchange)
        if self._mounted.has(seen.path):
            return await self._answer_below(exchange, seen)
        if not self._has_site:
            return await self._say(exchange, 404, "no_site")
        if asks_to_switch(seen):
            exchange.upgrade = wanted_protocol(exchange.request, seen)
            exchange.reply.close_after()  # where nobody switches, what stands behind it is in doubt
        if exchange.upgrade is not None:
            return await self._ask_to_switch(exchange, seen)
        begin = self._visitors.begin
        visit = self._tools.border.attempt("visit", lambda: begin(seen), UNTOUCHED)
        try:
            return await self._ask_site(exchange, seen, visit)
        finally:
            self._tools.border.attempt("visit", visit.over, None)

    async def _ask_to_switch(self, exchange: Exchange, facts: RequestFacts) -> Sent:
        """Ask the site for another protocol. That is nobody's visit."""
        if not self.tunnels.has_room:
            return await self._refuse(exchange, Refusal(503, "tunnels_full"))
        with self.tunnels.place():
            return await self._ask_site(exchange, facts, UNTOUCHED)

    async def _ask_site(self, exchange: Exchange, facts: RequestFacts, visit: Visit) -> Sent:
        try:
            return await self._fetching.fetch(exchange, facts, visit)
        except UpstreamError as error:
            status, reason = _status_of(error, exchange)
            word = "refused" if exchange.is_malformed else "upstream"
            self._tools.counters.add(word, reason)
            return await self._fail(exchange, status, reason)

    async def _answer_ourselves(self, exchange: Exchange) -> Sent:
        """`OPTIONS *` asks about the server itself, and that is us."""
        exchange.line.outcome = "options"
        exchange.reply.start(200, [(b"Content-Length", b"0")])
        return await exchange.reply.finish()

    def _path_of(self, request: web.BaseRequest) -> str:
        path = request.raw_path.partition("?")[0]
        plain = f"/{path.split('/', 3)[-1]}" if "://" in path else path
        return self._mounted.shown(plain) if self._mounted.has(plain) else path

    async def _answer_below(self, exchange: Exchange, facts: RequestFacts) -> Sent:
        """Answer what is under the prefix; the site never hears of it."""
        if self._for_carriers and not self._mounted.is_call(facts.path):
            return await self._say(exchange, 404, "no_call")
        exchange.line.outcome = "ours"
        exchange.request[CALLER] = Caller(
            facts.client, facts.scheme, facts.host, facts.headers, facts.is_trusted
        )
        status, fields, body = await self._mounted.answer(exchange.request, facts.path)
        self._tools.counters.add("ours", str(status))
        if exchange.request.can_read_body:  # it was not asked for, and may never come
            exchange.reply.close_after()
        exchange.reply.start(status, fields)
        return await exchange.reply.finish(body)

    async def _refuse(self, exchange: Exchange, refusal: Refusal) -> Sent:
        self._tools.counters.add("refused", refusal.reason)
        exchange.reply.close_after()
        return await self._say(exchange, refusal.status, f"refused:{refusal.reason}")

    async def _fail(self, exchange: Exchange, status: int, reason: str) -> Sent:
        """Show an error page; where the answer has begun, break it off."""
        if exchange.reply.is_on_its_way:
            exchange.line.outcome = f"cut:{reason}"
            return exchange.reply.cut()
        return await self._say(exchange, status, f"failed:{reason}")

    async def _say(self, exchange: Exchange, status: int, outcome: str) -> Sent:
        line = exchange.line
        line.outcome = outcome
        exchange.reply.ours = [(ID_FIELD, line.request_id.encode())]
        accept = exchange.request.headers.get("Accept", "")
        fields, body = error_page(status, request_id=line.request_id, accept=accept)
        if exchange.request.can_read_body:  # it was not asked for, and may never come
            exchange.reply.close_after()
        exchange.reply.start(status, fields)
        return await exchange.reply.finish(body)


def _status_of(error: UpstreamError, exchange: Exchange) -> tuple[int, str]:
    if exchange.is_malformed:
        is_slow = isinstance(exchange.request.content.exception(), BodyTooSlow)
        return (408, "slow_request") if is_slow else (400, "malformed_request")
    if isinstance(error, UpstreamTimeout):
        return 504, "timeout"
    if isinstance(error, UpstreamUnreachable):
        return 502, "unreachable"
    return 502, "broken"
