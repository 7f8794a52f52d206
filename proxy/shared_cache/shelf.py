"""All that is kept, by key; bounded in bytes: what was not used for longest makes room.

- What nobody has asked for a second time makes room first, as long as such pages take more than an
  eighth of it. So addresses that somebody makes up push out no page that is in use, and a new page
  still has time to be asked for again. (Caches call this a segmented LRU.)
- A key has a few variants at most: a site whose answers depend on something that is different with
  every visitor fills no memory with one page.
"""

from collections import OrderedDict
from collections.abc import Sequence

from proxy.shared_cache.entry import Entry
from proxy.shared_cache.variants import Asked
from proxy.shared_cache.wish import Key

MOST_VARIANTS = 8
NEW_SHARE = 8
"""One part in so many of the room is for pages that were asked for once."""


class Shelf:
    """Keeps entries."""

    def __init__(self, limit_bytes: int) -> None:
        """Take how many bytes there is room for."""
        self.limit_bytes = limit_bytes
        self._rows: dict[Key, list[Entry]] = {}
        self._once: OrderedDict[Key, None] = OrderedDict()  # those not used for longest first
        self._again: OrderedDict[Key, None] = OrderedDict()
        self._once_bytes = 0
        self._sizes: dict[Entry, int] = {}
        self.size_bytes = 0

    def __len__(self) -> int:
        """Say how many entries there are."""
        return len(self._sizes)

    def find(self, key: Key, asked: Asked) -> Entry | None:
        """Give the latest answer to such a request.

        A site that forgets its Vary now and then has not made the page one for all: an answer that
        depends on less than another of the same key is not used (RFC 9111 §4.1).
        """
        row = self._rows.get(key, ())
        named = {name for entry in row for name in entry.varies} if len(row) > 1 else ()
        for entry in row:
            if entry.answers(asked) and (not named or named <= set(entry.varies)):
                self._note_use(key, row)
                return entry
        return None

    def varies(self, key: Key) -> Sequence[bytes]:
        """Name the fields that the answers of a key depend on, as far as it is known."""
        row = self._rows.get(key)
        return row[0].varies if row else ()

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an entry, in the place of those that answer the same."""
        row = self._rows.setdefault(key, [])
        row.insert(0, entry)
        self._sizes[entry] = 0
        (self._again if key in self._again else self._once)[key] = None
        for old in [old for old in row[1:] if old.question == entry.question]:
            self._drop_one(key, old)
        if len(row) > MOST_VARIANTS:
            self._drop_one(key, row[-1])
        self._latest(key)
        self.weigh(key, entry)

    def weigh(self, key: Key, entry: Entry) -> None:
        """Weigh an entry again, which has become heavier or lighter, and make room."""
        if entry not in self._sizes:  # dropped meanwhile
            return
        size = entry.size_bytes + sum(map(len, key))
        self._add(key, size - self._sizes[entry])
        self._sizes[entry] = size
        if size > self.limit_bytes:  # nothing would be left beside it
            self._drop_one(key, entry)
        while self.size_bytes > self.limit_bytes:
            oldest = next(iter(self._once if self._are_too_many_new else self._again))
            self._drop_one(oldest, self._rows[oldest][-1])

    def drop(self, key: Key, entry: Entry | None = None) -> None:
        """Keep one entry no longer, or nothing of a key."""
        for old in list(self._rows.get(key, ())):
            if entry is None or old is entry:
                self._drop_one(key, old)

    def _drop_one(self, key: Key, entry: Entry) -> None:
        row = self._rows[key]
        row.remove(entry)
        self._add(key, -self._sizes.pop(entry))
        if not row:
            del self._rows[key]
            self._once.pop(key, None)
            self._again.pop(key, None)

    @property
    def _are_too_many_new(self) -> bool:
        """Say whether one that was asked for once makes room; the last of them has its chance."""
        if not self._again:
            return True
        return len(self._once) > 1 and self._once_bytes * NEW_SHARE > self.limit_bytes

    def _note_use(self, key: Key, row: Sequence[Entry]) -> None:
        """Take note that somebody asked for a page again."""
        if key in self._once:
            del self._once[key]
            self._once_bytes -= sum(self._sizes[entry] for entry in row)
            self._again[key] = None
        else:
            self._again.move_to_end(key)

    def _latest(self, key: Key) -> None:
        (self._once if key in self._once else self._again).move_to_end(key)

    def _add(self, key: Key, size_bytes: int) -> None:
        self.size_bytes += size_bytes
        if key in self._once:
            self._once_bytes += size_bytes
