"""The parts of a page that hold neither tags nor numbers to replace: walked over to their end.

================  ============================================================
part              its end
================  ============================================================
comment           --> or --!>
bogus comment     >
CDATA             ]]>
textarea, …       the end tag of its name
script            its end tag; one inside <!-- … <script does not count
plaintext         none
================  ============================================================
"""

from typing import Protocol

from proxy.rewrite import elements, syntax
from proxy.rewrite.expressions import compiled


class Opaque(Protocol):
    """A part of a page that is passed over."""

    def walk(self, data: bytes, at: int, *, last: bool) -> tuple[int, bool]:
        """Walk on; give how far it is known to go, and whether that is its end."""


class Until:
    """A part that ends at a mark. `longest`: bytes of the mark; `over`: the part contains it."""

    def __init__(self, mark: bytes, *, longest: int, over: bool = True) -> None:
        self._mark = compiled(mark)
        self._keep = longest - 1
        self._over = over

    def walk(self, data: bytes, at: int, *, last: bool) -> tuple[int, bool]:
        """Walk to the mark, or to where one may have begun."""
        m = self._mark.search(data, at)
        if m:
            return (m.end() if self._over else m.start()), True
        return len(data) if last else max(at, len(data) - self._keep), False


class Script:
    """A script. Source: WHATWG HTML, 13.2.5.4 and the "script data" states after it."""

    def __init__(self) -> None:
        self._depth = 0  # 1 after <!--, 2 after <script in that

    def walk(self, data: bytes, at: int, *, last: bool) -> tuple[int, bool]:
        """Walk to the end tag that counts."""
        while True:
            m = (_ESCAPED_EVENT if self._depth else _SCRIPT_EVENT).search(data, at)
            if m is None:
                return len(data) if last else max(at, len(data) - len("</script")), False
            at = m.end()
            if m[0] == b"-->":
                self._depth = 0
            elif m[0] == b"<!--":
                self._depth = self._depth or 1
                at -= 2  # its dashes may be those of a -->
            elif not m[1]:
                self._depth = 2
            elif self._depth < 2:
                return m.start(), True
            else:
                self._depth = 1


_NAME = rb"[sS][cC][rR][iI][pP][tT]" + syntax.NAME_ENDS
_SCRIPT_EVENT = compiled(rb"<(?:!--|(/)" + _NAME + rb")")
_ESCAPED_EVENT = compiled(rb"<!--|-->|<(/?)" + _NAME)


def raw_text(name: bytes) -> Opaque:
    """Give the walk over the content of an element that holds no tags."""
    if name == b"plaintext":
        return PLAIN
    return Script() if name == b"script" else _RAW[name]


COMMENT = Until(syntax.COMMENT_END, longest=4)
BOGUS = Until(rb">", longest=1)
CDATA = Until(rb"\]\]>", longest=3)
PLAIN = Until(rb"(?!)", longest=1)
_RAW = {
    name: Until(syntax.end_tag(name), longest=len(name) + 3, over=False)
    for name in elements.RAW_TEXT
}
