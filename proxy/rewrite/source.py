"""A page's bytes as they come in, and the same as the scanner reads them.

For most charsets both are one. For the others the scanner walks over a mask (`charset`); offsets in
it times `width` are offsets in the page. Of bytes that are understood and given only the last few
stay, for a look at what stands before a number.
"""

from proxy.rewrite.alphabet import UNDECLARED, Alphabet
from proxy.rewrite.charset import UNKNOWN, Charset, detect

BEHIND_BYTES = 256
"""What stays of bytes that are done with: how far back a number's surroundings are looked at."""


class Source:
    """`data` is what the scanner reads, `base` where it begins; offsets elsewhere are absolute."""

    def __init__(self, header: str | None) -> None:
        self.data = b""
        self.base = 0
        self.charset: Charset = UNKNOWN
        self._header = header
        self._known = False
        self._waiting = b""  # bytes that are not in `data` yet
        self._page = b""  # what `data` masks, when it does

    def add(self, chunk: bytes, *, last: bool) -> bool:
        """Take bytes. False as long as the charset is not known: nothing can be read before."""
        if not self._known:
            self._waiting += chunk
            found = detect(self._waiting, self._header, last=last)
            if found is None:
                return False
            self.charset, self._known = found, True
            chunk, self._waiting = self._waiting, b""
        mask = self.charset.mask
        if mask is None:
            self.data += chunk
            return True
        waiting = self._waiting + chunk
        masked, taken = mask(waiting, last)
        self.data += masked
        self._page += waiting[:taken]
        self._waiting = waiting[taken:]
        return True

    @property
    def alphabet(self) -> Alphabet:
        """How digits and separators look in `data`."""
        return self.charset.alphabet or UNDECLARED

    @property
    def end(self) -> int:
        """Where `data` ends."""
        return self.base + len(self.data)

    def page(self, start: int, end: int) -> bytes:
        """Give the page's bytes between two offsets."""
        if self.charset.mask is None:
            return self.data[start - self.base : end - self.base]
        width = self.charset.width
        return self._page[(start - self.base) * width : (end - self.base) * width]

    def as_page(self) -> tuple[bytes, int]:
        """Give the page's bytes that are at hand, and where in the page they begin."""
        if self.charset.mask is None:
            return self.data, self.base
        return self._page, self.base * self.charset.width

    def rest(self) -> bytes:
        """Give the bytes that never became readable: half a character at the page's end."""
        rest, self._waiting = self._waiting, b""
        return rest

    def forget(self, before: int) -> memoryview:
        """Let go of what stands before an offset, but for the last few bytes; give it."""
        keep = before - BEHIND_BYTES - self.base
        if keep <= 0:
            return memoryview(b"")
        gone = memoryview(self.data)[:keep]
        self.data = self.data[keep:]
        self._page = self._page[keep * self.charset.width :]
        self.base += keep
        return gone
