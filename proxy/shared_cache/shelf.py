"""All that is kept, by key; bounded in bytes: what was not used for longest makes room.

A key has a few variants at most: a site whose answers depend on something that is different with
every visitor fills no memory with one page.
"""

from collections import OrderedDict
from collections.abc import Sequence

from proxy.shared_cache.entry import Entry
from proxy.shared_cache.variants import Asked
from proxy.shared_cache.wish import Key

MOST_VARIANTS = 8


class Shelf:
    """Keeps entries."""

    def __init__(self, limit_bytes: int) -> None:
        """Take how many bytes there is room for."""
        self.limit_bytes = limit_bytes
        self._rows: OrderedDict[Key, list[Entry]] = OrderedDict()
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
                self._rows.move_to_end(key)
                return entry
        return None

    def varies(self, key: Key) -> Sequence[bytes]:
        """Name the fields that the answers of a key depend on, as far as it is known."""
        row = self._rows.get(key)
        return row[0].varies if row else ()

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an entry, in the place of those that answer the same."""
        for old in [old for old in self._rows.get(key, ()) if old.question == entry.question]:
            self._drop_one(key, old)
        row = self._rows.setdefault(key, [])
        row.insert(0, entry)
        self._rows.move_to_end(key)
        self._sizes[entry] = 0
        if len(row) > MOST_VARIANTS:
            self._drop_one(key, row[-1])
        self.weigh(key, entry)

    def weigh(self, key: Key, entry: Entry) -> None:
        """Weigh an entry again, which has become heavier or lighter, and make room."""
        if entry not in self._sizes:  # dropped meanwhile
            return
        size = entry.size_bytes + sum(map(len, key))
        self.size_bytes += size - self._sizes[entry]
        self._sizes[entry] = size
        while self.size_bytes > self.limit_bytes:
            oldest, row = next(iter(self._rows.items()))
            self._drop_one(oldest, row[-1])

    def drop(self, key: Key, entry: Entry | None = None) -> None:
        """Keep one entry no longer, or nothing of a key."""
        for old in list(self._rows.get(key, ())):
            if entry is None or old is entry:
                self._drop_one(key, old)

    def _drop_one(self, key: Key, entry: Entry) -> None:
        row = self._rows[key]
        row.remove(entry)
        self.size_bytes -= self._sizes.pop(entry)
        if not row:
            del self._rows[key]
