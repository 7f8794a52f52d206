"""Who is asking the site for a page just now, so that others wait for it instead of asking too.

Nobody waits for ever: the wait is bounded, and ends at once where it turns out that the answer is
not kept. Keys whose last answer was good for nobody but who asked are remembered: nobody is to wait
there again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from itertools import islice

from proxy.shared_cache.variants import Asked
from proxy.shared_cache.wish import Key

MOST_REMEMBERED = 4096
MOST_COMPARED = 8
"""Variants of one page that are under way, and that another visitor may wait for."""


class Fetch:
    """One request to the site that others may wait for."""

    def __init__(self, asked: Asked) -> None:
        """It has begun."""
        self.asked = asked
        self.over = asyncio.Event()
        self.is_void = False  # its answer is not to be kept
        self.is_answered = False  # else who asked has left, and others may wait for the next


class Fetches:
    """All that are under way."""

    def __init__(self) -> None:
        """None is."""
        self._under_way: dict[Key, list[Fetch]] = {}
        self._for_one: OrderedDict[int, None] = OrderedDict()  # by hash: addresses may be long

    def other(self, key: Key, asked: Asked, varies: Sequence[bytes]) -> Fetch | None:
        """Give the fetch that such a request may wait for. `varies`: what is known of the page."""
        row = self._under_way.get(key)
        if not row or hash(key) in self._for_one:
            return None
        said = asked.about(varies)
        return next(
            (
                fetch
                for fetch in islice(row, MOST_COMPARED)
                if fetch.asked.codings == asked.codings and fetch.asked.about(varies) == said
            ),
            None,
        )

    def begin(self, key: Key, asked: Asked) -> Fetch:
        """Note that somebody asks."""
        fetch = Fetch(asked)
        self._under_way.setdefault(key, []).append(fetch)
        return fetch

    def end(
        self, key: Key, fetch: Fetch, *, is_answered: bool = False, is_for_one: bool = False
    ) -> None:
        """Note that a fetch is over. `is_for_one`: the next one has to ask all the same."""
        if fetch.over.is_set():
            return
        fetch.over.set()
        fetch.is_answered = is_answered
        row = self._under_way[key]
        row.remove(fetch)
        if not row:
            del self._under_way[key]
        if is_for_one:
            self._for_one[hash(key)] = None
            self._for_one.move_to_end(hash(key))
            if len(self._for_one) > MOST_REMEMBERED:
                self._for_one.popitem(last=False)
        elif is_answered:
            self._for_one.pop(hash(key), None)

    def has(self, key: Key) -> bool:
        """Say whether somebody asks for a page."""
        return key in self._under_way

    def void(self, key: Key) -> None:
        """See to it that what is under way is not kept: the page has changed meanwhile."""
        for fetch in self._under_way.get(key, ()):
            fetch.is_void = True
