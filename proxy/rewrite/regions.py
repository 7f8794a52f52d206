"""Elements that are followed to their end: opt-outs, placeholders, svg and math.

- An opt-out, data-calltrack="off", keeps all in it as it is, placeholders too.
- A placeholder with a number in it shows another one there. One without a number and without child
  elements is a number's place as a whole; so its text waits until it is known to end.
- A form's choices (select) stay as they are: their text may be what is sent.
- A region whose end tag is missing ends with its parent. Is there text in such a placeholder, then
  it is left alone: nobody knows how much of the text was meant.
"""

from dataclasses import dataclass

from calltrack.numbers import PhoneNumber
from proxy.rewrite import elements
from proxy.rewrite.outline import Outline
from proxy.rewrite.tags import CHOICES, NO_MARK, Mark
from proxy.rewrite.tree import Element, OpenElements

WAITING_BYTES_MAX = 64 * 1024
"""Of a placeholder's text. A longer one is left alone."""


class Region:
    """One element that is followed. `content` is where its content begins."""

    __slots__ = ("content", "element", "is_whole", "linked", "mark")

    def __init__(self, element: Element, mark: Mark, content: int) -> None:
        self.element = element
        self.mark = mark
        self.content = content
        self.is_whole = mark.key is not None
        """Whether all its content may still be a number's place."""
        self.linked: PhoneNumber | None = None
        """The number that its own phone link dials: text and link are one vestiging's."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A region that has ended."""

    start: int
    end: int
    mark: Mark
    is_whole: bool  # all its content is a number's place
    closed: bool  # by its own end tag
    linked: PhoneNumber | None  # the number that its own phone link dials


class Regions:
    """The regions that are open, outermost first. Units: offsets in what the scanner reads."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._open: list[Region] = []
        self._tree: OpenElements | None = None
        self.opted_out = False
        self.mark = NO_MARK
        """Of the innermost placeholder."""

    @property
    def are_open(self) -> bool:
        """Say whether there is any."""
        return self._tree is not None

    @property
    def depth(self) -> int:
        """How many elements are open, from the outermost region on, or from the page's root."""
        return len(self._tree) if self._tree else 0

    @property
    def is_foreign(self) -> bool:
        """Say whether the current element is one of svg or math."""
        return self._tree is not None and self._tree.is_foreign()

    def waiting_from(self) -> int | None:
        """Give where the text begins of which it is not known yet what becomes of it."""
        return next((region.content for region in self._open if region.is_whole), None)

    def waited(self, at: int) -> None:
        """Stop waiting for the end of texts that have become too long."""
        for region in self._open:
            if at - region.content > WAITING_BYTES_MAX:
                region.is_whole = False

    def link_found(self, mark: Mark, number: PhoneNumber) -> None:
        """Take note of the phone link on the element that has just been entered with a mark."""
        if self._open and self._open[-1].mark is mark:
            self._open[-1].linked = number

    def number_found(self) -> None:
        """Take note of a number in the regions that are open."""
        for region in self._open:
            region.is_whole = False

    def start(
        self, name: bytes, attributes: bytes, mark: Mark, span: tuple[int, int]
    ) -> tuple[bool, list[Ended]]:
        """Follow a start tag. Gives whether its content holds no tags, and what ended before it."""
        raw = name in elements.RAW_TEXT
        if self._tree is None:
            if name in elements.VOID or raw or (mark is NO_MARK and name not in elements.FOREIGN):
                return raw, []
            self._outline.mark(span[0])
            self._tree = OpenElements(self._outline.names)
        element = self._tree.start(name, attributes)
        ended = self._ended(span[0], None)
        for region in self._open:
            region.is_whole = False
        raw = raw and element is not None and element.is_html
        if element is not None and not raw:
            self._enter(element, mark, span[1])
        self._settle()
        return raw, ended

    def _enter(self, element: Element, mark: Mark, content: int) -> None:
        """Open a region, if this element is one."""
        opted_out = any(region.mark.opted_out for region in self._open)
        if (opted_out and not mark.opted_out) or (mark is CHOICES and not element.is_html):
            mark = NO_MARK
        if mark is not NO_MARK or not (self._open or element.is_html):
            self._open.append(Region(element, mark, content))

    def end(self, name: bytes, at: int) -> list[Ended]:
        """Follow an end tag at `at`. Gives what ended."""
        if self._tree is None:
            return []
        closed = self._tree.end(name)
        if name in {b"body", b"html"}:
            return self.close(at)
        ended = self._ended(at, closed)
        self._settle()
        return ended

    def close(self, at: int) -> list[Ended]:
        """End all placeholders: the page's body is over. An opt-out stands."""
        over = [region for region in self._open if region.mark.key is not None]
        ended = self._take_out(over, at, None)
        self._settle()
        return ended

    def _ended(self, at: int, closed: Element | None) -> list[Ended]:
        over = [region for region in self._open if not region.element.is_open]
        return self._take_out(over, at, closed)

    def _take_out(self, over: list[Region], at: int, closed: Element | None) -> list[Ended]:
        if not over:
            return []
        self._open = [region for region in self._open if region not in over]
        return [
            Ended(
                start=region.content,
                end=at,
                mark=region.mark,
                is_whole=region.is_whole and at - region.content <= WAITING_BYTES_MAX,
                closed=region.element is closed,
                linked=region.linked,
            )
            for region in over
        ]

    def _settle(self) -> None:
        """Work out what holds here."""
        if not self._open:
            self._tree = None
        marks = [region.mark for region in self._open]
        self.opted_out = any(mark.opted_out for mark in marks)
        self.mark = next((mark for mark in reversed(marks) if mark.key is not None), NO_MARK)
