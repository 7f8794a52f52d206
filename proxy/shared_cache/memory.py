"""What is kept, and an answer out of it for one request."""

from collections.abc import Callable

from proxy.border import Border
from proxy.headers import of_unchanged
from proxy.shared_cache import validation
from proxy.shared_cache.answers import Kept
from proxy.shared_cache.entry import Entry, Ready
from proxy.shared_cache.freshness import Moment, Use, Wanted, moment_now
from proxy.shared_cache.shelf import Shelf
from proxy.shared_cache.wish import Wish


class Memory:
    """The shelf, and the clock by which things on it grow old."""

    def __init__(
        self, limit_bytes: int, border: Border, *, clock: Callable[[], Moment] = moment_now
    ) -> None:
        """Take how many bytes there is room for."""
        self.shelf = Shelf(limit_bytes)
        self.now = clock
        self._border = border

    def find(self, wish: Wish) -> tuple[Entry | None, Use]:
        """Give what is kept for a request, and what it is good for."""
        entry = self.shelf.find(wish.key, wish.asked)
        if entry is None:
            return None, Use.ASK
        return entry, entry.freshness.use(entry.age(self.now()), wish.wanted)

    def is_too_old(self, entry: Entry) -> bool:
        """Say whether the next visitor has to ask all the same."""
        return entry.freshness.use(entry.age(self.now()), Wanted()) is Use.ASK

    def may_stand_in(self, entry: Entry) -> bool:
        """Say whether it may be shown where the site fails."""
        return entry.freshness.may_stand_in(entry.age(self.now()))

    async def answer(self, entry: Entry, wish: Wish) -> Kept:
        """Answer a request, with the validators looked at that would have gone to the site."""
        ready, codec_seconds = entry.ready_for(wish.bindings), 0.0
        if ready is None:
            async with entry.looking:  # one at a time: the others find it done
                ready = entry.ready_for(wish.bindings)
                if ready is None:
                    ready = await entry.look_through(wish.bindings, self._border)
                    codec_seconds = ready.codec_seconds
                    self.shelf.weigh(wish.key, entry)
        return self._kept(entry, ready, wish, codec_seconds)

    def at_hand(self, entry: Entry, wish: Wish) -> Kept | None:
        """Answer a request with a page that has been looked through; None: it was not yet."""
        ready = entry.ready_for(wish.bindings)
        return self._kept(entry, ready, wish) if ready is not None else None

    def _kept(self, entry: Entry, ready: Ready, wish: Wish, codec_seconds: float = 0.0) -> Kept:
        age = (b"Age", b"%d" % entry.age(self.now()))
        # The site's own validators say nothing of a page with places, unless our suffix was theirs.
        may_confirm = wish.conditions.is_forwarded or not ready.slots
        if may_confirm and validation.has_it(wish.conditions.fields, entry.head):
            return Kept(304, of_unchanged([*entry.for_visitor, age]), entry)
        fields = [*(entry.for_one if ready.slots else entry.for_visitor), age]
        return Kept(200, fields, entry, ready, codec_seconds=codec_seconds)

    def head(self, entry: Entry) -> Kept:
        """Give the head of the site's own page, as the site would to who asks for that alone."""
        fields = [
            *entry.for_visitor,
            (b"Age", b"%d" % entry.age(self.now())),
            (b"Content-Length", b"%d" % len(entry.body)),
        ]
        return Kept(200, fields, entry)
