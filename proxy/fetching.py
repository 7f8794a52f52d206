"""One request to the site, and what comes back for the visitor.

What is compared here and what at the site (`conditional`), the fields that we add, a page that
hides in a part of something, and the answer handed to `relay`.

Errors: UpstreamError; ConnectionError when the visitor is gone.
"""

from collections.abc import AsyncIterator
from functools import partial

from aiohttp import HttpVersion11, web

from calltrack.errors import UpstreamError, UpstreamUnreachable
from proxy import codecs, conditional, forwarded, headers
from proxy.conditional import Conditions
from proxy.downstream import Sent
from proxy.exchange import Exchange
from proxy.gate import RequestFacts
from proxy.headers import Fields
from proxy.page import Tools
from proxy.relay import Relay, may_be_page
from proxy.request_id import NAME as ID_FIELD
from proxy.shared_cache import PAGE_TYPES, SAFE, Kept, SharedCache, SiteAnswer, Wish
from proxy.tunnel import Tunnels, carry
from proxy.upstream import Answer, Ask
from proxy.upstreams import Upstreams
from proxy.visit import UNTOUCHED, Visit
from proxy.visitor import is_navigation

_KEPT = frozenset({"GET", "HEAD"})
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Fetching:
    """Asks the site for visitors. `name` is ours in Via."""

    def __init__(self, upstreams: Upstreams, tools: Tools, tunnels: Tunnels, *, name: str) -> None:
        """Take finished objects."""
        self._upstreams = upstreams
        self._tools = tools
        self._tunnels = tunnels
        self._name = name

    async def fetch(self, exchange: Exchange, facts: RequestFacts, visit: Visit) -> Sent:
        """Ask the site, and send what comes back on. Errors: UpstreamError."""
        conditions = self._conditions(exchange, facts, visit)
        answer = await self._find(exchange, facts, visit, conditions)
        try:
            if isinstance(answer, Answer) and answer.status == 101:
                return await carry(exchange, answer.fields, answer.tunnel(), self._tunnels)
            if _hides_a_page(answer, visit, facts):
                answer.close()
                whole = conditional.without_range(conditions.fields)
                answer = await self._send(exchange, facts, whole)
            if not isinstance(answer, Kept) and headers.is_switched_off(answer.fields):
                visit = UNTOUCHED
            relay = Relay(facts.method, visit, answer, conditions, self._tools)
            exchange.doing = relay
            try:
                return await relay.send(exchange.reply)
            finally:  # also when the visitor leaves the moment all is there
                exchange.line.outcome = relay.outcome
        finally:
            answer.close()

    async def _find(
        self, exchange: Exchange, facts: RequestFacts, visit: Visit, conditions: Conditions
    ) -> SiteAnswer:
        """Give the answer, of the cache or of the site. Errors: UpstreamError."""
        cache, bindings = self._tools.cache, visit.rewrite
        may_be_kept = facts.method in _KEPT and not exchange.request.body_exists
        if cache is not None and bindings is not None and may_be_kept:
            wish = Wish(_key(facts), conditions, bindings)
            look = cache.head if facts.method == "HEAD" else cache.at_hand
            kept = self._tools.border.attempt("cache", lambda: look(wish), None)
            if kept is not None:
                exchange.line.cache = "hit"
                return kept
            if facts.method == "HEAD":
                return await self._send(exchange, facts, conditions.fields)
            send = partial(self._send, exchange, facts)
            found = await self._tools.border.attempt_async(
                "cache",
                lambda: cache.fetch(wish, send, behind=partial(send, is_behind=True)),
                None,
                not_ours=(UpstreamError, ConnectionError),
            )
            if found is not None:  # else it is a mistake of ours
                exchange.line.cache = found[1]
                return found[0]
        if cache is not None and facts.method not in SAFE:
            return await self._change(cache, exchange, facts, conditions.fields)
        return await self._send(exchange, facts, conditions.fields)

    async def _change(
        self, cache: SharedCache, exchange: Exchange, facts: RequestFacts, fields: Fields
    ) -> Answer:
        """Ask for what may change a page. It is forgotten, unless the site says that it has not."""
        head: Fields = []
        may_be_done = True  # also where no answer comes, or the visitor leaves
        try:
            answer = await self._send(exchange, facts, fields)
            head, may_be_done = answer.fields, answer.status < 400
            return answer
        finally:
            if may_be_done:
                self._tools.border.attempt("cache", lambda: cache.forget(_key(facts), head), None)

    async def _send(
        self, exchange: Exchange, facts: RequestFacts, fields: Fields, *, is_behind: bool = False
    ) -> Answer:
        """Ask the site. `is_behind`: the visitor has an answer already, and hears nothing of it."""
        body = _body(exchange) if exchange.request.body_exists else None
        ours = _our_fields(exchange.request, facts, name=self._name)
        ours.append((ID_FIELD, exchange.line.request_id.encode()))
        upstream = self._upstreams.of(facts.host)
        if upstream is None:  # the gate has let through what it should not
            raise UpstreamUnreachable("no site answers for this host")
        host = upstream.host or facts.authority
        if host:
            ours.insert(0, (b"Host", host.encode()))
        interim = None if is_behind else exchange.reply.interim
        fields = [*ours, *fields]
        ask = Ask(facts.method, facts.target, fields, body, interim, exchange.upgrade)
        answer = await upstream.send(ask)
        if facts.authority:
            outer = f"{facts.scheme}://{facts.authority}".encode()
            inner = upstream.inner_bases
            answer.fields = headers.relocated(answer.fields, inner=inner, outer=outer)
        if not is_behind:
            exchange.line.upstream_seconds = answer.waited_seconds
        return answer

    def _conditions(self, exchange: Exchange, facts: RequestFacts, visit: Visit) -> Conditions:
        """Say which fields go to the site, and what is compared here instead."""
        fields = headers.for_upstream(facts.fields)
        fields = forwarded.without_claims(fields, is_trusted=facts.is_trusted)
        if not may_be_page(facts.method, visit):
            return Conditions(fields, None)
        if exchange.request.body_exists:  # it could not be sent again for the whole page
            fields = conditional.without_range(fields)
        if "Accept-Encoding" in facts.headers:
            fields = codecs.acceptable(fields)
        if not conditional.has_any(facts.headers):
            return Conditions(fields, None)
        suffix = None
        if "If-None-Match" in facts.headers:  # else there is nothing to compare
            suffix = self._tools.border.attempt("visit", lambda: visit.etag_suffix, None)
        return conditional.split(
            fields,
            suffix=conditional.page_suffix(suffix, is_personal=bool(suffix) and visit.personal),
            is_navigation=_is_page_load(facts),
        )


