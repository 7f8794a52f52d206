"""Open elements, and which of them is the innermost of a kind, however deep they nest.

A page may nest hundreds of elements and then ask of each tag whether one far out is open. So the
stack keeps beside its elements where those of each name, and of each set of names that the rules
ask for, stand: a question costs the same at any depth.

Units: a place orders the elements, outermost first. It is no index: places may be missing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice

from proxy.rewrite import elements

HTML = ""
NOWHERE = -1

ORDINARY = b"<ordinary>"
"""In place of a kind: all that formats nothing and is not special."""
FOREIGN = b"<foreign>"
"""In place of a kind: all elements of svg and math."""
OF_HTML = b"<html>"
"""In place of a kind: all others."""

Group = bytes | frozenset[bytes]


class Element:
    """One open element."""

    __slots__ = (
        "around",
        "followed",
        "groups",
        "holds_html",
        "is_open",
        "kind",
        "name",
        "place",
        "space",
    )

    def __init__(self, name: bytes, space: str = HTML, *, holds_html: bool = False) -> None:
        self.name = name
        self.space = space
        self.holds_html = holds_html
        """Whether it is an element of svg or math with HTML in it again."""
        self.kind = name if space == HTML else space.encode() + b" " + name
        self.groups = _groups(self.kind, foreign=space != HTML)
        self.around: tuple[Element, ...] = ()
        """Those that are to be closed with it."""
        self.is_open = True
        self.followed = False
        """Whether somebody wants to know when it is closed."""
        self.place = NOWHERE

    @property
    def is_html(self) -> bool:
        """Say whether it is not one of svg or math."""
        return self.space == HTML


class Stack:
    """The open elements, outermost first."""

    def __init__(self) -> None:
        self._elements: list[Element] = []
        self._places: list[int] = []
        self._groups: dict[Group, list[int]] = {}
        self._next = 0
        self.ended = 0
        """How many elements have been closed that are followed."""

    def __len__(self) -> int:
        return len(self._elements)

    def __iter__(self) -> Iterator[Element]:
        return iter(self._elements)

    @property
    def current(self) -> Element | None:
        """Give the innermost element."""
        return self._elements[-1] if self._elements else None

    def copy(self) -> "Stack":
        """Give a stack of the same elements."""
        new = Stack()
        new._elements, new._places = self._elements.copy(), self._places.copy()
        new._groups = {group: places.copy() for group, places in self._groups.items()}
        new._next = self._next
        return new

    def push(self, element: Element) -> None:
        """Open an element in the innermost one."""
        place = element.place = self._next
        self._next = place + 1
        self._elements.append(element)
        self._places.append(place)
        for group in element.groups:
            places = self._groups.get(group)
            if places is None:
                self._groups[group] = [place]
            else:
                places.append(place)

    def at(self, place: int) -> Element:
        """Give the element at a place."""
        return self._elements[bisect_left(self._places, place)]

    def inside(self, place: int) -> Iterator[Element]:
        """Give the elements that stand in the one at a place."""
        return islice(self._elements, bisect_right(self._places, place), None)

    def last(self, group: Group) -> int:
        """Give the place of the innermost of a group."""
        places = self._groups.get(group)
        return places[-1] if places else NOWHERE

    def last_of(self, kinds: frozenset[bytes]) -> int:
        """Give the place of the innermost of a few kinds."""
        return max([self.last(kind) for kind in kinds])

    def cut(self, place: int) -> Element:
        """Close the element at a place, and all in it."""
        at = bisect_left(self._places, place)
        found = self._elements[at]
        self._cut_from(at)
        return found

    def cut_inside(self, place: int) -> None:
        """Close all that stand in the element at a place."""
        self._cut_from(bisect_right(self._places, place))

    def cut_ordinary(self, place: int) -> None:
        """Close the ordinary ones in the element at a place; what stands in them stays."""
        ordinary = self._groups.get(ORDINARY, [])
        for over in ordinary[bisect_right(ordinary, place) :]:
            self.close(self.take_out(over))

    def take_out(self, place: int) -> Element:
        """Take out an element that is not closed yet; what stands in it stays."""
        at = bisect_left(self._places, place)
        del self._places[at]
        element = self._elements.pop(at)
        for group in element.groups:
            places = self._groups[group]
            del places[bisect_left(places, place)]
            if not places:
                del self._groups[group]
        return element

    def close(self, element: Element) -> None:
        """Close an element that has been taken out, and those that are closed with it."""
        for over in (element, *element.around):
            if over.is_open:
                over.is_open = False
                self.ended += over.followed

    def _cut_from(self, at: int) -> None:
        for element in reversed(self._elements[at:]):
            self.close(element)
            for group in element.groups:
                places = self._groups[group]
                places.pop()
                if not places:
                    del self._groups[group]
        del self._elements[at:], self._places[at:]


_KNOWN: dict[bytes, tuple[Group, ...]] = {
    kind: (
        kind,
        *(limits for limits in elements.LIMITS if kind in limits),
        *([] if kind in elements.SPECIAL | elements.FORMATTING else [ORDINARY]),
        FOREIGN if b" " in kind else OF_HTML,
    )
    for kind in frozenset[bytes]().union(*elements.LIMITS, elements.FORMATTING)
}


def _groups(kind: bytes, *, foreign: bool) -> tuple[Group, ...]:
    known = _KNOWN.get(kind)
    if known is not None:
        return known
    return kind, ORDINARY, FOREIGN if foreign else OF_HTML
