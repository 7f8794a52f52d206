"""What a visit has to do with one page: its numbers, its cookies, its validator, its outcome.

Each is asked for across the border: a mistake of ours costs the numbers, not the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from proxy.border import Border
from proxy.conditional import page_etag, page_suffix
from proxy.counters import Counters
from proxy.headers import Fields
from proxy.metrics import Metrics
from proxy.rewrite import Piece, Slot
from proxy.shared_cache import SharedCache
from proxy.trace import Trace
from proxy.visit import Show, Visit, show_originals

WAIT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Tools:
    """What every page is served with."""

    counters: Counters
    border: Border
    wait_seconds: float = WAIT_SECONDS
    cache: SharedCache | None = None
    metrics: Metrics = field(default_factory=lambda: Metrics(Counters()))
    trace: Trace = field(default_factory=Trace)


class PageMarks:
    """A visit, as a page sees it."""

    def __init__(self, visit: Visit, tools: Tools) -> None:
        """Take them."""
        self._visit = visit
        self._border = tools.border
        self._has_failed = False

    @property
    def is_personal(self) -> bool:
        """Say whether the page may show numbers."""
        return self._visit.personal

    @property
    def changes_session(self) -> bool:
        """Say whether the answer carries the cookie in any case."""
        return self._visit.changes_session

    async def show(self, slots: Sequence[Slot]) -> Show:
        """Take the numbers for these places."""
        show = await self._border.attempt_async("numbers", lambda: self._visit.numbers(slots), None)
        self._has_failed = show is None
        return show or show_originals

    def shows_any(self, show: Show, slots: Sequence[Slot]) -> bool:
        """Say whether any of these places shows a number of the visitor's."""
        return self._border.attempt(
            "numbers", lambda: any(show(slot) is not None for slot in slots), False
        )

    def etag(self, etag: bytes | None) -> bytes | None:
        """Make the page's ETag out of the site's.

        None where a mistake costs the numbers: the next view is to ask for them again.
        """
        if etag is None or self._has_failed:
            return None
        suffix = self._border.attempt("visit", lambda: self._visit.etag_suffix, None)
        return page_etag(etag, page_suffix(suffix, is_personal=self._visit.personal))

    def original(self, outcome: str = "original") -> str:
        """Name the outcome of a page that shows originals, with the reason."""
        why = self._border.attempt("visit", lambda: self._visit.why_original, "failure")
        return f"{outcome}:{why}"

    def marked(self, fields: Fields) -> Fields:
        """Add the cookie where the session changes."""
        return self.with_cookies(fields) if self._visit.changes_session else fields

    def with_cookies(self, fields: Fields) -> Fields:
        """Add the cookies that this answer has to carry."""
        none: list[str] = []
        cookies = self._border.attempt("cookie", lambda: [*self._visit.cookies()], none)
        return [*fields, *[(b"Set-Cookie", cookie.encode()) for cookie in cookies]]


def slots_of(pieces: Sequence[Piece]) -> list[Slot]:
    """Give the places among pieces."""
    return [piece for piece in pieces if not isinstance(piece, bytes)]


def length_of(body: bytes) -> tuple[bytes, bytes]:
    """Write the field that says how long a body is."""
    return b"Content-Length", str(len(body)).encode()
