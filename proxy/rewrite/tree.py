"""Which elements are open: followed only where it matters.

A region (an opt-out, a placeholder, svg, math) must be followed to its end, with void elements, end
tags that may be left out, and end tags that never come. Outside regions nothing is followed; what
is open around a region is found out when an end tag asks for it, from the markup that went past.

Source: WHATWG HTML, 13.2.6 "Tree construction", as far as it says which elements are open. Where it
clones formatting elements into blocks, only the original counts here.
"""

from collections.abc import Callable

from proxy.rewrite import elements, syntax

HTML = ""
_PARAGRAPH = frozenset({b"p"})
_INTEGRATION = elements.SVG_INTEGRATION | elements.MATH_INTEGRATION


class Element:
    """One open element."""

    __slots__ = ("is_open", "name", "space")

    def __init__(self, name: bytes, space: str = HTML) -> None:
        self.name = name
        self.space = space
        self.is_open = True

    @property
    def is_html(self) -> bool:
        """Say whether it is not one of svg or math."""
        return self.space == HTML


class OpenElements:
    """The stack of open elements.

    `around` gives the names open before the first of them, or None where that is not known: then
    an end tag that fits nothing counts as a parent's.
    """

    def __init__(self, around: Callable[[], list[bytes] | None] | None = None) -> None:
        self._stack: list[Element] = []
        self._around = around
        self._unknown = False

    def __len__(self) -> int:
        return len(self._stack)

    def names(self) -> list[bytes]:
        """Give the names of all open HTML elements, outermost first."""
        return [element.name for element in self._stack if element.is_html]

    def is_foreign(self) -> bool:
        """Say whether the current element is one of svg or math: CDATA is text there."""
        return bool(self._stack) and self._stack[-1].space != HTML

    def start(self, name: bytes, attributes: bytes = b"") -> Element | None:
        """Open an element. Gives None for one without content."""
        space = self._space_for(name)
        if space != HTML and _breaks_out(name, attributes):
            self._leave_foreign()
            space = HTML
        if space == HTML:
            self._imply_ends(name)
            if name in elements.VOID:
                return None
            if name in elements.FOREIGN:
                space = name.decode("ascii")
        if space != HTML and attributes.endswith(b"/"):
            return None
        element = Element(name, space)
        self._stack.append(element)
        return element

    def end(self, name: bytes) -> Element | None:
        """Close the element that an end tag closes, and all in it. Gives None for a stray one."""
        if self.is_foreign():
            if name in {b"br", b"p"}:
                self._leave_foreign()
            else:
                found = self._find_foreign(name)
                if found is not None:
                    return self._cut(found)
        if name in {b"body", b"html"} or name in elements.VOID:
            return None
        wanted = elements.HEADINGS if name in elements.HEADINGS else frozenset({name})
        at = self._seek(wanted, _limits(name))
        if at is None:
            if self._unknown and name != b"p" and self._stack:
                self._cut(0)
            return None
        blocked = any(e.name in elements.SPECIAL for e in self._stack[at + 1 :])
        if name in elements.FORMATTING and blocked:
            self._stack[at].is_open = False
            return self._stack.pop(at)
        return self._cut(at)

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

    def _find_foreign(self, name: bytes) -> int | None:
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at].space == HTML:
                return None
            if self._stack[at].name == name:
                return at
        return None

    def _imply_ends(self, name: bytes) -> None:
        """Close what a start tag closes."""
        if name in elements.CLOSES_P:
            self._close_open(_PARAGRAPH, elements.SCOPE | {b"button"})
        if name in elements.HEADINGS and self._stack and self._stack[-1].name in elements.HEADINGS:
            self._cut(len(self._stack) - 1)
        if name in elements.IMPLIED_END:
            self._close_open(*elements.IMPLIED_END[name])

    def _close_open(self, wanted: frozenset[bytes], limits: frozenset[bytes]) -> None:
        while (at := self._seek(wanted, limits)) is not None:
            self._cut(at)

    def _seek(self, wanted: frozenset[bytes], limits: frozenset[bytes]) -> int | None:
        """Find the innermost of some elements, not past a limit; also around the first one."""
        found = self._seek_here(wanted, limits)
        if found is None and self._resolve():
            found = self._seek_here(wanted, limits)
        return found

    def _seek_here(self, wanted: frozenset[bytes], limits: frozenset[bytes]) -> int | None:
        for at in range(len(self._stack) - 1, -1, -1):
            element = self._stack[at]
            if element.is_html and element.name in wanted:
                return at
            if element.name in (limits if element.is_html else _INTEGRATION):
                return None
        return None

    def _cut(self, at: int) -> Element:
        cut = self._stack[at]
        for element in self._stack[at:]:
            element.is_open = False
        del self._stack[at:]
        return cut

    def _resolve(self) -> bool:
        """Find out what is open around the first element. Once; False when there is no more."""
        if self._around is None:
            return False
        around, self._around = self._around(), None
        self._unknown = around is None
        self._stack[:0] = [Element(name) for name in around or ()]
        return bool(around)


def _limits(name: bytes) -> frozenset[bytes]:
    """Give the elements past which an end tag does not reach."""
    if name in elements.END_LIMITS:
        return elements.END_LIMITS[name]
    ordinary = name not in elements.SPECIAL and name not in elements.FORMATTING
    return elements.SPECIAL if ordinary else elements.SCOPE


def _breaks_out(name: bytes, attributes: bytes) -> bool:
    """Say whether a start tag ends svg and math."""
    if name != b"font":
        return name in elements.BREAKOUT
    names = {m[1].lower() for m in syntax.ATTRIBUTE.finditer(attributes)}
    return not names.isdisjoint({b"color", b"face", b"size"})
