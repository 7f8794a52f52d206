"""Which elements are open at a place far down a page, found out only when somebody asks.

Most regions end with their own end tag, and then nobody asks. An end tag that fits nothing in the
region does: is it a parent's, and ends the region, or a stray one? Then the page's markup up to the
region is read again, this time tag by tag.

Elements nested deeper than a browser nests them are not followed: behind them nothing is known.

Units: offsets in what the scanner reads.
"""

from proxy.rewrite.stack import FOREIGN, NOWHERE, Stack
from proxy.rewrite.tokens import follow
from proxy.rewrite.tree import OpenElements

REMEMBERED_BYTES = 256 * 1024
"""Between two regions. Behind a longer stretch nothing is known of what is open."""
NESTING_MAX = 512


class Outline:
    """Remembers a page as it goes past, and reads it when asked."""

    def __init__(self) -> None:
        self._tree = OpenElements()
        self._read = 0  # all before it is in _tree
        self._kept: list[memoryview] = []  # what came behind _read, up to _end
        self._end = 0
        self._mark = 0
        self._lost = False

    def keep(self, data: bytes | memoryview, start: int, size: int) -> None:
        """Remember the first bytes of `data`, which begins at `start`, but for what is known."""
        if self._lost or start + size <= self._end:
            return
        self._kept.append(memoryview(data)[max(self._end - start, 0) : size])
        self._end = start + size
        if self._end - self._read > REMEMBERED_BYTES:
            self._advance()
        if self._end - self._read > REMEMBERED_BYTES:
            self._kept.clear()  # no mark can be near enough any more

    def mark(self, at: int) -> None:
        """Remember the place where a region begins; all before it has been kept."""
        if at - self._mark > REMEMBERED_BYTES:
            self._lose()
        self._mark = at

    def stack(self) -> Stack | None:
        """Give the elements open at the mark; None: not known."""
        if not self._lost:
            self._advance()
        open_now = self._tree.stack
        return None if self._lost or open_now.last(FOREIGN) != NOWHERE else open_now

    def _advance(self) -> None:
        size = self._mark - self._read
        if size <= 0:
            return
        self._read = self._mark
        kept = b"".join(self._kept)
        if follow(kept[:size], self._tree, NESTING_MAX):
            self._kept = [memoryview(kept)[size:]]
        else:
            self._lose()

    def _lose(self) -> None:
        self._lost = True
        self._kept.clear()
