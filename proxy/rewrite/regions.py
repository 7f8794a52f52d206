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
from proxy.rewrite.stack import Element
from proxy.rewrite.tags import CHOICES, NO_MARK, Mark
from proxy.rewrite.tree import OpenElements

WAITING_BYTES_MAX = 64 * 1024
"""Of a placeholder's text. A longer one is left alone."""


class Region:
    """One element that is followed. `content` is where its content begins."""

    __slots__ = ("content", "element", "is_whole", "linked", "mark", "opted_out", "shown")

    def __init__(self, element: Element, mark: Mark, content: int) -> None:
        element.followed = True
        self.element = element
        self.mark = mark
        self.content = content
        self.is_whole = mark.key is not None
        """Whether all its content may still be a number's place."""
        self.linked: PhoneNumber | None = None
        """The number that its own phone link dials: text and link are one vestiging's."""
        self.opted_out = False
        """Whether it is, or one around it."""
        self.shown = NO_MARK
        """Of the innermost placeholder: its own, or of one around it."""

    def stand_in(self, outer: "Region | None") -> None:
        """Work out what holds in it."""
        self.opted_out = self.mark.opted_out or (outer is not None and outer.opted_out)
        around = outer.shown if outer is not None else NO_MARK
        self.shown = self.mark if self.mark.key is not None else around


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
        self._whole: Region | None = None  # the only one that may be: it holds no element
        self._placeholders = 0
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
        return self._whole.content if self._whole is not None else None

    def waited(self, at: int) -> None:
        """Stop waiting for the end of a text that has become too long."""
        if self._whole is not None and at - self._whole.content > WAITING_BYTES_MAX:
            self._is_no_place()

    def link_found(self, mark: Mark, number: PhoneNumber) -> None:
        """Take note of the phone link on the element that has just been entered with a mark."""
        if self._open and self._open[-1].mark is mark:
            self._open[-1].linked = number

    def number_found(self) -> None:
        """Take note of a number in the regions that are open."""
        self._is_no_place()

    def _is_no_place(self) -> None:
        if self._whole is not None:
            self._whole.is_whole, self._whole = False, None

    def start(
        self, name: bytes, attributes: bytes, mark: Mark, span: tuple[int, int]
    ) -> tuple[bool, list[Ended]]:
        """Follow a start tag. Gives whether its content holds no tags, and what ended before it."""
        raw = name in elements.RAW_TEXT
        if self._tree is None:
            if name in elements.VOID or raw or (mark is NO_MARK and name not in elements.FOREIGN):
                return raw, []
            self._outline.mark(span[0])
            self._tree = OpenElements(self._outline.stack)
        element = self._tree.start(name, attributes)
        ended = self._ended(span[0], None)
        self._is_no_place()
        raw = raw and element is not None and element.is_html
        if element is not None and not raw:
            self._enter(element, mark, span[1])
        self._settle()
        return raw, ended

    def _enter(self, element: Element, mark: Mark, content: int) -> None:
        """Open a region, if this element is one."""
        outer = self._innermost
        opted_out = outer is not None and outer.opted_out
        if (opted_out and not mark.opted_out) or (mark is CHOICES and not element.is_html):
            mark = NO_MARK
        if mark is NO_MARK and (outer is not None or element.is_html):
            return
        region = Region(element, mark, content)
        region.stand_in(outer)
        self._open.append(region)
        if mark.key is not None:
            self._whole = region
            self._placeholders += 1

    @property
    def _innermost(self) -> Region | None:
        return self._open[-1] if self._open else None

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
        over: list[Region] = []
        if self._placeholders:
            over = [region for region in self._open if region.mark.key is not None]
            self._keep([region for region in self._open if region.mark.key is None])
        self._settle()
        return [self._end(region, at, None) for region in over]

    def _ended(self, at: int, closed: Element | None) -> list[Ended]:
        """Take out the regions whose elements are closed. Mostly those are the innermost."""
        if self._tree is None or not self._tree.stack.ended:
            return []
        over: list[Region] = []
        while self._open and not self._open[-1].element.is_open:
            over.append(self._open.pop())
        over.reverse()
        if len(over) < self._tree.stack.ended:
            over[:0] = [region for region in self._open if not region.element.is_open]
            self._keep([region for region in self._open if region.element.is_open])
        self._tree.stack.ended = 0
        return [self._end(region, at, closed) for region in over]

    def _keep(self, kept: list[Region]) -> None:
        outer = None
        for region in kept:
            region.stand_in(outer)
            outer = region
        self._open = kept

    def _end(self, region: Region, at: int, closed: Element | None) -> Ended:
        region.element.followed = False
        self._placeholders -= region.mark.key is not None
        if region is self._whole:
            self._whole = None
        return Ended(
            start=region.content,
            end=at,
            mark=region.mark,
            is_whole=region.is_whole and at - region.content <= WAITING_BYTES_MAX,
            closed=region.element is closed,
            linked=region.linked,
        )

    def _settle(self) -> None:
        """Work out what holds here."""
        innermost = self._innermost
        if innermost is None:
            self._tree = None
        self.opted_out = innermost is not None and innermost.opted_out
        self.mark = innermost.shown if innermost is not None else NO_MARK
