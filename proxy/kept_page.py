"""A page out of the cache, for one visitor: nothing is waited for, nothing is looked for.

====================  =====================================  =====================================
the page              body                                   head
====================  =====================================  =====================================
no slot               as it came, or 304                     as it came; private and a cookie where
                                                             the session changes
slots, personal       numbers filled in, same coding         private, no-cache; our ETag
slots, not personal   as it came                             private, no-cache; our ETag
====================  =====================================  =====================================

With `Age`, and without what the site said of the connection. An error of ours costs the numbers.
"""

from time import perf_counter

from proxy.conditional import Conditions, is_unchanged
from proxy.downstream import Reply, Sent
from proxy.headers import Fields, of_unchanged, private
from proxy.page_marks import PageMarks, Tools, length_of
from proxy.shared_cache import Kept, Ready
from proxy.visit import Visit


class KeptPage:
    """A kept page, for one visitor."""

    def __init__(
        self, answer: Kept, ready: Ready, visit: Visit, conditions: Conditions, tools: Tools
    ) -> None:
        """Take an answer out of the cache."""
        self._answer = answer
        self._ready = ready
        self._marks = PageMarks(visit, tools)
        self._conditions = conditions
        self._tools = tools
        self.outcome = "-"
        self.codec_seconds = answer.codec_seconds

    @property
    def slots(self) -> int:
        """How many places for numbers there are."""
        return len(self._ready.slots)

    async def send(self, reply: Reply) -> Sent:
        """Send the page; `outcome` says afterwards how it went."""
        if not self._ready.slots:
            sent = await self._send_unchanged(reply)
        elif self._marks.is_personal:
            sent = await self._send_filled(reply)
        else:
            fields = self._marks.marked(self._tagged())
            sent = await self._send_raw(reply, fields, self._marks.original())
        counters = self._tools.counters
        counters.add("page", self.outcome)
        if self._ready.gave_up:
            counters.add("gave_up", self._ready.gave_up)
        if self.codec_seconds:
            self._tools.metrics.codec.observe(self.codec_seconds)
        return sent

    async def _send_unchanged(self, reply: Reply) -> Sent:
        """Send a page that is the same for everybody."""
        fields = self._answer.fields
        if self._marks.changes_session:
            fields = self._marks.with_cookies(private(fields))
        if is_unchanged(self._conditions, self._answer.fields):
            self.outcome = "not_modified"
            reply.start(304, of_unchanged(fields))
            return await reply.finish()
        return await self._send_raw(reply, fields, "no_slot")

    async def _send_filled(self, reply: Reply) -> Sent:
        """Send the page with the visitor's numbers in it."""
        ready = self._ready
        show = await self._marks.show(ready.slots)
        if not self._marks.shows_any(show, ready.slots):
            fields = self._marks.with_cookies(self._tagged())
            return await self._send_raw(reply, fields, self._marks.original())
        since = perf_counter()
        body = self._tools.border.attempt("fill", lambda: ready.filled(show), None)
        if ready.codings:
            self.codec_seconds += perf_counter() - since
        if body is None:  # no validator: the visitor's numbers are to come with the next view
            fields = self._marks.with_cookies(self._answer.fields)
            return await self._send_raw(reply, fields, "original:failure")
        fields = self._marks.with_cookies(self._tagged())
        self.outcome = "personal"
        return await self._send_whole(reply, fields, body)

    def _tagged(self) -> Fields:
        """Give the head of a page with places, which is `private, no-cache` already, its ETag."""
        etag = self._marks.etag(self._answer.etag)
        fields = self._answer.fields
        return [*fields, (b"ETag", etag)] if etag is not None else fields

    async def _send_raw(self, reply: Reply, fields: Fields, outcome: str) -> Sent:
        self.outcome = outcome
        return await self._send_whole(reply, fields, self._answer.read_ready())

    async def _send_whole(self, reply: Reply, fields: Fields, body: bytes) -> Sent:
        answer = self._answer
        reply.start(answer.status, [*fields, length_of(body)], reason=answer.reason)
        return await reply.finish(body)
