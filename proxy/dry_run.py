"""A dry run: pages are looked at as ever, and every visitor gets the site's own bytes.

No cookie, no lease, no event, no field changed: the visit that the proxy works with leaves all as
it is, and beside it the page is scanned as it passes. What would have become of it stands in the
log, is counted, and is kept for the status page (`dry_report`).

Who sees what is decided by the same rules, but nobody asks the store: a pool that is empty is not
noticed. A page that the browser has already (304) is not looked at, nor one in a coding that the
proxy would not have asked the site for.

Why a number is left alone takes a slow look: one page at a time, in a thread, each path once a
minute at most.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from calltrack.numbers import PhoneNumber
from proxy import codecs, headers
from proxy.beside import beside
from proxy.border import Border
from proxy.codecs import Codec, CodingError
from proxy.counters import Counters
from proxy.dry_report import DryPage, DryReport, Left, by_rule
from proxy.gate import RequestFacts
from proxy.headers import Fields
from proxy.means import utc_now
from proxy.page_source import PageSource, as_it_came
from proxy.rewrite import Bindings, Outcome, Rule, Slot, explain
from proxy.visit import Untouched, Visit, Visitors

LIMIT_BYTES = 1024 * 1024
"""Longer pages are scanned, and not explained."""
EXPLAIN_EVERY = timedelta(minutes=1)
MOST_SLOTS = 1000
OUTSIDE_PLACEHOLDER = "outside-placeholder"  # as `rewrite --explain` has it

PAGE_TYPES = frozenset({b"text/html", b"application/xhtml+xml"})


class DryRun:
    """Visitors of whom nobody is shown anything."""

    def __init__(
        self,
        visitors: Visitors,
        counters: Counters,
        *,
        forwarding: Callable[[], frozenset[PhoneNumber]] = frozenset,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Take who knows the visitors. `forwarding`: all forwarding numbers of the Plan."""
        self._visitors = visitors
        self.counters = counters
        self.border = Border(counters)
        self.report = DryReport()
        self.now = clock
        self._forwarding = forwarding
        self._task: asyncio.Task[None] | None = None

    def serves(self, host: str) -> bool:
        """Say whether a host is ours."""
        return self._visitors.serves(host)

    def begin(self, request: RequestFacts) -> "DryVisit":
        """Begin a visit that changes nothing."""
        return DryVisit(self, self._visitors.begin(request), request)

    def explain(self, page: DryPage, text: bytes, bindings: Bindings, charset: str | None) -> None:
        """Have a page looked at slowly, if nothing else is and it is due."""
        due = page.explained_at is None or self.now() - page.explained_at >= EXPLAIN_EVERY
        if due and (self._task is None or self._task.done()):
            page.explained_at = self.now()
            self._task = asyncio.create_task(self._explain(page, text, bindings, charset))

    async def settle(self) -> None:
        """Let the look that is under way end."""
        if self._task is not None:
            await self._task

    async def _explain(
        self, page: DryPage, text: bytes, bindings: Bindings, charset: str | None
    ) -> None:
        forwarding = self._forwarding()
        page.left = await self.border.attempt_async(
            "explain",
            lambda: beside(lambda: _left(text, bindings, charset, forwarding)),
            page.left,
        )


class DryVisit(Untouched):
    """One request. The proxy finds nothing to do; `page` looks at what passes."""

    why_original = "dry"

    def __init__(self, run: DryRun, visit: Visit, request: RequestFacts) -> None:
        """Take the visit as it would be."""
        self._run = run
        self._visit = visit
        self._request = request

    def page(self, status: int, fields: Fields) -> "DryLook | None":
        """Give who is to see the page's bytes, where the answer is a page to look at."""
        bindings = self._visit.rewrite
        kind, charset = headers.media_type(fields)
        if self._request.method != "GET" or kind not in PAGE_TYPES or bindings is None:
            return None
        if status == 206:
            self._run.counters.add("dry", "part")
        if status != 200:
            return None
        names = codecs.codings(fields)
        if names is None or not headers.may_transform(fields):
            self._run.counters.add("dry", "unknown_coding" if names is None else "no_transform")
            return None
        return DryLook(self, Codec(names), bindings, charset, self._run.border)

    def over_with(self, look: "DryLook") -> str:
        """Take note of a page that has passed; give its outcome."""
        run = self._run
        outcome = self._outcome(look)
        run.counters.add("dry", outcome)
        page = run.report.note(self._request.path, outcome, look.count, now=run.now())
        if look.text is not None and not look.is_in_doubt:
            run.explain(page, look.text, look.bindings, look.charset)
        return f"dry:{outcome}"

    def _outcome(self, look: "DryLook") -> str:
        if look.is_in_doubt:
            return "doubt"
        if not look.count:
            return "no_slot"
        why = self._run.border.attempt("visit", lambda: self._why_original(look.slots), "failure")
        return f"original:{why}" if why else "personal"

    def _why_original(self, slots: Sequence[Slot]) -> str:
        visit = self._visit
        return (visit.foresee(slots) or "") if visit.personal else visit.why_original


class DryLook:
    """Sees a page pass."""

    def __init__(
        self,
        visit: DryVisit,
        codec: Codec,
        bindings: Bindings,
        charset: str | None,
        border: Border,
    ) -> None:
        """See nothing yet."""
        self._visit = visit
        self._codec = codec
        self._source = PageSource(codec, bindings, charset=charset, border=border)
        self._is_empty = True
        self._text = bytearray()
        self._is_long = False
        self.bindings = bindings
        self.charset = charset
        self.slots: list[Slot] = []  # MOST_SLOTS at most
        self.count = 0
        self.is_in_doubt = False

    def take(self, data: bytes) -> None:
        """See some bytes."""
        self._is_empty = False
        if self.is_in_doubt:
            return
        try:
            for pieces in self._source.take(data):
                self._see(pieces)
        except CodingError:
            self.is_in_doubt = True

    def end(self) -> str:
        """Take note that all has passed; give the outcome for the log."""
        if not self.is_in_doubt:
            self._see(self._source.end())
            self.is_in_doubt = not (self._is_empty or self._codec.is_complete)
        return self._visit.over_with(self)

    @property
    def codec_seconds(self) -> float:
        """How long decoding took so far."""
        return self._codec.seconds

    @property
    def text(self) -> bytes | None:
        """Give the page's text; None where it is too long to be explained."""
        return None if self._is_long else bytes(self._text)

    def _see(self, pieces: Sequence[bytes | Slot]) -> None:
        found = [piece for piece in pieces if isinstance(piece, Slot)]
        self.count += len(found)
        self.slots += found[: MOST_SLOTS - len(self.slots)]
        if not self._is_long:
            self._text += as_it_came(pieces)
            self._is_long = len(self._text) > LIMIT_BYTES
            if self._is_long:
                self._text.clear()


def _left(
    text: bytes, bindings: Bindings, charset: str | None, forwarding: frozenset[PhoneNumber]
) -> Sequence[Left]:
    """Say which numbers of a page stay as they are, and by which rule."""
    return by_rule(
        [
            (
                OUTSIDE_PLACEHOLDER
                if one.rule is Rule.NOT_A_FORWARDING_NUMBER and one.number in forwarding
                else str(one.rule),
                one.line,
            )
            for one in explain(text, bindings, charset=charset)
            if one.outcome is Outcome.LEFT
        ]
    )
