"""Asking the site for a page, or whether what is kept of it is still good.

What comes back is kept where it may be, once all of it has been read: a part of a page never is.
"""

from collections.abc import Awaitable, Callable
from email.utils import formatdate

from calltrack.errors import UpstreamError
from proxy.border import Border
from proxy.headers import Fields, end_to_end, first
from proxy.shared_cache import storing, validation
from proxy.shared_cache.answers import Room, SiteAnswer, Watched
from proxy.shared_cache.entry import Came, Entry, can_be_read
from proxy.shared_cache.fetches import Fetch, Fetches
from proxy.shared_cache.freshness import Moment
from proxy.shared_cache.memory import Memory
from proxy.shared_cache.wish import Wish

PAGE_BYTES = 1024 * 1024
"""A longer page, as it comes or decoded, is not kept."""

Send = Callable[[Fields], Awaitable[SiteAnswer]]


class Asking:
    """Asks, and keeps."""

    def __init__(self, memory: Memory, fetches: Fetches, border: Border) -> None:
        """Take where it is kept, and who else asks."""
        self._memory = memory
        self._fetches = fetches
        self._border = border
        self._room = Room(max(PAGE_BYTES, memory.shelf.limit_bytes // 4))

    async def ask(self, entry: Entry | None, wish: Wish, send: Send) -> tuple[SiteAnswer, str]:
        """Ask the site; give its answer, or what stands in for it. Errors: UpstreamError."""
        fetch = self._fetches.begin(wish.key, wish.asked)
        is_watched = False
        found: tuple[SiteAnswer, str]
        try:
            found = await self._ask(entry, wish, send, fetch)
            is_watched = isinstance(found[0], Watched)
        except UpstreamError:
            self._fetches.end(wish.key, fetch, is_answered=True)
            if entry is None or not self._may_stand_in(entry, fetch):
                raise
            found = await self._memory.answer(entry, wish), "stale"
        finally:
            if not is_watched:
                self._fetches.end(wish.key, fetch)
        return found

    async def _ask(
        self, entry: Entry | None, wish: Wish, send: Send, fetch: Fetch
    ) -> tuple[SiteAnswer, str]:
        fields, asked_at = wish.conditions.fields, self._memory.now()
        question = validation.question(fields, entry.head) if entry is not None else None
        answer = await send(question or fields)
        if entry is not None and answer.status >= 500 and self._may_stand_in(entry, fetch):
            answer.close()
            self._fetches.end(wish.key, fetch, is_answered=True)
            return await self._memory.answer(entry, wish), "stale"
        if entry is not None and question is not None and answer.status == 304:
            answer.close()
            confirmed = end_to_end(answer.fields)
            if validation.is_about(entry.head, confirmed) and storing.may_touch(confirmed):
                return await self._confirmed(entry, confirmed, wish, fetch, asked_at)
            answer = await send(fields)
        if entry is not None and answer.status < 500:
            self._memory.shelf.drop(wish.key, entry)
        return self._taken(answer, wish, fetch, asked_at)

    def _may_stand_in(self, entry: Entry, fetch: Fetch) -> bool:
        """Say whether a page may be shown where the site fails: not one that has changed since."""
        return not fetch.is_void and self._memory.may_stand_in(entry)

    async def _confirmed(
        self, entry: Entry, confirmed: Fields, wish: Wish, fetch: Fetch, asked_at: Moment
    ) -> tuple[SiteAnswer, str]:
        """Go on with what is kept: the site says that it is still good."""
        came = Came(asked_at, self._memory.now())
        head = validation.updated(entry.head, _dated(confirmed, came.at.since_1970))
        renewed = entry.renewed(wish.asked, head, came)
        is_kept = storing.why_not_kept_on(head) is None and not fetch.is_void
        if is_kept:
            self._memory.shelf.put(wish.key, renewed)
        self._memory.shelf.drop(wish.key, entry)
        is_for_one = not is_kept or self._memory.is_too_old(renewed)
        self._fetches.end(wish.key, fetch, is_answered=True, is_for_one=is_for_one)
        return await self._memory.answer(renewed, wish), "revalidated"

    def _taken(
        self, answer: SiteAnswer, wish: Wish, fetch: Fetch, asked_at: Moment
    ) -> tuple[SiteAnswer, str]:
        """Pass the site's answer on; keep it on the way where it may be."""
        came = Came(asked_at, self._memory.now())
        head = _dated(answer.fields, came.at.since_1970)
        why = storing.why_not_kept(answer.status, head)
        if not wish.wanted.may_keep:
            why = "no_store"
        if why is not None:
            is_usual = wish.wanted.may_keep and answer.status != 304 and answer.status < 500
            self._fetches.end(wish.key, fetch, is_answered=True, is_for_one=is_usual)
            return answer, f"passed:{why}"
        entry = Entry(wish.asked, answer.reason, head, came)
        watched = Watched(
            answer,
            self._room,
            limit_bytes=min(PAGE_BYTES, self._memory.shelf.limit_bytes),
            on_end=lambda raw: self._keep(entry, raw, wish, fetch),
            on_close=lambda: self._fetches.end(wish.key, fetch),
        )
        return watched, "miss"

    def _keep(self, entry: Entry, raw: bytes | None, wish: Wish, fetch: Fetch) -> None:
        """Keep a page, all of which is here; None: it is too long."""
        may_be_kept = raw is not None and self._border.attempt(
            "cache", lambda: can_be_read(raw, entry.codings, limit=PAGE_BYTES), False
        )
        if raw is not None and may_be_kept and not fetch.is_void:
            entry.body = raw
            self._memory.shelf.put(wish.key, entry)
        is_for_one = not may_be_kept or self._memory.is_too_old(entry)
        self._fetches.end(wish.key, fetch, is_answered=True, is_for_one=is_for_one)


def _dated(fields: Fields, now: float) -> Fields:
    """Give a head its Date, where the site left it out."""
    if first(fields, b"date") is not None:
        return fields
    return [*fields, (b"Date", formatdate(now, usegmt=True).encode())]
