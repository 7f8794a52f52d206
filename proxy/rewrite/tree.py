"""Which elements are open: followed only where it matters.

A region (an opt-out, a placeholder, svg, math) must be followed to its end, with void elements, end
tags that may be left out, and end tags that never come. Outside regions nothing is followed; what
is open around a region is found out when an end tag asks for it, from the markup that went past.

Source: WHATWG HTML, 13.2.6 "Tree construction", as far as it says which elements are open. Where it
clones formatting elements into blocks, only the original counts here.
"""

from collections.abc import Callable

from proxy.rewrite import elements

HTML = ""


class Element:
    """One open element."""

    __slots__ = ("is_open", "name", "space")

    def __init__(self, name: bytes, space: str = HTML) -> None:
        self.name = name
        self.space = space
        self.is_open = True


class OpenElements:
    """The stack of open elements. `around` gives the names open before the first of them."""

    def __init__(self, around: Callable[[], list[bytes]] | None = None) -> None:
        self._stack: list[Element] = []
        self._around = around

    def __len__(self) -> int:
        return len(self._stack)

    def names(self) -> list[bytes]:
        """Give the names of all open HTML elements, outermost first."""
        return [element.name for element in self._stack]

    def is_foreign(self) -> bool:
        """Say whether the current element is one of svg or math: CDATA is text there."""
        return bool(self._stack) and self._stack[-1].space != HTML

    def start(self, name: bytes, *, closed: bool = False, html: bool = False) -> Element | None:
        """Open an element. `closed`: "/>"; `html`: its attributes make a start tag break out.

        Gives None for an element without content.
        """
        space = self._space_for(name)
        if space != HTML and (name in elements.BREAKOUT or html):
            self._leave_foreign()
            space = HTML
        if space == HTML:
            self._imply_ends(name)
            if name in elements.FOREIGN:
                space = name.decode()
            elif name in elements.VOID:
                return None
        if space != HTML and closed:
            return None
        element = Element(name, space)
        self._stack.append(element)
        return element

    def end(self, name: bytes) -> None:
        """Close the element that an end tag closes, and all in it; a stray end tag does nothing."""
        if self.is_foreign():
            if name in {b"br", b"p"}:
                self._leave_foreign()
            elif self._end_foreign(name):
                return
        if name in {b"body", b"html"} or name in elements.VOID:
            return
        at = self._find(name)
        if at is None and self._resolve():
            at = self._find(name)
        if at is None:
            return
        blocked = any(e.name in elements.SPECIAL for e in self._stack[at + 1 :])
        if name in elements.FORMATTING and blocked:
            self._stack.pop(at).is_open = False
        else:
            self._cut(at)

    def _space_for(self, name: bytes) -> str:
        if not self.is_foreign():
            return HTML
        here = self._stack[-1]
        if here.space == "svg":
            return HTML if here.name in elements.SVG_INTEGRATION else here.space
        if here.name in elements.MATH_INTEGRATION and name not in {b"mglyph", b"malignmark"}:
            return HTML
        if here.name == b"annotation-xml" and name == b"svg":
            return HTML
        return here.space

    def _leave_foreign(self) -> None:
        while self._stack and self._stack[-1].space != HTML:
            here = self._stack[-1]
            inside = elements.SVG_INTEGRATION if here.space == "svg" else elements.MATH_INTEGRATION
            if here.name in inside:
                return
            self._cut(len(self._stack) - 1)

    def _end_foreign(self, name: bytes) -> bool:
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at].space == HTML:
                return False
            if self._stack[at].name == name:
                self._cut(at)
                return True
        return False

    def _imply_ends(self, name: bytes) -> None:
        if name in elements.CLOSES_P:
            at = self._seek(frozenset({b"p"}), elements.SCOPE | {b"button"})
            if at is None and self._resolve():
                at = self._seek(frozenset({b"p"}), elements.SCOPE | {b"button"})
            if at is not None:
                self._cut(at)
        if name in elements.HEADINGS and self._stack and self._stack[-1].name in elements.HEADINGS:
            self._cut(len(self._stack) - 1)
        if name in elements.IMPLIED_END:
            ends, limits = elements.IMPLIED_END[name]
            at = self._seek(ends, limits)
            if at is None and self._resolve():
                at = self._seek(ends, limits)
            if at is not None:
                self._cut(at)

    def _seek(self, wanted: frozenset[bytes], limits: frozenset[bytes]) -> int | None:
        for at in range(len(self._stack) - 1, -1, -1):
            element = self._stack[at]
            if element.space == HTML and element.name in wanted:
                return at
            if element.space != HTML or element.name in limits:
                return None
        return None

    def _find(self, name: bytes) -> int | None:
        """Find the element that an HTML end tag closes."""
        ordinary = name not in elements.SPECIAL and name not in elements.FORMATTING
        for at in range(len(self._stack) - 1, -1, -1):
            element = self._stack[at]
            if element.space == HTML and element.name == name:
                return at
            if (
                element.space == HTML
                and name in elements.HEADINGS
                and (element.name in elements.HEADINGS)
            ):
                return at
            if self._blocks(element, name, ordinary=ordinary):
                return None
        return None

    @staticmethod
    def _blocks(element: Element, name: bytes, *, ordinary: bool) -> bool:
        if element.space != HTML:
            return element.name in elements.SVG_INTEGRATION | elements.MATH_INTEGRATION
        if ordinary:
            return element.name in elements.SPECIAL
        if name == b"template":
            return False
        if name in elements.TABLE_PARTS:
            return element.name in ({b"template"} if name == b"table" else {b"table", b"template"})
        if name == b"li" and element.name in {b"ul", b"ol"}:
            return True
        if name == b"p" and element.name == b"button":
            return True
        return element.name in elements.SCOPE

    def _cut(self, at: int) -> None:
        for element in self._stack[at:]:
            element.is_open = False
        del self._stack[at:]

    def _resolve(self) -> bool:
        """Find out what is open around the first element. Once; False when there is no more."""
        if self._around is None:
            return False
        around, self._around = self._around, None
        self._stack[:0] = [Element(name) for name in around()]
        return True
