"""Give a page's pieces as it streams past: the bytes everybody gets, and slots.

Rule 1: bytes in, pieces out. Nothing in this folder does I/O, reads a clock or logs.
Rule 2: however the page is cut into chunks, the same slots come out, and the same bytes.
Rule 3: output is prompt. Only what is undecided waits for the next chunk: a tag, a number, the text
of a placeholder that has not ended yet, the first 1,024 bytes of a drawing; and at a page's start
the charset, up to 1,024 bytes.
Rule 4: when in doubt, leave it alone. A page that cannot be followed passes untouched from that
byte on, and `gave_up` says why.
"""

from proxy.rewrite.bindings import Bindings
from proxy.rewrite.filling import pieces_of
from proxy.rewrite.slots import Piece
from proxy.rewrite.source import Source
from proxy.rewrite.walk import Walk

STRIDE_BYTES = 64 * 1024
"""Pages are walked in strides that end at multiples of this. Limits are measured there, so they
do not depend on the chunks."""


class Scanner:
    """Scan one page: feed it chunks, then close it. Each call gives the pieces that are ready."""

    def __init__(self, bindings: Bindings, *, charset: str | None = None) -> None:
        self.gave_up: str | None = None
        self._bindings = bindings
        self._source = Source(charset)
        self._walk: Walk | None = None
        self._passing = bindings.is_empty  # everything, as it comes
        self._received = 0  # bytes
        self._given = 0  # all before this offset has been given

    def feed(self, chunk: bytes) -> list[Piece]:
        """Take the next bytes of the page."""
        return self._take_in(chunk, last=False)

    def close(self, chunk: bytes = b"") -> list[Piece]:
        """Say that the page is over, with the bytes that are left of it."""
        return self._take_in(chunk, last=True)

    def _take_in(self, chunk: bytes, *, last: bool) -> list[Piece]:
        pieces: list[Piece] = []
        at, over = 0, False
        while not (self._passing or over) and (at < len(chunk) or last):
            room = STRIDE_BYTES - self._received % STRIDE_BYTES
            stride = chunk[at : at + room]
            over = last and len(stride) < room
            self._received += len(stride)
            at += len(stride)
            pieces += self._scan(stride, last=over)
        if at < len(chunk):
            pieces.append(chunk[at:])
        return pieces

    def _scan(self, chunk: bytes, *, last: bool) -> list[Piece]:
        source = self._source
        if self._walk is not None:
            decided = min(self._given, source.base + self._walk.at)
            self._walk.moved(source.forget(decided))
        if not source.add(chunk, last=last):
            return []
        if self._walk is None:
            if source.charset.alphabet is None:
                return self._pass(f"the charset {source.charset.name} is not followed")
            self._walk = Walk(source, self._bindings)
        self._walk.go_on(last=last, measure=self._received % STRIDE_BYTES == 0)
        pieces = self._take(self._walk)
        if self._walk.gave_up is not None:
            return [*pieces, *self._pass(self._walk.gave_up)]
        return [*pieces, *self._rest()] if last else pieces

    def _take(self, walk: Walk) -> list[Piece]:
        """Give what can change no more."""
        width = self._source.charset.width
        page, base = self._source.as_page()
        until = walk.decided() * width
        pieces, given = pieces_of(page, base, self._given * width, until, walk.found)
        self._given = given // width
        return pieces

    def _pass(self, reason: str) -> list[Piece]:
        """Let the rest of the page pass as it is."""
        self.gave_up = reason
        self._passing = True
        held = self._source.page(self._given, self._source.end)
        self._given = self._source.end
        return [held, *self._rest()] if held else self._rest()

    def _rest(self) -> list[Piece]:
        """Give the bytes that never became readable: half a character."""
        rest = self._source.rest()
        return [rest] if rest else []


def scan(page: bytes, bindings: Bindings, *, charset: str | None = None) -> list[Piece]:
    """Scan a whole page at once."""
    scanner = Scanner(bindings, charset=charset)
    return scanner.close(page)
