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

import re
from typing import Protocol

from proxy.rewrite import elements, syntax
from proxy.rewrite.expressions import compiled

_TRIES = 64
_LESS_THAN = ord("<")


class Opaque(Protocol):
    """A part of a page that is passed over."""

    def walk(self, data: bytes, at: int, *, last: bool) -> tuple[int, bool]:
        """Walk on; give how far it is known to go, and whether that is its end."""


class Until:
    """A part that ends with a mark. `longest`: bytes of the mark."""

    def __init__(self, mark: bytes, *, longest: int) -> None:
        self._mark = compiled(mark)
        self._keep = longest - 1

    def walk(self, data: bytes, at: int, *, last: bool) -> tuple[int, bool]:
        """Walk to the mark, or to where one may have begun."""
        m = self._mark.search(data, at)
        if m:
            return m.end(), True
        return _rest(data, at, self._keep, last=last)


class UntilEndTag:
    """A part that ends before the end tag of its name."""

    def __init__(self, name: bytes) -> None:
        self._tag = compiled(syntax.end_tag(name))
        self._keep = len(name) + 2

    def walk(self, data: bytes, at: int, *, last: bool) -> tuple[int, bool]:
        """Walk to the end tag, or to where one may have begun."""
        m = _find(self._tag, data, at)
        return (m.start(), True) if m else _rest(data, at, self._keep, last=last)


class Script:
    """A script. Source: WHATWG HTML, 13.2.5.4 and the "script data" states after it."""

    def __init__(self) -> None:
        self._depth = 0  # 1 after <!--, 2 after <script in that

    def walk(self, data: bytes, at: int, *, last: bool) -> tuple[int, bool]:
        """Walk to the end tag that counts."""
        if not self._depth:
            end = _find(_SCRIPT_END, data, at)
            over = end.start() if end else len(data)
            if not _may_escape(data, at, over):
                return (over, True) if end else _rest(data, at, len("</script"), last=last)
        while True:
            m = (_ESCAPED_EVENT if self._depth else _SCRIPT_EVENT).search(data, at)
            if m is None:
                return _rest(data, at, len("</script"), last=last)
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
_SCRIPT_END = compiled(syntax.end_tag(b"script"))
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
_RAW = {name: UntilEndTag(name) for name in elements.RAW_TEXT}


def _rest(data: bytes, at: int, keep: int, *, last: bool) -> tuple[int, bool]:
    """Give how far a part goes that does not end here. `keep`: bytes of a mark without its last."""
    return len(data) if last else max(at, len(data) - keep), False


# One byte is found many times as fast as an expression, where it is rare. Where it is not, no time
# is lost on it.


def _find(end_tag: re.Pattern[bytes], data: bytes, at: int) -> re.Match[bytes] | None:
    """Find an end tag by its slash."""
    slash = at
    for _ in range(_TRIES):
        slash = data.find(b"/", slash + 1)
        if slash < 0:
            return None
        if data[slash - 1] == _LESS_THAN and (m := end_tag.match(data, slash - 1)):
            return m
    return end_tag.search(data, slash)


def _may_escape(data: bytes, at: int, end: int) -> bool:
    """Say whether there may be a `<!--`; False where there is none."""
    mark = at
    for _ in range(_TRIES):
        mark = data.find(b"!", mark + 1, end)
        if mark < 0:
            return False
        if data.startswith(b"<!--", mark - 1):
            return True
    return True
