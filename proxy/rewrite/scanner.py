"""Walk a page once and give pieces: the bytes everybody gets, and slots.

Rule 1: bytes in, pieces out. Nothing in this folder does I/O, reads a clock or logs.
Rule 2: however the page is cut into chunks, the same pieces come out, joined bytes aside.
Rule 3: output is prompt: only what is undecided (a tag, a number, a placeholder's text that has not
ended yet) waits for the next chunk.
Rule 4: when in doubt, leave it alone. A page that cannot be followed passes untouched from that
byte on, and `gave_up` says why.

    state        until
    data         markup and text of a page; in regions each tag is followed (`tree`)
    raw          the end tag of a textarea, title, style, …
    script       its end tag, with the escaped and double-escaped states
    comment      --> or --!>
    bogus        >
    cdata        ]]>, in svg and math
    plain        the end of the page: <plaintext>, or the scanner gave up
"""

import re
from collections.abc import Callable

from proxy.rewrite import elements, syntax
from proxy.rewrite.alphabet import UNDECLARED
from proxy.rewrite.bindings import Bindings
from proxy.rewrite.patterns import Patterns, patterns_for
from proxy.rewrite.slots import Piece, Place, Slot
from proxy.rewrite.tags import NO_MARK, PHONE_SCHEME, Mark, attributes_of, mark_of
from proxy.rewrite.tree import Element, OpenElements
from proxy.rewrite.written import BEHIND_BYTES, Run, Written, find

TAG_BYTES_MAX = 64 * 1024
CARRY_BYTES_MAX = 64 * 1024
NESTING_MAX = 512
PASSED_BYTES_MAX = 1024 * 1024


class Region:
    """An element that is followed to its end: an opt-out, a placeholder, svg or math."""

    __slots__ = ("children", "content", "element", "mark", "numbers", "undecided")

    def __init__(self, element: Element, mark: Mark, content: int) -> None:
        self.element = element
        self.mark = mark
        self.content = content  # where its content begins, in the page
        self.children = False
        self.numbers = False
        self.undecided = mark.key is not None  # whether its content may still become a slot