def _key(facts: RequestFacts) -> tuple[str, str, str]:
    return facts.scheme, facts.authority.lower(), facts.target


def _our_fields(request: web.BaseRequest, facts: RequestFacts, *, name: str) -> Fields:
    """Say who asks (X-Forwarded-*), and through whom (Via)."""
    version = b"1.1" if request.version == HttpVersion11 else b"1.0"
    via = [*headers.values(facts.fields, b"via"), b"%b %b" % (version, name.encode())]
    told = forwarded.our_fields(
        facts.fields,
        peer=facts.peer,
        is_trusted=facts.is_trusted,
        scheme=facts.scheme,
        authority=facts.authority,
    )
    return [(b"Via", b", ".join(via)), *told]


async def _body(exchange: Exchange) -> AsyncIterator[bytes]:
    """Give the request's body as it comes; a visitor who waits to be asked for it is asked."""
    request = exchange.request
    if "Expect" in request.headers and request.version == HttpVersion11:
        await request.writer.write(_CONTINUE)
    try:
        while data := await request.content.readany():
            exchange.line.received_bytes += len(data)
            yield data
    except web.RequestPayloadError:
        exchange.is_malformed = True
        raise


def _is_page_load(facts: RequestFacts) -> bool:
    """Say whether the browser shows the answer as a page, now or after a click (prefetch)."""
    return facts.headers.get("Sec-Fetch-Mode") == "navigate" or is_navigation(facts.headers)


def _hides_a_page(answer: SiteAnswer, visit: Visit, facts: RequestFacts) -> bool:
    """Say whether this is a part of something that must not be cut up by bytes."""
    return (
        answer.status == 206
        and may_be_page(facts.method, visit)
        and not headers.is_switched_off(answer.fields)
        and headers.media_type(answer.fields)[0] in PAGE_TYPES
    )
