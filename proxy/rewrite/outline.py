"""Which elements are open at a place far down a page, found out only when somebody asks.

Most regions end with their own end tag, and then nobody asks. An end tag that fits nothing in the
region does: is it a parent's, and ends the region, or a stray one? Then the page's markup up to the
region is read again, this time tag by tag.

Units: offsets in what the scanner reads.
"""

from proxy.rewrite.tokens import tokens
from proxy.rewrite.tree import OpenElements

REMEMBERED_BYTES = 1024 * 1024
"""Between two regions. Behind a longer stretch nothing is known of what is open."""


class Outline:
    """Remembers a page as it goes past, and reads it when asked."""

    def __init__(self) -> None:
        self._tree = OpenElements()
        self._read = 0  # all before it is in _tree
        self._kept: list[bytes] = []  # what came behind _read, up to _end
        self._end = 0
        self._mark = 0
        self._lost = False

    def keep(self, data: bytes, start: int) -> None:
        """Remember bytes that begin at `start`; what is known already is skipped."""
        new = data[max(self._end - start, 0) :]
        if self._lost or not new:
            return
        self._kept.append(new)
        self._end += len(new)
        if self._end - self._read > REMEMBERED_BYTES:
            self._advance()
        if self._end - self._read > REMEMBERED_BYTES:
            self._kept = []  # no mark can be near enough any more

    def mark(self, at: int) -> None:
        """Remember the place where a region begins; all before it has been kept."""
        if at - self._mark > REMEMBERED_BYTES:
            self._lost, self._kept = True, []
        self._mark = at

    def names(self) -> list[bytes] | None:
        """Give the names of the elements open at the mark, outermost first; None: not known."""
        if self._lost:
            return None
        self._advance()
        return self._tree.names()

    def _advance(self) -> None:
        size = self._mark - self._read
        if size <= 0:
            return
        kept = b"".join(self._kept)
        for _ in tokens(kept[:size], self._tree):
            pass
        self._kept = [kept[size:]]
        self._read = self._mark