class Scanner:
    """Scan one page. Feed it chunks, then close it; each call gives the pieces that are ready."""

    def __init__(self, bindings: Bindings, *, charset: str | None = None) -> None:
        self.gave_up: str | None = None
        self._bindings = bindings
        self._buf = b""
        self._base = 0  # where _buf begins in the page
        self._pos = 0  # in _buf: all before it is understood
        self._done = 0  # in the page: all before it is given
        self._found: list[Slot] = []
        self._state: Callable[[bool], bool] = self._data
        self._p: Patterns = patterns_for(bindings, UNDECLARED)
        self._raw_end: re.Pattern[bytes] = syntax.SCRIPT_EVENT
        self._regions: list[Region] = []
        self._tree: OpenElements | None = None
        self._opted_out = False
        if bindings.is_empty:
            self._state = self._plain

    # -- what callers use

    def feed(self, chunk: bytes) -> list[Piece]:
        """Take the next bytes of the page."""
        self._trim()
        self._buf += chunk
        self._walk(last=False)
        return self._take()

    def close(self) -> list[Piece]:
        """Say that the page is over."""
        self._walk(last=True)
        self._reap(len(self._buf), at_end=True)
        self._pos = len(self._buf)
        return self._take()

    # -- the buffer

    def _walk(self, *, last: bool) -> None:
        while self._pos < len(self._buf):
            if not self._state(last):
                if len(self._buf) - self._pos > TAG_BYTES_MAX:
                    self._give_up("a tag, entity or number over 64 KB")
                    continue
                return

    def _give_up(self, reason: str) -> None:
        self.gave_up = reason
        self._regions = []
        self._state = self._plain

    def _trim(self) -> None:
        keep = min(self._pos, self._done - self._base) - BEHIND_BYTES
        if keep > 0:
            self._buf = self._buf[keep:]
            self._base += keep
            self._pos -= keep

    def _take(self) -> list[Piece]:
        until = self._base + self._pos
        for region in self._regions:
            if region.undecided:
                until = min(until, region.content)
                break
        pieces: list[Piece] = []
        taken = 0
        for slot in self._found:
            if slot.offset + len(slot.raw) > until:
                break
            if slot.offset > self._done:
                pieces.append(self._bytes(self._done, slot.offset))
            pieces.append(slot)
            self._done = slot.offset + len(slot.raw)
            taken += 1
        del self._found[:taken]
        if until > self._done:
            pieces.append(self._bytes(self._done, until))
            self._done = until
        return pieces

    def _bytes(self, start: int, end: int) -> bytes:
        return self._buf[start - self._base : end - self._base]

    # -- states: each walks on from _pos, and says False when it needs more bytes

    def _data(self, last: bool) -> bool:
        buf = self._buf
        if self._tree is None:
            skip = self._p.skip_last if last else self._p.skip
            m = skip.match(buf, self._pos)
            self._pos = m.end() if m else self._pos
            if self._pos == len(buf):
                return True
        elif self._opted_out:
            at = buf.find(b"<", self._pos)
            self._pos = at if at >= 0 else len(buf)
        else:
            m = self._p.text.match(buf, self._pos)
            self._pos = m.end() if m else self._pos
        if self._pos == len(buf):
            return self._check_undecided()
        if buf[self._pos] == 0x3C:
            return self._markup(last)
        return self._digits(last)

    def _check_undecided(self) -> bool:
        for region in self._regions:
            if region.undecided and self._base + self._pos - region.content > CARRY_BYTES_MAX:
                region.undecided = False
        return True

    def _markup(self, last: bool) -> bool:
        buf, pos = self._buf, self._pos
        m = syntax.TAG.match(buf, pos)
        if m:
            if m.end() - pos > TAG_BYTES_MAX:
                self._give_up("a tag over 64 KB")
                return True
            if m[1]:
                self._end_tag(m[2].lower(), m.end())
            else:
                self._start_tag(m)
            return True
        after = buf[pos + 1 : pos + 3]
        if not last and (len(after) < 2 and after in {b"", b"/", b"!"}):
            return False
        if after[:1].isalpha() or (after[:1] == b"/" and after[1:].isalpha()):
            self._pos = len(buf) if last else pos
            return last
        if after[:1] == b"!":
            return self._declaration(last)
        if after[:1] in {b"/", b"?"} and after != b"/":
            self._state = self._bogus
            return True
        self._pos += 1
        return True

    def _declaration(self, last: bool) -> bool:
        start = self._buf[self._pos : self._pos + 9]
        if not last and any(len(start) < len(w) and w.startswith(start) for w in _DECLARATIONS):
            return False
        if start.startswith(b"<!--"):
            return self._comment_start(last)
        if start == b"<![CDATA[" and self._tree is not None and self._tree.is_foreign():
            self._state = self._cdata
        else:
            self._state = self._bogus
        return True

    def _comment_start(self, last: bool) -> bool:
        m = _COMMENT.match(self._buf, self._pos)
        if m:
            self._pos = m.end()
            return True
        if not last and len(self._buf) - self._pos < 6:
            return False
        self._pos += 4
        self._state = self._comment
        return True

    def _until(self, end: bytes, last: bool) -> bool:
        """Walk to the end mark and behind it, back into data; hold what may be its beginning."""
        at = self._buf.find(end, self._pos)
        if at >= 0:
            self._pos = at + len(end)
            self._state = self._data
            return True
        self._pos = len(self._buf) if last else max(self._pos, len(self._buf) - len(end) + 1)
        return last

    def _comment(self, last: bool) -> bool:
        m = _COMMENT_END.search(self._buf, self._pos)
        if m:
            self._pos = m.end()
            self._state = self._data
            return True
        self._pos = len(self._buf) if last else max(self._pos, len(self._buf) - 3)
        return last

    def _bogus(self, last: bool) -> bool:
        return self._until(b">", last)

    def _cdata(self, last: bool) -> bool:
        return self._until(b"]]>", last)

    def _plain(self, last: bool) -> bool:
        self._pos = len(self._buf)
        return True

    def _raw(self, last: bool) -> bool:
        m = self._raw_end.search(self._buf, self._pos)
        if m is None:
            at = self._buf.rfind(b"<", max(self._pos, len(self._buf) - 12))
            self._pos = len(self._buf) if last or at < 0 else at
            return self._pos == len(self._buf)
        tag = syntax.TAG.match(self._buf, m.start())
        self._pos = m.start()
        if tag is None:
            self._pos = len(self._buf) if last else self._pos
            return last
        self._state = self._data
        self._end_tag(tag[2].lower(), tag.end())
        return True

    _escaped = 0  # in a script: 0 plain, 1 after <!--, 2 after <!-- <script

    def _script(self, last: bool) -> bool:
        buf = self._buf
        while True:
            m = syntax.SCRIPT_EVENT.search(buf, self._pos)
            if m is None:
                hold = self._pos if last else max(self._pos, len(buf) - 8)
                self._pos = len(buf) if last else hold
                return last
            word = m[0]
            self._pos = m.end()
            if word == b"-->":
                self._escaped = 0
            elif word == b"<!--":
                self._escaped = self._escaped or 1
                self._pos -= 2
            elif m[1]:
                if self._escaped == 2:
                    self._escaped = 1
                    continue
                tag = syntax.TAG.match(buf, m.start())
                if tag is None:
                    self._pos = len(buf) if last else m.start()
                    return last
                self._escaped = 0
                self._state = self._data
                self._end_tag(b"script", tag.end())
                return True
            elif self._escaped == 1:
                self._escaped = 2

    # -- tags

    def _end_tag(self, name: bytes, end: int) -> None:
        if self._tree is not None:
            at = self._pos
            self._tree.end(name)
            self._reap(at, at_end=name in {b"body", b"html"})
        self._pos = end

    def _start_tag(self, m: re.Match[bytes]) -> None:
        buf = self._buf
        name = m[2].lower()
        found = attributes_of(buf, *m.span(3))
        element = None
        if self._tree is not None:
            element = self._open(name, m, found)
        foreign = element is not None and element.space != ""
        raw = not foreign and name in elements.RAW_TEXT
        mark = mark_of(buf, found, self._bindings)
        if not self._opted_out and not mark.opted_out and name not in {b"script", b"style"}:
            self._attributes(found, mark)
        self._pos = m.end()
        if (
            self._tree is None
            and not raw
            and name not in elements.VOID
            and (mark is not NO_MARK or name in elements.FOREIGN)
        ):
            self._tree = OpenElements()
            element = self._tree.start(name, closed=m[3].endswith(b"/"))
            if element is None:
                self._tree = None
        if element is not None and not raw and (mark is not NO_MARK or name in elements.FOREIGN):
            self._regions.append(Region(element, mark, self._base + m.end()))
            self._opted_out = self._opted_out or mark.opted_out
        if raw:
            self._enter_raw(name)

    def _open(
        self, name: bytes, m: re.Match[bytes], found: dict[bytes, tuple[int, int]]
    ) -> Element | None:
        assert self._tree is not None  # noqa: S101 - its only caller asks before
        breaks_out = name == b"font" and not found.keys().isdisjoint({b"color", b"face", b"size"})
        element = self._tree.start(name, closed=m[3].endswith(b"/"), html=breaks_out)
        self._reap(m.start(), at_end=False)
        for region in self._regions:
            region.children = True
            region.undecided = False
        if len(self._tree) > NESTING_MAX:
            self._give_up("elements nested over 512 deep")
        return element

    def _enter_raw(self, name: bytes) -> None:
        if name == b"plaintext":
            self._state = self._plain
        elif name == b"script":
            self._escaped = 0
            self._state = self._script
        else:
            self._raw_end = _RAW_ENDS[name]
            self._state = self._raw

    def _reap(self, at: int, *, at_end: bool) -> None:
        """Close the regions whose element has ended, at this place in the buffer."""
        while self._regions and (at_end or not self._regions[-1].element.is_open):
            region = self._regions.pop()
            if region.undecided and not region.numbers and not self._opted_out:
                start, end = region.content, self._base + at
                self._found.append(
                    Slot(
                        self._bytes(start, end),
                        start,
                        Place.PLACEHOLDER,
                        None,
                        region.mark.key,
                        region.mark.vestiging,
                    )
                )
        self._opted_out = any(region.mark.opted_out for region in self._regions)
        if not self._regions:
            self._tree = None

    # -- numbers

    def _digits(self, last: bool) -> bool:
        buf, pos = self._buf, self._pos
        m = self._p.run.match(buf, pos)
        if m is None:
            plus = self._p.plus.match(buf, pos)
            if not last and self._p.undecided.match(buf, plus.end() if plus else pos):
                return False
            self._pos = plus.end() if plus else pos + 1
            return True
        if not last and self._p.undecided.match(buf, m.end()):
            return False
        self._text_run(pos, m.end())
        return True

    def _text_run(self, start: int, end: int) -> None:
        """Read a run in the text. In a region its tags are followed; it stops at a region's end."""
        buf, after = self._buf, end
        ended_at = end
        if self._tree is not None:
            for tag in syntax.TAG.finditer(buf, start, end):
                if tag[1]:
                    self._tree.end(tag[2].lower())
                else:
                    self._tree.start(tag[2].lower(), closed=tag[3].endswith(b"/"))
                    for region in self._regions:
                        region.children = True
                        region.undecided = False
                if not all(region.element.is_open for region in self._regions):
                    m = self._p.run.match(buf, start, tag.start())
                    end = m.end() if m else start
                    ended_at, after = tag.start(), tag.end()
                    break
        self._run(start, end, Place.TEXT, 0, len(buf))
        if self._tree is not None:
            self._reap(ended_at, at_end=False)
        self._pos = after

    def _run(self, start: int, end: int, place: Place, first: int, last: int) -> None:
        buf = self._buf
        plus = self._p.plus.match(buf, start, end)
        groups = self._p.reader.read(buf, plus.end() if plus else start, end)
        behind = buf[max(first, start - BEHIND_BYTES) : start]
        run = Run(buf, groups, plus is not None, behind, buf[end : min(end + 40, last)])
        mark = self._placeholder()
        for number in find(run, self._p.known, anyone=mark.key is not None):
            self._add(number, place, mark)

    def _placeholder(self) -> Mark:
        for region in reversed(self._regions):
            if region.mark.key is not None:
                return region.mark
        return NO_MARK

    def _add(self, number: Written, place: Place, mark: Mark) -> None:
        self._found.append(
            Slot(
                self._buf[number.start : number.end],
                self._base + number.start,
                place,
                number.number,
                mark.key,
                mark.vestiging,
                number.pattern,
            )
        )
        for region in self._regions:
            region.numbers = True
            region.undecided = False

    def _attributes(self, found: dict[bytes, tuple[int, int]], mark: Mark) -> None:
        """Look for numbers in a start tag: in its phone link, and in attributes that are text."""
        before = len(self._found)
        for name, (start, end) in found.items():
            if name == b"href":
                self._link(start, end, mark)
            elif name.decode("latin-1") in self._bindings.attributes:
                for m in self._p.run_in_value.finditer(self._buf, start, end):
                    self._run(m.start(), m.end(), Place.ATTRIBUTE, start, end)
        del before

    def _link(self, start: int, end: int, own: Mark) -> None:
        buf = self._buf
        scheme = PHONE_SCHEME.match(buf, start, end)
        if scheme is None:
            return
        m = self._p.link.match(buf, scheme.end(), end)
        if m is None:
            return
        mark = own if own.key is not None else self._placeholder()
        groups = self._p.reader.read(buf, m.start("digits"), m.end("digits"))
        after = buf[m.end() : min(end, m.end() + 40)]
        if _PAUSE.match(after):
            after = b""
        run = Run(buf, groups, m["plus"] is not None, b"", after)
        number = next(iter(find(run, self._p.known, anyone=mark.key is not None)), None)
        if number is not None and number.start == groups[0].start:
            self._add(number, Place.LINK, mark)


_PAUSE = re.compile(rb"[pPwWxX]")
_DECLARATIONS = (b"<!--", b"<![CDATA[")
_COMMENT = re.compile(syntax.COMMENT)
_COMMENT_END = re.compile(rb"--!?>")
_RAW_ENDS = {
    name: re.compile(rb"</" + syntax.either_case(name) + syntax.NAME_ENDS)
    for name in elements.RAW_TEXT
}


def scan(page: bytes, bindings: Bindings, *, charset: str | None = None) -> list[Piece]:
    """Scan a whole page at once."""
    scanner = Scanner(bindings, charset=charset)
    return [*scanner.feed(page), *scanner.close()]
