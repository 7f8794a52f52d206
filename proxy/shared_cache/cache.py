"""A request in, an answer out: of the cache, or of the site, and then kept where it may be.

=================  ================================================================================
word               what came of a request
=================  ================================================================================
hit                answered from memory
revalidated        the site said that what is kept is still good
stale              answered from memory though it is too old: the site fails, or is asked behind it
miss               the site answered, and the page may be kept
passed:WHY         the site answered, and nothing is kept
=================  ================================================================================

A page is asked for once at a time: who wants the same one waits for it, `wait_seconds` at most.
What a POST (or whatever is not safe) went to is forgotten, unless the site says that it failed.
"""

import asyncio
from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit

from calltrack.errors import UpstreamError
from proxy.border import Border
from proxy.counters import Counters
from proxy.headers import Fields, first
from proxy.shared_cache import storing, validation
from proxy.shared_cache.answers import Kept, SiteAnswer, Watched
from proxy.shared_cache.asking import Asking, Send
from proxy.shared_cache.entry import Entry
from proxy.shared_cache.fetches import Fetches
from proxy.shared_cache.freshness import Moment, Use, moment_now
from proxy.shared_cache.memory import Memory
from proxy.shared_cache.wish import Key, Wish

CACHE_BYTES = 64 * 1024 * 1024
WAIT_SECONDS = 5.0

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class SharedCache:
    """The cache of one process."""

    def __init__(
        self,
        counters: Counters,
        border: Border,
        *,
        limit_bytes: int = CACHE_BYTES,
        wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], Moment] = moment_now,
    ) -> None:
        """Take how many bytes there is room for."""
        self._counters = counters
        self._border = border
        self.wait_seconds = wait_seconds
        self._memory = Memory(limit_bytes, border, clock=clock)
        self._fetches = Fetches()
        self._asking = Asking(self._memory, self._fetches, border)
        self._behind: dict[Key, asyncio.Task[None]] = {}

    @property
    def size_bytes(self) -> int:
        """Say how much memory is taken."""
        return self._memory.shelf.size_bytes

    def figures(self) -> Mapping[str, float]:
        """Tell monitoring how much is kept."""
        return {"now.cache_bytes": self.size_bytes}

    async def settle(self) -> None:
        """Wait until nothing is asked behind a visitor's back."""
        await asyncio.gather(*self._behind.values())

    async def close(self) -> None:
        """Ask for nothing more."""
        for task in self._behind.values():
            task.cancel()
        await asyncio.gather(*self._behind.values(), return_exceptions=True)

    def at_hand(self, wish: Wish) -> Kept | None:
        """Answer from memory where nothing is asked or waited for: most requests for a kept page.

        None: `fetch` it.
        """
        if storing.why_passed(wish.asked.said) is not None:
            return None
        entry, use = self._memory.find(wish)
        kept = self._memory.at_hand(entry, wish) if entry and use is Use.FRESH else None
        if kept is not None:
            self._counters.add("cache", "hit")
        return kept

    async def fetch(
        self, wish: Wish, send: Send, *, behind: Send | None = None
    ) -> tuple[SiteAnswer, str]:
        """Answer from memory, or ask the site; give the word for it, too. Errors: UpstreamError.

        `behind` asks the site when the visitor has an answer already.
        """
        answer, word = await self._fetch(wish, send, behind or send)
        self._counters.add("cache", word)
        return answer, word

    def head(self, wish: Wish) -> Kept | None:
        """Answer a HEAD from a page that is kept and fresh; None: the site is to be asked.

        Also where the visitor has something to compare: what it is compared with is the site's.
        Source: RFC 9111 §4.
        """
        said = wish.asked.said
        if storing.why_passed(said) is not None or validation.OF_THE_VISITOR & said.keys():
            return None
        entry, use = self._memory.find(wish)
        if entry is None or use is not Use.FRESH:
            return None
        self._counters.add("cache", "hit")
        return self._memory.head(entry)

    def forget(self, key: Key, head: Fields) -> None:
        """Forget a page that was written to, and those that the answer names as changed."""
        scheme, authority, target = key
        changed = {target}
        for name in (b"location", b"content-location"):
            said = (first(head, name) or b"").decode("latin-1")
            try:
                found = urlsplit(urljoin(f"{scheme}://{authority}{target}", said))
            except ValueError:
                continue
            if said and (found.scheme, found.netloc.lower()) == (scheme, authority):
                changed.add(found._replace(scheme="", netloc="", fragment="").geturl() or "/")
        for one in changed:
            self._memory.shelf.drop((scheme, authority, one))
            self._fetches.void((scheme, authority, one))

    async def _fetch(self, wish: Wish, send: Send, behind: Send) -> tuple[SiteAnswer, str]:
        why = storing.why_passed(wish.asked.said)
        if why is not None:
            return await send(wish.conditions.fields), f"passed:{why}"
        is_waiting = not (wish.wanted.asks_site or wish.wanted.only_kept)
        deadline = asyncio.get_running_loop().time() + self.wait_seconds
        while True:
            entry, use = self._memory.find(wish)
            if entry is not None and use is not Use.ASK:
                return await self._from_memory(entry, use, wish, behind)
            if wish.wanted.only_kept:
                return Kept(504, [(b"Content-Length", b"0")]), "passed:only_kept"
            if not is_waiting:
                return await self._asking.ask(entry, wish, send)
            is_waiting = await self._waited(wish, deadline)

    async def _from_memory(
        self, entry: Entry, use: Use, wish: Wish, send: Send
    ) -> tuple[SiteAnswer, str]:
        key = wish.key
        if use is Use.WHILE_ASKING and not (key in self._behind or self._fetches.has(key)):
            task = self._behind[key] = asyncio.create_task(self._ask_behind(entry, wish, send))
            task.add_done_callback(lambda _: self._behind.pop(key, None))
        word = "hit" if use is Use.FRESH else "stale"
        return await self._memory.answer(entry, wish), word

    async def _waited(self, wish: Wish, deadline: float) -> bool:
        """Wait for who asks already; say whether it makes sense to wait once more."""
        varies = self._memory.shelf.varies(wish.key)
        other = self._fetches.other(wish.key, wish.asked, varies)
        if other is None:
            return False
        try:
            async with asyncio.timeout_at(deadline):
                await other.over.wait()
        except TimeoutError:
            return False
        return not other.is_answered  # else it is kept now, or will not be: one last look

    async def _ask_behind(self, entry: Entry, wish: Wish, send: Send) -> None:
        """Ask again for what was just shown though it is too old."""
        await self._border.attempt_async(
            "cache", lambda: self._renew(entry, wish.plain(), send), None
        )

    async def _renew(self, entry: Entry, wish: Wish, send: Send) -> None:
        try:
            answer, _ = await self._asking.ask(entry, wish, send)
        except UpstreamError:
            return
        try:
            while isinstance(answer, Watched) and answer.is_kept and await answer.read():
                pass
        except UpstreamError:
            return
        finally:
            answer.close()
