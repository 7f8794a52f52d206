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

from proxy.codecs import Codec, CodingError
from proxy.conditional import Conditions, is_unchanged
from proxy.downstream import Reply, Sent
from proxy.headers import Fields, first, for_visitor, of_unchanged, personal, private, without
from proxy.page_marks import WAIT_SECONDS, PageMarks, Tools, length_of, slots_of
from proxy.page_source import PageSource, as_it_came
from proxy.rewrite import Piece, Slot, fill
from proxy.shared_cache import SiteAnswer
from proxy.visit import Visit

__all__ = ["LIMIT_BYTES", "WAIT_SECONDS", "Page", "Tools"]

LIMIT_BYTES = 256 * 1024


class Page:
    """A page of the site, for one visitor."""

    def __init__(
        self,
        answer: SiteAnswer,
        visit: Visit,
        conditions: Conditions,
        codec: Codec,
        source: PageSource,
        tools: Tools,
    ) -> None:
        """Take an answer whose head has come."""
        self._answer = answer
        self._marks = PageMarks(visit, tools)
        self._conditions = conditions
        self._codec = codec
        self._source = source
        self._tools = tools
        self._fields = for_visitor(answer.fields)
        self._raw: list[bytes] = []
        self._pieces: list[Piece] = []
        self._coming: Iterator[list[Piece]] = iter(())
        self._is_whole = False
        self._is_in_doubt = False
        self.outcome = "-"

    @property
    def slots(self) -> int:
        """How many places for numbers are known before the head leaves."""
        return len(slots_of(self._pieces))

    @property
    def codec_seconds(self) -> float:
        """How long decoding and encoding took so far."""
        return self._codec.seconds

    async def send(self, reply: Reply) -> Sent:
        """Send the page; `outcome` says afterwards how it went."""
        await self._gather()
        slots = slots_of(self._pieces)
        if self._is_in_doubt:
            sent = await self._send_raw(reply, self._marks.marked(private(self._fields)), "doubt")
        elif self._is_whole and not slots:
            sent = await self._send_unchanged(reply)
        elif self._is_whole and self._marks.is_personal:
            sent = await self._send_filled(reply, slots)
        elif self._is_whole:
            etag = self._marks.etag(first(self._fields, b"etag"))
            fields = self._marks.marked(personal(self._fields, etag))
            sent = await self._send_raw(reply, fields, self._marks.original())
        elif self._marks.is_personal:
            sent = await self._stream_filled(reply)
        else:
            outcome = self._marks.original("original_streamed")
            fields = self._marks.marked(personal(self._fields, None))
            sent = await self._send_raw(reply, fields, outcome)
        self._count()
        return sent

    async def _gather(self) -> None:
        """Read until the page has ended, is too long to wait for, or the wait is over."""
        answer = self._answer
        raw: bytes | None = await answer.read()
        deadline = asyncio.get_running_loop().time() + self._tools.wait_seconds
        while raw:
            self._raw.append(raw)
            if not self._unpack(raw):
                return
            raw = answer.read_ready()
            if not raw:  # its end is read without a clock
                raw = await (answer.read() if answer.is_over else self._next(deadline))
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
                if self._source.given_bytes > LIMIT_BYTES:
                    return False
        except CodingError:
            self._is_in_doubt = True
            return False
        return True

    async def _send_unchanged(self, reply: Reply) -> Sent:
        """Send a page that is the same for everybody."""
        fields = self._fields
        if self._marks.changes_session:
            fields = self._marks.with_cookies(private(fields))
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

    async def _send_filled(self, reply: Reply, slots: Sequence[Slot]) -> Sent:
        """Send a whole page with the visitor's numbers in it."""
        show = await self._marks.show(slots)
        etag = self._marks.etag(first(self._fields, b"etag"))
        fields = self._marks.with_cookies(personal(self._fields, etag))
        if not self._marks.shows_any(show, slots):
            return await self._send_raw(reply, fields, self._marks.original())
        body = self._tools.border.attempt(
            "fill", lambda: self._codec.finish(fill(self._pieces, show)), None
        )
        if body is None:  # no validator: the visitor's numbers are to come with the next view
            return await self._send_raw(reply, without(fields, {b"etag"}), "original:failure")
        self.outcome = "personal"
        fields = [*without(fields, {b"content-length"}), length_of(body)]
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
        fields = self._marks.with_cookies(personal(self._fields, None))
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
        slots = slots_of(pieces)
        if not slots:
            return as_it_came(pieces)
        show = await self._marks.show(slots)
        filled = self._tools.border.attempt("fill", lambda: fill(pieces, show), None)
        return as_it_came(pieces) if filled is None else filled

    def _count(self) -> None:
        self._tools.counters.add("page", self.outcome)
        if self._codec.seconds:
            self._tools.metrics.codec.observe(self._codec.seconds)
        if self._source.gave_up:
            self._tools.counters.add("gave_up", self._source.gave_up)
