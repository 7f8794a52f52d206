"""Which elements are open: followed only where it matters.

A region (an opt-out, a placeholder, svg, math) must be followed to its end, with void elements, end
tags that may be left out, and end tags that never come. Outside regions nothing is followed; what
is open around a region is found out when an end tag asks for it, from the markup that went past.

Source: WHATWG HTML, 13.2.6 "Tree construction", as far as it says which elements are open. Where it
clones formatting elements into blocks, only the original counts here.
"""

from collections.abc import Callable

from proxy.rewrite import elements, syntax
from proxy.rewrite.stack import HTML, NOWHERE, OF_HTML, Element, Stack

_SELECT = frozenset({b"select"})
_PARAGRAPH = frozenset({b"p"})
_TABLES = frozenset({b"table", b"template"})
_XHTML = frozenset({b"text/html", b"application/xhtml+xml"})
_RUBY = frozenset({b"ruby"})
_NOTHING: frozenset[bytes] = frozenset()


class OpenElements:
    """Follows which elements are open.

    `around` gives those open before the first of them, or None where that is not known: then an end
    tag that fits nothing counts as a parent's.
    """

    def __init__(self, around: Callable[[], Stack | None] | None = None) -> None:
        self.stack = Stack()
        self._around = around
        self._unknown = False

    def __len__(self) -> int:
        return len(self.stack)

    def is_foreign(self) -> bool:
        """Say whether the current element is one of svg or math: CDATA is text there."""
        current = self.stack.current
        return current is not None and current.space != HTML

    def start(self, name: bytes, attributes: bytes = b"") -> Element | None:
        """Open an element. Gives None for one without content."""
        if name == b"html" and self.stack:
            return None
        space = self._space_for(name)
        if space != HTML and _breaks_out(name, attributes):
            self._leave_foreign()
            space = HTML
        if space == HTML:
            self._imply_ends(name)
            ended_select = name in elements.CLOSES_SELECT and self._end_select()
            if name in elements.VOID or (name == b"select" and ended_select):
                return None
            if name in elements.FOREIGN:
                space = name.decode("ascii")
        if space != HTML and attributes.endswith(b"/"):
            return None
        element = Element(name, space, holds_html=_holds_html(name, space, attributes))
        self.stack.push(element)
        return element

    def end(self, name: bytes) -> Element | None:
        """Close the element that an end tag closes, and all in it. Gives None for a stray one."""
        if self.is_foreign():
            if name in {b"br", b"p"}:
                self._leave_foreign()
            else:
                found = self._find_foreign(name)
                if found is not None:
                    return self.stack.cut(found)
        if name in {b"body", b"html"} or name in elements.VOID:
            return None
        wanted = elements.HEADINGS if name in elements.HEADINGS else frozenset({name})
        at = self._seek(wanted, _limits(name))
        if at is None:
            if self._unknown and name != b"p":
                self.stack.cut_inside(NOWHERE)
            return None
        if name in elements.FORMATTING:
            return self._adopt(at)
        return self._end_form(at) if name == b"form" else self.stack.cut(at)

    def _adopt(self, at: int) -> Element:
        """Close a formatting element; blocks in it stay open, and what formats them."""
        last = self.stack.last(elements.SPECIAL)
        if last < at:
            return self.stack.cut(at)
        self.stack.cut_inside(last)
        self.stack.cut_ordinary(at)
        here = self.stack.take_out(at)
        self.stack.close(here)
        return here

    def _end_form(self, at: int) -> Element:
        """Close a form; elements in it that have no end tag yet stay, and it lasts around them."""
        ends = all(e.kind in elements.IMPLIED for e in self.stack.inside(at))
        return self.stack.cut(at) if ends else self._let_go(at)

    def _let_go(self, at: int) -> Element:
        """Take an element out that is closed together with the one in it."""
        here = self.stack.take_out(at)
        inner = next(self.stack.inside(at))
        inner.around = (here, *here.around, *inner.around)
        return here

    def _space_for(self, name: bytes) -> str:
        here = self.stack.current
        if here is None or here.is_html:
            return HTML
        if here.holds_html and not (
            here.name in elements.MATH_INTEGRATION and name in {b"mglyph", b"malignmark"}
        ):
            return HTML
        if here.name == b"annotation-xml" and name == b"svg":
            return HTML
        return here.space

    def _leave_foreign(self) -> None:
        while (here := self.stack.current) and not (here.is_html or here.holds_html):
            self.stack.cut(here.place)

    def _find_foreign(self, name: bytes) -> int | None:
        at = max(self.stack.last(b"svg " + name), self.stack.last(b"math " + name))
        return at if at > self.stack.last(OF_HTML) else None

    def _imply_ends(self, name: bytes) -> None:
        """Close what a start tag closes."""
        if name in elements.TABLE_PARTS and self._clear_back(name):
            return
        if name == b"table":
            self._end_table()
        if name in {b"a", b"nobr"}:
            self._end_link(name)
        if name in elements.IMPLIED_END:
            self._close_open(*elements.IMPLIED_END[name])
        if name in elements.CLOSES_P:
            self._close_open(_PARAGRAPH, elements.BUTTON_SCOPE)
        current = elements.ENDED_WHEN_CURRENT.get(name, _NOTHING)
        if name in elements.ANNOTATIONS and self._seek(_RUBY, elements.SCOPE) is not None:
            current = elements.ANNOTATIONS[name]
        if current and not self.stack:
            self._resolve()
        while (here := self.stack.current) and here.is_html and here.name in current:
            self.stack.cut(here.place)

    def _end_link(self, name: bytes) -> None:
        """A link ends one that it stands in; so does a nobr."""
        at = self._seek(frozenset({name}), elements.SCOPE)
        if at is not None:
            self._adopt(at)
        elif name == b"a":
            at = self._seek(frozenset({name}), elements.MARKERS)
            if at is not None:
                self._let_go(at)

    def _clear_back(self, name: bytes) -> bool:
        """Make room for a part of a table; False where no table is open."""
        table = self._find(_TABLES)
        if table is None:
            return False
        at = max(table, self.stack.last_of(elements.TABLE_PARTS[name]))
        here = self.stack.at(at).name
        inner = next(self.stack.inside(at), None)
        if inner is not None:
            if here == b"template" and inner.kind not in elements.TABLE_PARTS:
                return True  # it holds no part of a table, so this is not one
            self.stack.cut(inner.place)
        if name in elements.CELLS or name == b"tr":  # what stands between may be left out
            missing = [b"tbody"] if here == b"table" and name != b"caption" else []
            missing += [b"tr"] if name in {b"td", b"th"} and here != b"tr" else []
            for between in missing:
                self.stack.push(Element(between))
        return True

    def _end_table(self) -> None:
        """A table ends one that it stands in, if not in a cell."""
        at = self._find(_TABLES | elements.CELLS)
        if at is not None and self.stack.at(at).name == b"table":
            self.stack.cut(at)

    def _find(self, wanted: frozenset[bytes]) -> int | None:
        """Find the innermost of some elements, whatever is between."""
        return self._seek(wanted, _NOTHING)

    def _close_open(self, wanted: frozenset[bytes], limits: frozenset[bytes]) -> None:
        while (at := self._seek(wanted, limits)) is not None:
            self.stack.cut(at)

    def _end_select(self) -> bool:
        at = self._seek(_SELECT, elements.SCOPE)
        if at is not None:
            self.stack.cut(at)
        return at is not None

    def _seek(self, wanted: frozenset[bytes], limits: frozenset[bytes]) -> int | None:
        """Find the innermost of some elements, not past a limit; also around the first one."""
        found = self._seek_here(wanted, limits)
        if found is None and self._resolve():
            found = self._seek_here(wanted, limits)
        return found

    def _seek_here(self, wanted: frozenset[bytes], limits: frozenset[bytes]) -> int | None:
        at = self.stack.last_of(wanted)
        return at if at != NOWHERE and at >= self.stack.last(limits) else None

    def _resolve(self) -> bool:
        """Find out what is open around the first element. Once; False when there is no more."""
        if self._around is None:
            return False
        around, self._around = self._around(), None
        self._unknown = around is None
        if not around:
            return False
        inner, self.stack = self.stack, around.copy()
        self.stack.ended = inner.ended
        for element in inner:
            self.stack.push(element)
        return True


def _limits(name: bytes) -> frozenset[bytes]:
    """Give the elements past which an end tag does not reach."""
    if name in elements.END_LIMITS:
        return elements.END_LIMITS[name]
    ordinary = name not in elements.SPECIAL and name not in elements.FORMATTING
    return elements.SPECIAL if ordinary else elements.SCOPE


def _holds_html(name: bytes, space: str, attributes: bytes) -> bool:
    """Say whether an element of svg or math holds HTML again."""
    if space == "svg":
        return name in elements.SVG_INTEGRATION
    if space != "math" or name != b"annotation-xml":
        return space == "math" and name in elements.MATH_INTEGRATION
    values = (m for m in syntax.ATTRIBUTE.finditer(attributes) if m[1].lower() == b"encoding")
    first = next(values, None)
    return first is not None and (first[2] or first[3] or first[4] or b"").lower() in _XHTML


def _breaks_out(name: bytes, attributes: bytes) -> bool:
    """Say whether a start tag ends svg and math."""
    if name != b"font":
        return name in elements.BREAKOUT
    names = {m[1].lower() for m in syntax.ATTRIBUTE.finditer(attributes)}
    return not names.isdisjoint({b"color", b"face", b"size"})
