"""Where bytes of a page stand for its reader: lines, columns, characters.

Everything is counted in one reading of the page, however many places are asked for. The bytes are
read in the charset that the scanner reads them in. Where nothing is declared they are UTF-8 if they
can be, else windows-1252, as in browsers; what cannot be read is one U+FFFD.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable

from proxy.rewrite.charset import Charset, detect

_LINE_END = re.compile(r"\r\n|\r|\n")
_FALLBACK = "cp1252"
_MARK = "\ufeff"


def page_text(page: bytes, charset: str | None = None) -> str:
    """Give a page as characters, without a byte order mark. `charset`: of the header."""
    return page.decode(page_encoding(page, charset), "replace").removeprefix(_MARK)


def page_encoding(page: bytes, charset: str | None = None) -> str:
    """Name the codec that reads a page. `charset`: of the header."""
    return encoding_of(page, detect(page, charset, last=True))


def line_starts(text: str) -> list[int]:
    """Give where each line begins."""
    return [0, *(m.end() for m in _LINE_END.finditer(text))]


def encoding_of(page: bytes, charset: Charset | None) -> str:
    """Name the codec that reads a page in a charset, or without one."""
    name = charset.name if charset else ""
    try:
        return codecs.lookup(name).name if name else _undeclared(page)
    except LookupError:
        return _FALLBACK  # a charset that browsers refuse, and Python does not know


def _undeclared(page: bytes) -> str:
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return _FALLBACK
    return "utf-8"


class Positions:
    """Tells of some places of a page, named by their offsets in bytes, where they stand."""

    def __init__(self, page: bytes, charset: Charset, offsets: Iterable[int]) -> None:
        parts: list[str] = []
        self._characters: dict[int, int] = {}
        decoder = codecs.getincrementaldecoder(encoding_of(page, charset))("replace")
        read, length = 0, 0
        for offset in sorted({*offsets, len(page)}):
            parts.append(decoder.decode(page[read:offset]))
            read, length = offset, length + len(parts[-1])
            # What more bytes could still make a character of is none up to here.
            state = decoder.getstate()
            self._characters[offset] = length + len(decoder.decode(b"", final=True))
            decoder.setstate(state)
        text = "".join([*parts, decoder.decode(b"", final=True)])
        self._skipped = len(_MARK) if text.startswith(_MARK) else 0
        self._text = text[self._skipped :]
        self._starts = line_starts(self._text)

    def place(self, offset: int) -> tuple[int, int]:
        """Give the line and the column of a place."""
        at = self._at(offset)
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def text(self, start: int, end: int) -> str:
        """Give the characters between two places."""
        return self._text[self._at(start) : self._at(end)]

    def _at(self, offset: int) -> int:
        return max(0, self._characters[offset] - self._skipped)
