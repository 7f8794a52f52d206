"""One page on its way to a visitor: the head, and the page.

Whether a page is personal stands in its head, and is known from its body: so the head waits for the
page's end, at most LIMIT_BYTES of it or `wait_seconds` after its first byte. Then:

===========================  ===================================  ================================
the page                     body                                 head
===========================  ===================================  ================================
whole, no slot               as it came                           as it came; private and a cookie
                                                                  where the session changes
whole, slots, personal       numbers filled in, same coding       private, no-cache; our ETag
whole, slots, not personal   as it came                           private, no-cache; our ETag
not whole                    filled in or as it came, streamed    private, no-cache; no validator
in doubt (bad coding)        as it came                           as it came, but private
===========================  ===================================  ================================

Fail-open: an error of ours costs the numbers, not the page. What was not sent yet goes as it came,
what follows goes untouched. Only a page that cannot be decoded any more after its head has left is
cut, as it would have been without us.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proxy.border import Border
from proxy.codecs import Codec, CodingError
from proxy.conditional import Conditions, is_unchanged, page_etag, page_suffix
from proxy.counters import Counters
from proxy.downstream import Reply, Sent
from proxy.headers import Fields, first, for_visitor, of_unchanged, personal, private, without
from proxy.page_source import PageSource, as_it_came, size
from proxy.rewrite import Piece, Slot, fill
from proxy.upstream import Answer
from proxy.visit import Show, Visit, show_originals

LIMIT_BYTES = 256 * 1024
WAIT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Tools:
    """What every page is served with."""

    counters: Counters
    border: Border
    wait_seconds: float = WAIT_SECONDS


class Page:
    """A page of the site, for one visitor."""

    def __init__(
        self,
        answer: Answer,
        visit: Visit,
        conditions: Conditions,
        codec: Codec,
        source: PageSource,
        tools: Tools,
    ) -> None:
        """Take an answer whose head has come."""
        self._answer = answer
        self._visit = visit
        self._conditions = conditions
        self._codec = codec
        self._source = source
        self._tools = tools
        self._fields = for_visitor(answer.fields)
        self._raw: list[bytes] = []
        self._pieces: list[Piece] = []
        self._text_bytes = 0
        self._coming: Iterator[list[Piece]] = iter(())
        self._is_whole = False
        self._is_in_doubt = False
        self.outcome = "-"

    async def send(self, reply: Reply) -> Sent:
        """Send the page; `outcome` says afterwards how it went."""
        await self._gather()
        has_slots = bool(_slots(self._pieces))
        if self._is_in_doubt:
            sent = await self._send_raw(reply, self._marked(private(self._fields)), "doubt")
        elif self._is_whole and not has_slots:
            sent = await self._send_unchanged(reply)
        elif self._is_whole and self._visit.personal:
            sent = await self._send_filled(reply)
        elif self._is_whole:
            etag = self._etag(first(self._fields, b"etag"))
            fields = self._marked(personal(self._fields, etag))
            sent = await self._send_raw(reply, fields, self._original())
        elif self._visit.personal:
            sent = await self._stream_filled(reply)
        else:
            outcome = self._original("original_streamed")
            fields = self._marked(personal(self._fields, None))
            sent = await self._send_raw(reply, fields, outcome)
        self._count()
        return sent

    async def _gather(self) -> None:
        """Read until the page has ended, is too long to wait for, or the wait is over."""
        raw: bytes | None = await self._answer.read()
        deadline = asyncio.get_running_loop().time() + self._tools.wait_seconds
        while raw:
            self._raw.append(raw)
            if not self._unpack(raw):
                return
            raw = self._answer.read_ready() or await self._next(deadline)
        if raw is not None:
            self._pieces += self._source.end()
            self._is_whole = True
            self._is_in_doubt = not self._codec.is_complete and bool(self._raw)

    async def _next(self, deadline: float) -> bytes | None:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._answer.read()
        except TimeoutError:
            return None

    def _unpack(self, raw: bytes) -> bool:
        """Decode and scan one chunk; say whether there is reason to wait for more."""
        self._coming = self._source.take(raw)
        try:
            for pieces in self._coming:
                self._pieces += pieces
                self._text_bytes += size(pieces)
                if self._text_bytes > LIMIT_BYTES:
                    return False
        except CodingError:
            self._is_in_doubt = True
            return False
        return True

    async def _send_unchanged(self, reply: Reply) -> Sent:
        """Send a page that is the same for everybody."""
        fields = self._fields
        if self._visit.changes_session:
            fields = self._with_cookies(private(fields))
        if is_unchanged(self._conditions, self._answer.fields):
            self.outcome = "not_modified"
            reply.start(304, of_unchanged(fields))
            return await reply.finish()
        return await self._send_raw(reply, fields, "no_slot")

    async def _send_raw(self, reply: Reply, fields: Fields, outcome: str) -> Sent:
        """Send the page as it came, and what is still to come."""
        self.outcome = outcome
        reply.start(self._answer.status, fields, reason=self._answer.reason)
        await reply.write(b"".join(self._raw))
        self._raw.clear()
        self._pieces.clear()
        await reply.flush()
        while data := await self._answer.read():
            await reply.write(data)
        return await reply.finish()

    async def _send_filled(self, reply: Reply) -> Sent:
        """Send a whole page with the visitor's numbers in it."""
        show = await self._show(self._pieces)
        body, original = None, self._original()
        if any(self._shown(show, slot) for slot in _slots(self._pieces)):
            original = "original:failure"
            body = self._tools.border.attempt(
                "fill", lambda: self._codec.finish(fill(self._pieces, show)), None
            )
        fields = personal(self._fields, self._etag(first(self._fields, b"etag")))
        fields = self._with_cookies(fields)
        if body is None:
            return await self._send_raw(reply, fields, original)
        self.outcome = "personal"
        fields = [*without(fields, {b"content-length"}), _length(body)]
        reply.start(self._answer.status, fields, reason=self._answer.reason)
        return await reply.finish(body)

    async def _stream_filled(self, reply: Reply) -> Sent:
        """Send a page that outlasts the wait: what there is now, and the rest as it comes."""
        self.outcome = "streamed"
        await reply.write(await self._begun(reply))
        await reply.flush()
        try:
            return await self._stream_rest(reply)
        except CodingError:
            self.outcome = "cut"
            return reply.cut()

    async def _begun(self, reply: Reply) -> bytes:
        """Take the head; give the first part. It is held nowhere else: the visitor may be slow."""
        text = await self._filled(self._pieces)
        fields = self._with_cookies(personal(self._fields, None))
        fields = without(fields, {b"content-length"})
        reply.start(self._answer.status, fields, reason=self._answer.reason)
        self._raw.clear()
        self._pieces.clear()
        return self._codec.encode(text)

    async def _stream_rest(self, reply: Reply) -> Sent:
        await self._stream_pieces(reply, self._coming)
        while raw := await self._answer.read():
            await self._stream_pieces(reply, self._source.take(raw))
        last = await self._filled(self._source.end())
        if not self._codec.is_complete:  # cut short by the site: no end that it did not have
            return await reply.finish(self._codec.encode(last))
        return await reply.finish(self._codec.finish(last))

    async def _stream_pieces(self, reply: Reply, coming: Iterator[list[Piece]]) -> None:
        for pieces in coming:
            text = await self._filled(pieces)
            if text:
                await reply.write(self._codec.encode(text))
                await asyncio.sleep(0)  # others are served between two parts of one long page

    async def _filled(self, pieces: Sequence[Piece]) -> bytes:
        if not _slots(pieces):
            return as_it_came(pieces)
        show = await self._show(pieces)
        filled = self._tools.border.attempt("fill", lambda: fill(pieces, show), None)
        return as_it_came(pieces) if filled is None else filled

    async def _show(self, pieces: Sequence[Piece]) -> Show:
        slots = _slots(pieces)
        return await self._tools.border.attempt_async(
            "numbers", lambda: self._visit.numbers(slots), show_originals
        )

    def _shown(self, show: Show, slot: Slot) -> bool:
        return self._tools.border.attempt("numbers", lambda: show(slot) is not None, False)

    def _etag(self, etag: bytes | None) -> bytes | None:
        suffix = self._tools.border.attempt("visit", lambda: self._visit.etag_suffix, None)
        return page_etag(etag, page_suffix(suffix, is_personal=self._visit.personal))

    def _original(self, outcome: str = "original") -> str:
        """Name the outcome of a page that shows originals, with the reason."""
        why = self._tools.border.attempt("visit", lambda: self._visit.why_original, "failure")
        return f"{outcome}:{why}"

    def _marked(self, fields: Fields) -> Fields:
        return self._with_cookies(fields) if self._visit.changes_session else fields

    def _with_cookies(self, fields: Fields) -> Fields:
        none: list[str] = []
        cookies = self._tools.border.attempt("cookie", lambda: [*self._visit.cookies()], none)
        return [*fields, *((b"Set-Cookie", cookie.encode()) for cookie in cookies)]

    def _count(self) -> None:
        self._tools.counters.add("page", self.outcome)
        if self._source.gave_up:
            self._tools.counters.add("gave_up", self._source.gave_up)


def _slots(pieces: Sequence[Piece]) -> list[Slot]:
    return [piece for piece in pieces if not isinstance(piece, bytes)]


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"Content-Length", str(len(body)).encode()
