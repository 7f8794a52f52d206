"""What becomes of one answer of the site: a page to fill, a "not modified", or straight through.

Anything but a whole HTML page that may be changed passes as it came, byte for byte, as fast as the
visitor takes it. The one exception: the answer that starts a session, ends it or gives it another
source, a page or a redirect, carries the cookie and is private.
"""

from proxy import codecs, headers
from proxy.codecs import Codec
from proxy.conditional import Conditions, is_unchanged, page_etag
from proxy.downstream import Reply, Sent
from proxy.dry_run import DryLook, DryVisit
from proxy.kept_page import KeptPage
from proxy.page import Page, Tools
from proxy.page_source import PageSource
from proxy.shared_cache import PAGE_TYPES, Kept, SiteAnswer
from proxy.visit import Visit

TRACED_BYTES = 256 * 1024
"""So much of a page is looked at in a dry run before its head leaves, where that is to say why."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UPGRADE_REQUIRED = 426  # RFC 9110 §15.5.22: where the site speaks another protocol only


def may_be_page(method: str, visit: Visit) -> bool:
    """Say whether the answer to such a request may be a page to look at."""
    return method == "GET" and visit.rewrite is not None


class Relay:
    """Sends one answer on."""

    def __init__(
        self, method: str, visit: Visit, answer: SiteAnswer, conditions: Conditions, tools: Tools
    ) -> None:
        """Take an answer whose head has come. `outcome` says afterwards what was done."""
        self._visit = visit
        self._answer = answer
        self._conditions = conditions
        self._tools = tools
        kind, self._charset = headers.media_type(answer.fields)
        self._is_html = kind in PAGE_TYPES
        self._may_be_page = may_be_page(method, visit)
        self.outcome = "-"
        self._look = (
            visit.page(answer.status, answer.fields) if isinstance(visit, DryVisit) else None
        )
        self._shown: Page | KeptPage | None = None

    @property
    def doing(self) -> str:
        """The outcome so far."""
        if self._look is not None and self.outcome == "-":
            return "dry"  # the rest is known at the page's end
        return f"page:{self._shown.outcome}" if self._shown is not None else self.outcome

    @property
    def slots(self) -> int | None:
        """How many places for numbers the page has, as far as it is known."""
        if self._look is not None:
            return self._look.count
        return self._shown.slots if self._shown is not None else None

    @property
    def codec_seconds(self) -> float:
        """How long decoding and encoding took so far."""
        shown = self._look or self._shown
        return shown.codec_seconds if shown is not None else 0.0

    async def send(self, reply: Reply) -> Sent:
        """Send the answer, and record a view of a page."""
        sent = await self._send(reply)
        if self._is_view(reply.status):
            await self._tools.border.attempt_async(
                "finish", lambda: self._visit.finish(reply.status or 0), None
            )
        return sent

    async def _send(self, reply: Reply) -> Sent:
        page = self._shown = self._page()
        if page is not None:
            sent = await page.send(reply)
            self.outcome = f"page:{page.outcome}"
            return sent
        if self._answer.status == 304 and self._conditions.is_forwarded:
            return await self._confirm(reply)
        if self._answer.status == 200 and is_unchanged(self._conditions, self._answer.fields):
            self.outcome = "not_modified"
            reply.start(304, headers.of_unchanged(self._fields()))
            return await reply.finish()
        if self.outcome == "-" and self._look is None:
            self.outcome = "pass"
        return await self._pass(reply)

    def _page(self) -> Page | KeptPage | None:
        """Give the page to look at; None where the answer passes as it came."""
        answer, bindings = self._answer, self._visit.rewrite
        if not (self._may_be_page and self._is_html) or bindings is None or answer.status != 200:
            return None
        if isinstance(answer, Kept) and answer.ready is not None:
            return KeptPage(answer, answer.ready, self._visit, self._conditions, self._tools)
        if not headers.may_transform(answer.fields):
            self._leave("no_transform")
            return None
        names = codecs.codings(answer.fields)
        if names is None:
            self._leave("unknown_coding")
            return None
        codec = Codec(names)
        source = PageSource(codec, bindings, charset=self._charset, border=self._tools.border)
        return Page(answer, self._visit, self._conditions, codec, source, self._tools)

    def _leave(self, why: str) -> None:
        """Take note of a page that nobody may look into."""
        self._tools.counters.add("page", why)
        self.outcome = f"pass:{why}"

    async def _confirm(self, reply: Reply) -> Sent:
        """Tell the visitor that the page they have, numbers and all, is still good."""
        self.outcome = "page:not_modified"
        etag = page_etag(headers.first(self._answer.fields, b"etag"), self._conditions.suffix)
        fields = headers.personal(headers.for_visitor(self._answer.fields), etag)
        reply.start(304, headers.of_unchanged([*fields, *self._cookies()]))
        return await reply.finish()

    async def _pass(self, reply: Reply) -> Sent:
        """Send the answer as it came, as it comes."""
        answer, look = self._answer, self._look
        seen = b"" if look is None or reply.mark is None else await self._look_ahead(look)
        reply.start(answer.status, self._fields(), reason=answer.reason)
        data = seen or answer.read_ready()
        if not data and not answer.is_over:
            await reply.flush()
        while data or (data := await answer.read()):
            if look is not None and not seen:
                look.take(data)
            writing = reply.write(data)
            data = seen = b""  # held in one place only, while the visitor is slow
            await writing
        sent = await reply.finish()
        if look is not None and self.outcome == "-":
            self.outcome = look.end()
        return sent

    async def _look_ahead(self, look: DryLook) -> bytes:
        """Look at a page before its head leaves: its one reader wants to be told why."""
        seen = b""
        while data := await self._answer.read():
            look.take(data)
            seen += data
            if len(seen) > TRACED_BYTES:
                return seen
        self.outcome = look.end()
        return seen

    def _fields(self) -> headers.Fields:
        fields = headers.for_visitor(self._answer.fields)
        if self._answer.status == _UPGRADE_REQUIRED:  # it must name the protocol
            named = headers.values(self._answer.fields, b"upgrade")
            fields += [(b"Upgrade", name) for name in named]
            fields += [(b"Connection", b"Upgrade")] if named else []
        cookies = self._cookies() if self._changes_session else []
        return [*headers.private(fields), *cookies] if cookies else fields

    def _cookies(self) -> headers.Fields:
        none: list[str] = []
        cookies = self._tools.border.attempt("cookie", lambda: [*self._visit.cookies()], none)
        return [(b"Set-Cookie", cookie.encode()) for cookie in cookies]

    @property
    def _changes_session(self) -> bool:
        is_landing = self._is_html or self._answer.status in _REDIRECTS
        return self._visit.changes_session and is_landing

    def _is_view(self, status: int | None) -> bool:
        """Say whether the visitor saw a page; what changes a session is told in any case."""
        is_page = self._is_html and status not in _REDIRECTS
        is_confirmed = status == 304 and self._conditions.is_forwarded
        return self._may_be_page and (is_page or is_confirmed or self._changes_session)
