"""A page as it comes in: decoded, scanned, and never lost.

The scanner may hold back bytes it cannot decide about yet. They are kept here too: if it fails,
what it held goes out as it came, and the rest of the page with it.

Errors: CodingError when the bytes are not in the coding they are said to be in.
"""

from collections.abc import Iterator, Sequence

from proxy.border import Border
from proxy.codecs import Codec
from proxy.rewrite import Bindings, Piece, Scanner


class PageSource:
    """Turns the site's bytes into pieces."""

    def __init__(
        self, codec: Codec, bindings: Bindings, *, charset: str | None, border: Border
    ) -> None:
        """Take what is looked for. `charset` is that of the Content-Type."""
        self._codec = codec
        self._border = border
        self._scanner: Scanner | None = border.attempt(
            "scan", lambda: Scanner(bindings, charset=charset), None
        )
        self._held = b""
        self.given_bytes = 0  # of the page's own bytes, in pieces

    @property
    def gave_up(self) -> str | None:
        """Say why the rest of the page passes unscanned, if it does."""
        return "error" if self._scanner is None else self._scanner.gave_up

    def take(self, data: bytes) -> Iterator[list[Piece]]:
        """Give the pieces that these bytes complete, a bounded part at a time."""
        for text in self._codec.decode(data):
            yield self._scan(text)

    def end(self) -> list[Piece]:
        """Give the pieces that were held back."""
        scanner = self._scanner
        if scanner is None:
            return []
        return self._checked(self._border.attempt("scan", scanner.close, None))

    def _scan(self, text: bytes) -> list[Piece]:
        scanner = self._scanner
        if scanner is None:
            self.given_bytes += len(text)
            return [text]
        self._held = self._held + text if self._held else text
        return self._checked(self._border.attempt("scan", lambda: scanner.feed(text), None))

    def _checked(self, pieces: list[Piece] | None) -> list[Piece]:
        """Keep account of what is held back; after a failure, give it as it came."""
        if pieces is None:
            self._scanner = None
            rest, self._held = self._held, b""
            self.given_bytes += len(rest)
            return [rest]
        size = sum([len(piece if isinstance(piece, bytes) else piece.raw) for piece in pieces])
        self._held = self._held[size:] if size < len(self._held) else b""
        self.given_bytes += size
        return pieces


def as_it_came(pieces: Sequence[Piece]) -> bytes:
    """Give the page's own bytes."""
    return b"".join(piece if isinstance(piece, bytes) else piece.raw for piece in pieces)
